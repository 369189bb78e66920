// Package update downloads OSV's advisories and makes the offline database of
// them. The downloads lie where osv-scanner and osv-scalibr look for theirs, so
// that one copy serves all.
//
// It stands above analysis/clients, which speaks to the storage, and above
// analysis/advisories, which makes the index; cmd stands above it.
package update

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/clients"
)

// Options of an update.
type Options struct {
	Database *clients.OSVDatabase
	// Layout is where the downloads lie; see UserLayout.
	Layout Layout
	// Index is where the index is made.
	Index string
	// Ecosystems are OSV's names; none means advisories.Ecosystems.
	Ecosystems []string
	// Tell is called as each ecosystem ends, one at a time.
	Tell func(Outcome)
}

// Outcome is what became of one ecosystem.
type Outcome struct {
	Ecosystem string
	// Size in bytes of what was downloaded; 0 when the copy is the newest.
	Size int64
	Err  error
	// Kept tells that an older copy is used all the same, written at AsOf.
	Kept bool
	AsOf time.Time
}

// ErrPartial is in the error of an update of which some ecosystems failed, and
// the others are in the index.
var ErrPartial = errors.New("not all advisories could be updated")

// Run downloads what is newer and makes the index of all that is there. An
// ecosystem that fails keeps its older copy and leaves the others alone;
// Run then ends with ErrPartial. What came before an interruption is not
// downloaded again.
func Run(ctx context.Context, o Options) (advisories.Info, error) {
	names := o.Ecosystems
	if len(names) == 0 {
		names = advisories.Ecosystems()
	}
	failed := false
	for _, name := range names {
		outcome := o.one(ctx, name)
		if ctx.Err() != nil {
			return advisories.Info{}, ctx.Err()
		}
		failed = failed || outcome.Err != nil
		o.Tell(outcome)
	}
	zips, broken := o.Layout.whole()
	for _, b := range broken {
		failed = true
		o.Tell(b)
	}
	if len(zips) == 0 {
		return advisories.Info{}, fmt.Errorf("update the offline advisory database: nothing could be downloaded: %w", ErrPartial)
	}
	info, err := advisories.BuildFrom(ctx, zips, o.Index)
	if err == nil && failed {
		err = ErrPartial
	}
	return info, err
}

// one updates one ecosystem. The lock is held against another depreview; the
// scanners hold none.
func (o Options) one(ctx context.Context, ecosystem string) (out Outcome) {
	out.Ecosystem = ecosystem
	dir := filepath.Join(o.Layout.Write, ecosystem)
	if out.Err = os.MkdirAll(dir, 0o750); out.Err != nil {
		return out
	}
	path := filepath.Join(dir, "all.zip")
	unlock, err := lockedfile.MutexAt(path + ".lock").Lock()
	if err != nil {
		out.Err = err
		return out
	}
	defer unlock()
	out.Size, out.Err = o.download(ctx, ecosystem, path)
	if info, err := os.Stat(path); err == nil {
		out.Kept, out.AsOf = out.Err != nil, info.ModTime()
	}
	return out
}

// download brings path up to date; nothing is put there that is not whole.
func (o Options) download(ctx context.Context, ecosystem, path string) (size int64, err error) {
	before := readMark(path)
	part, err := os.CreateTemp(filepath.Dir(path), "all.zip.*.part")
	if err != nil {
		return 0, err
	}
	defer os.Remove(part.Name())
	defer part.Close()
	sum := crc32.New(castagnoli)
	got, err := o.Database.Download(ctx, ecosystem, before.ETag, io.MultiWriter(part, sum))
	if err != nil {
		return 0, err
	}
	if got.NotModified {
		// The copy is as new as this answer.
		return 0, os.Chtimes(path, got.At, got.At)
	}
	now := mark{ETag: got.ETag, Sum: sum.Sum32()}
	if want, stated := storedSum(got.Hash); stated && want != now.Sum {
		return 0, errors.New("what arrived is not what the storage holds: the checksums differ")
	}
	if err := errors.Join(part.Sync(), part.Close()); err != nil {
		return 0, err
	}
	if err := advisories.CheckZip(part.Name()); err != nil {
		return 0, fmt.Errorf("what arrived is no whole zip: %w", err)
	}
	err = errors.Join(os.Chmod(part.Name(), 0o644), os.Chtimes(part.Name(), got.At, got.At))
	if err != nil {
		return 0, err
	}
	// Without its mark a copy is downloaded again; with another's it would not
	// be. So the mark goes first and comes last.
	if err := os.Remove(markPath(path)); err != nil && !os.IsNotExist(err) {
		return 0, err
	}
	if err := os.Rename(part.Name(), path); err != nil {
		return 0, err
	}
	return got.Size, now.write(path)
}
