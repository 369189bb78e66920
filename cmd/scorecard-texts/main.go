//go:build engines

// Command scorecard-texts writes what the viewer knows of Scorecard's checks
// into a file that is embedded: their names, risks, one sentence each and what to do, from
// the library's own documentation. The viewer carries the file, and not the
// library. Run it with `go generate ./assets` when the library's version changes.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ossf/scorecard/v5/docs/checks"
)

const (
	library = "github.com/ossf/scorecard/v5"
	notice  = "Copyright OpenSSF Scorecard Authors. Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0. " +
		"Names, risks, short texts and remediations are taken unchanged from docs/checks of the module and version named here."
)

// document is read by assets.ScorecardTexts.
type document struct {
	Notice  string  `json:"notice"`
	Module  string  `json:"module"`
	Version string  `json:"version"`
	Checks  []check `json:"checks"`
}

type check struct {
	Name        string   `json:"name"`
	Risk        string   `json:"risk"`
	Short       string   `json:"short"`
	Remediation []string `json:"remediation"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "scorecard-texts:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("name the file to write\nhint: go generate ./assets")
	}
	version, err := libraryVersion()
	if err != nil {
		return err
	}
	docs, err := checks.Read()
	if err != nil {
		return fmt.Errorf("read the documentation of %s: %w", library, err)
	}
	var all []check
	for _, c := range docs.GetChecks() {
		one := check{c.GetName(), c.GetRisk(), strings.Join(strings.Fields(c.GetShort()), " "), nil}
		for _, step := range c.GetRemediation() {
			one.Remediation = append(one.Remediation, strings.Join(strings.Fields(step), " "))
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b check) int { return strings.Compare(a.Name, b.Name) })
	text, err := json.MarshalIndent(document{notice, library, version, all}, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], append(text, '\n'), 0o644)
}

// libraryVersion is the one that this program was built with.
func libraryVersion() (string, error) {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, m := range info.Deps {
			if m.Path == library && m.Replace == nil {
				return m.Version, nil
			}
		}
	}
	return "", fmt.Errorf("the program does not know with which version of %s it was built", library)
}
