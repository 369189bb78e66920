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

// installHint is the command that gives the engine of this viewer. A released
// viewer wants its own version, not the newest; one that was built from a
// checkout has no version that could be asked for, and only a build of the same
// checkout calls itself the same.
func installHint(version string) string {
	const module = "github.com/depreview/depreview/cmd/depreview-engines"
	switch {
	case strings.HasPrefix(version, "v") && !strings.Contains(version, "+"):
		return "go install -tags engines " + module + "@" + version
	case version != "" && version[0] >= '0' && version[0] <= '9':
		return "go install -tags engines " + module + "@v" + version // goreleaser's {{ .Version }} has no v
	}
	return "build both from one checkout of depreview: go build -tags engines -o bin/ ./cmd/depreview ./cmd/depreview-engines"
}
