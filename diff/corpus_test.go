package diff

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// statement is what an update bot says that its commit did.
type statement struct {
	Name, From, To string
	TextOK         bool `json:"text_ok"`
}

// TestBotsStatements holds the diff of every pair of the corpus against what
// the bot that made the update said of it: each statement must stand in the
// diff with the same name, from and to.
func TestBotsStatements(t *testing.T) {
	dir := os.Getenv("DEPREVIEW_CORPUS")
	if dir == "" {
		t.Skip("DEPREVIEW_CORPUS is not set: unpack the corpus with shared/tools/corpus and name its directory to run this test")
	}
	pairs, err := os.ReadDir(filepath.Join(dir, "lockpairs"))
	if err != nil {
		t.Fatal(err)
	}
	statements, used := 0, make(map[string]bool)
	for _, pair := range pairs {
		root := filepath.Join(dir, "lockpairs", pair.Name())
		d := Between(readSide(t, root, "before"), readSide(t, root, "after"))
		for _, s := range readStatements(t, root) {
			if !s.TextOK {
				continue
			}
			statements++
			if stated(d.Changes, s) {
				continue
			}
			text := fmt.Sprintf("%s: %s %s -> %s", pair.Name(), s.Name, s.From, s.To)
			if wrongStatements[text] == "" {
				t.Errorf("%s is not in the diff; of that name: %s", text, ofName(d.Changes, s.Name))
			}
			used[text] = true
		}
	}
	for text := range wrongStatements {
		if !used[text] {
			t.Errorf("the statement %q is found after all", text)
		}
	}
	t.Logf("%d pairs, %d statements", len(pairs), statements)
}

// wrongStatements are those that the files themselves contradict, and how.
var wrongStatements = map[string]string{
	"gha-crates.io-90cd27a9: jdx/mise  -> v2026.8.6":                    "no `uses:` moved, but the version of a tool that an action is asked to install (`with: version:`)",
	"go-restic-31e3717b: golang.org/x/oauth2 0.30.0 -> 0.31.0":          "go.mod moves from v0.30.0 to v0.33.0: another update of the group raised it further",
	"npm-sigstore-js-e86f926f: @sigstore/protobuf-specs 0.4.3 -> 0.5.0": "the lockfile pins 0.5.0 on both sides",
	"pipenv-pipenv-35463963: pytest 9.0.2 -> 9.0.3":                     "Pipfile.lock pins 9.0.3 and 9.0.2 in the same two sections on both sides",
	"pipenv-pipenv-5df1cf8b: pytest 9.0.2 -> 9.0.3":                     "9.0.3 is added to the default section; the develop section keeps 9.0.2",
	"yarn-npq-64de84f3: update-notifier  -> version":                    "\"to version\" is no version: the subject reads \"update update-notifier to version 3.0.1\"",
	"yarn-npq-c6be2465: commitizen  -> version":                         "\"to version\" is no version: the subject reads \"update commitizen to version 3.0.0\"",
	"terraform-osv.dev-fc9855c6: google ~> 5.27.0 -> ~> 5.43.0":         "states the manifest's constraint; the lockfile moves from 5.27.0 to 5.43.1",
	"terraform-osv.dev-fc9855c6: google-beta ~> 5.27.0 -> ~> 5.43.0":    "states the manifest's constraint; the lockfile moves from 5.27.0 to 5.43.1",
}

// brokenLockfiles are those of the corpus that their own tool refuses too.
var brokenLockfiles = map[string]string{
	"uv-uv-4038c9a6/after/scripts/benchmark/uv.lock": "edited by hand to test uv: [distribution.optional-dependencies] stands in it twice, which is no TOML",
}

func readSide(t *testing.T, root, side string) []lockfiles.Lockfile {
	t.Helper()
	tree := os.DirFS(filepath.Join(root, side))
	if _, err := os.Stat(filepath.Join(root, side)); err != nil {
		return nil
	}
	paths, err := lockfiles.Find(tree, true)
	if err != nil {
		t.Fatal(err)
	}
	read, problems, err := lockfiles.ReadAll(t.Context(), tree, paths)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if name := filepath.Base(root) + "/" + side + "/" + p.Path; brokenLockfiles[name] == "" {
			t.Errorf("%s: %v", name, p.Err)
		}
	}
	return read
}

func readStatements(t *testing.T, root string) (list []statement) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "truth.json"))
	if os.IsNotExist(err) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(data, &list)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func stated(changes []Change, s statement) bool {
	for i := range changes {
		c := &changes[i]
		if sameName(c.Package(), s.Name) && sameVersion(c.Base, s.From) && sameVersion(c.Head, s.To) {
			return true
		}
	}
	return false
}

// sameName reads names as bots write them: an action without the path inside
// its repository, a provider by its last name.
func sameName(p *lockfiles.Package, name string) bool {
	switch p.Ecosystem {
	case "pypi":
		name, _, _ = strings.Cut(name, "[")
		name = lockfiles.NormalizePyPI(name)
	case "githubactions":
		return strings.EqualFold(p.Name, name) || strings.HasPrefix(strings.ToLower(p.Name), strings.ToLower(name)+"/")
	case "terraform":
		return p.Name == name || strings.HasSuffix(p.Name, "/"+name)
	}
	return strings.EqualFold(p.Name, name)
}

// sameVersion reads versions as bots write them: nothing where they do not
// say, with or without v or an operator, a major version alone, a commit by
// its first digits, a branch's commit inside a pseudo-version.
func sameVersion(p *lockfiles.Package, version string) bool {
	version = strings.TrimLeft(version, "v=~^> ")
	if version == "" {
		return true
	}
	if p == nil {
		return false
	}
	for _, v := range []string{p.Version, humanVersion(p.Label)} {
		v = strings.TrimPrefix(v, "v")
		if order, ok := Compare(p.Ecosystem, v, version); v == version || strings.HasPrefix(v, version+".") || ok && order == 0 {
			return true
		}
	}
	return len(version) >= 7 && (strings.HasPrefix(p.Version, version) && commitHash.MatchString(p.Version) || strings.Contains(p.Version, "-"+version))
}

func ofName(changes []Change, name string) string {
	var found []string
	for i := range changes {
		if c := &changes[i]; sameName(c.Package(), name) {
			found = append(found, c.From()+" -> "+c.To())
		}
	}
	return strings.Join(found, "; ")
}
