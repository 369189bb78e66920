package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// settings are what the repository's configuration says of files on disk.
type settings struct {
	autocrlf bool
	// quiet are options that leave no content filter to start. git cleans a
	// file whose times do not settle whether it changed, and though the
	// command stands in the person's configuration, the reviewed branch
	// chooses it by .gitattributes and may bring the script that it runs.
	quiet []string
}

func (g *git) readSettings() (settings, error) {
	out, err := g.run(g.life, "config", "-z", "--get-regexp", `^(filter\..*|core\.autocrlf)$`)
	if failure, ok := errors.AsType[*gitFailure](err); ok && failure.code == 1 {
		return settings{}, nil // none is set
	}
	if err != nil {
		return settings{}, err
	}
	var s settings
	drivers := map[string]bool{}
	for record := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		key, value, _ := strings.Cut(record, "\n")
		if key == "core.autocrlf" {
			s.autocrlf = value != "false" && value != "no" && value != "off" && value != "0"
			continue
		}
		driver := key[:strings.LastIndexByte(key, '.')]
		if driver == "filter" || drivers[driver] {
			continue
		}
		drivers[driver] = true
		if strings.ContainsAny(driver, "=\n") {
			return settings{}, &Error{
				Doing: "switch off the content filters", Err: fmt.Errorf("the name of %q cannot be given to git", driver),
				Hint: "rename that filter in your git configuration, or compare two commits",
			}
		}
		s.quiet = append(s.quiet, "-c", driver+".clean=", "-c", driver+".smudge=", "-c", driver+".process=", "-c", driver+".required=false")
	}
	return s, nil
}

func (g *git) crlf() bool {
	s, err := g.settings()
	return err == nil && s.autocrlf
}

// diffOptions: submodules count by the commit they stand at; whether their own
// files are changed would take a git process in each.
var diffOptions = []string{"--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"}

func (g *git) staged(ctx context.Context, commit string) ([]delta, error) {
	out, err := g.run(ctx, slices.Concat([]string{"diff-index", "--cached", "--ita-invisible-in-index"}, diffOptions, []string{commit, "--"})...)
	if err != nil {
		return nil, err
	}
	return parseRaw(out)
}

// unstaged uses the plumbing commands because `git diff` writes the index when
// it finds touched files, optional locks or not.
func (g *git) unstaged(ctx context.Context, commit string) ([]delta, error) {
	s, err := g.settings()
	if err != nil {
		return nil, err
	}
	command := []string{"diff-files"}
	tail := []string{"--"}
	if commit != "" {
		command, tail = []string{"diff-index"}, []string{commit, "--"}
	}
	out, err := g.run(ctx, slices.Concat(s.quiet, command, diffOptions, tail)...)
	if err != nil {
		return nil, err
	}
	return parseRaw(out)
}

// parseRaw reads `:100644 100755 <hash> <hash> M\0path\0` records. A hash of
// zeros beside a mode means that git looked at times only.
func parseRaw(out []byte) ([]delta, error) {
	var deltas []delta
	fields := bytes.Split(bytes.TrimSuffix(out, []byte{0}), []byte{0})
	if len(out) == 0 {
		return nil, nil
	}
	for ; len(fields) >= 2; fields = fields[2:] {
		columns := strings.Fields(strings.TrimPrefix(string(fields[0]), ":"))
		if len(columns) != 5 || len(columns[4]) != 1 {
			return nil, fmt.Errorf("unexpected answer of git diff: %q", fields[0])
		}
		d := delta{path: string(fields[1])}
		for i, side := range []*entry{&d.base, &d.head} {
			mode, err := strconv.ParseUint(columns[i], 8, 32)
			if side.id = unhex(columns[2+i]); err != nil || side.id == "" {
				return nil, fmt.Errorf("unexpected answer of git diff: %q", fields[0])
			}
			side.mode = uint32(mode)
		}
		// An unmerged path (U) has no one side in the index to be equal to.
		d.touched = columns[4] == "M" && strings.Trim(d.head.id, "\x00") == ""
		deltas = append(deltas, d)
	}
	if len(fields) != 0 {
		return nil, fmt.Errorf("unexpected answer of git diff: %q", fields[0])
	}
	return deltas, nil
}

func (g *git) index(ctx context.Context) ([]indexEntry, error) {
	out, err := g.run(ctx, "ls-files", "-z", "-s", "-t", "--full-name", "--", ":/")
	if err != nil {
		return nil, err
	}
	text := string(out) // one copy that all names share
	entries := make([]indexEntry, 0, len(text)/100)
	for text != "" {
		// "H 100644 <hash> 0\tpath\0"
		record, rest, ok := strings.Cut(text, "\x00")
		about, path, tab := strings.Cut(record, "\t")
		columns := strings.Fields(about)
		if !ok || !tab || len(columns) != 4 {
			return nil, fmt.Errorf("unexpected answer of git ls-files: %q", record)
		}
		mode, modeErr := strconv.ParseUint(columns[1], 8, 32)
		stage, stageErr := strconv.Atoi(columns[3])
		id := unhex(columns[2])
		if modeErr != nil || stageErr != nil || id == "" {
			return nil, fmt.Errorf("unexpected answer of git ls-files: %q", record)
		}
		entries = append(entries, indexEntry{entry{path, uint32(mode), id}, stage, columns[0] == "S"})
		text = rest
	}
	slices.SortStableFunc(entries, func(a, b indexEntry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

// untracked leaves out what ends in a slash: a repository of its own.
func (g *git) untracked(ctx context.Context) ([]string, error) {
	out, err := g.run(ctx, "ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", ":/")
	if err != nil {
		return nil, err
	}
	var paths []string
	for path := range strings.SplitSeq(string(out), "\x00") {
		if path != "" && !strings.HasSuffix(path, "/") {
			paths = append(paths, path)
		}
	}
	return paths, nil
}
