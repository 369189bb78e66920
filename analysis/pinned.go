package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// RunPinned is Run for everything that one revision pins: a review without a
// base, in which every package is new, so that the same checks and the same
// handlers serve it. Review.LeftOut are all lockfiles in vendored copies. There
// is no other revision to read the project's settings from than this one, so
// only checks that heed none of them belong in opts.
func RunPinned(ctx context.Context, rev revision.Revision, opts Options, h Handler) error {
	if err := h.Progress(0, 0, "reading the lockfiles of "+rev.Name()); err != nil {
		return err
	}
	listing, err := List(ctx, rev, opts)
	if err != nil {
		return err
	}
	review := &Review{
		Base: listing.Revision, Head: listing.Revision, BaseFiles: rev, HeadFiles: rev,
		Errors: listing.Errors, Diff: diff.Between(nil, listing.Lockfiles),
	}
	splitOrigins(review.Diff)
	if review.LeftOut, err = vendored(ctx, rev, opts); err != nil {
		return err
	}
	review.listPinned(listing)
	review.equip(opts)
	if err := h.Changes(review); err != nil {
		return err
	}
	coverage, err := review.Gather(ctx, nil, h)
	if err != nil {
		return err
	}
	return h.Done(coverage)
}

// vendored are the lockfiles that opts leave out.
func vendored(ctx context.Context, rev revision.Revision, opts Options) ([]string, error) {
	if opts.Vendored {
		return nil, nil
	}
	paths, err := rev.Paths(ctx, func(p string) bool { return lockfiles.Vendored(p) && lockfiles.FormatOf(p) != nil })
	if err != nil {
		return nil, fmt.Errorf("look for vendored lockfiles: %w", err)
	}
	return paths, nil
}

// listPinned fills Review.Lockfiles: what was read, and what could not be.
func (r *Review) listPinned(listing *Listing) {
	moved := make(map[string]int)
	for i := range r.Diff.Changes {
		moved[r.Diff.Changes[i].Lockfile]++
	}
	for _, file := range r.Diff.Files {
		r.Lockfiles = append(r.Lockfiles, Lockfile{File: file, Changed: true, Changes: moved[file.Path]})
	}
	listed := make(map[string]bool)
	for i := range listing.Errors {
		e := &listing.Errors[i]
		if listed[e.Lockfile] {
			continue
		}
		listed[e.Lockfile] = true
		file := diff.File{Path: e.Lockfile, Format: e.Format, Packages: -1, BasePackages: -1}
		r.Lockfiles = append(r.Lockfiles, Lockfile{File: file, Changed: true, Error: e})
	}
	slices.SortFunc(r.Lockfiles, func(a, b Lockfile) int { return strings.Compare(a.Name(), b.Name()) })
}

// splitOrigins makes a change of its own of copies that come from elsewhere
// than the first: of the same version from a repository and from the registry,
// not the same is known.
func splitOrigins(d *diff.Diff) {
	var split []diff.Change
	for _, c := range d.Changes {
		if len(c.Instances) < 2 {
			split = append(split, c)
			continue
		}
		graph := d.Head[c.Lockfile]
		at := make(map[string]int) // origin -> place in split
		for _, instance := range c.Instances {
			p := graph.Package(instance.Head)
			if p == nil {
				p = c.Head
			}
			n, known := at[p.Origin]
			if !known {
				n = len(split)
				at[p.Origin] = n
				part := c
				part.Head, part.Instances = p, nil
				split = append(split, part)
			}
			split[n].Instances = append(split[n].Instances, instance)
		}
	}
	d.Changes = split
}
