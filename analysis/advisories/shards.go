package advisories

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"hash/fnv"

	"github.com/depreview/depreview/lockfiles"
)

// PackageKey names a package in its ecosystem's own spelling: two of one key are
// one package. It is no text for a person.
func PackageKey(id lockfiles.ID) string {
	if osv := OSVEcosystem(id.Ecosystem); osv != "" {
		return packageKey(osv, id.Name)
	}
	return id.Ecosystem + "\x00" + id.Name
}

// packageKey names a package in the index.
func packageKey(osv, name string) string {
	osv = BaseEcosystem(osv)
	return osv + "\x00" + normalName(osv, name)
}

// shard is the part of the names in which a package stands. Every shard
// exists, also an empty one: were packages keys of their own, one lost to
// damage would look like one without advisories.
func shard(key string, shards uint32) uint32 {
	h := fnv.New32a()
	h.Write([]byte(key))
	return h.Sum32() % shards
}

func sequence(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal puts a checksum of key and value before the value.
func seal(key, value []byte) []byte {
	sum := crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
	return append(binary.BigEndian.AppendUint32(make([]byte, 0, len(value)+4), sum), value...)
}

func unseal(key, sealed []byte) (value []byte, ok bool) {
	if len(sealed) < 4 {
		return nil, false
	}
	value = sealed[4:]
	return value, binary.BigEndian.Uint32(sealed) == crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
}

// find reads the numbers of the records of a package from its shard, which is
// a sequence of: length, key, count, numbers.
func find(data []byte, key string) (numbers []uint32, err error) {
	next := func() (uint64, bool) {
		n, size := binary.Uvarint(data)
		if size <= 0 {
			return 0, false
		}
		data = data[size:]
		return n, true
	}
	for len(data) > 0 {
		length, ok := next()
		if !ok || length > uint64(len(data)) {
			return nil, errors.New("a name has no length")
		}
		name := data[:length]
		data = data[length:]
		count, ok := next()
		if !ok || count > uint64(len(data)) {
			return nil, errors.New("a name has no records")
		}
		hit := string(name) == key
		for range count {
			n, ok := next()
			if !ok {
				return nil, errors.New("a name has too few records")
			}
			if hit {
				numbers = append(numbers, uint32(n))
			}
		}
		if hit {
			return numbers, nil
		}
	}
	return nil, nil
}
