package lockfiles

import (
	"path"
	"strings"

	"golang.org/x/mod/semver"
)

// What the JavaScript formats of several package managers share.

// jsIsVersion tells whether text is a whole semantic version, as a registry
// of npm's kind demands.
func jsIsVersion(text string) bool {
	v := "v" + text
	return semver.IsValid(v) && strings.HasPrefix(v, semver.Canonical(v))
}

// jsSplitID parts "name@rest", where the name may have a scope.
func jsSplitID(id string) (name, rest string, ok bool) {
	if id == "" {
		return "", "", false
	}
	at := strings.IndexByte(id[1:], '@') + 1
	if at == 0 || at+1 == len(id) {
		return "", "", false
	}
	return id[:at], id[at+1:], true
}

// jsWithin is where dir, relative to base, lies in the revision. local is
// false for a directory outside of it.
func jsWithin(base, dir string) (at string, local bool) {
	at = path.Join(base, dir)
	outside := path.IsAbs(dir) || strings.Contains(dir, ":") || at == ".." || strings.HasPrefix(at, "../")
	return at, !outside
}

// jsReachable tells of each position whether one of seeds leads to it. Edges
// to a negative position lead nowhere.
func jsReachable(next [][]int, seeds []int) []bool {
	seen := make([]bool, len(next))
	queue := append([]int(nil), seeds...)
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if i < 0 || seen[i] {
			continue
		}
		seen[i] = true
		for _, to := range next[i] {
			if to >= 0 && !seen[to] {
				queue = append(queue, to)
			}
		}
	}
	return seen
}

// jsRoots collects Roots, one for each directory, and what they name.
type jsRoots struct {
	list   []Root
	at     map[string]int // Root.Path -> position
	stated map[jsRootEdge]bool
	direct map[string]bool // Edge.To
}

type jsRootEdge struct {
	root     int
	name, to string
}

func newJSRoots() *jsRoots {
	return &jsRoots{at: make(map[string]int), stated: make(map[jsRootEdge]bool), direct: make(map[string]bool)}
}

// add adds root, or what is new of it where its directory is a root already:
// a lockfile may hold several instances of one directory.
func (r *jsRoots) add(root Root) {
	at, known := r.at[root.Path]
	if !known {
		at = len(r.list)
		r.at[root.Path] = at
		r.list = append(r.list, Root{Path: root.Path, Name: root.Name})
	}
	for _, edge := range root.Requires {
		r.direct[edge.To] = true
		stated := jsRootEdge{at, edge.Name, edge.To}
		if known && r.stated[stated] {
			continue
		}
		r.stated[stated] = true
		r.list[at].Requires = append(r.list[at].Requires, edge)
	}
}

// jsSetting flattens the value before r into one Setting for each leaf, with
// the keys on the way to it: {Name: "catalogs", Value: "react: left: ^1.0.0"}.
func jsSetting(r *jsonReader, settings *[]Setting, name string, within ...string) error {
	add := func(last string) {
		value := strings.Join(append(within[:len(within):len(within)], last), ": ")
		*settings = append(*settings, Setting{Name: name, Value: value, Line: r.line()})
	}
	if len(within) > maxJSDepth {
		return r.errorf("values are nested deeper than %d levels", maxJSDepth)
	}
	before := len(*settings)
	switch r.kind() {
	case '{':
		err := r.object(func(key string) error {
			return jsSetting(r, settings, name, append(within[:len(within):len(within)], key)...)
		})
		if err == nil && len(*settings) == before {
			add("{}")
		}
		return err
	case '[':
		err := r.array(func(int) error {
			if kind := r.kind(); kind == '{' || kind == '[' {
				return jsSetting(r, settings, name, append(within[:len(within):len(within)], "-")...)
			}
			return jsSetting(r, settings, name, within...)
		})
		if err == nil && len(*settings) == before {
			add("[]")
		}
		return err
	}
	text, err := r.scalar()
	if err == nil {
		add(text)
	}
	return err
}

// maxJSDepth bounds values within values where real ones are three deep.
const maxJSDepth = 50
