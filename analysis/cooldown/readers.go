package cooldown

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// reader is a tool that has a cooldown.
type reader struct {
	tool  string
	locks []string // base names of the lockfiles that the tool writes; nil for bots, which serve all
	// where are the directories, relative to that of the lockfile, whose files
	// the tool reads.
	where reach
	files []string // relative to each directory, the one that counts first
	// read gives nil when the file says nothing of a cooldown.
	read func(f *file) (ask, error)
}

type reach int

const (
	beside reach = iota // the directory of the lockfile alone
	upward              // and those above it
	atRoot              // the root of the repository alone
)

// readers is every tool. To add one, write its file and add its line.
var readers = []reader{
	{"npm", []string{"package-lock.json", "npm-shrinkwrap.json"}, beside, []string{".npmrc"}, readNPM},
	{"pnpm", []string{"pnpm-lock.yaml"}, upward, []string{"pnpm-workspace.yaml", "package.json"}, readPNPM},
	{"yarn", []string{"yarn.lock"}, upward, []string{".yarnrc.yml"}, readYarn},
	{"bun", []string{"bun.lock"}, beside, []string{"bunfig.toml"}, readBun},
	{"deno", []string{"deno.lock"}, upward, []string{"deno.json", "deno.jsonc"}, readDeno},
	{"uv", []string{"uv.lock", "pylock*.toml", "requirements*.txt"}, upward, []string{"uv.toml", "pyproject.toml"}, readUV},
	{"pip", []string{"pylock*.toml", "requirements*.txt"}, atRoot, []string{"pip.conf"}, readPip},
	{"poetry", []string{"poetry.lock"}, beside, []string{"poetry.toml"}, readPoetry},
	{"cargo", []string{"Cargo.lock"}, upward, []string{".cargo/config.toml", ".cargo/config"}, readCargo},
	{"Dependabot", nil, atRoot, []string{".github/dependabot.yml", ".github/dependabot.yaml"}, readDependabot},
	{"Renovate", nil, atRoot, renovateFiles, readRenovate},
}

func (r reader) serves(lockfile string) bool {
	return r.locks == nil || slices.ContainsFunc(r.locks, func(name string) bool {
		ok, _ := path.Match(name, path.Base(lockfile))
		return ok
	})
}

// find asks file after file until one says something, or cannot be read.
func (r reader) find(tree fs.FS, lockfile string) (ask, *Problem) {
	dir := path.Dir(lockfile)
	for {
		if r.where == atRoot {
			dir = "."
		}
		for _, name := range r.files {
			f := &file{tool: r.tool, path: path.Join(dir, name), lockfile: lockfile}
			var err error
			if f.data, err = readFile(tree, f.path); errors.Is(err, fs.ErrNotExist) {
				continue
			}
			var ask ask
			if err == nil {
				ask, err = r.read(f)
			}
			if err != nil {
				return nil, f.problem(err)
			}
			if ask != nil {
				return ask, nil
			}
		}
		if dir == "." || r.where != upward {
			return nil, nil
		}
		dir = path.Dir(dir)
	}
}

// maxFile is larger than any settings file that a person writes, and small
// enough that no parser takes long over it.
const maxFile = 256 << 10

func readFile(tree fs.FS, name string) ([]byte, error) {
	f, err := tree.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fs.ErrNotExist
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("the file is larger than %d KiB", maxFile>>10)
	}
	return data, err
}

// file is a settings file that was found.
type file struct {
	tool, path, lockfile string
	data                 []byte
}

// lineError is an error of a line.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return e.err.Error() }

func errorAt(line int, format string, args ...any) error {
	return &lineError{line, fmt.Errorf(format, args...)}
}

func (f *file) problem(err error) *Problem {
	p := &Problem{Tool: f.tool, File: f.path, Reason: oneLine(err.Error())}
	if at, ok := errors.AsType[*lineError](err); ok {
		p.Line = at.line
	}
	var missing *fs.PathError
	if errors.As(err, &missing) { // the path stands before it already
		p.Reason = oneLine(missing.Err.Error())
	}
	return p
}

// demand is a Demand of that file, still without an age.
func (f *file) demand(key string, value *node) Demand {
	return Demand{Tool: f.tool, File: f.path, Line: value.line, Setting: oneLine(key + " " + value.written())}
}

// exempt names the entry of a list that exempts a package.
func (f *file) exempt(key string, entry *node) string {
	return oneLine(fmt.Sprintf("%s (%s %s)", place(f.path, entry.line), key, entry.text))
}

// oneLine bounds what a file says to what a person reads at a glance.
func oneLine(text string) string {
	const most = 160
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
