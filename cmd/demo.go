package cmd

import (
	"fmt"
	"os"

	"github.com/depreview/depreview/assets"
	"github.com/depreview/depreview/diff/revision"
)

type demoCmd struct{}

// Run unpacks the bundled repository into a temporary directory and reviews
// it there, without git and without network.
func (d *demoCmd) Run(env *environment) error {
	dir, err := os.MkdirTemp("", "depreview-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	defer os.RemoveAll(dir)
	base, head := assets.Demo()
	err = revision.Create(dir,
		revision.Commit{Branch: "main", Message: "Build the service", Files: base},
		revision.Commit{Branch: "update-dependencies", Message: "Update dependencies", Files: head})
	if err != nil {
		return fmt.Errorf("unpack the demo: %w", err)
	}
	env.cli.Repo, env.cli.GoGit = dir, true
	// The packages of the demo are invented: no service could be asked of them.
	env.ask = env.demoServices
	review := reviewCmd{selection{Revs: []string{"main..update-dependencies"}}}
	return review.Run(env)
}
