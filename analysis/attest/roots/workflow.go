package roots

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/fetcher"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"

	"github.com/depreview/depreview/analysis/clients"
)

// The limits of what is asked for. What signed metadata says of a length is
// believed below them only. Sigstore's largest file has 10 kB.
const (
	mostFile        = 2 << 20
	mostRotations   = 64
	mostDelegations = 8
)

// nowhere holds no file of the library's: what it may read is said here.
var nowhere = filepath.Join(os.DevNull, "none")

// workflow is TUF's client workflow (section 5.3 of its specification), by
// go-tuf: the roots one after the other, timestamp, snapshot and targets.
// What it knows already it reads in local; it writes nothing. Expiry is judged
// as of now.
func workflow(anchor []byte, base, local string, from fetcher.Fetcher, now time.Time) (up *updater.Updater, err error) {
	defer func() {
		if p := recover(); p != nil {
			up, err = nil, fmt.Errorf("the library failed: %v", p)
		}
	}()
	settings, err := config.New(base, anchor)
	if err != nil {
		return nil, err
	}
	settings.Fetcher, settings.LocalMetadataDir, settings.DisableLocalCache = from, local, true
	settings.MaxRootRotations, settings.MaxDelegations = mostRotations, mostDelegations
	if up, err = updater.New(settings); err != nil {
		return nil, err
	}
	up.UnsafeSetRefTime(now)
	return up, up.Refresh()
}

// network fetches what a repository serves, and remembers it.
type network struct {
	ctx   context.Context
	files Files
	got   *copied
}

// DownloadFile implements fetcher.Fetcher.
func (n *network) DownloadFile(address string, most int64, _ time.Duration) ([]byte, error) {
	data, err := n.files.File(n.ctx, address, min(most, mostFile))
	switch {
	case clients.StateOf(err) == clients.Absent:
		// The one answer that the workflow must understand: there is no newer root.
		return nil, absent(address, err)
	case err != nil:
		return nil, err
	}
	if !strings.HasPrefix(address, n.files.Base()+"/targets/") {
		n.got.put(path.Base(address), data)
	}
	return data, nil
}

// missing is a file that is not there, with the reason.
type missing struct {
	metadata.ErrDownloadHTTP
	why error
}

func absent(address string, why error) error {
	return &missing{metadata.ErrDownloadHTTP{StatusCode: 404, URL: address}, why}
}

func (m *missing) Unwrap() []error { return []error{&m.ErrDownloadHTTP, m.why} }

// copied is what a repository served: all that TUF needs to come to the same
// result without it.
type copied struct {
	Roots map[string][]byte `json:"roots"` // by version
	Roles map[string][]byte `json:"roles"` // "timestamp", "snapshot", "targets", and the delegated ones
}

// put keeps metadata by the name of its file: 16.root.json, timestamp.json,
// 8.registry.npmjs.org.json.
func (c *copied) put(file string, data []byte) {
	version, role := split(file)
	if role == metadata.ROOT {
		c.Roots[version] = data
	} else {
		c.Roles[role] = data
	}
}

func split(file string) (version, role string) {
	role = strings.TrimSuffix(file, ".json")
	if first, rest, ok := strings.Cut(role, "."); ok && first != "" && strings.Trim(first, "0123456789") == "" {
		return first, rest
	}
	return "", role
}

// DownloadFile implements fetcher.Fetcher without a network. It gives what is
// there whatever version is asked for: the workflow compares them.
func (c *copied) DownloadFile(address string, most int64, _ time.Duration) ([]byte, error) {
	version, role := split(path.Base(address))
	data, ok := c.Roles[role]
	if role == metadata.ROOT {
		data, ok = c.Roots[version]
	}
	switch {
	case !ok:
		return nil, absent(address, fmt.Errorf("%s is not there", path.Base(address)))
	case int64(len(data)) > most:
		return nil, fmt.Errorf("%s is too long", path.Base(address))
	}
	return data, nil
}

// lay puts the metadata where the workflow reads what it knew before, so that
// it refuses what is older.
func (c *copied) lay(dir string) error {
	for role, data := range c.Roles {
		if filepath.Base(role) != role { // it would lie elsewhere; without it, it is fetched
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, role+".json"), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
