package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

var notesNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// recordedGitHub is the forge with these answers below acme/http.
func recordedGitHub(t *testing.T, files map[string]string) *clients.GitHub {
	t.Helper()
	below := make(map[string]string)
	for name, content := range files {
		below["acme/http/"+name] = content
	}
	return recordedForge(t, below)
}

// recordedForge is the forge with these answers.
func recordedForge(t *testing.T, files map[string]string) *clients.GitHub {
	t.Helper()
	fsys := fstest.MapFS{"now": {Data: []byte(notesNow.Format(time.RFC3339))}}
	for name, content := range files {
		fsys["github/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	r, err := replay.New(fsys)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Clients()
	if err != nil {
		t.Fatal(err)
	}
	return c.GitHub
}

// notesChange is a change of a package from one version to another; "" is no side.
func notesChange(ecosystem, name, from, to string) *diff.Change {
	side := func(version string) *lockfiles.Package {
		if version == "" {
			return nil
		}
		return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: ecosystem, Name: name}, Version: version, Label: version}
	}
	c := &diff.Change{Base: side(from), Head: side(to), Kind: diff.Upgraded}
	order, ordered := diff.Compare(ecosystem, from, to)
	switch {
	case from == "":
		c.Kind = diff.Added
	case to == "":
		c.Kind = diff.Removed
	case !ordered:
		c.Kind = diff.Changed
	case order > 0:
		c.Kind = diff.Downgraded
	}
	return c
}

// notesRegistry is a registry that names a repository, with the versions in the order
// in which they were published, a day apart; the last one is head.
func notesRegistry(repository string, versions ...string) func(context.Context, *diff.Change) (*registry.Comparison, error) {
	return func(context.Context, *diff.Change) (*registry.Comparison, error) {
		p := &registry.Package{Source: "npm.invalid", Repository: repository}
		for i, v := range versions {
			p.Releases = append(p.Releases, registry.Release{Version: v, Published: notesNow.AddDate(0, 0, i-len(versions))})
		}
		c := &registry.Comparison{Package: p}
		if n := len(p.Releases); n > 0 {
			c.Head = &p.Releases[n-1]
		}
		return c, nil
	}
}

func notesReleases(tags ...string) string {
	var all []string
	for _, tag := range tags {
		all = append(all, fmt.Sprintf(`{"tag_name":%q,"body":"notes of %s","published_at":"2026-11-18T23:00:00-03:00"}`, tag, tag))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func notesTags(tags ...string) string {
	var all []string
	for _, tag := range tags {
		all = append(all, fmt.Sprintf(`{"name":%q,"commit":{"sha":"86f7e437faa5"}}`, tag))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func askNotes(t *testing.T, n *notes, c *diff.Change) (analysis.Result, error) {
	t.Helper()
	return n.Run(t.Context(), c, &analysis.Review{Now: notesNow})
}

// notesSaid is the evidence and findings in short: claims, links, codes.
func notesSaid(r analysis.Result) string {
	var lines []string
	for _, e := range r.Evidence {
		switch body := e.Body.(type) {
		case analysis.Links:
			for _, l := range body {
				if strings.Contains(l.URL, "/compare/") {
					lines = append(lines, l.URL)
				}
			}
		case analysis.Facts:
			lines = append(lines, "tag "+body[0].Base+" > "+body[0].Head)
		default:
			lines = append(lines, e.Claim)
		}
	}
	for _, f := range r.Findings {
		lines = append(lines, f.Outcome.String()+" "+f.Code+": "+f.Title)
	}
	return strings.Join(lines, "\n")
}

const notesSource = "git+https://github.invalid/acme/http.git"

func TestNotes(t *testing.T) {
	for name, test := range map[string]struct {
		change   *diff.Change
		compare  func(context.Context, *diff.Change) (*registry.Comparison, error)
		releases string
		tags     string // "" is not recorded: it must not be asked
		want     []string
	}{
		"skipped versions, newest first, without the pre-release": {
			change: notesChange("npm", "acme-http", "1.7.2", "1.7.4"), compare: notesRegistry(notesSource),
			releases: notesReleases("v1.7.3", "v1.8.0", "v1.7.4", "v1.7.4-rc.1", "v1.7.2", "v1.7.1"),
			want: []string{"tag v1.7.2 > v1.7.4", "https://github.invalid/acme/http/compare/v1.7.2...v1.7.4",
				"v1.7.4, 2026-11-19", "v1.7.3, 2026-11-19", "1 pre-releases between them are not shown"},
		},
		"a repository of many packages": {
			change: notesChange("npm", "@acme/http", "1.7.2", "1.7.4"), compare: notesRegistry(notesSource),
			releases: notesReleases("@acme/http@1.7.2", "v1.7.3", "@acme/other@1.7.3", "@acme/http@1.7.4"),
			want: []string{"tag @acme/http@1.7.2 > @acme/http@1.7.4",
				"https://github.invalid/acme/http/compare/@acme/http@1.7.2...@acme/http@1.7.4", "@acme/http@1.7.4, 2026-11-19"},
		},
		"tags in a directory": {
			change: notesChange("npm", "acme-http", "1.0.0", "1.1.0"), compare: notesRegistry("https://github.invalid/acme/http/tree/main/packages/core"),
			releases: `[]`, tags: notesTags("packages/core/v1.0.0", "packages/core/v1.1.0", "v1.1.0"),
			want: []string{"tag packages/core/v1.0.0 > packages/core/v1.1.0",
				"https://github.invalid/acme/http/compare/packages/core/v1.0.0...packages/core/v1.1.0", "no release notes of 1.0.0 to 1.1.0"},
		},
		"no link with one tag alone; the versions before had theirs": {
			change: notesChange("npm", "acme-http", "1.7.2", "1.7.4"), compare: notesRegistry(notesSource, "1.7.0", "1.7.1", "1.7.2", "1.7.3", "1.7.4"),
			releases: `[]`, tags: notesTags("v1.7.0", "v1.7.1", "v1.7.2"),
			want: []string{"tag v1.7.2 > no tag names it", "no release notes of 1.7.2 to 1.7.4",
				"warn no-tag-for-version: no tag in acme/http names 1.7.4; 3 of the 4 versions before it have one"},
		},
		"a project that seldom tags": {
			change: notesChange("npm", "acme-http", "1.7.2", "1.7.4"), compare: notesRegistry(notesSource, "1.7.0", "1.7.1", "1.7.2", "1.7.3", "1.7.4"),
			releases: `[]`, tags: notesTags("v1.7.0", "v1.7.1"),
			want: []string{"tag no tag names it > no tag names it", "no release notes of 1.7.2 to 1.7.4",
				"info no-tag-for-version: no tag in acme/http names 1.7.4; 2 of the 4 versions before it have none either"},
		},
		"times that the mirror leaves out": {
			change: notesChange("npm", "acme-http", "1.7.2", "1.7.4"), compare: notesRegistry(notesSource),
			releases: `[]`, tags: notesTags("v1.7.2"),
			want: []string{"tag v1.7.2 > no tag names it", "no release notes of 1.7.2 to 1.7.4",
				"info no-tag-for-version: no tag in acme/http names 1.7.4"},
		},
		"a downgrade takes back": {
			change: notesChange("pypi", "old-time", "3.0.0", "2.9.1"), compare: notesRegistry(notesSource),
			releases: notesReleases("3.0.0", "2.10", "2.9.1"),
			want: []string{"tag 3.0.0 > 2.9.1", "https://github.invalid/acme/http/compare/3.0.0...2.9.1",
				"3.0.0, 2026-11-19 (taken back)", "2.10, 2026-11-19 (taken back)"},
		},
		"an addition": {
			change: notesChange("npm", "acme-http", "", "1.7.4"), compare: notesRegistry(notesSource), releases: notesReleases("v1.7.3", "v1.7.4"),
			want: []string{"tag  > v1.7.4", "v1.7.4, 2026-11-19"},
		},
		"an action pinned to a commit": {
			change: &diff.Change{Kind: diff.Upgraded,
				Base: &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "githubactions", Name: "acme/http"}, Version: strings.Repeat("a", 40), Label: "v4.1.6"},
				Head: &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "githubactions", Name: "acme/http"}, Version: strings.Repeat("b", 40), Label: "v4.1.7"}},
			releases: notesReleases("v4.1.7", "v4.1.6"),
			want:     []string{"tag v4.1.6 > v4.1.7", "https://github.invalid/acme/http/compare/v4.1.6...v4.1.7", "v4.1.7, 2026-11-19"},
		},
		"an action at a floating tag": {
			change: notesChange("githubactions", "acme/http/sub", "v4", "v5"), releases: notesReleases("v5.1.0", "v5.0.0", "v4.2.0", "v6.0.0"), tags: notesTags("v4", "v5"),
			want: []string{"tag v4 > v5", "https://github.invalid/acme/http/compare/v4...v5", "v5.1.0, 2026-11-19", "v5.0.0, 2026-11-19"},
		},
		"a Go module below the root": {
			change: notesChange("golang", "github.invalid/acme/http/sub/v2", "v2.0.0", "v2.1.0"),
			compare: func(context.Context, *diff.Change) (*registry.Comparison, error) {
				return nil, errors.New("the proxy is not there")
			},
			releases: notesReleases("v2.0.1"), tags: notesTags("sub/v2.0.0", "sub/v2.1.0", "v2.0.0"),
			want: []string{"tag sub/v2.0.0 > sub/v2.1.0", "https://github.invalid/acme/http/compare/sub/v2.0.0...sub/v2.1.0",
				"no release notes of v2.0.0 to v2.1.0"},
		},
		"a Go commit has no tag, and needs none": {
			change:   notesChange("golang", "github.invalid/acme/http", "v1.0.0", "v1.0.1-0.20261118100000-abcdefabcdef"),
			compare:  func(context.Context, *diff.Change) (*registry.Comparison, error) { return nil, errors.New("no") },
			releases: `[]`, tags: notesTags("v1.0.0"),
			want: []string{"tag v1.0.0 > no tag names it", "no release notes of v1.0.0 to v1.0.1-0.20261118100000-abcdefabcdef"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"releases.json": test.releases}
			if test.tags != "" {
				files["tags.json"] = test.tags
			}
			got, err := askNotes(t, &notes{github: recordedGitHub(t, files), compare: test.compare}, test.change)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Join(test.want, "\n"); notesSaid(got) != want {
				t.Errorf("got\n%s\nwant\n%s", notesSaid(got), want)
			}
		})
	}
}

// TestNotesUnknown: why nothing, or not all, can be said.
func TestNotesUnknown(t *testing.T) {
	upgrade := notesChange("npm", "acme-http", "1.7.2", "1.7.4")
	limited := "HTTP/1.1 403 Forbidden\nX-Ratelimit-Remaining: 0\nX-Ratelimit-Reset: 1795177200\n\n{\"message\":\"API rate limit exceeded\"}"
	unsupported := func(context.Context, *diff.Change) (*registry.Comparison, error) {
		return nil, analysis.Unsupported("its bytes come from elsewhere")
	}
	var many []string
	for n := range clients.GitHubMost {
		many = append(many, fmt.Sprintf("v0.%d.0", n))
	}
	for name, test := range map[string]struct {
		change  *diff.Change
		compare func(context.Context, *diff.Change) (*registry.Comparison, error)
		files   map[string]string
		want    string
	}{
		"removed":       {change: notesChange("npm", "acme-http", "1.7.2", ""), want: "nothing is installed any more"},
		"edited":        {change: &diff.Change{Kind: diff.Edited}, want: "it stays the same version"},
		"no repository": {change: upgrade, compare: notesRegistry(""), want: "no repository of it is known"},
		"another forge": {change: upgrade, compare: notesRegistry("https://codeberg.example/acme/http"),
			want: "release notes are read from github.invalid alone, and the repository is said to be at codeberg.example"},
		"not asked": {change: upgrade, compare: unsupported, want: "its bytes come from elsewhere"},
		"too many questions": {change: upgrade, compare: notesRegistry(notesSource), files: map[string]string{"releases.http": limited},
			want: "github.invalid answers no more questions for now; set GITHUB_TOKEN or run gh auth login"},
		"too many at the second question": {change: upgrade, compare: notesRegistry(notesSource),
			files: map[string]string{"releases.json": notesReleases("v1.7.4"), "tags.http": limited},
			want:  "github.invalid answers no more questions for now; set GITHUB_TOKEN or run gh auth login"},
		"not recorded": {change: upgrade, compare: notesRegistry(notesSource), want: "no answer of github.invalid was recorded"},
		"more tags than a list holds": {change: upgrade, compare: notesRegistry(notesSource),
			files: map[string]string{"releases.json": `[]`, "tags.json": notesTags(many...)},
			want:  "the repository has more tags than are listed, so whether this version has one is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := askNotes(t, &notes{github: recordedGitHub(t, test.files), compare: test.compare}, test.change)
			if err == nil || analysis.Why(err) != test.want {
				t.Errorf("got %v", err)
			}
			if len(got.Findings) > 0 {
				t.Errorf("it finds %v", got.Findings)
			}
			if test.files["tags.http"] != "" && !strings.Contains(notesSaid(got), "v1.7.4") {
				t.Error("the notes that were read are lost")
			}
			if strings.Contains(notesSaid(got), "no tag names it") {
				t.Error("it says that there is no tag")
			}
		})
	}
}

func TestNotesAreBounded(t *testing.T) {
	var tags []string
	for n := range 80 {
		tags = append(tags, fmt.Sprintf("v1.%d.0", n))
	}
	long := strings.ReplaceAll(notesReleases(slices.Insert(tags, 0, "v2.0.0")...), "notes of v1", strings.Repeat("é", 9000)+" v1")
	got, err := askNotes(t, &notes{github: recordedGitHub(t, map[string]string{"releases.json": long}), compare: notesRegistry(notesSource)}, notesChange("npm", "acme-http", "1.0.0", "2.0.0"))
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, e := range got.Evidence {
		if text, ok := e.Body.(analysis.Text); ok {
			size += len(text)
			if len(text) > noteMost+100 || strings.ContainsRune(string(text), '\ufffd') || strings.HasPrefix(string(text), "é") && !strings.HasSuffix(string(text), "bytes more)") {
				t.Errorf("one note has %d bytes", len(text))
			}
		}
	}
	if size > notesMost+1000 || !strings.Contains(notesSaid(got), "v2.0.0, 2026") {
		t.Errorf("%d bytes in all\n%s", size, notesSaid(got))
	}
	last := got.Evidence[len(got.Evidence)-1]
	if _, ok := last.Body.(analysis.Links); !ok || !strings.HasSuffix(last.Claim, "older releases are not shown") {
		t.Errorf("the rest is not told: %+v", last)
	}
}

func TestParseRepository(t *testing.T) {
	for claim, want := range map[string]repository{
		"git+https://github.com/acme/http.git":                 {host: "github.com", name: "acme/http"},
		"git://github.com/acme/http.git#main":                  {host: "github.com", name: "acme/http"},
		"git+ssh://git@github.com/acme/http":                   {host: "github.com", name: "acme/http"},
		"git@github.com:acme/http.git":                         {host: "github.com", name: "acme/http"},
		"ssh://git@gitlab.com:22/acme/http.git":                {host: "gitlab.com", name: "acme/http"},
		"scm:git:https://github.com/acme/http.git":             {host: "github.com", name: "acme/http"},
		"scm:git:git@github.com:acme/http.git":                 {host: "github.com", name: "acme/http"},
		"https://www.GitHub.com/acme/http/tree/main/pack/core": {host: "github.com", name: "acme/http", dir: "pack/core"},
		"acme/http":                                   {name: "acme/http"},
		"github:acme/http":                            {name: "acme/http"},
		"gitlab:acme/http":                            {host: "gitlab.com", name: "acme/http"},
		"https://acme.github.io/":                     {},
		"https://github.com/acme":                     {},
		"https://github.com/acme/..":                  {},
		"https://github.com/a%00/http":                {},
		"javascript:alert(1)":                         {},
		"file:///etc/passwd":                          {},
		"":                                            {},
		"https://gitlab.com/acme/group/http":          {host: "gitlab.com", name: "acme/group", deep: true},
		"https://gitlab.com/acme/http/-/tree/main":    {host: "gitlab.com", name: "acme/http"},
		"https://gitlab.com/acme/http/tree/main/core": {host: "gitlab.com", name: "acme/http", dir: "core"},
		"acme/http/../..":                             {name: "acme/http"},
	} {
		got, ok := parseRepository(claim)
		if ok != (want.name != "") || ok && got != want {
			t.Errorf("%q is %+v, %v", claim, got, ok)
		}
	}
}

func FuzzParseRepository(f *testing.F) {
	for _, seed := range []string{notesSource, "git@github.com:acme/http.git", "acme/http", "https://github.com/a/b/tree/m/../..", "scm:git:x:y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, claim string) {
		r, ok := parseRepository(claim)
		if !ok {
			return
		}
		owner, name, _ := strings.Cut(r.name, "/")
		if !ownerName.MatchString(owner) || !repoName.MatchString(name) || name == "." || name == ".." {
			t.Errorf("%q is %+v", claim, r)
		}
	})
}

func TestPrerelease(t *testing.T) {
	for version, want := range map[string]bool{
		"1.7.4": false, "v1.7.4": false, "1.7.4-rc.1": true, "1.0.0b2": true, "1.0.dev3": true, "1.0.0-0": true, "2.0.0.beta": true,
		"1.0.0.post1": false, "33.0.0-jre": false, "6.4.0.Final": false, "1.0.0+rc.1": false, "v1.0.1-0.20261118100000-abcdefabcdef": true, "1.0.0-M2": true,
	} {
		if got := isPrerelease(version); got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
}
