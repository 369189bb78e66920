package lockfiles

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Bounds of what the globs of a manifest may ask for.
const (
	yarnMaxFiles = 100_000 // names looked at
	yarnMaxGlob  = 1000    // bytes of one glob
)

// classicRoots are the project and its workspaces, as their manifests tell,
// and then the directories of its own that the lockfile holds as entries.
func (y *yarnReader) classicRoots() error {
	own := y.roots
	y.roots = []yarnRoot{yarnManifestRoot(y.dir, y.manifest)}
	for _, dir := range yarnWorkspaces(y.tree, y.dir, y.manifest.Workspaces) {
		if err := y.ctx.Err(); err != nil {
			return err
		}
		if manifest, ok := readPackageJSON(y.tree, path.Join(dir, "package.json")); ok {
			y.roots = append(y.roots, yarnManifestRoot(dir, manifest))
		}
	}
	y.roots = append(y.roots, own...)
	return nil
}

// yarnWorkspaces are the directories below root, sorted, that the globs of its
// manifest select: * and ? and [...] within a name, ** for any number of
// names, {a,b} for either, and ! in front to take back.
func yarnWorkspaces(tree fs.FS, root string, globs []string) []string {
	found := make(map[string]bool)
	w := yarnWalk{tree: tree, left: yarnMaxFiles}
	for _, glob := range globs {
		if len(glob) > yarnMaxGlob {
			continue
		}
		taken := strings.HasPrefix(glob, "!")
		for _, g := range yarnBraces(strings.TrimPrefix(glob, "!")) {
			g = path.Clean(strings.TrimPrefix(g, "./"))
			if path.IsAbs(g) || strings.HasPrefix(g, "..") {
				continue
			}
			w.expand(root, strings.Split(g, "/"), func(dir string) {
				if taken {
					delete(found, dir)
				} else if dir != root {
					found[dir] = true
				}
			})
		}
	}
	dirs := make([]string, 0, len(found))
	for dir := range found {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	return dirs
}

// yarnWalk expands globs over a tree, looking at no more than left names.
type yarnWalk struct {
	tree fs.FS
	left int
}

// expand calls match for each directory below dir that the segments select.
// Its depth is that of the tree or of the glob, whichever ends first.
func (w *yarnWalk) expand(dir string, segments []string, match func(dir string)) {
	if len(segments) == 0 {
		match(dir)
		return
	}
	first, rest := segments[0], segments[1:]
	if first == "**" {
		w.expand(dir, rest, match) // no name at all
	} else if !strings.ContainsAny(first, `*?[\`) {
		if w.left--; w.left <= 0 {
			return
		}
		next := path.Join(dir, first)
		if info, err := fs.Stat(w.tree, next); err == nil && info.IsDir() {
			w.expand(next, rest, match)
		}
		return
	}
	if w.left <= 0 {
		return
	}
	entries, err := fs.ReadDir(w.tree, dir)
	if w.left -= 1 + len(entries); err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() || name == "node_modules" || name == ".git" || name[0] == '.' && first[0] != '.' {
			continue
		}
		if first == "**" {
			w.expand(path.Join(dir, name), segments, match)
		} else if ok, err := path.Match(first, name); ok && err == nil {
			w.expand(path.Join(dir, name), rest, match)
		}
	}
}

// yarnBraces writes {a,b} out, one group after the other, up to a bound.
func yarnBraces(glob string) []string {
	globs := []string{glob}
	for i := 0; i < len(globs) && len(globs) < 100; {
		open := strings.IndexByte(globs[i], '{')
		if open < 0 {
			i++
			continue
		}
		length := strings.IndexByte(globs[i][open:], '}')
		if length < 0 {
			i++
			continue
		}
		before, inside, after := globs[i][:open], globs[i][open+1:open+length], globs[i][open+length+1:]
		var written []string
		for choice := range strings.SplitSeq(inside, ",") {
			written = append(written, before+choice+after)
		}
		globs = slices.Replace(globs, i, i+1, written...)
	}
	return globs
}
