package registry

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
)

var (
	taggedSHA = strings.Repeat("a", 40)
	looseSHA  = strings.Repeat("b", 40)
	alienSHA  = strings.Repeat("c", 40)
)

var forgeAnswers = answering{absent: `{"message":"Not Found"}`, answers: map[string]string{
	"forge.example/repos/acme/setup": `{"full_name":"acme/setup","archived":true,"html_url":"https://forge.invalid/acme/setup"}`,
	"forge.example/repos/acme/setup/releases?per_page=100": `[{"tag_name":"v4.1.0","published_at":"2026-11-01T00:00:00Z","author":{"login":"ada"}},{"tag_name":"v4","published_at":"2026-11-05T00:00:00Z"},
 {"tag_name":"v5.0.0","draft":true,"published_at":"2026-11-09T00:00:00Z"}]`,
	"forge.example/repos/acme/setup/tags?per_page=100":    `[{"name":"v5.0.0","commit":{"sha":"` + looseSHA + `"}},{"name":"v4","commit":{"sha":"` + taggedSHA + `"}},{"name":"v4.1.0","commit":{"sha":"` + taggedSHA + `"}}]`,
	"forge.example/repos/acme/setup/commits/main":         `{"sha":"` + looseSHA + `"}`,
	"forge.example/repos/acme/bare":                       `{"full_name":"acme/bare"}`,
	"forge.example/repos/acme/bare/releases?per_page=100": `[]`,
	"forge.example/repos/acme/bare/tags?per_page=100":     `[{"name":"v1.2.3","commit":{"sha":"` + taggedSHA + `"}}]`,
}}

func TestForge(t *testing.T) {
	a := forge{clientsOf(t, forgeAnswers)}
	p := ask(t, a, "acme/setup/sub/action", "v4.1.0", taggedSHA, "main", alienSHA, "v5.0.0")
	if p.ID.Ecosystem != "githubactions" || p.ID.Name != "acme/setup/sub/action" || p.Status != "archived" || p.Source != "forge.example" || p.Repository == "" {
		t.Errorf("%+v", p)
	}
	first := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	if r := p.Find("v4.1.0"); !r.Published.Equal(first) || r.Detail.Publisher != "ada" || r.Detail.Commit != taggedSHA || r.Detail.Scripts != nil || r.Detail.ScriptsLimit == "" {
		t.Errorf("%+v", r)
	}
	if r := p.Find(taggedSHA); r == nil || !r.Published.Equal(first) || r.Detail.Commit != taggedSHA {
		t.Errorf("a commit is as old as the first release of it: %+v", r)
	}
	if r := p.Find("main"); r == nil || !r.Published.IsZero() || r.Detail.Commit != looseSHA {
		t.Errorf("%+v", r)
	}
	// A draft is not published.
	if r := p.Find("v5.0.0"); !r.Published.IsZero() || r.Detail.Publisher != "" {
		t.Errorf("%+v", r)
	}
	if p.Find(alienSHA) != nil {
		t.Error("the forge knows no such commit")
	}
	wantAbsent(t, a, "acme/none")
	for _, fail := range []string{"/tags", "/releases", "/commits"} {
		failing := forgeAnswers
		failing.fail = fail
		if _, err := (forge{clientsOf(t, failing)}).Package(t.Context(), "acme/setup", []string{"main"}); clients.StateOf(err) != clients.Unknown {
			t.Errorf("%s: %v", fail, err)
		}
	}
}

func TestForgeOfSwift(t *testing.T) {
	a := forge{clientsOf(t, forgeAnswers)}
	p := ask(t, a, "github.com/acme/bare", "1.2.3")
	if p.ID.Ecosystem != "swift" || p.ID.Name != "github.com/acme/bare" || p.Status != "" {
		t.Errorf("%+v", p)
	}
	if r := p.Find("1.2.3"); r == nil || r.Version != "v1.2.3" || r.Detail.Commit != taggedSHA || !r.Published.IsZero() {
		t.Errorf("%+v", r)
	}
	for _, name := range []string{"gitlab.example/acme/bare", "acme.bare", "acme", ""} {
		_, err := a.Package(t.Context(), name, nil)
		if want := analysis.Unsupported(""); err == nil || clients.StateOf(err) == clients.Absent || !sameKind(err, want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// sameKind tells whether two errors are of one type.
func sameKind(a, b error) bool { return typeOf(a) == typeOf(b) }

func typeOf(err error) string { return fmt.Sprintf("%T", err) }
