package advisories

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/depreview/depreview/lockfiles"
)

// several makes an index of so many records that its pages have branches.
func several(t testing.TB, packages int) (path string) {
	t.Helper()
	dir := t.TempDir()
	var records []string
	for i := range packages {
		records = append(records, plain(fmt.Sprintf("A-%d", i), "npm", fmt.Sprintf("acme-%d", i), "2026-01-01"))
	}
	put(t, dir+"/npm/all.zip", zipOf(t, records...), "2026-01-01")
	path = filepath.Join(t.TempDir(), "index.db")
	if _, err := Build(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTreeReadsWhatWasWritten: bbolt is the oracle, for every key of each bucket
// and for keys that are not there.
func TestTreeReadsWhatWasWritten(t *testing.T) {
	path := several(t, 500)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read, err := openTree(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(path, 0o444, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	keys := 0
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, wanted *bolt.Bucket) error {
			b, err := read.bucket(name)
			if b == nil || err != nil {
				return fmt.Errorf("%s: %v", name, err)
			}
			return wanted.ForEach(func(key, value []byte) error {
				keys++
				if got, err := b.get(key, new(room)); err != nil || !bytes.Equal(got, value) {
					t.Errorf("%s %x: %d bytes, not %d: %v", name, key, len(got), len(value), err)
				}
				for _, absent := range [][]byte{append(bytes.Clone(key), 0), key[:len(key)-1]} {
					if got, err := b.get(absent, new(room)); err != nil || got != nil {
						t.Errorf("%s %x is there: %d bytes, %v", name, absent, len(got), err)
					}
				}
				return nil
			})
		})
	})
	if b, missing := read.bucket([]byte("nothing")); err != nil || b != nil || missing != nil || keys < 500 {
		t.Errorf("%d keys, %v, %v, %v", keys, err, b, missing)
	}
	if n := branches(data); len(n) == 0 {
		t.Error("no page is a branch: make more records")
	}
}

// branches are the offsets of the branch pages.
func branches(data []byte) (offsets []int) {
	for at := 0; at < len(data); at += os.Getpagesize() {
		if isBranch(data[at:]) {
			offsets = append(offsets, at)
		}
	}
	return offsets
}

// TestCircle: a page that leads to itself ends in an error. In bbolt it ends
// the process.
func TestCircle(t *testing.T) {
	path := several(t, 500)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range branches(data) {
		number := order.Uint64(data[at:])
		for i := range int(order.Uint16(data[at+10:])) {
			binary.NativeEndian.PutUint64(data[at+pageHeader+i*elementSize+8:], number)
		}
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := Open(path)
	if err == nil {
		defer x.Close()
		_, err = x.Lookup(lockfiles.ID{Ecosystem: "npm", Name: "acme-7"})
	}
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("not noticed: %v", err)
	}
}

// TestFileIsCutWhileRead: what is gone is an error, whoever cut it off.
func TestFileIsCutWhileRead(t *testing.T) {
	path := several(t, 500)
	x, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := os.Truncate(path, 2*int64(os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Lookup(lockfiles.ID{Ecosystem: "npm", Name: "acme-7"}); !errors.Is(err, ErrDamaged) {
		t.Errorf("not noticed: %v", err)
	}
}

// FuzzTree: no bytes make the reader panic, read on for ever or give a value
// that lies outside of the file. Numbers in pages are what is changed.
func FuzzTree(f *testing.F) {
	good, err := os.ReadFile(several(f, 200))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint64(1), uint64(2), uint8(3))
	f.Fuzz(func(t *testing.T, a, b uint64, changes uint8) {
		data, random := bytes.Clone(good), rand.New(rand.NewPCG(a, b))
		page := os.Getpagesize()
		for range changes {
			at := page * (2 + random.IntN(len(data)/page-2))
			place := at + 4*random.IntN(page/16)
			order.PutUint32(data[place:], uint32(random.Uint64()>>random.IntN(64)))
		}
		read, err := openTree(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, name := range [][]byte{metaBucket, recordsBucket, namesBucket} {
			bucket, err := read.bucket(name)
			if err != nil || bucket == nil {
				continue
			}
			for n := range uint32(200) {
				if value, err := bucket.get(sequence(n), new(room)); err == nil && len(value) > len(data) {
					t.Fatalf("%s %d: %d bytes of %d", name, n, len(value), len(data))
				}
			}
		}
	})
}
