package lockfiles

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// classic reads the notation of yarn 1, line by line and no more leniently
// than yarn: entries at the margin, fields two spaces in, dependencies four.
func (y *yarnReader) classic(data []byte) error {
	c := yarnClassic{yarnReader: y, seen: make(map[string]int)}
	text := string(data)
	for c.line = 1; text != ""; c.line++ {
		line, rest, _ := strings.Cut(text, "\n")
		if err := c.read(strings.TrimSuffix(line, "\r")); err != nil {
			return asParseError("", c.line, err)
		}
		text = rest
	}
	if err := c.end(); err != nil {
		return asParseError("", c.line, err)
	}
	y.find = func(from string, edge Edge, _ yarnUse) int32 {
		if at := y.overridden(from, edge, true); at >= 0 {
			return at
		}
		if at, ok := y.patterns[edge.Name+"@"+edge.Constraint]; ok {
			return at
		}
		if at, ok := y.patterns[edge.Name]; ok && edge.Constraint == "" {
			return at
		}
		return y.overridden(from, edge, false)
	}
	return y.classicRoots()
}

// yarnClassic is the state between lines.
type yarnClassic struct {
	*yarnReader
	line     int
	open     bool              // an entry is open: the last of entries
	patterns []string          // of the open entry
	fields   map[string]string // of the open entry
	section  string            // the open section of the open entry, or ""
	use      yarnUse           // of the section's dependencies
	sections int               // counts sections, for seen
	seen     map[string]int    // the section in which a name was last seen
}

func (c *yarnClassic) read(line string) error {
	if !utf8.ValidString(line) {
		return errors.New("the line is not valid UTF-8")
	}
	body := strings.TrimLeft(line, " ")
	if body == "" || body[0] == '#' {
		return nil
	}
	switch indent := len(line) - len(body); {
	case indent == 0:
		if err := c.end(); err != nil {
			return err
		}
		return c.header(body)
	case indent == 2 && c.open:
		return c.field(body)
	case indent == 4 && c.section != "":
		return c.member(body)
	default:
		return fmt.Errorf("a line with %d spaces before it does not belong here", indent)
	}
}

// header reads the patterns of an entry: name@range, "name@range":
func (c *yarnClassic) header(s string) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	c.patterns = c.patterns[:0]
	for {
		pattern, rest, err := yarnText(s)
		if err != nil {
			return err
		}
		if name, _ := yarnName(pattern); name == "" {
			return fmt.Errorf("the pattern %q names no package", pattern)
		}
		if _, ok := c.yarnReader.patterns[pattern]; ok {
			return fmt.Errorf("duplicate key %q", pattern)
		}
		c.yarnReader.patterns[pattern] = int32(len(c.entries))
		c.patterns = append(c.patterns, pattern)
		rest = strings.TrimLeft(rest, " ")
		if tail, ok := strings.CutPrefix(rest, ","); ok {
			s = strings.TrimLeft(tail, " ")
			continue
		}
		if tail, ok := strings.CutPrefix(rest, ":"); !ok || !yarnBlank(tail) {
			return fmt.Errorf("found %.40q where a colon and the end of the line belong", rest)
		}
		break
	}
	c.entries = append(c.entries, yarnEntry{Package: Package{Line: c.line}})
	c.open, c.section, c.fields = true, "", make(map[string]string, 4)
	return nil
}

// field reads a field of an entry, or the name of a section.
func (c *yarnClassic) field(s string) error {
	key, rest, err := yarnText(s)
	if err != nil {
		return err
	}
	if _, ok := c.fields[key]; ok {
		return fmt.Errorf("duplicate key %q", key)
	}
	if tail, ok := strings.CutPrefix(rest, ":"); ok && yarnBlank(tail) {
		c.fields[key] = ""
		c.section, c.use = key, 0
		c.sections++
		if key == "optionalDependencies" {
			c.use = yarnOptional
		}
		return nil
	}
	switch key {
	case "name", "version", "resolved", "integrity", "uid", "registry":
		c.fields[key], err = yarnValue(rest)
	case "dependencies", "optionalDependencies":
		return fmt.Errorf("found %.40q where %s belong", rest, key)
	default:
		c.fields[key] = rest // of no concern here, whatever it is
	}
	c.section = ""
	return err
}

// member reads a line of a section.
func (c *yarnClassic) member(s string) error {
	name, rest, err := yarnText(s)
	if err != nil {
		return err
	}
	if name == "" {
		return errors.New("a dependency without a name")
	}
	if c.seen[name] == c.sections {
		return fmt.Errorf("duplicate key %q", name)
	}
	c.seen[name] = c.sections
	if c.section != "dependencies" && c.section != "optionalDependencies" {
		return nil
	}
	constraint, err := yarnValue(rest)
	if err != nil {
		return err
	}
	e := &c.entries[len(c.entries)-1]
	e.Requires = append(e.Requires, Edge{Name: name, Constraint: constraint})
	e.uses = append(e.uses, c.use)
	return nil
}

// end closes the open entry: all its fields are known.
func (c *yarnClassic) end() error {
	if !c.open {
		return nil
	}
	c.open = false
	e := &c.entries[len(c.entries)-1]
	fail := func(format string, args ...any) error {
		return &ParseError{Line: e.Line, Err: fmt.Errorf(format, args...)}
	}
	name, err := yarnClassicName(c.patterns, c.fields["name"], c.fields["resolved"])
	if err != nil {
		return fail("%w", err)
	}
	e.ID, e.Version, e.resolution = ID{"npm", name}, c.fields["version"], c.patterns[0]
	if e.Version == "" {
		return fail("the entry of %.100q has no version", c.patterns[0])
	}
	e.Origin, e.Integrity = yarnClassicResolved(c.fields["resolved"])
	if sri := c.fields["integrity"]; sri != "" {
		digests := ParseSRI(sri)
		if len(digests) != len(strings.Fields(sri)) {
			return fail("found %.100q where hashes of the form algorithm-base64 belong", sri)
		}
		e.Integrity = append(e.Integrity, digests...)
	}
	if _, constraint := yarnName(c.patterns[0]); e.Origin == "" && npmIsDirectory(constraint) {
		dir := path.Clean(strings.TrimPrefix(constraint, "file:"))
		e.Origin = "file:" + dir
		if !npmOutside(dir) {
			e.own = true
			root := yarnRoot{Root: Root{path.Join(c.dir, dir), name, e.Requires}, uses: e.uses}
			c.roots = append(c.roots, root)
		}
	}
	return nil
}

// yarnClassicName is the name that the registry knows a package by. field is
// the entry's own `name`, which yarn writes where patterns do not tell.
// An alias may be all that it holds, so that where the bytes come from decides.
func yarnClassicName(patterns []string, field, resolved string) (string, error) {
	var real string
	for _, pattern := range patterns {
		name, constraint := yarnName(pattern)
		if alias, ok := strings.CutPrefix(constraint, "npm:"); ok {
			name, constraint = yarnName(alias)
		} else if field != "" && !strings.Contains(resolved, "/"+name+"/-/") {
			continue // `name` may be an alias, but never beside one
		}
		if name == "" {
			return "", fmt.Errorf("the pattern %.100q names no package", pattern)
		}
		if real != "" && real != name && !strings.ContainsAny(constraint, ":/") {
			return "", fmt.Errorf("one entry for two packages, %.100q and %.100q", real, name)
		}
		if real == "" {
			real = name
		}
	}
	if real == "" {
		real = field
	}
	return real, nil
}

// yarnClassicResolved cuts the fragment off a URL: for an archive it is its
// sha1; for a git repository it is the commit and stays.
func yarnClassicResolved(resolved string) (origin string, digests []Digest) {
	address, fragment, ok := strings.Cut(resolved, "#")
	if !ok || len(fragment) != 40 || !isHex(fragment) || yarnIsGit(address) {
		return resolved, nil
	}
	return address, []Digest{{"sha1", fragment}}
}

func yarnIsGit(address string) bool {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok || strings.HasPrefix(scheme, "git") || scheme == "ssh" || strings.HasSuffix(address, ".git") {
		return !strings.HasPrefix(address, "file:")
	}
	host, file, _ := strings.Cut(rest, "/")
	return yarnGitHosts[host] && strings.Count(strings.Trim(file, "/"), "/") <= 1
}
