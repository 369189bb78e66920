// Package policy reads what a project demands of its dependencies, from
// .depreview/policy.toml. It stands above analysis/spdx, analysis/attest and assets,
// and below analysis/checks. The file is read of the base revision alone: a branch does
// not choose the rules by which it is judged.
package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// File is where the policy lies in a repository.
const File = ".depreview/policy.toml"

// largest bounds the file: a policy is written by hand.
const largest = 1 << 20

// section is a table of the policy, and the whole file for who looks for
// lines. It is nil without an error where there is no file, or no such table.
func section(tree fs.FS, name string) (data []byte, table map[string]any, err error) {
	data, value, err := entry(tree, name)
	if value == nil || err != nil {
		return nil, nil, err
	}
	table, ok := value.(map[string]any)
	if !ok {
		return nil, nil, problem(lineOf(data, unstable.Key, name), name+" is no table")
	}
	return data, table, nil
}

// entry is what stands in the policy under a name, of whatever shape; it is nil
// without an error where there is nothing.
func entry(tree fs.FS, name string) (data []byte, value any, err error) {
	data, err = fs.ReadFile(tree, File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read %s: %w", File, err)
	case len(data) > largest:
		return nil, nil, fmt.Errorf("read %s: it is larger than %d bytes", File, largest)
	}
	var document map[string]any
	if err := toml.Unmarshal(data, &document); err != nil {
		line := 0
		if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ = decode.Position()
		}
		return nil, nil, problem(line, strings.TrimPrefix(err.Error(), "toml: "))
	}
	return data, document[name], nil
}

func problem(line int, what string) error {
	if line == 0 {
		return fmt.Errorf("read %s: %s", File, what)
	}
	return fmt.Errorf("read %s:%d: %s", File, line, what)
}

// lineOf is the first line with a key or a string of that text, or 0.
func lineOf(data []byte, kind unstable.Kind, text string) int {
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		if line := find(&p, p.Expression(), kind, text); line > 0 {
			return line
		}
	}
	return 0
}

// linesOf are the lines of [[name]], in their order.
func linesOf(data []byte, name string) (lines []int) {
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		n := p.Expression()
		if n.Kind != unstable.ArrayTable {
			continue
		}
		key := n.Key()
		if key.Next() && string(key.Node().Data) == name && key.IsLast() {
			lines = append(lines, p.Shape(key.Node().Raw).Start.Line)
		}
	}
	return lines
}

func find(p *unstable.Parser, n *unstable.Node, kind unstable.Kind, text string) int {
	if n == nil || !n.Valid() {
		return 0
	}
	if n.Kind == kind && string(n.Data) == text {
		return p.Shape(n.Raw).Start.Line
	}
	for it := n.Children(); it.Next(); {
		if line := find(p, it.Node(), kind, text); line > 0 {
			return line
		}
	}
	return 0
}
