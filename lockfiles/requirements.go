package lockfiles

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// requirements is pip's requirements file, which uv reads too. Written by hand
// or by pip-compile and uv, it is a lockfile as far as its entries are pinned;
// the others are Packages without a version.
//
// Options are Settings under their canonical long name, whatever the spelling
// (-i is --index-url), except -r, -c and -e. Environment variables are never
// expanded.
type requirements struct{}

func (requirements) Name() string { return "requirements.txt" }

func (requirements) Match(file string) bool {
	b := path.Base(file)
	return strings.HasSuffix(b, ".txt") &&
		(strings.HasPrefix(b, "requirements") || strings.HasSuffix(b, "requirements.txt") ||
			path.Base(path.Dir(file)) == "requirements")
}

// Plausible: pip-compile and uv write their output under any name.
func (requirements) Plausible(file string) bool {
	b := strings.ToLower(path.Base(file))
	if strings.HasPrefix(b, "requirements") && strings.HasSuffix(b, ".lock") {
		return true // rye's; Helm 2 called its own so too
	}
	stem, ok := strings.CutSuffix(b, ".txt")
	for _, known := range []string{"license", "licence", "readme", "cmakelists", "changelog", "changes", "copying", "notice", "authors", "robots"} {
		ok = ok && !strings.HasPrefix(stem, known)
	}
	return ok
}

func (requirements) MatchContent(_ string, head []byte) bool { return requirementsHeader.Match(head) }

func (requirements) Companions() []string { return []string{"requirements.in", "constraints.txt"} }

func (requirements) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	r := &requirementsReader{ctx: ctx, tree: tree, top: file, visited: map[string]bool{file: true},
		constraints: make(map[string]Package)}
	data, err := readLockfile(tree, file)
	if errors.Is(err, errEmpty) {
		return Lockfile{Roots: []Root{{Path: path.Dir(file)}}}, nil // pip accepts it: nothing is required
	}
	if err == nil {
		err = r.read(file, data, 0, false)
	}
	if err == nil {
		err = r.contradiction()
	}
	if err != nil {
		return Lockfile{}, asParseError(file, 0, err)
	}
	return r.finish(), nil
}

const requirementsMaxDepth = 100

// requirementsEntry is a Package and what the file says beside it.
type requirementsEntry struct {
	Package
	written   string // the name
	specifier string
	instance  string // extras and marker: what tells two entries of a name apart
	marker    string
	via       requirementsVia
}

// requirementsReader reads a file and those it includes.
type requirementsReader struct {
	ctx         context.Context
	tree        fs.FS
	top         string
	visited     map[string]bool
	header      string // the comments before the first statement of the top file
	entries     []requirementsEntry
	constraints map[string]Package
	settings    []Setting
	locals      []Root // projects of this tree that the file installs
	depth       int    // of includes within includes
}

// read takes in one file. at is the line of the top file that includes it, or
// 0; a constraints file pins versions but asks for nothing.
func (r *requirementsReader) read(file string, data []byte, at int, constraint bool) error {
	text, err := requirementsText(data)
	if err != nil {
		return err
	}
	var notes requirementsNotes
	begun := at > 0
	current := -1
	return requirementsLines(text, func(l requirementsLine) error {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if l.text == "" {
			switch {
			case !begun && len(r.header) < 4096:
				r.header += "#" + l.comment + "\n"
			case l.comment == "":
				current = -1
			case current >= 0:
				notes.read(l.comment, &r.entries[current])
			}
			return nil
		}
		begun = true
		line := l.number
		if at > 0 {
			line = at
		}
		before := len(r.entries)
		if err := r.statement(file, l.text, line, constraint); err != nil {
			if pe, ok := errors.AsType[*ParseError](err); ok {
				return pe // of a file that this line includes
			}
			return &ParseError{Line: l.number, Err: err}
		}
		current, notes.open = -1, false
		if !constraint && len(r.entries) == before+1 {
			current = before
			notes.read(l.comment, &r.entries[current])
		}
		return nil
	})
}

// statement is a line: a requirement with options of its own, or options.
func (r *requirementsReader) statement(file, text string, line int, constraint bool) error {
	requirement, rest := text, ""
	if strings.HasPrefix(text, "-") {
		requirement, rest = "", text
	} else if i := strings.Index(text, " -"); i >= 0 {
		requirement, rest = strings.TrimSpace(text[:i]), text[i+1:]
	}
	var options []requirementsOption
	var err error
	if rest != "" {
		if options, err = requirementsOptions(rest); err != nil {
			return err
		}
	}
	editable := false
	if requirement == "" {
		for _, o := range options {
			if o.name == "-e" {
				requirement, editable = o.value, true
				break
			}
		}
	}
	if requirement == "" {
		return r.options(file, options, line)
	}
	entry, root, err := r.requirement(path.Dir(file), requirement, editable)
	if err != nil {
		return err
	}
	entry.Line = line
	for _, o := range options {
		value := strings.TrimSpace(o.value + " " + o.extra)
		switch {
		case o.name == "--hash" && !editable:
			digest, err := requirementsDigest(value)
			if err != nil {
				return err
			}
			entry.Integrity = append(entry.Integrity, digest)
		case o.name == "-e" && editable && root == nil:
			// The entry is the statement; what follows it is a marker to uv, nothing to pip.
			if o.extra != "" {
				entry.marker = strings.TrimSpace(strings.TrimPrefix(o.extra, ";"))
				entry.instance += " ; " + entry.marker
			}
		case o.name == "-e" && editable:
			r.settings = append(r.settings, Setting{"-e", value, line})
		default:
			// Options of the build, and those that pip reads over here.
			r.settings = append(r.settings, Setting{o.name, strings.TrimSpace(entry.Name + ": " + value), line})
		}
	}
	switch {
	case constraint:
		if pinned, ok := r.constraints[entry.Name]; !ok || pinned.Version == "" {
			r.constraints[entry.Name] = entry.Package
		}
	case root != nil:
		r.locals = append(r.locals, *root)
		if !editable {
			r.settings = append(r.settings, Setting{"local project", requirement, line})
		}
	default:
		r.entries = append(r.entries, entry)
	}
	return nil
}

// options handles a line without a requirement.
func (r *requirementsReader) options(file string, options []requirementsOption, line int) error {
	for _, o := range options {
		r.settings = append(r.settings, Setting{o.name, strings.TrimSpace(o.value + " " + o.extra), line})
		if o.name != "-r" && o.name != "-c" {
			continue
		}
		if strings.Contains(o.value, "://") || pep508Variable.MatchString(o.value) || strings.HasPrefix(o.value, "/") {
			continue // beyond the revision: the Setting is all that is known
		}
		included := path.Join(path.Dir(file), o.value)
		constraint := o.name == "-c"
		visit := fmt.Sprint(o.name, " ", included)
		if r.visited[included] || r.visited[visit] {
			continue
		}
		r.visited[visit] = true
		// A lockfile of its own lists its packages itself, unless it lies where
		// lockfiles are left out, or another format's reader would be asked.
		if _, own := FormatIn(r.tree, included).(requirements); own && !constraint && !Vendored(included) {
			continue
		}
		data, err := readBounded(r.tree, included)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
			continue // not of this revision: the Setting is all that is known
		case err != nil: // a link, which pip follows; too large
			return fmt.Errorf("cannot read what is included: %w", err)
		}
		if r.depth++; r.depth > requirementsMaxDepth {
			return fmt.Errorf("includes are nested deeper than %d files", requirementsMaxDepth)
		}
		err = r.read(included, data, line, constraint)
		r.depth--
		if err != nil {
			pe, ok := errors.AsType[*ParseError](err)
			if !ok || pe.Path != "" {
				return err
			}
			return &ParseError{r.top, line, fmt.Errorf("included %s, line %d: %w", included, pe.Line, pe.Err)}
		}
	}
	return nil
}

// requirementsDigest reads the value of --hash as strictly as pip, and more:
// a digest of the wrong length matches nothing.
func requirementsDigest(value string) (Digest, error) {
	digest, ok := ParseDigest(value)
	length := map[string]int{"sha256": 64, "sha384": 96, "sha512": 128}[digest.Algorithm]
	switch {
	case !ok:
		return digest, fmt.Errorf("%.80q is no algorithm:digest", value)
	case length == 0:
		return digest, fmt.Errorf("the hash %.40q is none that pip accepts (sha256, sha384, sha512)", digest.Algorithm)
	case len(digest.Value) != length || !isHex(digest.Value):
		return digest, fmt.Errorf("%.140q is no %s digest of %d hexadecimal digits", digest.Value, digest.Algorithm, length)
	}
	return digest, nil
}
