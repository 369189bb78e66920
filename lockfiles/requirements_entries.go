package lockfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// requirement reads what a line asks for, in the order in which pip decides: a
// URL, `name @ URL`, a local path, a name. root is set instead of the entry's
// fields when it is a project of this tree.
func (r *requirementsReader) requirement(dir, text string, editable bool) (entry requirementsEntry, root *Root, err error) {
	entry.Ecosystem = "pypi"
	address, marker := text, ""
	link := pep508Scheme.MatchString(text)
	if link {
		address, marker, _ = strings.Cut(text, "; ") // a URL may hold a semicolon
	} else {
		address, marker, _ = strings.Cut(text, ";")
	}
	address, marker = strings.TrimSpace(address), strings.TrimSpace(marker)
	entry.marker = marker
	named := pep508{}
	switch m := pep508Head.FindStringSubmatch(address); {
	case link:
	case m != nil && strings.HasPrefix(m[3], "@"), !requirementsIsPath(address) && !editable:
		if named, err = parsePEP508(text); err != nil {
			return entry, nil, err
		}
		address = named.url
		link = pep508Scheme.MatchString(address)
	}
	entry.written, entry.Name, entry.specifier = named.written, named.name, named.specifier
	entry.setInstance(named.extras)
	if named.name != "" && named.url == "" {
		if entry.Version, err = pep508Pin(named.specifier); entry.Version == "" {
			entry.Label = named.specifier
		}
		return entry, nil, err
	}
	if scheme, _, _ := strings.Cut(address, ":"); link && !strings.EqualFold(scheme, "file") {
		return entry, nil, entry.setLink(address)
	}
	root, err = r.local(dir, address, &entry)
	return entry, root, err
}

func requirementsIsPath(text string) bool {
	text, _ = pythonCutExtras(text)
	return strings.HasPrefix(text, ".") || pep508Archive.MatchString(text) ||
		strings.Contains(text, "/") && !strings.ContainsAny(text, "=<>!~ \t")
}

// pythonCutExtras splits the extras off a path: ./lib[test].
func pythonCutExtras(text string) (target, extras string) {
	if i := strings.LastIndexByte(text, '['); i > 0 && strings.HasSuffix(text, "]") {
		return text[:i], pep508Extras(text[i+1 : len(text)-1])
	}
	return text, ""
}

func (e *requirementsEntry) setInstance(extras string) {
	if e.instance = ""; extras != "" {
		e.instance = "[" + extras + "]"
	}
	if e.marker != "" {
		e.instance += " ; " + e.marker
	}
}

func (e *requirementsEntry) setLink(url string) error {
	link, err := parsePEP508Link(url, e.Name)
	if err != nil {
		return err
	}
	if e.written == "" {
		e.written = link.name
	}
	e.Name, e.Version, e.Label, e.Origin, e.Integrity = link.name, link.version, link.label, link.origin, link.digests
	return nil
}

// local reads a path. A directory of this tree is a project of it: a Root. An
// archive, and whatever lies outside, is a Package.
func (r *requirementsReader) local(dir, text string, entry *requirementsEntry) (*Root, error) {
	target, extras := pythonCutExtras(text)
	if extras != "" {
		entry.setInstance(extras)
	}
	address, fragment, _ := strings.Cut(target, "#")
	if strings.HasPrefix(strings.ToLower(address), "file:") {
		address = address[len("file:"):]
		if strings.HasPrefix(address, "//") && !strings.HasPrefix(address, "///") {
			address = address[len("//"):]
		}
	}
	address = strings.ReplaceAll(address, `\`, "/")
	if !pep508Archive.MatchString(address) {
		if at, ok := pythonTreeDir(r.tree, dir, address); ok {
			root := &Root{Path: at, Name: entry.Name}
			if egg, ok := strings.CutPrefix(fragment, "egg="); ok && root.Name == "" {
				egg, _ = pythonCutExtras(egg)
				root.Name = NormalizePyPI(egg)
			}
			return root, nil
		}
	}
	if err := entry.setLink(target); err != nil {
		return nil, errors.New("nothing tells which package " + fmt.Sprintf("%.80q", text) + " is")
	}
	return nil, nil
}

// pythonTreeDir finds the directory of this tree that a path means. Tools
// disagree about what a relative path is relative to (the file, or the
// directory in which they run, which is mostly the root), so the place that
// holds a project wins. ok is false for a path that leads out of the tree.
func pythonTreeDir(tree fs.FS, dir, address string) (at string, ok bool) {
	if path.IsAbs(address) || strings.Contains(address, ":") || strings.Contains(address, "${") {
		return "", false
	}
	for _, base := range []string{dir, "."} {
		candidate := path.Join(base, address)
		if !fs.ValidPath(candidate) {
			continue
		}
		if at == "" {
			at = candidate
		}
		for _, manifest := range []string{"pyproject.toml", "setup.py", "setup.cfg"} {
			if info, err := fs.Stat(tree, path.Join(candidate, manifest)); err == nil && !info.IsDir() {
				return candidate, true
			}
		}
	}
	return at, at != ""
}

// requirementsZeros do not tell versions apart: 1.0 is 1.0.0.
var requirementsZeros = pattern.New(`(\.0)+$`)

// contradiction finds a package that the file pins to two versions at once,
// which pip refuses. Entries with markers may exclude each other.
func (r *requirementsReader) contradiction() error {
	first := make(map[string]requirementsEntry)
	for _, e := range r.entries {
		if e.Version == "" || e.marker != "" || e.Origin != "" {
			continue
		}
		f, ok := first[e.Name]
		if !ok {
			first[e.Name] = e
		} else if requirementsZeros.ReplaceAllString(f.Version, "") != requirementsZeros.ReplaceAllString(e.Version, "") {
			return &ParseError{Line: e.Line, Err: fmt.Errorf("%s is pinned to %s here and to %s on line %d", e.Name, e.Version, f.Version, f.Line)}
		}
	}
	return nil
}

// finish applies what needs the whole file: constraints, keys, edges, roots.
func (r *requirementsReader) finish() Lockfile {
	packages := make([]*Package, len(r.entries))
	for i := range r.entries {
		e := &r.entries[i]
		if pin := r.constraints[e.Name]; e.Version == "" && e.Origin == "" && pin.Version != "" && pin.Origin == "" {
			e.Version = pin.Version
			if len(e.Integrity) == 0 {
				e.Integrity = pin.Integrity
			}
		}
		packages[i] = &e.Package
	}
	pythonKeys(packages, func(i int) string { return r.entries[i].instance })
	requirementsAddEdges(r.entries)
	dir := path.Dir(r.top)
	lockfile := Lockfile{Settings: r.settings, Roots: pythonRoots(Root{Path: dir, Requires: r.direct(dir)}, r.locals)}
	for i, root := range lockfile.Roots {
		if root.Name == "" {
			_, lockfile.Roots[i].Name, _ = pythonProject(r.tree, root.Path)
		}
	}
	for _, e := range r.entries {
		lockfile.Packages = append(lockfile.Packages, e.Package)
	}
	return lockfile
}

// pythonKeys makes keys unique: entries that share name and version get their
// instance (extras and marker) as Path, and a number when that is shared too.
func pythonKeys(packages []*Package, instance func(i int) string) {
	count := make(map[string]int)
	for _, p := range packages {
		count[p.Key()]++
	}
	taken := make(map[string]bool)
	for key, n := range count {
		taken[key] = n == 1
	}
	numbers := make(map[string]int) // kept between entries, or a thousand equal ones would cost a million steps
	for i, p := range packages {
		if count[p.Key()] == 1 {
			continue
		}
		shared := p.Key() + instance(i)
		unique := shared
		for taken[unique] {
			numbers[shared]++
			unique = fmt.Sprintf("%s #%d", shared, numbers[shared]+1)
		}
		taken[unique] = true
		p.Path = unique
	}
}
