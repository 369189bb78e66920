package advisories

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/depreview/depreview/lockfiles"
)

// What an index that cannot answer is like. Each is a reason for unknown,
// never for clean.
var (
	ErrAbsent  = errors.New("there is no offline advisory database")
	ErrDamaged = errors.New("the offline advisory database is damaged")
	ErrSchema  = errors.New("the offline advisory database was written by another version of depreview")
)

const hint = "\nhint: depreview db update; without a network, depreview db import DIR"

// schema is raised with every change of what is stored.
const schema = 2

var (
	metaBucket    = []byte("meta")
	recordsBucket = []byte("records")
	namesBucket   = []byte("names")
	infoKey       = []byte("info")
)

// DefaultPath is where the index of this user lies.
func DefaultPath() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory: %w\nhint: set HOME or XDG_CACHE_HOME", err)
	}
	return filepath.Join(dir, "depreview", "advisories", "index.db"), nil
}

// Info is what an index holds.
type Info struct {
	Schema     int        `json:"schema"`
	Shards     uint32     `json:"shards"`
	Records    int        `json:"records"`
	Ecosystems []Coverage `json:"ecosystems"` // by name
	// Unreadable are the first records that could not be read, with the reason.
	Unreadable []string `json:"unreadable,omitempty"`
}

// Coverage is what an index holds of one ecosystem.
type Coverage struct {
	Ecosystem string    `json:"ecosystem"` // OSV's name, without suffix
	Records   int       `json:"records"`   // that name one of its packages, withdrawn ones too
	Malware   int       `json:"malware"`
	AsOf      time.Time `json:"as_of,omitzero"` // when the download was written
	// Partial is why the absence of a record says nothing, or "" when the
	// index holds all that OSV had.
	Partial string `json:"partial,omitzero"`
}

// Index is an open index. It serves many goroutines.
type Index struct {
	path string
	file *os.File
	info Info
	// Where the values of each kind stand.
	meta, records, names *bucket
	stat                 os.FileInfo
	once                 sync.Once // sets a damaged file aside
}

// Open opens the index at path for reading. ErrAbsent, ErrDamaged (the file is
// then set aside as .broken) and ErrSchema tell why it cannot be.
func Open(path string) (x *Index, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open %s: %w%s", path, ErrAbsent, hint)
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	x = &Index{path: path}
	if err == nil {
		x.file, err = os.Open(path)
	}
	if err == nil {
		x.stat, err = x.file.Stat() // of the one that is read, whatever took its place
	}
	if err != nil {
		x.Close()
		return nil, fmt.Errorf("open the offline advisory database: %w%s", err, hint)
	}
	err = x.guard(func() error {
		tree, err := openTree(x.file, x.stat.Size())
		if err != nil {
			return x.damaged(err)
		}
		for name, b := range map[string]**bucket{string(metaBucket): &x.meta, string(recordsBucket): &x.records, string(namesBucket): &x.names} {
			if *b, err = tree.bucket([]byte(name)); err == nil && *b == nil {
				err = fmt.Errorf("it has no %s", name)
			}
			if err != nil {
				return x.damaged(err)
			}
		}
		return x.readInfo()
	})
	if err != nil {
		x.Close()
		return nil, err
	}
	return x, nil
}

func (x *Index) readInfo() error {
	data, err := x.get(x.meta, infoKey, new(room))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &x.info); err != nil {
		return x.damaged(err)
	}
	if x.info.Schema != schema {
		return fmt.Errorf("open %s: %w: schema %d, not %d%s", x.path, ErrSchema, x.info.Schema, schema, hint)
	}
	if x.info.Shards == 0 {
		return x.damaged(errors.New("it has no shards"))
	}
	return nil
}

// Close lets go of the file.
func (x *Index) Close() error {
	if x.file == nil {
		return nil
	}
	return x.file.Close()
}

// Info tells what the index holds.
func (x *Index) Info() Info { return x.info }

// Answer is what the index knows of a package.
type Answer struct {
	// Records name the package; without Details and References, see ReadText.
	Records []*Record
	// Unknown is why there may be more of them, or "".
	Unknown string
	AsOf    time.Time // of the download that answers, or zero
}

// Lookup gives the records that name a package. An error means that nothing is
// known.
func (x *Index) Lookup(id lockfiles.ID) (answer Answer, err error) {
	osv := OSVEcosystem(id.Ecosystem)
	if osv == "" {
		return Answer{Unknown: "OSV has no advisories for " + id.Ecosystem}, nil
	}
	i := slices.IndexFunc(x.info.Ecosystems, func(c Coverage) bool { return c.Ecosystem == osv })
	if i < 0 {
		return Answer{Unknown: "the offline database holds no " + osv + " advisories"}, nil
	}
	answer = Answer{Unknown: x.info.Ecosystems[i].Partial, AsOf: x.info.Ecosystems[i].AsOf}
	key := packageKey(osv, id.Name)
	err = x.guard(func() error {
		to := rooms.Get().(*room)
		defer rooms.Put(to)
		data, err := x.get(x.names, sequence(shard(key, x.info.Shards)), to)
		if err != nil {
			return err
		}
		numbers, err := find(data, key)
		if err != nil {
			return x.damaged(err)
		}
		if len(numbers) == 0 {
			return nil
		}
		answer.Records = make([]*Record, 0, len(numbers))
		for _, n := range numbers {
			core, _, err := x.parts(n, to)
			if err != nil {
				return err
			}
			r, err := decodeCore(core)
			if err != nil {
				return x.damaged(err)
			}
			r.number = n
			answer.Records = append(answer.Records, r)
		}
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return answer, nil
}

// text is the part of a record that matching does without.
type text struct {
	Details    string      `json:"details,omitzero"`
	References []Reference `json:"references,omitempty"`
}

// ReadText reads Details and References of a record that Lookup gave.
func (x *Index) ReadText(r *Record) error {
	return x.guard(func() error {
		_, rest, err := x.parts(r.number, new(room))
		if err != nil {
			return err
		}
		var t text
		if err := json.Unmarshal(rest, &t); err != nil {
			return x.damaged(err)
		}
		r.Details, r.References = t.Details, t.References
		return nil
	})
}

// parts are the two halves of a stored record.
func (x *Index) parts(number uint32, to *room) (core, rest []byte, err error) {
	data, err := x.get(x.records, sequence(number), to)
	if err != nil {
		return nil, nil, err
	}
	length, n := binary.Uvarint(data)
	if n <= 0 || length > uint64(len(data)-n) {
		return nil, nil, x.damaged(errors.New("a record has no length"))
	}
	return data[n : n+int(length)], data[n+int(length):], nil
}

// rooms are used again: a look-up reads some 100 kB and keeps little of it.
var rooms = sync.Pool{New: func() any { return new(room) }}

// get reads a value, which must be there and be what was written. It is good
// until the next is read to the same room.
func (x *Index) get(from *bucket, key []byte, to *room) ([]byte, error) {
	sealed, err := from.get(key, to)
	if err != nil {
		return nil, x.damaged(err)
	}
	value, ok := unseal(key, sealed)
	if !ok {
		return nil, x.damaged(fmt.Errorf("%s %x is not what was written", from.name, key))
	}
	return value, nil
}

// guard turns a panic of what reads into an error: whatever a damaged file
// does, it does not end the process.
func (x *Index) guard(read func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = x.damaged(fmt.Errorf("%v", r))
		}
	}()
	return read()
}

// damaged is the error of an index that is not what was written, and sets the
// file aside, unless another has taken its place already. A file that the
// system does not let us read stays where it is.
func (x *Index) damaged(why error) error {
	if _, system := errors.AsType[*fs.PathError](why); system {
		return fmt.Errorf("read the offline advisory database: %w%s", why, hint)
	}
	broken := x.path + ".broken"
	x.once.Do(func() {
		if now, err := os.Stat(x.path); err == nil && os.SameFile(now, x.stat) {
			_ = os.Rename(x.path, broken) // where it cannot be moved it is refused again
		}
	})
	return fmt.Errorf("read %s: %w: %v; it is set aside as %s%s", x.path, ErrDamaged, why, broken, hint)
}
