package analysis

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// Options of a review. The zero value is the common one.
type Options struct {
	// Vendored reviews lockfiles inside vendored copies and node_modules too.
	Vendored bool
	// Checks run on each change once the changes are known; none is a review
	// of the lockfiles alone.
	Checks []Check
	// Refresh makes the clients behind the checks ask anew under its context;
	// nil when there is nothing to ask.
	Refresh func(context.Context) context.Context
	// Now is the time as of which the review is made; the present if zero.
	Now time.Time
}

// Run reviews what moved between base and head of repo and reports it to h:
// first the changes, then what the checks say of each, as it comes.
// An error is one of git, of ctx or of h; a lockfile that cannot be read is
// no error of the run but stands in Review.Errors.
func Run(ctx context.Context, repo revision.Repository, base, head revision.Revision, opts Options, h Handler) error {
	if err := h.Progress(0, 0, "comparing "+base.Name()+" with "+head.Name()); err != nil {
		return err
	}
	found, err := findLockfiles(ctx, repo, base, head, opts)
	if err != nil {
		return err
	}
	if err := h.Progress(0, 0, fmt.Sprintf("reading the lockfiles that differ: %d of %d", found.differing(), len(found.changed))); err != nil {
		return err
	}
	review, err := compare(ctx, base, head, found)
	if err != nil {
		return err
	}
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

// equip gives a review what it is to be checked with.
func (r *Review) equip(opts Options) {
	r.checks, r.refresh, r.Now = opts.Checks, opts.Refresh, opts.Now
	if r.Now.IsZero() {
		r.Now = time.Now()
	}
	for _, c := range opts.Checks {
		r.Checks = append(r.Checks, CheckInfo{c.Name(), c.Topic()})
	}
}

// found is where the lockfiles of two revisions lie.
type found struct {
	base, head []string // every lockfile, sorted
	formats    map[string]lockfiles.Format
	changed    map[string]bool // every lockfile: does it, or a companion, differ
	leftOut    []string        // those that differ, in vendored copies
}

// differing counts the lockfiles that are read.
func (f found) differing() (n int) {
	for _, differs := range f.changed {
		if differs {
			n++
		}
	}
	return n
}

func findLockfiles(ctx context.Context, repo revision.Repository, base, head revision.Revision, opts Options) (found, error) {
	var f found
	var paths []string
	match := matcher(opts)
	group, groupCtx := errgroup.WithContext(ctx)
	var baseOthers, headOthers []string
	group.Go(func() (err error) { f.base, baseOthers, err = base.Find(groupCtx, match); return err })
	group.Go(func() (err error) { f.head, headOthers, err = head.Find(groupCtx, match); return err })
	group.Go(func() (err error) { paths, err = repo.Changed(groupCtx, base, head); return err })
	if err := group.Wait(); err != nil {
		return found{}, err
	}
	differs := make(map[string]bool, len(paths))
	for _, p := range paths {
		differs[p] = true
	}
	if !opts.Vendored {
		f.leftOut = filter(paths, func(p string) bool { return lockfiles.Vendored(p) && lockfiles.FormatOf(p) != nil })
	}
	// What only its content can tell is looked into where it differs alone.
	f.formats = make(map[string]lockfiles.Format)
	f.base = f.recognise(base, f.base, differs)
	f.head = f.recognise(head, f.head, differs)
	f.changed = make(map[string]bool)
	for p, format := range f.formats {
		f.changed[p] = differs[p] || companionDiffers(p, format, differs)
	}
	f.follow(ctx, base, head, differs)
	f.base = f.addUnread(f.base, unread(base, f.base, baseOthers, differs))
	f.head = f.addUnread(f.head, unread(head, f.head, headOthers, differs))
	return f, ctx.Err()
}

func matcher(opts Options) func(string) bool {
	return func(p string) bool {
		return (opts.Vendored || !lockfiles.Vendored(p)) && (lockfiles.FormatOf(p) != nil || lockfiles.Plausible(p))
	}
}

// recognise keeps of paths what is a lockfile, and remembers its format.
func (f *found) recognise(tree revision.Revision, paths []string, differs map[string]bool) []string {
	return filter(paths, func(p string) bool {
		format := lockfiles.FormatOf(p)
		if format == nil && differs[p] {
			format = lockfiles.FormatIn(tree, p)
		}
		if format != nil {
			f.formats[p] = format
		}
		return format != nil
	})
}

// addUnread adds lockfiles to read although nothing can be read there: that is
// what the review must say of them.
func (f *found) addUnread(paths, unread []string) []string {
	for _, p := range unread {
		f.formats[p], f.changed[p] = lockfiles.FormatOf(p), true
	}
	paths = slices.Concat(paths, unread)
	slices.Sort(paths)
	return paths
}

// follow marks the lockfiles that are the same on both sides but draw in
// something that is not.
func (f *found) follow(ctx context.Context, base, head revision.Revision, differs map[string]bool) {
	if len(differs) == 0 {
		return
	}
	in := set(f.head)
	for p, format := range f.formats {
		follower, ok := format.(lockfiles.Follower)
		if !ok || f.changed[p] || ctx.Err() != nil {
			continue
		}
		tree := base
		if in[p] {
			tree = head
		}
		f.changed[p] = follower.Follows(ctx, tree, p, differs)
	}
}

func companionDiffers(p string, of lockfiles.Format, differs map[string]bool) bool {
	format, ok := of.(lockfiles.Companion)
	if !ok {
		return false
	}
	return slices.ContainsFunc(format.Companions(), func(name string) bool {
		return differs[path.Join(path.Dir(p), name)]
	})
}

// compare reads the changed lockfiles of both sides and compares them.
func compare(ctx context.Context, base, head revision.Revision, f found) (*Review, error) {
	var before, after []lockfiles.Lockfile
	var baseProblems, headProblems []lockfiles.Problem
	isChanged := func(p string) bool { return f.changed[p] }
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		before, baseProblems, err = lockfiles.ReadAll(ctx, base, filter(f.base, isChanged))
		return err
	})
	group.Go(func() (err error) {
		after, headProblems, err = lockfiles.ReadAll(ctx, head, filter(f.head, isChanged))
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	r := &Review{
		Base: Revision{base.Name(), base.Commit()}, Head: Revision{head.Name(), head.Commit()},
		BaseFiles: base, HeadFiles: head, LeftOut: f.leftOut,
	}
	// What could be read on one side alone says nothing of what moved.
	unread := make(map[string]*Error)
	r.addProblems(unread, baseProblems, r.Base)
	r.addProblems(unread, headProblems, r.Head)
	readable := func(l lockfiles.Lockfile) bool { return unread[l.Path] == nil }
	r.Diff = diff.Between(filter(before, readable), filter(after, readable))
	r.listLockfiles(f, unread)
	return r, nil
}

func (r *Review) addProblems(unread map[string]*Error, problems []lockfiles.Problem, side Revision) {
	for _, p := range problems {
		e := newError(p, side)
		r.Errors = append(r.Errors, e)
		if unread[p.Path] == nil {
			unread[p.Path] = &e
		}
	}
	slices.SortStableFunc(r.Errors, func(a, b Error) int { return strings.Compare(a.Lockfile, b.Lockfile) })
}

// listLockfiles fills Review.Lockfiles: what was compared, what could not be
// read, and what is the same on both sides.
func (r *Review) listLockfiles(f found, unread map[string]*Error) {
	moved := make(map[string]int)
	for _, c := range r.Diff.Changes {
		moved[c.Lockfile]++
	}
	listed := make(map[string]bool)
	inBase, inHead := set(f.base), set(f.head)
	for _, file := range r.Diff.Files {
		name := cmp.Or(file.Path, file.BasePath)
		r.Lockfiles = append(r.Lockfiles, Lockfile{File: file, Changed: true, Changes: moved[name]})
		listed[file.Path], listed[file.BasePath] = true, true
	}
	add := func(p string) {
		if listed[p] {
			return
		}
		listed[p] = true
		file := diff.File{Packages: -1, BasePackages: -1}
		if inHead[p] {
			file.Path, file.Format = p, f.formats[p].Name()
		}
		if inBase[p] {
			file.BasePath, file.BaseFormat = p, f.formats[p].Name()
		}
		r.Lockfiles = append(r.Lockfiles, Lockfile{File: file, Changed: f.changed[p], Error: unread[p]})
	}
	for _, p := range slices.Concat(f.head, f.base) {
		add(p)
	}
	slices.SortFunc(r.Lockfiles, func(a, b Lockfile) int { return strings.Compare(a.Name(), b.Name()) })
}

// Name is the lockfile's path at head, or at base when it is gone.
func (l Lockfile) Name() string { return cmp.Or(l.Path, l.BasePath) }

func filter[T any](list []T, keep func(T) bool) (kept []T) {
	for _, item := range list {
		if keep(item) {
			kept = append(kept, item)
		}
	}
	return kept
}

func set(list []string) map[string]bool {
	s := make(map[string]bool, len(list))
	for _, item := range list {
		s[item] = true
	}
	return s
}
