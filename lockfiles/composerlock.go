package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"strings"
)

// composerlock reads composer.lock. `packages` is what a production install
// brings, `packages-dev` what development adds. The commit that dist and source
// name is a Digest "git"; a reference that is no commit is the Label. Packages
// of type path whose directory lies in the revision are Roots.
//
// Origin is dist's URL, since Composer prefers it. It falls back to source when
// a download fails, so that a source elsewhere than its dist is a Setting.
type composerlock struct{}

func (composerlock) Name() string { return "composer.lock" }

func (composerlock) Match(file string) bool { return base(file, "composer.lock") }

func (composerlock) Companions() []string { return []string{"composer.json"} }

func (composerlock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	c := composer{file: file, lines: make(map[string]int)}
	listed := false
	err = parseJSON(file, data, func(r *jsonReader, key string) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch key {
		case "packages":
			listed = true
			return c.packages(r, false)
		case "packages-dev":
			if r.kind() == 'n' { // a lockfile made without development packages
				return r.skip()
			}
			return c.packages(r, true)
		}
		return c.setting(r, key)
	})
	if err != nil {
		return Lockfile{}, err
	}
	if !listed {
		return Lockfile{}, parseErrorf(file, 1, "the file has no packages")
	}
	return c.build(readComposerJSON(tree, path.Join(path.Dir(file), "composer.json"))), nil
}

// composer gathers the entries of one lockfile.
type composer struct {
	file     string
	entries  []composerEntry
	lines    map[string]int // of entries, by name in lower case
	settings []Setting
}

// composerEntry is one package as the lockfile describes it.
type composerEntry struct {
	name, version, kind        string
	source, dist               composerPlace
	require, replace, provides []pair
	dev                        bool
	line                       int
}

// composerPlace is a `source` or a `dist`.
type composerPlace struct {
	kind, url, reference, shasum string
	mirrors                      []string
}

func (c *composer) packages(r *jsonReader, dev bool) error {
	return r.array(func(int) error {
		e := composerEntry{dev: dev, line: composerLine(r)}
		err := r.object(func(key string) error { return c.field(r, &e, key) })
		if err != nil {
			return err
		}
		if e.name == "" || e.version == "" {
			return parseErrorf("", e.line, "a package has no name or no version")
		}
		name := strings.ToLower(e.name)
		if first := c.lines[name]; first > 0 {
			return parseErrorf("", e.line, "package %s is listed twice, first in line %d", e.name, first)
		}
		c.lines[name] = e.line
		c.entries = append(c.entries, e)
		return nil
	})
}

func (c *composer) field(r *jsonReader, e *composerEntry, key string) (err error) {
	switch key {
	case "package":
		return unsupported("", r.line(), "the schema", "of before 2012-09-15", "packages with a name")
	case "name":
		e.name, err = r.str()
	case "version":
		e.version, err = r.str()
	case "type":
		e.kind, err = r.str()
	case "source":
		e.source, err = composerReadPlace(r)
	case "dist":
		e.dist, err = composerReadPlace(r)
	case "require":
		e.require, err = composerPairs(r)
	case "replace":
		e.replace, err = composerPairs(r)
	case "provide":
		e.provides, err = composerPairs(r)
	default:
		err = r.skip()
	}
	return err
}

func composerReadPlace(r *jsonReader) (place composerPlace, err error) {
	if r.kind() == 'n' { // a metapackage comes from nowhere
		return place, r.skip()
	}
	err = r.object(func(key string) (err error) {
		switch key {
		case "type":
			place.kind, err = r.str()
		case "url":
			place.url, err = r.str()
		case "reference":
			place.reference, err = r.str()
		case "shasum":
			place.shasum, err = r.str()
		case "mirrors":
			place.mirrors, err = composerMirrors(r)
		default:
			err = r.skip()
		}
		return err
	})
	return place, err
}

func composerMirrors(r *jsonReader) (urls []string, err error) {
	if r.kind() == 'n' {
		return nil, r.skip()
	}
	err = r.array(func(int) error {
		return r.object(func(key string) error {
			if key != "url" {
				return r.skip()
			}
			url, err := r.str()
			urls = append(urls, url)
			return err
		})
	})
	return urls, err
}

// composerPairs reads an object of scalars, which PHP writes as [] when it is
// empty.
func composerPairs(r *jsonReader) (pairs []pair, err error) {
	switch r.kind() {
	case 'n':
		return nil, r.skip()
	case '[':
		return nil, r.array(func(int) error { return r.errorf("found an array where an object belongs") })
	}
	err = r.object(func(key string) error {
		value, err := r.scalar()
		pairs = append(pairs, pair{key, value})
		return err
	})
	return pairs, err
}

// setting reads the statements that steer which versions are chosen.
func (c *composer) setting(r *jsonReader, key string) error {
	switch key {
	case "minimum-stability", "prefer-stable", "prefer-lowest":
		value, err := r.scalar()
		c.settings = append(c.settings, Setting{key, value, r.line()})
		return err
	case "stability-flags", "platform", "platform-dev", "platform-overrides":
		line := r.line()
		pairs, err := composerPairs(r)
		for _, p := range pairs {
			c.settings = append(c.settings, Setting{key, p.key + " " + p.value, line})
		}
		return err
	case "aliases":
		if r.kind() == 'n' {
			return r.skip()
		}
		return r.array(func(int) error { return c.alias(r) })
	}
	return r.skip()
}

// alias reads one of `aliases`: a version that poses as another.
func (c *composer) alias(r *jsonReader) error {
	line := composerLine(r)
	var name, version, as string
	err := r.object(func(key string) (err error) {
		switch key {
		case "package":
			name, err = r.str()
		case "version":
			version, err = r.scalar()
		case "alias":
			as, err = r.str()
		default:
			err = r.skip()
		}
		return err
	})
	c.settings = append(c.settings, Setting{"aliases", name + " " + version + " as " + as, line})
	return err
}

// composerLine is the line at which the next element of an array begins.
func composerLine(r *jsonReader) int {
	line := r.line()
	for _, b := range r.data[min(r.offset, len(r.data)):] {
		switch b {
		case '\n':
			line++
		case ' ', '\t', '\r', ',':
		default:
			return line
		}
	}
	return line
}
