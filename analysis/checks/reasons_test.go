package checks

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

const (
	reasonName = "quillfeather"
	reasonFrom = "7.41.3"
	reasonTo   = "7.42.9"
)

// sparing is every service in one of several moods: it leaves out what it may,
// does not list what is asked for, knows nothing, or does not answer.
type sparing string

func (mood sparing) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, ""
	versions := []string{reasonFrom, reasonTo}
	if mood == "unlisted" {
		versions = []string{"0.0.1"}
	}
	switch {
	case mood == "gone":
		status = http.StatusNotFound
	case mood == "html":
		body = "<html>" + reasonName + "</html>"
	case mood == "down":
		return nil, errors.New("dial " + r.URL.Host + ": connection refused")
	case strings.Contains(r.URL.Host, "npm"):
		var parts []string
		for _, v := range versions {
			parts = append(parts, `"`+v+`":{"name":"`+reasonName+`","version":"`+v+`","dist":{}}`)
		}
		body = `{"name":"` + reasonName + `","versions":{` + strings.Join(parts, ",") + `}}`
	case strings.Contains(r.URL.Host, "index.crates"):
		for _, v := range versions {
			body += `{"name":"` + reasonName + `","vers":"` + v + `","deps":[{"name":"` + reasonName + `-cc","kind":"build","req":"1"}],"cksum":"00","features":{},"yanked":false}` + "\n"
		}
	case strings.HasSuffix(r.URL.Path, "/@v/list"):
		for _, v := range versions {
			body += "v" + v + "\n"
		}
	case strings.HasSuffix(r.URL.Path, ".mod"):
		body = "module"
	case strings.Contains(r.URL.Host, "rubygems"):
		var parts []string
		for _, v := range versions {
			parts = append(parts, `{"number":"`+v+`"}`)
		}
		body = "[" + strings.Join(parts, ",") + "]"
	default:
		status = http.StatusNotFound
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// reasonChanges are changes of several packages, by what may be refused of them.
func reasonChanges() (changes []*diff.Change) {
	for _, ecosystem := range []string{"npm", "pypi", "cargo", "gem", "golang", "composer", "nuget", "maven", "hex", "pub", "githubactions", "swift", "terraform"} {
		for _, origin := range []string{"", "git+https://git.example/acme/" + reasonName + ".git#0123456789abcdef0123456789abcdef01234567", "../" + reasonName,
			"wheels/" + reasonName + "-" + reasonTo + ".whl", "replaced by " + reasonName + " " + reasonTo, "patch:" + reasonName + "@npm%3A" + reasonFrom + "#x",
			"https://files.example/" + reasonName + "-" + reasonTo + ".tgz"} {
			name := map[string]string{"golang": "forge.example/", "composer": "acme/", "maven": "example.acme:", "githubactions": "acme/", "swift": "git.example/acme/", "terraform": "acme/"}[ecosystem] + reasonName
			side := func(version, origin string) *lockfiles.Package {
				if ecosystem == "golang" {
					version = "v" + version
				}
				return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: ecosystem, Name: name}, Version: version, Origin: origin, InstallScript: lockfiles.Yes}
			}
			head := side(reasonTo, origin)
			changes = append(changes, &diff.Change{Lockfile: "a.lock", Kind: diff.Upgraded, Base: side(reasonFrom, ""), Head: head},
				&diff.Change{Lockfile: "a.lock", Kind: diff.Upgraded, Base: side(reasonFrom, origin), Head: side(reasonTo, "")},
				&diff.Change{Lockfile: "a.lock", Kind: diff.Added, Head: head})
		}
	}
	return changes
}

// TestReasonsAreCounted: coverage counts what is unknown by its reason, so a
// reason holds nothing of the one package that it is about.
func TestReasonsAreCounted(t *testing.T) {
	reasons := make(map[string]int)
	for _, mood := range []sparing{"sparing", "unlisted", "gone", "html", "down"} {
		transport, err := clients.NewTransport(clients.Options{RoundTripper: mood, Clock: licenseClock{}})
		if err != nil {
			t.Fatal(err)
		}
		c := clients.New(transport, clients.DefaultEndpoints(), nil)
		all := All(Sources{Clients: c, Registry: registry.New(c)})
		review := &analysis.Review{Now: relNow, BaseFiles: fstest.MapFS{}, HeadFiles: fstest.MapFS{}, Diff: &diff.Diff{}}
		for _, change := range reasonChanges() {
			for _, check := range all {
				_, err := check.Run(t.Context(), change, review)
				if err == nil {
					continue
				}
				reason := analysis.Why(err)
				if reasons[reason]++; reasons[reason] > 1 {
					continue
				}
				for _, particular := range []string{reasonName, reasonFrom, reasonTo} {
					if strings.Contains(reason, particular) {
						t.Errorf("%s of %s, %s: %s", check.Name(), change.Package().ID, mood, reason)
					}
				}
			}
		}
	}
	npm := strings.TrimPrefix(clients.DefaultEndpoints().NPM, "https://")
	for _, want := range []string{
		npm + " does not say how large this version is", npm + " does not say who published this version",
		npm + " does not say when this version was published", npm + " does not list this version",
		"the registry leaves the scripts out", "the index does not say whether it has a build script or is a procedural macro",
	} {
		if reasons[want] == 0 {
			t.Errorf("no check says: %s", want)
		}
	}
	if len(reasons) < 20 {
		t.Errorf("only %d reasons: %v", len(reasons), reasons)
	}
}
