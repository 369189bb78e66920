package lockfiles

import "io/fs"

// packageJSON is what a package.json says of the project's dependencies.
type packageJSON struct {
	Name, Version                                              string
	Dependencies, DevDependencies, OptionalDependencies, Peers []pair
	Workspaces                                                 []string
	Resolutions                                                []pair // yarn's overrides
}

// readPackageJSON reads the manifest at path. ok is false when it is absent or
// cannot be read: it only adds to what a lockfile says.
func readPackageJSON(tree fs.FS, path string) (manifest packageJSON, ok bool) {
	data, ok := readManifest(tree, path)
	if !ok {
		return manifest, false
	}
	err := parseJSON(path, data, func(r *jsonReader, key string) (err error) {
		switch key {
		case "name":
			manifest.Name, err = r.scalar()
		case "version":
			manifest.Version, err = r.scalar()
		case "dependencies":
			manifest.Dependencies, err = r.pairs(true)
		case "devDependencies":
			manifest.DevDependencies, err = r.pairs(true)
		case "optionalDependencies":
			manifest.OptionalDependencies, err = r.pairs(true)
		case "peerDependencies":
			manifest.Peers, err = r.pairs(true)
		case "resolutions":
			manifest.Resolutions, err = r.pairs(true)
		case "workspaces":
			manifest.Workspaces, err = workspaceGlobs(r)
		default:
			err = r.skip()
		}
		return err
	})
	return manifest, err == nil
}

// workspaceGlobs reads both forms: a list, and yarn's {packages: list}.
func workspaceGlobs(r *jsonReader) (globs []string, err error) {
	switch r.kind() {
	case '[':
		return r.strs()
	case '{':
		err = r.object(func(key string) error {
			if key != "packages" || r.kind() != '[' {
				return r.skip()
			}
			globs, err = r.strs()
			return err
		})
		return globs, err
	}
	return nil, r.skip()
}
