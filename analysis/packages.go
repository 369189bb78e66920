package analysis

import (
	"context"
	"slices"
	"strings"

	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// Listing is everything that one revision pins.
type Listing struct {
	Revision  Revision
	Lockfiles []lockfiles.Lockfile // sorted by path
	Errors    []Error              // sorted by lockfile
}

// List reads every lockfile of one revision.
func List(ctx context.Context, tree revision.Revision, opts Options) (*Listing, error) {
	paths, others, err := tree.Find(ctx, matcher(opts))
	if err != nil {
		return nil, err
	}
	paths = filter(paths, func(p string) bool { return lockfiles.FormatIn(tree, p) != nil })
	paths = slices.Concat(paths, unread(tree, paths, others, nil))
	slices.Sort(paths)
	read, problems, err := lockfiles.ReadAll(ctx, tree, paths)
	if err != nil {
		return nil, err
	}
	l := &Listing{Revision: Revision{tree.Name(), tree.Commit()}, Lockfiles: read}
	for _, p := range problems {
		l.Errors = append(l.Errors, newError(p, l.Revision))
	}
	slices.SortStableFunc(l.Errors, func(a, b Error) int { return strings.Compare(a.Lockfile, b.Lockfile) })
	return l, nil
}
