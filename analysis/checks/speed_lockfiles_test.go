package checks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff/revision"
)

// speedNames are the generated packages of each ecosystem.
var speedNames = map[string]string{
	"npm": "node-part-%03d", "pypi": "snake-part-%03d", "cargo": "rust-part-%03d", "gem": "red-part-%03d", "golang": "example.org/part%03d",
}

const speedFrom, speedTo = "1.0.0", "1.1.0"

// The hashes that lockfiles pin and registries state.
var (
	speedIntegrity = "sha512-" + strings.Repeat("A", 86) + "=="
	speedSum       = "h1:" + strings.Repeat("A", 43) + "="
)

// speedRepository is a repository in which so many packages of each of five
// ecosystems move, with the registries of the endpoints.
func speedRepository(t testing.TB, each int, e clients.Endpoints) (repo revision.Repository, base, head revision.Revision) {
	t.Helper()
	dir := t.TempDir()
	if err := revision.Create(dir,
		revision.Commit{Branch: "main", Message: "base", Files: speedFiles(each, speedFrom, e)},
		revision.Commit{Branch: "next", Message: "head", Files: speedFiles(each, speedTo, e)}); err != nil {
		t.Fatal(err)
	}
	repo, err := revision.Open(t.Context(), dir, revision.GoGit)
	if err != nil {
		t.Fatal(err)
	}
	if base, head, err = repo.Range(t.Context(), []string{"main", "next"}); err != nil {
		t.Fatal(err)
	}
	return repo, base, head
}

func speedFiles(each int, version string, e clients.Endpoints) map[string][]byte {
	var npm, cargo, gems, python, mod, sum strings.Builder
	npm.WriteString(`{"name":"web","lockfileVersion":3,"packages":{"":{"name":"web"}`)
	cargo.WriteString("version = 4\n")
	gems.WriteString("GEM\n  remote: " + e.RubyGems + "/\n  specs:\n")
	mod.WriteString("module example.org/service\n\ngo 1.26.0\n\nrequire (\n")
	hash := strings.Repeat("ab", 32)
	for n := range each {
		name := fmt.Sprintf(speedNames["npm"], n)
		fmt.Fprintf(&npm, `,"node_modules/%s":{"version":"%s","resolved":"%s/%s/-/%s-%s.tgz","integrity":"%s"}`,
			name, version, e.NPM, name, name, version, speedIntegrity)
		fmt.Fprintf(&cargo, "\n[[package]]\nname = \"%s\"\nversion = \"%s\"\nsource = \"sparse+%s/\"\nchecksum = \"%s\"\n",
			fmt.Sprintf(speedNames["cargo"], n), version, e.CratesIndex, hash)
		fmt.Fprintf(&gems, "    %s (%s)\n", fmt.Sprintf(speedNames["gem"], n), version)
		fmt.Fprintf(&python, "%s==%s --hash=sha256:%s\n", fmt.Sprintf(speedNames["pypi"], n), version, hash)
		module := fmt.Sprintf(speedNames["golang"], n)
		fmt.Fprintf(&mod, "\t%s v%s\n", module, version)
		fmt.Fprintf(&sum, "%s v%s %s\n%s v%s/go.mod %s\n", module, version, speedSum, module, version, speedSum)
	}
	npm.WriteString("}}")
	gems.WriteString("\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n")
	mod.WriteString(")\n")
	return map[string][]byte{
		"web/package-lock.json": []byte(npm.String()), "tool/Cargo.lock": []byte(cargo.String()),
		"docs/Gemfile.lock": []byte(gems.String()), "api/requirements.txt": []byte(python.String()),
		"go.mod": []byte(mod.String()), "go.sum": []byte(sum.String()),
	}
}
