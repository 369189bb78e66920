package advisories

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"sync"
)

// tree reads the file that bbolt wrote: a tree of pages. bbolt itself follows
// what a damaged page says, by addresses of mapped memory: a page that leads
// back to itself ends in an overflow of the stack, which ends the process and
// which nobody can recover from. Here each number is held against the file
// before it is used, so that damage is an error. It serves many goroutines.
//
// The layout is that of bbolt 1.3 and 1.4 (internal/common: page.go, meta.go,
// bucket.go), in the byte order of the machine.
type tree struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // how many the file has
	root     uint64 // the page of the buckets

	branches sync.Map // page number -> []byte: few, and on the way to everything
}

const (
	pageHeader  = 16 // number 8, flags 2, count 2, overflow 4
	metaSize    = 64 // magic 4, version 4, page size 4, flags 4, root 8, sequence 8, free list 8, pages 8, transaction 8, checksum 8
	elementSize = 16 // of a branch: place 4, key 4, page 8; of a leaf: flags 4, place 4, key 4, value 4
	bucketSize  = 16 // root 8, sequence 8

	branchPage = 0x01
	leafPage   = 0x02
	bucketLeaf = 0x01

	boltMagic   = 0xED0CDAED
	boltVersion = 2

	// maxDepth is far more than any file has: four billion records are nine
	// levels of pages.
	maxDepth = 32
)

var order = binary.NativeEndian

// openTree finds the newest state of a file of that size.
func openTree(file io.ReaderAt, size int64) (*tree, error) {
	var newest *tree
	var transaction uint64
	for _, place := range []int64{0, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16} {
		data := make([]byte, pageHeader+metaSize)
		if _, err := file.ReadAt(data, place); err != nil {
			break // the file ends here
		}
		meta := data[pageHeader:]
		sum := fnv.New64a()
		sum.Write(meta[:metaSize-8])
		if order.Uint32(meta) != boltMagic || order.Uint32(meta[4:]) != boltVersion || order.Uint64(meta[56:]) != sum.Sum64() {
			continue
		}
		// The second state lies on the second page.
		pageSize := int64(order.Uint32(meta[8:]))
		if at := order.Uint64(meta[48:]); pageSize >= 1<<10 && (place == 0 || place == pageSize) && (newest == nil || at > transaction) {
			newest = &tree{file: file, pageSize: pageSize, root: order.Uint64(meta[16:]), pages: order.Uint64(meta[40:])}
			transaction = at
		}
	}
	if newest == nil {
		return nil, errors.New("it has no beginning")
	}
	if newest.pages > uint64(size/newest.pageSize) {
		return nil, errors.New("its end is missing")
	}
	return newest, nil
}

// room is where pages are read to, one after the other: what lies there is
// good until the next is read.
type room []byte

// of makes room for n bytes, of which it keeps what is there.
func (r *room) of(n int64) []byte {
	if int64(cap(*r)) < n {
		*r = append(make(room, 0, n), *r...)
	}
	*r = (*r)[:n]
	return *r
}

// page reads a page with all that belongs to it.
func (t *tree) page(number uint64, to *room) ([]byte, error) {
	if kept, ok := t.branches.Load(number); ok {
		return kept.([]byte), nil
	}
	if number >= t.pages {
		return nil, fmt.Errorf("page %d lies beyond its end", number)
	}
	data := to.of(t.pageSize)
	if _, err := t.file.ReadAt(data, int64(number)*t.pageSize); err != nil {
		return nil, err
	}
	more := uint64(order.Uint32(data[12:]))
	if order.Uint64(data) != number || more >= t.pages-number {
		return nil, fmt.Errorf("page %d is not itself", number)
	}
	if more > 0 {
		data = to.of(int64(more+1) * t.pageSize)
		if _, err := t.file.ReadAt(data[t.pageSize:], int64(number+1)*t.pageSize); err != nil {
			return nil, err
		}
	}
	if isBranch(data) {
		data = bytes.Clone(data)
		t.branches.Store(number, data)
	}
	return data, nil
}

func isBranch(page []byte) bool { return order.Uint16(page[8:]) == branchPage }

// bucket is the subtree of one kind of value, or nil where there is none.
func (t *tree) bucket(name []byte) (*bucket, error) {
	value, flags, err := t.find(t.root, nil, name, new(room))
	if err != nil || value == nil {
		return nil, err
	}
	if flags&bucketLeaf == 0 || len(value) < bucketSize {
		return nil, fmt.Errorf("%s are no bucket", name)
	}
	b := &bucket{tree: t, name: string(name), root: order.Uint64(value)}
	if b.root == 0 { // a small one lies within the page that names it
		if b.inline = value[bucketSize:]; len(b.inline) < pageHeader || isBranch(b.inline) {
			return nil, fmt.Errorf("%s are no bucket", name)
		}
	}
	return b, nil
}

// bucket is what tree.bucket found.
type bucket struct {
	*tree
	name   string
	root   uint64
	inline []byte
}

// get is the value of a key, or nil. It may lie in to.
func (b *bucket) get(key []byte, to *room) ([]byte, error) {
	value, flags, err := b.find(b.root, b.inline, key, to)
	if flags&bucketLeaf != 0 {
		return nil, err // not a value
	}
	return value, err
}

// find goes down from a page, which is given or is read by its number.
func (t *tree) find(number uint64, page, key []byte, to *room) (value []byte, flags uint32, err error) {
	for range maxDepth {
		if page == nil {
			if page, err = t.page(number, to); err != nil {
				return nil, 0, err
			}
		}
		at, exact, err := search(page, key)
		if err != nil {
			return nil, 0, fmt.Errorf("page %d: %w", number, err)
		}
		element := page[pageHeader+at*elementSize:]
		if !isBranch(page) {
			if !exact {
				return nil, 0, nil
			}
			start := uint64(order.Uint32(element[4:])) + uint64(order.Uint32(element[8:]))
			end := start + uint64(order.Uint32(element[12:]))
			if end > uint64(len(element)) {
				return nil, 0, fmt.Errorf("page %d: a value lies beyond it", number)
			}
			return element[start:end], order.Uint32(element), nil
		}
		number, page = order.Uint64(element[8:]), nil
	}
	return nil, 0, errors.New("its pages lead in a circle")
}

// search is the element of a page under which a key stands: of a leaf the first
// that is not before it, of a branch the last that is not after it.
func search(page, key []byte) (at int, exact bool, err error) {
	flags, count := order.Uint16(page[8:]), int(order.Uint16(page[10:]))
	if flags != branchPage && flags != leafPage {
		return 0, false, errors.New("it is neither branch nor leaf")
	}
	if pageHeader+count*elementSize > len(page) || flags == branchPage && count == 0 {
		return 0, false, errors.New("its entries lie beyond it")
	}
	place := 4 // in a leaf's element
	if flags == branchPage {
		place = 0
	}
	low, high := 0, count
	for low < high {
		middle := (low + high) / 2
		element := page[pageHeader+middle*elementSize:]
		start := uint64(order.Uint32(element[place:]))
		end := start + uint64(order.Uint32(element[place+4:]))
		if end > uint64(len(element)) {
			return 0, false, errors.New("a key lies beyond it")
		}
		switch c := bytes.Compare(element[start:end], key); {
		case c == 0:
			return middle, true, nil
		case c < 0:
			low = middle + 1
		default:
			high = middle
		}
	}
	if flags == branchPage {
		low = max(low-1, 0)
	}
	return low, false, nil
}
