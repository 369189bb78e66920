package revision

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
)

// indexEntry is a line of the index.
type indexEntry struct {
	entry             // name is the whole path
	stage        int  // 0, or 1 to 3 for the sides of an unmerged path
	skipWorktree bool // deliberately not checked out: it reads as in the index
}

// indexTree is the index as a tree of files. entries are sorted by path.
type indexTree struct {
	entries []indexEntry
}

// at is the first entry whose path is not less than name.
func (t *indexTree) at(name string) int {
	return sort.Search(len(t.entries), func(i int) bool { return t.entries[i].name >= name })
}

func (t *indexTree) lookup(name string) (entry, error) {
	i := t.at(name)
	if i < len(t.entries) && t.entries[i].name == name {
		if t.entries[i].stage != 0 {
			return entry{}, unmerged(name)
		}
		return t.entries[i].entry, nil
	}
	i = t.at(name + "/")
	if i < len(t.entries) && strings.HasPrefix(t.entries[i].name, name+"/") {
		return entry{name: name, mode: modeTree}, nil
	}
	return entry{}, fs.ErrNotExist
}

func unmerged(paths ...string) error {
	return &Error{
		Doing: "read the index", Err: fmt.Errorf("%w: %s", ErrUnmerged, quoteSome(paths)),
		Hint: "resolve the conflict and `git add` it, or review the working tree",
	}
}

// quoteSome names a few paths.
func quoteSome(paths []string) string {
	const some = 5
	var quoted []string
	for _, path := range paths[:min(some, len(paths))] {
		quoted = append(quoted, fmt.Sprintf("%q", path))
	}
	if more := len(paths) - some; more > 0 {
		quoted = append(quoted, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(quoted, ", ")
}

func (t *indexTree) list(dir string) ([]entry, error) {
	prefix := dir + "/"
	if dir == "." {
		prefix = ""
	}
	var listed []entry
	for i := t.at(prefix); i < len(t.entries) && strings.HasPrefix(t.entries[i].name, prefix); {
		e := t.entries[i].entry
		e.name = e.name[len(prefix):]
		if sub, _, ok := strings.Cut(e.name, "/"); ok {
			listed = append(listed, entry{name: sub, mode: modeTree})
			i = t.at(prefix + sub + "0") // '0' follows '/': the first path after the directory
			continue
		}
		for i++; i < len(t.entries) && t.entries[i].name == prefix+e.name; i++ {
			// the other sides of an unmerged path
		}
		listed = append(listed, e)
	}
	slices.SortFunc(listed, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return listed, nil
}

// paths refuses when a path that matches is unmerged: there is no one content
// to review.
func (t *indexTree) paths(_ context.Context, match func(string) bool) (files, others []string, err error) {
	var conflicts []string
	for _, e := range t.entries {
		switch {
		case !match(e.name):
		case e.stage == 0 && e.regular():
			files = append(files, e.name)
		case e.stage == 0:
			others = append(others, e.name)
		case len(conflicts) == 0 || conflicts[len(conflicts)-1] != e.name:
			conflicts = append(conflicts, e.name)
		}
	}
	if len(conflicts) > 0 {
		return nil, nil, unmerged(conflicts...)
	}
	return files, others, nil
}
