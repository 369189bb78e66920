package advisories

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/rogpeppe/go-internal/lockedfile"
	bolt "go.etcd.io/bbolt"
)

// Build makes the index at path from the download below dir, and puts it in
// the place of the one that was there. When it fails, that one stays. A second
// Build at the same time waits for the first.
//
// A zip that is not whole is an error. A record that cannot be read is not: it
// is told in Info, and makes the index partial for its ecosystem.
func Build(ctx context.Context, dir, path string) (Info, error) {
	sources, err := findSources(dir)
	if err != nil {
		return Info{}, err
	}
	return replace(ctx, sources, path)
}

// replace makes the index and puts it into its place.
func replace(ctx context.Context, sources []source, path string) (Info, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return Info{}, fmt.Errorf("make the offline advisory database: %w", err)
	}
	unlock, err := lock(ctx, path+".lock")
	if err != nil {
		return Info{}, fmt.Errorf("make the offline advisory database: %w", err)
	}
	defer unlock()
	temporary := path + ".new"
	// One that a process left which was killed is nobody's: the lock is ours.
	if err := os.RemoveAll(temporary); err != nil {
		return Info{}, fmt.Errorf("make the offline advisory database: %w", err)
	}
	defer os.Remove(temporary)
	info, err := build(ctx, sources, temporary)
	if err != nil {
		return Info{}, err
	}
	if err := os.Rename(temporary, path); err != nil {
		return Info{}, fmt.Errorf("make the offline advisory database: %w\nhint: end the depreview that has it open", err)
	}
	return info, nil
}

// lock waits for the file lock, or for the end of ctx.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	type result struct {
		unlock func()
		err    error
	}
	done := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(path).Lock()
		done <- result{unlock, err}
	}()
	select {
	case r := <-done:
		return r.unlock, r.err
	case <-ctx.Done():
		go func() { // it may still come, and must not be kept
			if r := <-done; r.err == nil {
				r.unlock()
			}
		}()
		return nil, ctx.Err()
	}
}

// builder writes an index.
type builder struct {
	db      *bolt.DB
	tx      *bolt.Tx
	pending int // bytes in tx
	known   map[string]stored
	next    uint32
	malware []bool // by number
	names   []name
	info    Info
	sources map[string]Coverage // by ecosystem
}

// stored is what has to be known of a record to tell an older one of its id.
type stored struct {
	number   uint32
	modified int64
}

// name is one line of the index of names.
type name struct {
	key    string
	number uint32
}

func build(ctx context.Context, sources []source, path string) (info Info, err error) {
	// No syncing on the way: before the rename nobody looks at the file.
	db, err := bolt.Open(path, 0o644, &bolt.Options{NoSync: true, NoGrowSync: true, NoFreelistSync: true})
	if err != nil {
		return Info{}, fmt.Errorf("make the offline advisory database: %w", err)
	}
	b := &builder{db: db, known: make(map[string]stored), sources: make(map[string]Coverage), info: Info{Schema: schema}}
	defer func() {
		if b.tx != nil {
			_ = b.tx.Rollback() // what is written is thrown away anyhow
		}
		if closing := db.Close(); err == nil && closing != nil {
			err = fmt.Errorf("make the offline advisory database: %w", closing)
		}
	}()
	if err := b.begin(); err != nil {
		return Info{}, err
	}
	for _, s := range sources {
		if err := s.each(func(batch []item) error { return b.addBatch(ctx, s, batch) }); err != nil {
			return Info{}, err
		}
	}
	if b.next == 0 {
		return Info{}, errors.New("make the offline advisory database: no record could be read\nhint: name a directory of OSV records or of their all.zip files")
	}
	b.known = nil
	err = b.finish()
	return b.info, err
}

// begin starts a transaction; they are kept small for the memory they take.
func (b *builder) begin() (err error) {
	if b.tx, err = b.db.Begin(true); err != nil {
		return fmt.Errorf("make the offline advisory database: %w", err)
	}
	for _, bucket := range [][]byte{metaBucket, recordsBucket, namesBucket} {
		made, err := b.tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return fmt.Errorf("make the offline advisory database: %w", err)
		}
		made.FillPercent = 1 // keys come in order
	}
	b.pending = 0
	return nil
}

func (b *builder) put(bucket, key, value []byte) error {
	sealed := seal(key, value)
	if err := b.tx.Bucket(bucket).Put(key, sealed); err != nil {
		return fmt.Errorf("make the offline advisory database: %w", err)
	}
	if b.pending += len(sealed); b.pending < 4<<20 {
		return nil
	}
	if err := b.tx.Commit(); err != nil {
		return fmt.Errorf("make the offline advisory database: %w", err)
	}
	return b.begin()
}

// prepared is a record ready to be written, or why it is not.
type prepared struct {
	record *Record
	value  []byte
	err    error
	torn   bool // the file is not whole, not just the record
}

// addBatch reads a batch on all processors and writes it in its order.
func (b *builder) addBatch(ctx context.Context, s source, batch []item) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("make the offline advisory database: %w", err)
	}
	ready := make([]prepared, len(batch))
	workers := min(runtime.GOMAXPROCS(0), 4)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < len(batch); i += workers {
				ready[i] = prepare(batch[i])
			}
		})
	}
	group.Wait()
	coverage := b.sources[s.ecosystem]
	if coverage.AsOf.Before(s.asOf) {
		coverage.AsOf = s.asOf
	}
	for i, p := range ready {
		switch {
		case p.torn:
			return torn(s.path, p.err)
		case p.err != nil:
			// What it was about is not known, so any package might be meant.
			coverage.Partial = "a record could not be read"
			if len(b.info.Unreadable) < 10 {
				b.info.Unreadable = append(b.info.Unreadable, fmt.Sprintf("%s: %v", batch[i].where, p.err))
			}
		default:
			if err := b.add(p); err != nil {
				return err
			}
		}
	}
	b.sources[s.ecosystem] = coverage
	return nil
}

func prepare(it item) (p prepared) {
	data, err := it.read()
	if err != nil {
		return prepared{err: err, torn: !errors.Is(err, errTooLarge)}
	}
	if p.record, p.err = Parse(data); p.err != nil {
		return p
	}
	first := encodeCore(p.record)
	rest, err := json.Marshal(text{p.record.Details, p.record.References})
	if err != nil {
		return prepared{err: err}
	}
	p.value = append(binary.AppendUvarint(nil, uint64(len(first))), first...)
	p.value = append(p.value, rest...)
	return p
}

// add writes a record, in the place of an older one of its id.
func (b *builder) add(p prepared) error {
	r := p.record
	modified := r.Modified.UnixNano()
	old, twice := b.known[r.ID]
	if twice && old.modified >= modified {
		return nil
	}
	number := old.number
	if !twice {
		number = b.next
		b.next++
		b.malware = append(b.malware, false)
	}
	b.known[strings.Clone(r.ID)] = stored{number, modified}
	b.malware[number] = r.Malware()
	var last string
	for _, a := range r.Affected {
		// Entries of one package stand together in nearly every record, and
		// finish drops what is left.
		if key := packageKey(a.Package.Ecosystem, a.Package.Name); a.Package.Name != "" && key != last {
			b.names = append(b.names, name{key, number})
			last = key
		}
	}
	return b.put(recordsBucket, sequence(number), p.value)
}
