package analysis

import (
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// unread are the lockfiles of a revision that are no regular files and of
// which something must be said: package managers follow a symbolic link, and
// what it leads to is not read here. Left out is a link to a lockfile that is
// read under its own name, and, where differs tells what moved, one whose
// target lies in the revision and did not move.
func unread(tree revision.Revision, files, others []string, differs map[string]bool) []string {
	return filter(others, func(p string) bool {
		format := lockfiles.FormatOf(p)
		if format == nil {
			return false
		}
		target, inside := linkTarget(tree, p)
		if !inside {
			return true
		}
		if _, listed := slices.BinarySearch(files, target); listed && lockfiles.FormatOf(target) == format {
			return false
		}
		return differs == nil || differs[p] || differs[target]
	})
}

// linkTarget is the regular file of tree that a link leads to, through other
// links where it must; inside is false when there is none.
func linkTarget(tree revision.Revision, p string) (target string, inside bool) {
	const hops = 10
	for range hops {
		text, err := tree.ReadLink(p)
		if err != nil || strings.HasPrefix(text, "/") || strings.ContainsAny(text, `\:`) {
			return "", false
		}
		p = path.Join(path.Dir(p), text)
		info, err := tree.Stat(p) // refuses what lies outside, and directories that are links
		switch {
		case err != nil:
			return "", false
		case info.Mode().IsRegular():
			return p, true
		}
	}
	return "", false
}
