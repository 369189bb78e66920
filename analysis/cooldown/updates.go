package cooldown

import (
	"errors"
	"io/fs"
	"path"
	"slices"
)

// Update is one entry of updates in dependabot.yml.
type Update struct {
	File      string
	Line      int    // of package-ecosystem
	Ecosystem string // as written: "npm", "github-actions"
	Cooldown  bool   // it states one

	rule dependabotRule
}

// Covers tells whether the entry updates what the lockfile at that path pins
// of an ecosystem (package-url type).
func (u Update) Covers(lockfile, ecosystem string) bool {
	return slices.Contains(dependabotNames[ecosystem], u.Ecosystem) && u.rule.covers(lockfile, ecosystem)
}

// DependabotName is the package-ecosystem of a package-url type that Dependabot
// updates from a lockfile of that base name, or "" when it has none.
func DependabotName(ecosystem, lockfile string) string {
	names := dependabotNames[ecosystem]
	if len(names) == 0 {
		return ""
	}
	for file, name := range map[string]string{"uv.lock": "uv", "bun.lock": "bun", "deno.lock": "deno", "gradle.lockfile": "gradle"} {
		if path.Base(lockfile) == file && slices.Contains(names, name) {
			return name
		}
	}
	return names[0]
}

// Dependabot is the file that configures Dependabot ("" when there is none) and
// the entries in it.
func Dependabot(tree fs.FS) (file string, updates []Update, err error) {
	for _, file := range []string{".github/dependabot.yml", ".github/dependabot.yaml"} {
		root, _, err := ReadDocument(tree, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return file, nil, err
		}
		list := root.Get("updates")
		if list.There() && !list.IsList() {
			return file, nil, errorAt(list.Line(), "updates holds %s where a list belongs", kinds[list.n.kind])
		}
		for _, item := range list.Items() {
			ecosystem := item.Get("package-ecosystem")
			if !ecosystem.IsString() {
				return file, nil, errorAt(item.Line(), "an entry of updates has no package-ecosystem")
			}
			u := Update{File: file, Line: ecosystem.Line(), Ecosystem: ecosystem.Text(), Cooldown: item.Get("cooldown").IsTable()}
			for _, key := range []string{"directory", "directories"} {
				found, err := item.n.get(key).strings(key)
				if err != nil {
					return file, nil, err
				}
				u.rule.directories = append(u.rule.directories, found...)
			}
			updates = append(updates, u)
		}
		return file, updates, nil
	}
	return "", nil, nil
}

// RenovateFile is the file that configures Renovate, or "".
func RenovateFile(tree fs.FS) (string, error) {
	for _, file := range renovateFiles {
		if file != "package.json" {
			if info, err := fs.Stat(tree, file); err == nil && !info.IsDir() {
				return file, nil
			}
			continue
		}
		switch root, _, err := ReadDocument(tree, file); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", err
		case root.Get("renovate").There():
			return file, nil
		}
	}
	return "", nil
}
