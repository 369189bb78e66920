package lockfiles

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// npmSpan is where a value lies in the file. `dependencies` may stand before
// `packages`, and counts only if there is none, so it is read afterwards.
type npmSpan struct{ start, end int }

func npmSkip(r *jsonReader) (npmSpan, error) {
	if r.kind() == 'n' {
		return npmSpan{}, r.skip()
	}
	raw, err := r.dec.ReadValue()
	if err != nil {
		return npmSpan{}, r.wrap(err)
	}
	end := int(r.dec.InputOffset())
	return npmSpan{end - len(raw), end}, nil
}

// npmV1Entry is an entry of `dependencies`. Where it is installed depends on
// fields of the entries around it, which come in any order.
type npmV1Entry struct {
	npmEntry
	dir   string // its name in node_modules
	above int    // the entry that it is nested in, or -1
	base  string // where the packages nested in it lie
}

// readV1 reads `dependencies`, nested within one another as the packages are
// in node_modules.
func (p *npmParser) readV1(data []byte, span npmSpan) error {
	value := data[span.start:span.end]
	r := &jsonReader{dec: jsontext.NewDecoder(bytes.NewBuffer(value)), data: value, text: string(value),
		lines: lineAt(data, span.start)}
	entries := make([]npmV1Entry, 0, len(value)/400)
	if err := p.readV1Level(r, &entries, -1, 0); err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		above := ""
		if e.above >= 0 {
			above = entries[e.above].base
		}
		if err := p.placeV1(e, path.Join(above, "node_modules", e.dir)); err != nil {
			return asParseError("", e.Line, err)
		}
	}
	return nil
}

func (p *npmParser) readV1Level(r *jsonReader, entries *[]npmV1Entry, above, depth int) error {
	if depth > npmMaxDepth {
		return r.errorf("%w", errNpmDepth)
	}
	return r.object(func(name string) error {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		if !npmIsName(name) || strings.Contains(name, `\`) {
			return r.errorf("%.100q is no name of a package", name)
		}
		e := npmV1Entry{dir: name, above: above}
		e.Line = r.line()
		at := len(*entries)
		*entries = append(*entries, e)
		err := r.object(func(key string) (err error) {
			switch key {
			case "dependencies":
				return p.readV1Level(r, entries, at, depth+1)
			case "requires":
				if r.kind() != '{' { // npm 5 also wrote true and false
					_, err = r.boolean()
					return err
				}
				return npmEdges(r, &e.Requires)
			case "from":
				e.from, err = npmText(r)
				return err
			case "version", "resolved", "integrity", "dev", "optional", "bundled":
				return e.field(r, key)
			}
			return r.skip()
		})
		(*entries)[at] = e
		return err
	})
}

var (
	npmExact   = pattern.New(`^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]*)?$`)
	npmTarball = pattern.New(`(?i)\.(tgz|tar\.gz|tar)$`)
)

// placeV1 decides what an entry of version 1 is: `version` may hold a version,
// an alias, a git or tarball URL, or a path.
func (p *npmParser) placeV1(e *npmV1Entry, location string) error {
	e.base = location
	node, err := p.tree.add(location)
	if err != nil {
		return err
	}
	pkg := e.Package
	pkg.ID, pkg.Path, pkg.Origin = ID{"npm", e.dir}, location, e.resolved
	version := e.version
	if alias, ok := strings.CutPrefix(version, "npm:"); ok {
		if i := strings.LastIndexByte(alias, '@'); i > 0 {
			pkg.Name, version = alias[:i], alias[i+1:]
		} else {
			pkg.Name, version = alias, ""
		}
		if !npmIsName(pkg.Name) {
			return fmt.Errorf("%.100q is no alias of a package", e.version)
		}
	}
	switch {
	case npmExact.MatchString(version):
		pkg.Version = version
	case npmIsDirectory(version):
		return p.placeV1Directory(e, node, pkg)
	case strings.ContainsAny(version, ":/"):
		// A git or tarball URL: only a registry's states what version lies there.
		pkg.Origin, pkg.Label = version, e.from
		pkg.Version = npmTarballVersion(pkg.Name, version)
	case version != "":
		pkg.Label = version // a range or a tag
	default:
		pkg.Label = e.from
	}
	return p.append(node, pkg)
}

// npmTarballVersion is the version in a registry's URL of a tarball of name,
// .../name/-/name-1.2.3.tgz, or "". npm 5.0 and 5.1 wrote such URLs as versions
// when package-lock.json was made from what lay in node_modules.
func npmTarballVersion(name, url string) string {
	_, file, ok := strings.Cut(url, "/"+name+"/-/")
	if !ok || !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return ""
	}
	version, prefixed := strings.CutPrefix(file, path.Base(name)+"-")
	version, suffixed := strings.CutSuffix(version, ".tgz")
	if !prefixed || !suffixed || !npmExact.MatchString(version) {
		return ""
	}
	return version
}

// placeV1Directory reads an entry for a directory: npm links to it, and the
// packages nested in the entry lie under that directory.
func (p *npmParser) placeV1Directory(e *npmV1Entry, node int32, pkg Package) error {
	target := path.Clean(strings.TrimPrefix(e.version, "file:"))
	if target == "." {
		target = ""
	}
	if err := npmCheckLocation(target); err != nil {
		return err
	}
	e.base = target
	to, err := p.tree.add(target)
	if err != nil {
		return err
	}
	p.tree.nodes[node].target = to
	switch {
	case p.tree.nodes[to].known || target == "":
		return nil
	case npmOutside(target):
		pkg.Path, pkg.Origin = target, e.version
		return p.append(to, pkg)
	}
	p.root(to, target, e.dir, e.Requires)
	return nil
}

// npmIsDirectory tells whether npm takes the version of an entry for the path
// of a directory, and not for that of an archive.
func npmIsDirectory(version string) bool {
	file, ok := strings.CutPrefix(version, "file:")
	if !ok && !strings.HasPrefix(version, ".") && !strings.HasPrefix(version, "/") {
		return false
	}
	return !npmTarball.MatchString(file) && !strings.HasPrefix(file, "~")
}
