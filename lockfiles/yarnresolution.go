package lockfiles

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

// classify decides by the resolution what an entry is.
func (b *yarnBerry) classify(e *yarnBerryEntry) error {
	name, reference := yarnName(e.resolution)
	if name == "" || reference == "" {
		return fmt.Errorf("the resolution %.100q does not have the form name@reference", e.resolution)
	}
	if _, ok := b.locators[e.resolution]; ok {
		return fmt.Errorf("two entries resolve to %.100q", e.resolution)
	}
	b.locators[e.resolution] = int32(len(b.entries))
	for i := range e.Requires {
		if e.optional[e.Requires[i].Name] {
			e.uses[i] |= yarnOptional
		}
	}
	e.ID, e.Version = ID{"npm", name}, e.version
	if e.Version == yarnLocal {
		e.Version = ""
	}
	e.Integrity = b.digest(e.checksum)
	if virtual, ok := strings.CutPrefix(reference, "virtual:"); ok {
		// The same package once more, for other peers.
		e.Path = e.resolution
		if _, reference, ok = strings.Cut(virtual, "#"); !ok {
			return fmt.Errorf("the resolution %.100q does not have the form name@virtual:hash#reference", e.resolution)
		}
	}
	protocol, rest, ok := strings.Cut(reference, ":")
	if !ok {
		return fmt.Errorf("the resolution %.100q names no protocol", e.resolution)
	}
	switch protocol {
	case "npm":
		return e.registry(rest)
	case "workspace":
		return b.workspace(e, rest)
	case "patch":
		// It stands beside the entry of what it patches, of the same version.
		e.Origin, e.Path = reference, e.resolution
		e.patch(reference)
	case "link", "portal", "file":
		b.local(e, protocol, rest)
	default:
		e.Origin, _, _ = strings.Cut(reference, "::")
	}
	return nil
}

// registry reads "1.2.3" or "1.2.3::__archiveUrl=..." after "npm:".
func (e *yarnBerryEntry) registry(reference string) error {
	version, parameters, bound := strings.Cut(reference, "::")
	if !yarnSameVersion(version, e.version) {
		return fmt.Errorf("the entry says version %.60q and resolves to %.60q", e.version, version)
	}
	e.Version = version
	if bound {
		values, err := url.ParseQuery(parameters)
		if err != nil {
			return fmt.Errorf("the resolution %.100q cannot be decoded: %w", e.resolution, err)
		}
		e.Origin = values.Get("__archiveUrl")
	}
	return nil
}

// yarnSameVersion compares a version of the registry with that of its
// manifest, which yarn writes without "v" and build metadata.
func yarnSameVersion(a, b string) bool {
	clean := func(s string) string {
		s, _, _ = strings.Cut(strings.TrimLeft(s, "v="), "+")
		return s
	}
	return clean(a) == clean(b)
}

// patch adds the package that is patched to what the entry requires: its
// bytes are fetched first, and it is an entry of its own.
func (e *yarnBerryEntry) patch(reference string) {
	source, _, _ := strings.Cut(strings.TrimPrefix(reference, "patch:"), "#")
	if source, err := url.PathUnescape(source); err == nil {
		if name, constraint := yarnName(source); constraint != "" {
			e.Requires = append([]Edge{{Name: name, Constraint: constraint}}, e.Requires...)
			e.uses = append([]yarnUse{yarnSource}, e.uses...)
		}
	}
}

// workspace makes an entry a root. The lockfile has its dependencies in one
// list; the manifest tells which of them are for development.
func (b *yarnBerry) workspace(e *yarnBerryEntry, dir string) error {
	if dir == "" || path.Clean(dir) != dir || path.IsAbs(dir) {
		return fmt.Errorf("the workspace %.100q is no path in its shortest form", dir)
	}
	dir = path.Join(b.dir, dir)
	if b.workspaces[dir] {
		return fmt.Errorf("two workspaces in the directory %.100q", dir)
	}
	b.workspaces[dir] = true
	r := b.root(e, dir)
	manifest, ok := b.manifest, b.hasManifest
	if dir != b.dir {
		manifest, ok = readPackageJSON(b.tree, path.Join(dir, "package.json"))
	}
	if !ok {
		return nil
	}
	r.Name = manifest.Name // yarn makes up a name for a project without one
	dev := make(map[string]bool)
	for _, d := range manifest.DevDependencies {
		dev[d.key] = true
	}
	for _, list := range [][]pair{manifest.Dependencies, manifest.OptionalDependencies} {
		for _, d := range list {
			delete(dev, d.key)
		}
	}
	for i := range r.uses {
		if dev[r.Requires[i].Name] {
			r.uses[i] |= yarnDev
		}
	}
	return nil
}

func (b *yarnBerry) root(e *yarnBerryEntry, dir string) *yarnRoot {
	e.own = true
	b.roots = append(b.roots, yarnRoot{Root{dir, e.Name, e.Requires}, e.uses, e.resolution})
	return &b.roots[len(b.roots)-1]
}

// local reads a reference to a directory or an archive on this machine, which
// is relative to the workspace that its "::locator=" names.
func (b *yarnBerry) local(e *yarnBerryEntry, protocol, reference string) {
	file, parameters, _ := strings.Cut(reference, "::")
	file, _, _ = strings.Cut(file, "#")
	from := ""
	if values, err := url.ParseQuery(parameters); err == nil {
		_, from, _ = strings.Cut(values.Get("locator"), "@workspace:")
	}
	dir := file
	if !path.IsAbs(dir) && !strings.HasPrefix(dir, "~") {
		dir = path.Join(from, dir)
	}
	e.Origin = protocol + ":" + dir
	if !npmOutside(dir) && !npmTarball.MatchString(dir) && !strings.HasPrefix(dir, "~") {
		b.root(e, path.Join(b.dir, dir))
	}
}

// digest reads a checksum: "cacheKey/hex", or hex alone in the cache format of
// the whole file. It is that of the zip archive that yarn makes, and has its
// own name so that nobody takes it for the digest of the registry's archive.
func (b *yarnBerry) digest(checksum string) []Digest {
	if checksum == "" {
		return nil
	}
	cacheKey, value, ok := strings.Cut(checksum, "/")
	if !ok {
		cacheKey, value = b.cacheKey, checksum
	}
	if cacheKey == "" {
		return []Digest{{"yarn-zip", value}}
	}
	return []Digest{{"yarn-zip-" + cacheKey, value}}
}
