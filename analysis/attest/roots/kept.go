package roots

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	schema   = 1
	mostKept = 32 << 20
)

// kept is the file of one repository: what it served when it was last asked,
// and the targets. It is one file, so that it is old or new and never half.
type kept struct {
	Schema int `json:"schema"`
	// Refreshed is when the repository was asked: the time as of which its
	// metadata had not expired.
	Refreshed time.Time `json:"refreshed"`
	copied
	Targets map[string][]byte `json:"targets"` // by path
}

// verified is what TUF says of a copy.
type verified struct {
	// root is the newest root.json.
	root []byte
	// expires is when the first of the metadata does.
	expires time.Time
}

func file(dir string, r Repository) string { return filepath.Join(dir, r.Name+".json") }

// errNone is that nothing is kept.
var errNone = errors.New("nothing is kept")

// read reads what is kept of a repository and verifies it.
func read(dir string, r Repository) (*kept, *verified, error) {
	f, err := os.Open(file(dir, r))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, errNone
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostKept+1))
	if err != nil {
		return nil, nil, err
	}
	k := &kept{}
	switch err := json.Unmarshal(data, k); {
	case len(data) > mostKept:
		return nil, nil, damaged{errors.New("it is too long")}
	case err != nil:
		return nil, nil, damaged{err}
	case k.Schema != schema:
		return nil, nil, damaged{fmt.Errorf("it is of version %d", k.Schema)}
	}
	v, err := r.verify(k)
	if err != nil {
		return nil, nil, damaged{err}
	}
	return k, v, nil
}

// damaged is that what is kept is not what was kept.
type damaged struct{ error }

func (d damaged) Unwrap() error { return d.error }

// verify follows the workflow over the copy alone, as of when it was made, and
// holds each target against what its metadata says.
func (r Repository) verify(k *kept) (*verified, error) {
	up, err := workflow(r.Anchor, "https://kept.invalid", nowhere, &k.copied, k.Refreshed)
	if err != nil {
		return nil, err
	}
	for path, check := range r.targets {
		info, err := up.GetTargetInfo(path)
		if err != nil {
			return nil, err
		}
		if err := info.VerifyLengthHashes(k.Targets[path]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := check(k.Targets[path]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	set := up.GetTrustedMetadataSet()
	v := &verified{root: r.Anchor, expires: set.Root.Signed.Expires}
	if newest, ok := k.Roots[fmt.Sprint(set.Root.Signed.Version)]; ok {
		v.root = newest
	}
	expiries := []time.Time{set.Timestamp.Signed.Expires, set.Snapshot.Signed.Expires}
	for _, role := range set.Targets {
		expiries = append(expiries, role.Signed.Expires)
	}
	for _, at := range expiries {
		if at.Before(v.expires) {
			v.expires = at
		}
	}
	return v, nil
}

// write puts what is kept in the place of what was, whole or not at all. The
// caller has the lock.
func (k *kept) write(path string) (err error) {
	data, err := json.Marshal(k)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // of what was not renamed
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
