package cmd

import (
	"fmt"
	"runtime"

	"github.com/depreview/depreview/analysis/engines"
)

// version is set by the release build (-ldflags -X).
var version = ""

type versionCmd struct{}

func (versionCmd) Run(env *environment) error {
	fmt.Fprintf(env.stdout, "depreview %s\n%s %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// buildVersion is what this program calls itself; the engine's is made alike, so
// that the two know whether they belong together.
func buildVersion() string { return engines.BuildVersion(version) }
