package lockfiles

import (
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
)

// composerManifest is what composer.json says. The zero value is that of a
// project without one.
type composerManifest struct {
	name                string
	require, requireDev []pair
}

func readComposerJSON(tree fs.FS, file string) composerManifest {
	data, ok := readManifest(tree, file)
	if !ok {
		return composerManifest{}
	}
	var m composerManifest
	err := parseJSON(file, data, func(r *jsonReader, key string) (err error) {
		switch key {
		case "name":
			m.name, err = r.scalar()
		case "require":
			m.require, err = composerPairs(r)
		case "require-dev":
			m.requireDev, err = composerPairs(r)
		default:
			err = r.skip()
		}
		return err
	})
	if err != nil {
		return composerManifest{}
	}
	return m
}

// build turns entries into packages and roots.
func (c *composer) build(manifest composerManifest) Lockfile {
	dir := path.Dir(c.file)
	keys := make(map[string]string, len(c.entries))          // name -> key, "" for a Root
	stand := make(map[string]string)                         // what is replaced or provided -> key
	direct := make(map[string]bool, len(c.entries))          // by name
	packages := make([]Package, 0, len(c.entries))           // of entries that are none of the project's own
	locals := make(map[string]string, len(manifest.require)) // name -> directory
	for _, e := range c.entries {
		name := strings.ToLower(e.name)
		if inside, ok := withinTree(dir, e.dist.url); ok && e.dist.kind == "path" {
			locals[name] = inside
		} else {
			keys[name] = e.instance().Key()
		}
		for _, other := range slices.Concat(e.replace, e.provides) {
			if virtual := strings.ToLower(other.key); stand[virtual] == "" {
				stand[virtual] = keys[name]
			}
		}
	}
	edges := func(requires []pair) (list []Edge) {
		for _, r := range requires {
			name := strings.ToLower(r.key)
			to, ok := keys[name]
			if _, local := locals[name]; !ok && !local {
				to = stand[name]
			}
			list = append(list, Edge{r.key, r.value, to})
		}
		return list
	}
	own := slices.Concat(manifest.require, manifest.requireDev)
	roots := []Root{{Path: dir, Name: manifest.name, Requires: edges(own)}}
	for _, e := range c.entries {
		if inside, ok := locals[strings.ToLower(e.name)]; ok {
			roots = append(roots, Root{Path: inside, Name: e.name, Requires: edges(e.require)})
			own = append(own, e.require...)
		}
	}
	for _, r := range own {
		direct[strings.ToLower(r.key)] = true
	}
	settings := c.settings
	for _, e := range c.entries {
		name := strings.ToLower(e.name)
		if _, local := locals[name]; local {
			continue
		}
		p := e.instance()
		p.Direct = direct[name]
		p.Requires = edges(e.require)
		packages = append(packages, p)
		settings = append(settings, e.settings()...)
	}
	return Lockfile{Packages: packages, Roots: roots, Settings: settings}
}

// instance is the package of an entry without what its surroundings tell.
func (e *composerEntry) instance() Package {
	p := Package{ID: ID{"composer", e.name}, Version: e.version, Dev: e.dev, Line: e.line}
	switch {
	case e.dist.kind == "path":
		p.Origin = "path+" + e.dist.url
	case e.dist.url != "":
		p.Origin = e.dist.url
	case e.source.url != "":
		p.Origin = e.source.at()
	}
	if e.dist.shasum != "" {
		p.Integrity = append(p.Integrity, Digest{"sha1", e.dist.shasum})
	}
	system := "git"
	if e.source.kind != "" {
		system = strings.ToLower(e.source.kind) // hg, svn, fossil
	}
	for i, place := range []composerPlace{e.source, e.dist} {
		reference := place.reference
		switch {
		case reference == "" || i > 0 && reference == e.source.reference:
		case isHex(reference) && place.kind != "path": // there it is a hash of composer.json
			p.Integrity = append(p.Integrity, Digest{system, reference})
		case p.Label == "":
			p.Label = reference
		}
	}
	// Composer runs the code of these two types while it installs. Any other
	// package may define scripts, yet only the root's are run.
	if e.kind == "composer-plugin" || e.kind == "composer-installer" {
		p.InstallScript = Yes
	}
	return p
}

// at is a place with the commit that pins it.
func (p composerPlace) at() string {
	if p.reference == "" {
		return p.url
	}
	return p.url + "#" + p.reference
}

// settings are the places beside Origin from which the bytes may come.
func (e *composerEntry) settings() (list []Setting) {
	if e.dist.url != "" && e.source.url != "" && !composerSameRepository(e.source.url, e.dist.url) {
		list = append(list, Setting{"source", e.name + " " + e.source.at(), e.line})
	}
	for _, mirror := range e.dist.mirrors {
		list = append(list, Setting{"dist.mirrors", e.name + " " + mirror, e.line})
	}
	for _, mirror := range e.source.mirrors {
		list = append(list, Setting{"source.mirrors", e.name + " " + mirror, e.line})
	}
	return list
}

// composerSameRepository tells whether an archive is evidently that of a
// repository: same host, but for api. and codeload., and the repository's path
// within the archive's, escaped or not.
func composerSameRepository(repository, archive string) bool {
	if rest, ok := strings.CutPrefix(repository, "git@"); ok {
		host, where, _ := strings.Cut(rest, ":")
		repository = "ssh://" + host + "/" + where
	}
	r, err := url.Parse(repository)
	if err != nil || r.Host == "" {
		return false
	}
	a, err := url.Parse(archive)
	if err != nil {
		return false
	}
	host := strings.TrimPrefix(strings.TrimPrefix(a.Hostname(), "api."), "codeload.")
	if !strings.EqualFold(host, r.Hostname()) {
		return false
	}
	within := strings.ToLower(strings.TrimSuffix(strings.Trim(r.Path, "/"), ".git"))
	return within != "" && strings.Contains(strings.ToLower(a.Path)+"/", "/"+within+"/")
}
