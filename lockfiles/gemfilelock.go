package lockfiles

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// gemfilelock reads Gemfile.lock and gems.locked. A gem built for a platform is
// an entry of its own, and its Version ends in the platform as Bundler writes
// it ("1.2.3-x86_64-linux"); SplitGemVersion takes it off. Gems in a directory
// of the revision are Roots, beside the project itself. Which gems are for
// development alone is known only where a Gemfile beside it is plain enough to
// be read without running it.
type gemfilelock struct{}

func (gemfilelock) Name() string { return "Gemfile.lock" }

func (gemfilelock) Match(file string) bool { return base(file, "Gemfile.lock", "gems.locked") }

func (gemfilelock) Companions() []string { return []string{"Gemfile", "gems.rb"} }

// SplitGemVersion parts the Version of a gem into its number, which registries
// and advisories know, and its platform ("" for one of pure Ruby).
func SplitGemVersion(version string) (number, platform string) {
	number, platform, _ = strings.Cut(version, "-") // Bundler reads no "-" within a number
	return number, platform
}

func (gemfilelock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	g := gemLock{file: file, seen: make(map[string]int), sections: make(map[string]int), sums: make(map[string]gemSum), needed: make(map[string]bool)}
	for line := range strings.Lines(string(data)) {
		if g.line++; g.line%1000 == 0 && ctx.Err() != nil {
			return Lockfile{}, asParseError(file, 0, ctx.Err())
		}
		line = strings.TrimRight(line, " \r\n")
		if line == "" {
			continue
		}
		if err := g.read(line); err != nil {
			return Lockfile{}, asParseError(file, g.line, err)
		}
	}
	manifest := "Gemfile"
	if path.Base(file) == "gems.locked" {
		manifest = "gems.rb"
	}
	return g.build(readGemfile(tree, path.Join(path.Dir(file), manifest))), nil
}

// gemLock is a lockfile while it is read, line by line.
type gemLock struct {
	file         string
	line         int
	section      string
	sections     map[string]int // lines of headers that may occur once
	source       *gemSource     // of the present section, or nil
	inSpecs      bool
	specs        []gemSpec
	seen         map[string]int // name and version -> line
	dependencies []gemNeed
	needed       map[string]bool // names of dependencies
	sums         map[string]gemSum
	sumOrder     []string
	settings     []Setting
}

// gemSource is a section that gems come from.
type gemSource struct {
	kind, revision, label, plugin string
	remotes                       []string
}

type gemSpec struct {
	name, version string
	source        *gemSource
	requires      []gemNeed
	line          int
}

// gemNeed is a dependency, of a gem or of the project.
type gemNeed struct{ name, constraint string }

// gemSum is one line of CHECKSUMS.
type gemSum struct {
	digests []Digest
	text    string
	line    int
}

const gemSections = "GEM, GIT, PATH, PLUGIN SOURCE, PLATFORMS, DEPENDENCIES, CHECKSUMS, RUBY VERSION, BUNDLED WITH"

// read takes one line in. Its indentation tells what it is.
func (g *gemLock) read(line string) error {
	text := strings.TrimLeft(line, " ")
	indent := len(line) - len(text)
	switch {
	case strings.HasPrefix(text, "\t"):
		return fmt.Errorf("found a tab where spaces belong")
	case indent == 0:
		return g.header(text)
	case g.source != nil:
		return g.sourceLine(indent, text)
	}
	switch g.section {
	case "RUBY VERSION", "BUNDLED WITH":
		g.settings = append(g.settings, Setting{g.section, text, g.line})
		return nil
	case "":
		return fmt.Errorf("found %.40q where a section belongs", text)
	}
	if indent != 2 {
		return g.indentation(indent)
	}
	switch g.section {
	case "PLATFORMS":
		g.settings = append(g.settings, Setting{g.section, text, g.line})
		return nil
	case "DEPENDENCIES":
		text = strings.TrimSuffix(text, "!") // not from the default source; its section says from where
		name, constraint, rest, ok := gemNameVersion(text)
		if !ok || rest != "" {
			return fmt.Errorf("found %.80q where a dependency belongs: name or name (requirement)", text)
		}
		if g.needed[name] {
			return fmt.Errorf("dependency %s is listed twice", name)
		}
		g.needed[name] = true
		g.dependencies = append(g.dependencies, gemNeed{name, constraint})
		return nil
	}
	return g.checksum(text)
}

func (g *gemLock) indentation(indent int) error {
	return fmt.Errorf("an indentation of %d spaces has no meaning in section %s", indent, g.section)
}

func (g *gemLock) header(text string) error {
	g.section, g.source, g.inSpecs = text, nil, false
	switch text {
	case "GEM", "GIT", "PATH", "PLUGIN SOURCE":
		g.source = &gemSource{kind: text}
		return nil
	case "PLATFORMS", "DEPENDENCIES", "CHECKSUMS", "RUBY VERSION", "BUNDLED WITH":
		if first := g.sections[text]; first > 0 {
			return fmt.Errorf("section %s occurs twice, first in line %d", text, first)
		}
		g.sections[text] = g.line
		return nil
	}
	return unsupported(g.file, g.line, "section", fmt.Sprintf("%.40q", text), gemSections)
}

// sourceLine reads an option (2 spaces), a gem (4) or what it requires (6).
func (g *gemLock) sourceLine(indent int, text string) error {
	switch {
	case indent == 2 && text == "specs:" && !g.inSpecs:
		if len(g.source.remotes) == 0 && (g.section == "GIT" || g.section == "PATH") {
			return fmt.Errorf("section %s has no remote", g.section)
		}
		g.inSpecs = true
		return nil
	case indent == 2 && !g.inSpecs:
		return g.option(text)
	case indent == 4 && g.inSpecs:
		return g.spec(text)
	case indent == 6 && g.inSpecs && len(g.specs) > 0 && g.specs[len(g.specs)-1].source == g.source:
		name, constraint, rest, ok := gemNameVersion(text)
		if !ok || rest != "" {
			return fmt.Errorf("found %.80q where a requirement belongs: name or name (requirement)", text)
		}
		last := &g.specs[len(g.specs)-1]
		last.requires = append(last.requires, gemNeed{name, constraint})
		return nil
	}
	return g.indentation(indent)
}

func (g *gemLock) option(text string) error {
	key, value, ok := strings.Cut(text, ":")
	if !ok || strings.ContainsAny(key, " \t") {
		return fmt.Errorf("found %.80q where an option or specs: belongs", text)
	}
	value = strings.TrimSpace(value)
	once := func(field *string) error {
		if *field != "" {
			return fmt.Errorf("option %s occurs twice", key)
		}
		*field = value
		return nil
	}
	switch key {
	case "remote":
		if g.source.kind == "GEM" || g.source.kind == "PLUGIN SOURCE" {
			g.settings = append(g.settings, Setting{g.source.kind + " " + key, value, g.line})
		} else if len(g.source.remotes) > 0 {
			return fmt.Errorf("option %s occurs twice", key)
		}
		g.source.remotes = append(g.source.remotes, value)
		return nil
	case "revision":
		return once(&g.source.revision)
	case "branch", "tag", "ref":
		return once(&g.source.label)
	case "type":
		return once(&g.source.plugin)
	}
	g.settings = append(g.settings, Setting{g.source.kind + " " + key, value, g.line}) // glob, submodules
	return nil
}

// spec reads a gem. Bundler lets the last of two equal ones win silently, which
// is reason enough to refuse them.
func (g *gemLock) spec(text string) error {
	name, version, rest, ok := gemNameVersion(text)
	if !ok || rest != "" || version == "" {
		return fmt.Errorf("found %.80q where a gem belongs: name (version)", text)
	}
	key := gemKey(name, version)
	if first := g.seen[key]; first > 0 {
		return fmt.Errorf("gem %s is listed twice, first in line %d", key, first)
	}
	g.seen[key] = g.line
	g.specs = append(g.specs, gemSpec{name: name, version: version, source: g.source, line: g.line})
	return nil
}

// checksum reads "name (version) sha256=<hex>,..."; without hashes the registry
// has given none.
func (g *gemLock) checksum(text string) error {
	name, version, rest, ok := gemNameVersion(text)
	if !ok || version == "" {
		return fmt.Errorf("found %.80q where a checksum belongs: name (version) algorithm=hash", text)
	}
	key := gemKey(name, version)
	if first, ok := g.sums[key]; ok {
		return fmt.Errorf("gem %s has two lines of checksums, first in line %d", key, first.line)
	}
	sum := gemSum{text: text, line: g.line}
	for field := range strings.SplitSeq(rest, ",") {
		if field == "" {
			continue
		}
		algorithm, value, ok := strings.Cut(field, "=")
		if !ok || algorithm == "" || value == "" {
			return fmt.Errorf("found %.80q where a checksum belongs: algorithm=hash", field)
		}
		sum.digests = append(sum.digests, Digest{strings.ToLower(algorithm), value})
	}
	g.sums[key] = sum
	g.sumOrder = append(g.sumOrder, key)
	return nil
}

func gemKey(name, version string) string { return name + " (" + version + ")" }

// gemNameVersion parts "name (version) rest". No name holds a space.
func gemNameVersion(text string) (name, version, rest string, ok bool) {
	name, version, ok = strings.Cut(text, " ")
	if !ok {
		return text, "", "", text != "" && !strings.ContainsAny(text, "()!")
	}
	version, closed := strings.CutPrefix(version, "(")
	if !closed {
		return "", "", "", false
	}
	version, rest, closed = strings.Cut(version, ")")
	if !closed || version == "" || name == "" || rest != "" && rest[0] != ' ' {
		return "", "", "", false
	}
	return name, version, strings.TrimSpace(rest), true
}
