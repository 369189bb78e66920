package engines

import (
	"runtime/debug"
	"strings"
)

// Protocol numbers the shape of the two documents. It rises with every change
// that an older side would misread.
const Protocol = 1

// BuildVersion is the version of the running program: what the release build
// set (-ldflags -X), else what `go install` or a checkout recorded. The viewer
// and the engine both name themselves by it, so that the same source gives the
// same name.
func BuildVersion(released string) string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

// installHint is the command that gives the engine of this viewer: a released
// viewer wants its own version, not the newest.
func installHint(version string) string {
	at := "latest"
	if strings.HasPrefix(version, "v") && !strings.Contains(version, "+") {
		at = version
	} else if version != "" && version[0] >= '0' && version[0] <= '9' {
		at = "v" + version // goreleaser's {{ .Version }} has no v
	}
	return "go install -tags engines github.com/depreview/depreview/cmd/depreview-engines@" + at
}
