package posture

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles"
)

// repo is the revision as the rules ask for it.
type repo struct {
	ctx      context.Context
	tree     fs.FS
	paths    []string // regular files outside of vendored copies, sorted
	other    []string // symbolic links and submodules
	locks    []lock
	fixtures int

	docs  map[string]*document
	flows []*workflow // read by workflows
	read  bool
}

// lock is a lockfile of the project itself.
type lock struct {
	path, dir, format string
}

// document is a settings file that was read once.
type document struct {
	cooldown.Value
	file  string
	lines []string
	err   error
}

// lister is a tree that knows its paths; diff/revision's are.
type lister interface {
	Find(ctx context.Context, match func(path string) bool) (files, others []string, err error)
}

func open(ctx context.Context, tree fs.FS) (*repo, error) {
	r := &repo{ctx: ctx, tree: tree, docs: make(map[string]*document)}
	own := func(p string) bool { return !lockfiles.Vendored(p) }
	var err error
	if l, ok := tree.(lister); ok {
		r.paths, r.other, err = l.Find(ctx, own)
	} else {
		err = fs.WalkDir(tree, ".", func(p string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (entry.Name() == ".git" || lockfiles.Vendored(p+"/.")):
				return fs.SkipDir
			case entry.Type().IsRegular():
				r.paths = append(r.paths, p)
			case !entry.IsDir():
				r.other = append(r.other, p)
			}
			return ctx.Err()
		})
	}
	if err != nil {
		return nil, fmt.Errorf("list the files of the repository: %w", err)
	}
	slices.Sort(r.paths)
	for _, p := range r.paths {
		format := lockfiles.FormatIn(tree, p)
		switch {
		case format == nil || ecosystems[format.Name()] == "": // container images have no package manager whose settings are looked at
		case fixture(p):
			r.fixtures++
		default:
			r.locks = append(r.locks, lock{p, path.Dir(p), format.Name()})
		}
	}
	return r, nil
}

// fixtureDirs are where files lie that tests and readers use, and that nobody
// installs from.
var fixtureDirs = map[string]bool{
	"test": true, "tests": true, "testdata": true, "test-data": true, "test_data": true, "__tests__": true, "testing": true,
	"fixture": true, "fixtures": true, "__fixtures__": true, "spec": true, "specs": true, "e2e": true, "integration": true,
	"example": true, "examples": true, "sample": true, "samples": true, "demo": true, "demos": true, "playground": true,
	"mock": true, "mocks": true, "__mocks__": true, "snapshots": true, "__snapshots__": true, "template": true, "templates": true,
	"benchmark": true, "benchmarks": true, "bench": true, "benches": true, "resources": true,
}

// fixture tells whether a file lies among tests and examples.
func fixture(p string) bool {
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		if fixtureDirs[strings.ToLower(dir)] {
			return true
		}
	}
	return false
}

func (r *repo) has(p string) bool {
	_, ok := slices.BinarySearch(r.paths, p)
	return ok
}

// find gives the files outside of fixtures that match.
func (r *repo) find(match func(p string) bool) (found []string) {
	for _, p := range r.paths {
		if match(p) && !fixture(p) {
			found = append(found, p)
		}
	}
	return found
}

// named gives the files of that base name outside of fixtures.
func (r *repo) named(names ...string) []string {
	return r.find(func(p string) bool { return slices.Contains(names, path.Base(p)) })
}

// locksOf gives the lockfiles of the formats.
func (r *repo) locksOf(formats ...string) (found []lock) {
	for _, l := range r.locks {
		if slices.Contains(formats, l.format) {
			found = append(found, l)
		}
	}
	return found
}

// document reads a settings file; one that is absent has an error that is
// fs.ErrNotExist.
func (r *repo) document(name string) *document {
	if d := r.docs[name]; d != nil {
		return d
	}
	d := &document{file: name}
	switch {
	case r.has(name):
		var data []byte
		d.Value, data, d.err = cooldown.ReadDocument(r.tree, name)
		d.lines = strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	case slices.Contains(r.other, name):
		d.err = errors.New("it is a symbolic link or a submodule, which is not followed")
	default:
		d.err = fs.ErrNotExist
	}
	r.docs[name] = d
	return d
}

// text is a file of any language, by its lines alone; one that cannot be read
// has none.
func (r *repo) text(name string) *document {
	d := &document{file: name}
	if info, err := fs.Stat(r.tree, name); err != nil || info.Size() > maxText {
		return d
	}
	if data, err := fs.ReadFile(r.tree, name); err == nil {
		d.lines = strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	}
	return d
}

// maxText is larger than any file that a person writes by hand.
const maxText = 1 << 20

// lineOf and cause take an error of package lockfiles apart.
func lineOf(err error) int {
	if parse, ok := errors.AsType[*lockfiles.ParseError](err); ok {
		return parse.Line
	}
	return 0
}

func cause(err error) error {
	if parse, ok := errors.AsType[*lockfiles.ParseError](err); ok {
		return parse.Err
	}
	return err
}

// ask is document for a rule: ok is false when there is nothing to read, and
// what went wrong is kept.
func (r *reading) ask(name string) (d *document, ok bool) {
	d = r.document(name)
	r.problem(name, cooldown.LineOf(d.err), d.err)
	return d, d.err == nil
}

// line is the text of a line, or "".
func (d *document) line(n int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return d.lines[n-1]
}

// indent is the white space that a line begins with; of a list's entry, up to
// its first key.
func indent(line string) string {
	n := len(line) - len(strings.TrimLeft(line, " "))
	for strings.HasPrefix(line[n:], "- ") {
		n += 2
		n += len(line[n:]) - len(strings.TrimLeft(line[n:], " "))
	}
	return strings.Repeat(" ", n)
}

// replaceLine is the Edit that puts new in place of old in a line; nil when
// the line does not hold old just once.
func (d *document) replaceLine(n int, old, new string) []Edit {
	text := d.line(n)
	if old == "" || strings.Count(text, old) != 1 {
		return nil
	}
	return []Edit{{Replace, d.file, n, strings.Replace(text, old, new, 1)}}
}

func (d *document) removeLine(n int) []Edit { return []Edit{{How: Remove, File: d.file, Line: n}} }

// appendTo is the Edit that adds text at the end of a file, or makes the file.
func (r *repo) appendTo(file, text string) []Edit {
	d := r.document(file)
	switch {
	case errors.Is(d.err, fs.ErrNotExist):
		return []Edit{{How: Create, File: file, Text: text}}
	case d.err != nil:
		return nil
	}
	last := len(d.lines)
	for last > 0 && strings.TrimSpace(d.lines[last-1]) == "" {
		last--
	}
	return []Edit{{After, file, last, text}}
}
