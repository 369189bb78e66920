package cmd

import (
	"errors"
	"fmt"
	"io"

	"github.com/depreview/depreview/analysis/policy"
)

type policyCmd struct {
	ImportKyverno importKyvernoCmd `cmd:"" name:"import-kyverno" help:"Print the [[images]] of a Kyverno policy that verifies images."`
}

type importKyvernoCmd struct {
	File string `arg:"" name:"FILE" help:"A ClusterPolicy or Policy with verifyImages rules; - is standard input."`
}

// Run prints the rules for .depreview/policy.toml; what they cannot say stands
// in comments above them, and is counted on standard error. Nothing is written
// into the repository: the person who owns the policy puts it there.
func (c *importKyvernoCmd) Run(env *environment) error {
	if env.cli.Format != "" || env.cli.Packages != nil || env.cli.Staged {
		return errors.New("policy import-kyverno prints TOML, and takes no --format, no --packages and no --staged\nhint: depreview policy import-kyverno FILE --output FILE")
	}
	data, err := c.read(env)
	if err != nil {
		return err
	}
	imported, err := policy.ImportKyverno(data)
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	out := &output{path: env.cli.Output, w: env.stdout}
	_, err = out.Write(imported.TOML)
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	fmt.Fprintf(env.stderr, "depreview: %d rules; what could not be carried over: %d notes\n", imported.Rules, len(imported.Notes))
	for _, note := range imported.Notes { // one line each, past the gate
		fmt.Fprintln(env.stderr, "  "+note)
	}
	if imported.Rules == 0 {
		return errors.New("import " + c.File + ": none of its rules could be carried over")
	}
	return nil
}

func (c *importKyvernoCmd) read(env *environment) ([]byte, error) {
	switch c.File {
	case "":
		return nil, errors.New("import a policy: the name of the file is empty\nhint: - is standard input")
	case "-":
		data, err := io.ReadAll(io.LimitReader(env.stdin, mostAttest))
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return data, nil
	}
	return named("FILE", c.File)
}
