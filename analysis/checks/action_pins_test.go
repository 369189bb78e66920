package checks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// pinOf is a commit whose first digits tell it from the others.
func pinOf(digit string) string { return strings.Repeat(digit, 40) }

// pinForge is a forge with these answers, by their path below repos/acme: a
// status of three digits before the body, or a body alone.
func pinForge(t *testing.T, answers map[string]string) *clients.GitHub {
	t.Helper()
	files := fstest.MapFS{"now": {Data: []byte(notesNow.Format(time.RFC3339))}}
	for path, body := range answers {
		name := "github/acme/" + path
		if rest, ok := strings.CutPrefix(body, "404 "); ok {
			files[name+".http"] = &fstest.MapFile{Data: []byte("HTTP/1.1 404 Not Found\ncontent-type: application/json\n\n" + rest)}
			continue
		}
		files[name+".json"] = &fstest.MapFile{Data: []byte(body)}
	}
	r, err := replay.New(files)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Clients()
	if err != nil {
		t.Fatal(err)
	}
	return c.GitHub
}

// pinTags is a list of tags, "v1=a" each; pinNotFound what the forge says of
// what it does not have.
func pinTags(tags ...string) string {
	var all []string
	for _, tag := range tags {
		name, digit, _ := strings.Cut(tag, "=")
		all = append(all, fmt.Sprintf(`{"name":%q,"commit":{"sha":%q}}`, name, pinOf(digit)))
	}
	return "[" + strings.Join(all, ",") + "]"
}

const pinNotFound = `404 {"message":"Not Found"}`

// pinAt reads "a # v1.2.3" as a commit with its comment, and "@v1" as a ref.
func pinAt(text string) *lockfiles.Package {
	if text == "" {
		return nil
	}
	p := &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "githubactions", Name: "acme/setup/sub"}}
	if ref, ok := strings.CutPrefix(text, "@"); ok {
		p.Version = ref
		return p
	}
	digit, label, _ := strings.Cut(text, " # ")
	p.Version, p.Label = pinOf(digit), label
	return p
}

func TestActionPins(t *testing.T) {
	tags := pinTags("v4=c", "v4.1=c", "v4.1.0=a", "v4.1.1=c", "v3.0.0=d", "v3=d", "suite-v2.0.1=e")
	forge := func(more ...string) map[string]string {
		answers := map[string]string{"setup/tags": tags, "setup": `{"full_name":"acme/setup","default_branch":"main"}`}
		for i := 0; i < len(more); i += 2 {
			answers[more[i]] = more[i+1]
		}
		return answers
	}
	commit := func(digit string) string { return `{"sha":"` + pinOf(digit) + `"}` }
	at := func(digit string) string { return "setup/commits/" + pinOf(digit) }
	compared := func(ref, digit string) string { return "setup/compare/" + ref + "..." + pinOf(digit) }
	branches := func(names ...string) string {
		var all []string
		for _, name := range names {
			all = append(all, fmt.Sprintf(`{"name":%q,"commit":{"sha":%q}}`, name, pinOf("0")))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	// fork answers for a commit that nothing of the repository reaches.
	fork := []string{at("9"), commit("9"), compared("main", "9"), `{"status":"diverged"}`, "setup/branches", branches("main", "next"),
		compared("next", "9"), `{"status":"ahead"}`}
	for _, tag := range []string{"v4", "v4.1", "v4.1.0", "v4.1.1", "v3.0.0", "v3", "suite-v2.0.1"} {
		fork = append(fork, compared(tag, "9"), `{"status":"diverged"}`)
	}
	for name, c := range map[string]struct {
		base, head string
		answers    map[string]string
		want       string // outcomes and codes, sorted
		unknown    string
	}{
		"an honest bump asks for the tags alone": {base: "a # v4.1.0", head: "c # v4.1.1", answers: forge()},
		"a new action with its version":          {head: "c # v4.1.1", answers: forge()},
		"a comment without v":                    {base: "a # 4.1.0", head: "c # 4.1.1", answers: forge()},
		"a comment of the line":                  {base: "d # v3", head: "c # v4", answers: forge()},
		"a comment of a line without a tag":      {base: "a # v4.1.0", head: "d # 3.0", answers: forge()},
		"a prefixed tag":                         {head: "e # suite-v2.0.1", answers: forge()},
		"a floating tag moved on": {base: "a # v4", head: "c # v4", answers: forge(),
			want: "info tag-moved"},
		"a whole version's tag moved": {base: "9 # v4.1.0", head: "c # v4.1.1", answers: forge(at("9"), commit("9")),
			want: "fail tag-moved"},
		"and head follows it": {base: "9 # v4.1.0", head: "a # v4.1.0", answers: forge(at("9"), pinNotFound),
			want: "fail tag-moved"},
		"base pins the tag's own hash": {base: "9 # v4.1.0", head: "c # v4.1.1", answers: forge(at("9"), commit("a"))},
		"base's comment was wrong":     {base: "d # v4.1.0", head: "c # v4.1.1", answers: forge()},
		"a comment of another version": {base: "a # v4.1.0", head: "d # v4.1.1", answers: forge(at("d"), commit("d")),
			want: "fail comment-names-another-version"},
		"a comment of another line": {base: "a # v4.1.0", head: "d # v4", answers: forge(at("d"), commit("d")),
			want: "fail comment-names-another-version"},
		"a comment without a tag": {base: "a # v4.1.0", head: "c # v9.9.9", answers: forge(),
			want: "fail comment-names-another-version"},
		"a comment without a tag, a commit on main": {base: "a # v4.1.0", head: "8 # v9.9.9",
			answers: forge(at("8"), commit("8"), compared("main", "8"), `{"status":"behind"}`),
			want:    "warn comment-names-another-version"},
		"the head of main": {base: "a # v4.1.0", head: "8 # main",
			answers: forge(at("8"), commit("8"), compared("main", "8"), `{"status":"identical"}`)},
		"a release branch": {base: "a # v4.1.0", head: "8",
			answers: forge(at("8"), commit("8"), compared("main", "8"), `{"status":"diverged"}`, "setup/branches", branches("main", "releases/v4"),
				compared("releases/v4", "8"), `{"status":"behind"}`)},
		"a fork's commit": {base: "a # v4.1.0", head: "9", answers: forge(fork...),
			want: "fail commit-not-on-branch"},
		"a fork's commit in the name of a version": {base: "a # v4.1.0", head: "9 # v4.1.1", answers: forge(fork...),
			want: "fail comment-names-another-version, fail commit-not-on-branch"},
		"no such commit": {base: "a # v4.1.0", head: "7", answers: forge(at("7"), pinNotFound),
			want: "fail commit-not-in-repository"},
		"a pin given up": {base: "a # v4.1.0", head: "@v4", answers: forge(),
			want: "warn unpinned-or-mutable-ref"},
		"a ref as before": {base: "@v3", head: "@v4", answers: forge(),
			want: "info unpinned-or-mutable-ref"},
		"a branch": {head: "@main", answers: forge("setup/commits/main", commit("8")),
			want: "info unpinned-or-mutable-ref"},
		"a ref that is not there": {head: "@v99", answers: forge("setup/commits/v99", pinNotFound),
			want: "info unpinned-or-mutable-ref", unknown: "the repository has no branch or tag of that name"},
		"the forge does not know it": {base: "a # v4.1.0", head: "@v4", answers: map[string]string{"setup/tags": pinNotFound},
			want: "warn unpinned-or-mutable-ref", unknown: "does not know it"},
		"half of it is unknown": {base: "9 # v4.1.0", head: "8 # v4.1.1", answers: forge(at("9"), commit("9")),
			want: "fail comment-names-another-version, fail tag-moved", unknown: "was recorded"},
		"the default branch is not told": {head: "8", answers: forge("setup", `{"full_name":"acme/setup"}`), unknown: "does not name the default branch"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &actionPins{pinForge(t, c.answers)}
			change := &diff.Change{Base: pinAt(c.base), Head: pinAt(c.head), Kind: diff.Upgraded}
			result, err := k.Run(t.Context(), change, &analysis.Review{Now: notesNow})
			var got []string
			for _, f := range result.Findings {
				got = append(got, f.Outcome.String()+" "+f.Code)
				if f.Title == "" || f.Code != codeMutable && (f.Source == "" || f.Observed.IsZero()) {
					t.Errorf("%+v", f)
				}
			}
			slices.Sort(got)
			if said := strings.Join(got, ", "); said != c.want {
				t.Errorf("it says %q, want %q\n%+v", said, c.want, result.Findings)
			}
			switch {
			case err == nil && c.unknown != "", err != nil && (c.unknown == "" || !strings.Contains(analysis.Why(err), c.unknown)):
				t.Errorf("the error is %v, want %q", err, c.unknown)
			}
		})
	}
}

// TestActionPinsAreBounded: a repository of many branches is not asked of each,
// and what is not looked at is not said to be reached from none.
func TestActionPinsAreBounded(t *testing.T) {
	answers := map[string]string{"setup/tags": "[]", "setup": `{"full_name":"acme/setup","default_branch":"main"}`,
		"setup/commits/" + pinOf("9"): `{"sha":"` + pinOf("9") + `"}`, "setup/compare/main..." + pinOf("9"): `{"status":"diverged"}`}
	var names []string
	for i := range 90 {
		name := fmt.Sprintf("topic-%02d", i)
		names = append(names, fmt.Sprintf(`{"name":%q,"commit":{"sha":%q}}`, name, pinOf("0")))
		if i < actionCompares {
			answers["setup/compare/"+name+"..."+pinOf("9")] = `{"status":"diverged"}`
		}
	}
	answers["setup/branches"] = "[" + strings.Join(names, ",") + "]"
	result, err := (&actionPins{pinForge(t, answers)}).Run(t.Context(), &diff.Change{Head: pinAt("9")}, &analysis.Review{})
	if err != nil || len(result.Findings) != 1 || result.Findings[0].Outcome != analysis.Warn || result.Findings[0].Code != "commit-not-on-branch" {
		t.Errorf("%+v, %v", result.Findings, err)
	}
}

func TestActionPinsApply(t *testing.T) {
	k := &actionPins{pinForge(t, nil)}
	image := &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "docker", Name: "acme/setup"}, Version: "1"}
	for _, c := range []*diff.Change{{Base: pinAt("a")}, {Head: image}, {Head: &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "githubactions", Name: "acme"}, Version: "v1"}}} {
		if r, err := k.Run(t.Context(), c, &analysis.Review{}); err == nil || len(r.Findings) > 0 || !strings.Contains(fmt.Sprintf("%T", err), "ended") {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

func TestImagePins(t *testing.T) {
	at := func(version, digest string) *lockfiles.Package {
		p := &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "docker", Name: "acme/http"}, Version: version}
		if digest != "" {
			p.Integrity = []lockfiles.Digest{{Algorithm: "sha256", Value: digest}}
		}
		return p
	}
	for name, c := range map[string]struct {
		base, head *lockfiles.Package
		want       string
	}{
		"a digest":              {at("1", ""), at("2", "ab"), ""},
		"a tag as before":       {at("1", ""), at("2", ""), "info image-not-pinned"},
		"new":                   {nil, at("2", ""), "info image-not-pinned"},
		"nothing":               {nil, at("", ""), "info image-not-pinned"},
		"the digest is gone":    {at("1", "ab"), at("2", ""), "warn image-not-pinned"},
		"another digest":        {at("1", "ab"), at("1", "cd"), ""},
		"the image is no more":  {at("1", "ab"), nil, "does not apply"},
		"it is another package": {nil, pinAt("a"), "does not apply"},
	} {
		r, err := imagePins{}.Run(t.Context(), &diff.Change{Base: c.base, Head: c.head}, &analysis.Review{})
		got := ""
		for _, f := range r.Findings {
			got += f.Outcome.String() + " " + f.Code
		}
		if err != nil {
			got = "does not apply"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, c.want, err)
		}
	}
}
