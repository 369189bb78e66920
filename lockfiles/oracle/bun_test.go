package oracle

import (
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/bunlock"

	"github.com/depreview/depreview/lockfiles"
)

func TestBun(t *testing.T) {
	comparison{format: "bun.lock", extractor: bunlock.New(), ours: bunOurs, theirs: bunTheirs}.run(t)
}

// bunOurs drops the commit that is our version of a git dependency: the
// extractor keeps it apart.
func bunOurs(p lockfiles.Package) (entry, bool) {
	if strings.HasPrefix(p.Origin, "git+") || strings.HasPrefix(p.Origin, "github:") {
		p.Version = ""
	}
	return entry{p.Name, p.Version}, true
}

// bunTheirs leaves out the project's own workspaces, which are roots to us.
func bunTheirs(name, version string) (entry, bool) {
	return entry{name, version}, !strings.HasPrefix(version, "workspace:") && version != "root:"
}
