package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the release build (-ldflags -X).
var version = ""

type versionCmd struct{}

func (versionCmd) Run(env *environment) error {
	fmt.Fprintf(env.stdout, "depreview %s\n%s %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// buildVersion is the released version, else what `go install` or a checkout
// recorded.
func buildVersion() string {
	if version != "" {
		return version
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
