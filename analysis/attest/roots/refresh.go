package roots

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
	"github.com/theupdateframework/go-tuf/v2/metadata"

	"github.com/depreview/depreview/analysis/clients"
)

// Files is *clients.TUF.
type Files interface {
	Base() string
	Host() string
	File(ctx context.Context, address string, most int64) ([]byte, error)
}

// Outcome is what became of refreshing one repository.
type Outcome struct {
	Repository Repository
	// Date is when the roots in use were last confirmed: now, or, beside Err, when
	// those were that stay. Zero is that none is kept.
	Date time.Time
	// Changed tells that a root is another than before.
	Changed bool
	// Broken is the name of a damaged file that was set aside; "" is none.
	Broken string
	// Err is why nothing was refreshed; it ends with the next step.
	Err error
}

// Refresh brings what is kept of a repository up to date. Nothing takes the
// place of what is there that TUF did not verify as of now, and that it would
// not verify again without a network. A second depreview waits for the first.
func (r Repository) Refresh(ctx context.Context, files Files, dir string, now time.Time) (out Outcome) {
	out.Repository = r
	path := file(dir, r)
	fail := func(err error) Outcome {
		out.Err = fmt.Errorf("refresh the roots of %s: %w", r.Title, explain(err, files.Host(), dir, now))
		return out
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(diskError{err})
	}
	unlock, err := lockedfile.MutexAt(path + ".lock").Lock()
	if err != nil {
		return fail(diskError{err})
	}
	defer unlock()
	before, known, err := read(dir, r)
	switch {
	case errors.As(err, &damaged{}):
		out.Broken = path + ".broken"
		if err := os.Rename(path, out.Broken); err != nil {
			return fail(diskError{err})
		}
	case err != nil && !errors.Is(err, errNone):
		return fail(diskError{err})
	case err == nil:
		out.Date = before.Refreshed
	}
	// Under the lock nobody else has it, and what a crash left in it is nobody's.
	local := path + ".known"
	defer os.RemoveAll(local)
	if err := errors.Join(os.RemoveAll(local), os.Mkdir(local, 0o700)); err != nil {
		return fail(diskError{err})
	}
	after, err := r.follow(ctx, files, local, before, known, now)
	if err != nil {
		return fail(err)
	}
	if err := after.write(path); err != nil {
		return fail(diskError{err})
	}
	out.Date, out.Changed = now, before == nil || !maps.EqualFunc(before.Targets, after.Targets, bytes.Equal)
	return out
}

// follow asks the repository, and gives what is to be kept in place of before,
// which is nil where nothing is. The directory local is empty.
func (r Repository) follow(ctx context.Context, files Files, local string, before *kept, known *verified, now time.Time) (*kept, error) {
	after := &kept{Schema: schema, Refreshed: now.UTC(), Targets: map[string][]byte{}}
	after.copied = copied{Roots: map[string][]byte{}, Roles: map[string][]byte{}}
	first := r.Anchor
	if before != nil {
		// The newest root is where it goes on from: an older chain does not count.
		first = known.root
		maps.Copy(after.Roots, before.Roots)
		maps.Copy(after.Roles, before.Roles)
		if err := before.lay(local); err != nil {
			return nil, diskError{err}
		}
	}
	up, err := workflow(first, files.Base(), local, &network{ctx, files, &after.copied}, now)
	if err != nil {
		return nil, err
	}
	for path := range r.targets {
		info, err := up.GetTargetInfo(path)
		if err != nil {
			return nil, err
		}
		if before != nil && info.VerifyLengthHashes(before.Targets[path]) == nil {
			after.Targets[path] = before.Targets[path]
			continue
		}
		if info.Length > mostFile {
			return nil, fmt.Errorf("%s has %d bytes by its metadata, which is too much for a root of trust", path, info.Length)
		}
		if _, after.Targets[path], err = up.DownloadTarget(info, "", ""); err != nil {
			return nil, err
		}
	}
	_, err = r.verify(after)
	return after, err
}

type diskError struct{ error }

func (d diskError) Unwrap() error { return d.error }

// stays ends every reason: what is trusted did not become another.
const stays = "\nhint: the roots that are there stay in use; "

// explain says what a failure means, and the next step.
func explain(err error, host, dir string, now time.Time) error {
	var asked *clients.Error
	why, next := "", ""
	switch {
	case errors.As(err, &diskError{}):
		return fmt.Errorf("%w%ssee whether %s can be written to and the disk is full", err, stays, dir)
	case errors.As(err, &asked):
		why, next = asked.Short(), "depreview db update asks again"
		if hint := asked.Hint(); hint != "" {
			next = hint
		}
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, &metadata.ErrExpiredMetadata{}):
		why = fmt.Sprintf("what %s gives has expired (this machine says it is %s)", host, now.UTC().Format(time.DateOnly))
		next = "see whether the clock is right and no old copy answers in place of the repository"
	case errors.Is(err, &metadata.ErrBadVersionNumber{}):
		why, next = host+" gives older roots than it gave before", "see who answers in its place: --trace FILE writes every request down"
	case errors.Is(err, &metadata.ErrUnsignedMetadata{}):
		why, next = "what "+host+" gives is not signed by those who may", "see who answers in its place: --trace FILE writes every request down"
	case errors.Is(err, &metadata.ErrLengthOrHashMismatch{}):
		why, next = "what "+host+" gives is not what its metadata says", "ask again later; --trace FILE writes every request down"
	default:
		why, next = "what "+host+" gives cannot be used", "ask again later; --trace FILE writes every request down"
	}
	said, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("%s: %w%s%s", why, short{said, err}, stays, next)
}

// short is an error in one line.
type short struct {
	line string
	error
}

func (s short) Error() string { return s.line }
func (s short) Unwrap() error { return s.error }
