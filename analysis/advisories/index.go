package advisories

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	bolt "go.etcd.io/bbolt"

	"github.com/depreview/depreview/lockfiles"
)

// What an index that cannot answer is like. Each is a reason for unknown,
// never for clean.
var (
	ErrAbsent  = errors.New("there is no offline advisory database")
	ErrDamaged = errors.New("the offline advisory database is damaged")
	ErrSchema  = errors.New("the offline advisory database was written by another version of depreview")
)

const hint = "\nhint: depreview db import DIR"

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
	db   *bolt.DB
	info Info
	file os.FileInfo
	once sync.Once    // sets a damaged file aside
	gets atomic.Int64 // values read since the file was let go of
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
	if err != nil {
		return nil, fmt.Errorf("open the offline advisory database: %w%s", err, hint)
	}
	x = &Index{path: path, file: info}
	if info.Size() == 0 { // bbolt would begin a new one in it
		return nil, x.damaged(errors.New("it is empty"))
	}
	err = x.guard(func() error {
		x.db, err = bolt.Open(path, 0o444, &bolt.Options{ReadOnly: true, Timeout: 5 * time.Second})
		if _, system := errors.AsType[*fs.PathError](err); system || errors.Is(err, bolt.ErrTimeout) {
			return fmt.Errorf("open the offline advisory database: %w%s", err, hint)
		}
		if err != nil {
			return x.damaged(err)
		}
		return x.db.View(func(tx *bolt.Tx) error {
			if tx.Size() > info.Size() {
				return x.damaged(errors.New("its end is missing"))
			}
			return x.readInfo(tx)
		})
	})
	if err != nil {
		x.Close()
		return nil, err
	}
	return x, nil
}

func (x *Index) readInfo(tx *bolt.Tx) error {
	data, err := x.get(tx, metaBucket, infoKey)
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
	if x.db == nil {
		return nil
	}
	return x.db.Close()
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
	err = x.view(func(tx *bolt.Tx) error {
		data, err := x.get(tx, namesBucket, sequence(shard(key, x.info.Shards)))
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
		records := tx.Bucket(recordsBucket)
		answer.Records = make([]*Record, 0, len(numbers))
		for _, n := range numbers {
			core, _, err := x.parts(records, n)
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
	return x.view(func(tx *bolt.Tx) error {
		_, rest, err := x.parts(tx.Bucket(recordsBucket), r.number)
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
func (x *Index) parts(records *bolt.Bucket, number uint32) (core, rest []byte, err error) {
	data, err := x.getFrom(records, recordsBucket, sequence(number))
	if err != nil {
		return nil, nil, err
	}
	length, n := binary.Uvarint(data)
	if n <= 0 || length > uint64(len(data)-n) {
		return nil, nil, x.damaged(errors.New("a record has no length"))
	}
	return data[n : n+int(length)], data[n+int(length):], nil
}

// get reads a value, which must be there and be what was written.
func (x *Index) get(tx *bolt.Tx, bucket, key []byte) ([]byte, error) {
	return x.getFrom(tx.Bucket(bucket), bucket, key)
}

// getFrom is get of a bucket of that name, nil where there is none.
func (x *Index) getFrom(b *bolt.Bucket, bucket, key []byte) ([]byte, error) {
	if b == nil {
		return nil, x.damaged(fmt.Errorf("it has no %s", bucket))
	}
	x.gets.Add(1)
	value, ok := unseal(key, b.Get(key))
	if !ok {
		return nil, x.damaged(fmt.Errorf("%s %x is not what was written", bucket, key))
	}
	return value, nil
}

// keptMost is how many values are read before what is mapped of the file is let
// go of: at 64 kB a value some 30 MB.
const keptMost = 500

func (x *Index) view(read func(tx *bolt.Tx) error) error {
	return x.guard(func() error {
		return x.db.View(func(tx *bolt.Tx) error {
			err := read(tx)
			if n := x.gets.Load(); n >= keptMost && x.gets.CompareAndSwap(n, 0) {
				letGo(x.db, x.file.Size())
			}
			return err
		})
	})
}

// guard turns a fault while reading into an error: the file is mapped into
// memory, so a page that cannot be read or makes no sense is one.
func (x *Index) guard(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = x.damaged(fmt.Errorf("%v", r))
		}
	}()
	return read()
}

// damaged is the error of an index that is not what was written, and sets the
// file aside, unless another has taken its place already.
func (x *Index) damaged(why error) error {
	broken := x.path + ".broken"
	x.once.Do(func() {
		if now, err := os.Stat(x.path); err == nil && os.SameFile(now, x.file) {
			_ = os.Rename(x.path, broken) // where it cannot be moved it is refused again
		}
	})
	return fmt.Errorf("read %s: %w: %v; it is set aside as %s%s", x.path, ErrDamaged, why, broken, hint)
}
