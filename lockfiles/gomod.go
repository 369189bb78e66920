package lockfiles

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// gomod reads go.mod, which since Go 1.17 names every module of the build, and
// takes the hashes from the go.sum beside it. go.sum alone is no lockfile: it
// keeps hashes of versions that are not selected.
//
// A replaced module keeps the name under which it is imported. Its Version is
// that of the module really built ("" for a directory), its Label the version
// that the requirement asks for, its Origin "replaced by <path>".
type gomod struct{}

func (gomod) Name() string { return "go.mod" }

func (gomod) Match(file string) bool { return base(file, "go.mod") }

func (gomod) Companions() []string { return []string{"go.sum"} }

const gomodEcosystem = "golang"

// gomodListsAll is the first language version whose go.mod lists indirect
// dependencies too, and gomodDefault what a go.mod without `go` is taken for.
const (
	gomodListsAll = "go1.17"
	gomodDefault  = "1.16"
)

func (gomod) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	parsed, err := modfile.Parse(file, data, nil)
	if err != nil {
		return Lockfile{}, gomodError(file, err)
	}
	if parsed.Module == nil {
		return Lockfile{}, parseErrorf(file, 1, "the file has no module directive")
	}
	sums, err := readGosum(ctx, tree, path.Join(path.Dir(file), "go.sum"))
	if err != nil {
		return Lockfile{}, parseErrorf(file, 1, "the go.sum beside this file: %w", err)
	}
	b := gomodBuilder{file: file, mod: parsed, sums: sums}
	if err := b.indexReplaces(); err != nil {
		return Lockfile{}, err
	}
	if err := b.requires(ctx); err != nil {
		return Lockfile{}, err
	}
	b.fromSums()
	b.stdlib()
	root := Root{Path: path.Dir(file), Name: parsed.Module.Mod.Path}
	for _, p := range b.packages {
		if !p.Direct {
			continue
		}
		asked := p.Version
		if p.Label != "" {
			asked = p.Label
		}
		root.Requires = append(root.Requires, Edge{p.Name, asked, p.Key()})
	}
	return Lockfile{Packages: b.packages, Roots: []Root{root}, Settings: gomodSettings(parsed)}, nil
}

// gomodError is the first error of modfile with its line; a list says how many
// more there are.
func gomodError(file string, err error) error {
	more := ""
	if list, ok := errors.AsType[modfile.ErrorList](err); ok && len(list) > 0 {
		if n := len(list) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		err = &list[0]
	}
	line := 0
	if one, ok := errors.AsType[*modfile.Error](err); ok {
		line = one.Pos.Line
		err = one.Err
		if one.Verb != "" {
			err = fmt.Errorf("%s %s: %w", one.Verb, one.ModPath, err)
		}
	}
	return parseErrorf(file, line, "%w%s", err, more)
}

// gomodBuilder gathers the packages of one go.mod.
type gomodBuilder struct {
	file     string
	mod      *modfile.File
	sums     gosum
	replaces map[module.Version]*modfile.Replace // by the replaced module; Version "" is any
	required map[string]int                      // module path -> index in packages
	packages []Package
}

// indexReplaces refuses what the go command refuses: two replacements of one
// module version that disagree.
func (b *gomodBuilder) indexReplaces() error {
	b.replaces = make(map[module.Version]*modfile.Replace, len(b.mod.Replace))
	for _, r := range b.mod.Replace {
		if prev := b.replaces[r.Old]; prev != nil && prev.New != r.New {
			return parseErrorf(b.file, gomodLine(r.Syntax), "conflicting replacements for %s: line %d has another", r.Old, gomodLine(prev.Syntax))
		}
		b.replaces[r.Old] = r
	}
	return nil
}

func (b *gomodBuilder) replacement(m module.Version) *modfile.Replace {
	if r := b.replaces[m]; r != nil {
		return r
	}
	return b.replaces[module.Version{Path: m.Path}]
}

// requires makes a package of each requirement. The go command refuses to
// build when a path is required at two versions, and so do we; the same
// requirement twice is direct if one of them is.
func (b *gomodBuilder) requires(ctx context.Context) error {
	b.required = make(map[string]int, len(b.mod.Require))
	asked := make(map[string]*modfile.Require, len(b.mod.Require))
	for _, r := range b.mod.Require {
		if err := ctx.Err(); err != nil {
			return err
		}
		if prev := asked[r.Mod.Path]; prev != nil {
			if prev.Mod.Version != r.Mod.Version {
				return parseErrorf(b.file, gomodLine(r.Syntax), "%s is required twice, at %s here and at %s in line %d\nhint: run go mod tidy",
					r.Mod.Path, r.Mod.Version, prev.Mod.Version, gomodLine(prev.Syntax))
			}
			b.packages[b.required[r.Mod.Path]].Direct = b.packages[b.required[r.Mod.Path]].Direct || !r.Indirect
			continue
		}
		asked[r.Mod.Path] = r
		b.required[r.Mod.Path] = len(b.packages)
		p := b.module(r.Mod)
		p.Direct = !r.Indirect
		p.Line = gomodLine(r.Syntax)
		b.packages = append(b.packages, p)
	}
	return nil
}

// module is the package that a module version stands for once replacements
// are applied.
func (b *gomodBuilder) module(m module.Version) Package {
	p := Package{ID: ID{gomodEcosystem, m.Path}, Version: m.Version}
	if r := b.replacement(m); r != nil {
		p.Version, p.Label, p.Origin = r.New.Version, m.Version, "replaced by "+r.New.Path
		m = r.New
	}
	if m.Version != "" {
		p.Integrity = b.sums.digests(m)
	}
	return p
}

// fromSums adds what a go.mod older than Go 1.17 leaves out. Its indirect
// dependencies appear in go.sum alone, where a hash of a module's content (and
// not only of its go.mod) means that the build has read it. Versions pile up
// there and a build holds one of each module, so the highest is taken; Label
// says where the entry comes from.
func (b *gomodBuilder) fromSums() {
	line := 1
	language := gomodDefault
	if b.mod.Go != nil {
		line, language = gomodLine(b.mod.Go.Syntax), b.mod.Go.Version
	}
	if version.Compare("go"+language, gomodListsAll) >= 0 {
		return
	}
	replacedBy := make(map[module.Version]module.Version, len(b.mod.Replace))
	for _, r := range b.mod.Replace {
		replacedBy[r.New] = r.Old
	}
	for _, m := range b.sums.highest() {
		p := Package{ID: ID{gomodEcosystem, m.Path}, Version: m.Version, Integrity: b.sums.digests(m)}
		if old, ok := replacedBy[m]; ok {
			p.Name, p.Origin = old.Path, "replaced by "+m.Path
		} else if r := b.replacement(m); r != nil {
			continue // a hash from before the replacement
		}
		if _, ok := b.required[p.Name]; ok {
			continue
		}
		b.required[p.Name] = len(b.packages)
		p.Label, p.Line = "from go.sum", line
		b.packages = append(b.packages, p)
	}
}

// stdlib is the standard library of the toolchain that the module asks for:
// the toolchain directive's when it is newer than the go directive's, which
// then remains as the Label.
func (b *gomodBuilder) stdlib() {
	if b.mod.Go == nil {
		return
	}
	p := Package{ID: ID{gomodEcosystem, "stdlib"}, Version: b.mod.Go.Version, Direct: true, Line: gomodLine(b.mod.Go.Syntax)}
	if t := b.mod.Toolchain; t != nil && t.Name != "default" {
		name, _, _ := strings.Cut(t.Name, "-") // go1.22.1-suffix names someone's own build of 1.22.1
		if version.Compare(name, "go"+p.Version) > 0 {
			p.Version, p.Label, p.Line = strings.TrimPrefix(name, "go"), p.Version, gomodLine(t.Syntax)
		}
	}
	b.packages = append(b.packages, p)
}

// gomodSettings are the directives that change the build without requiring a
// module. `retract` is left out: it speaks to users of this module only.
func gomodSettings(mod *modfile.File) []Setting {
	var settings []Setting
	if t := mod.Toolchain; t != nil {
		settings = append(settings, Setting{"toolchain", t.Name, gomodLine(t.Syntax)})
	}
	for _, g := range mod.Godebug {
		settings = append(settings, Setting{"godebug", g.Key + "=" + g.Value, gomodLine(g.Syntax)})
	}
	for _, r := range mod.Replace {
		settings = append(settings, Setting{"replace", gomodVersion(r.Old) + " => " + gomodVersion(r.New), gomodLine(r.Syntax)})
	}
	for _, e := range mod.Exclude {
		settings = append(settings, Setting{"exclude", gomodVersion(e.Mod), gomodLine(e.Syntax)})
	}
	for _, t := range mod.Tool {
		settings = append(settings, Setting{"tool", t.Path, gomodLine(t.Syntax)})
	}
	for _, i := range mod.Ignore {
		settings = append(settings, Setting{"ignore", i.Path, gomodLine(i.Syntax)})
	}
	return settings
}

// gomodVersion writes a module version as go.mod does.
func gomodVersion(m module.Version) string { return strings.TrimSpace(m.Path + " " + m.Version) }

func gomodLine(line *modfile.Line) int { return line.Start.Line }
