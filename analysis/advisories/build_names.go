package advisories

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// finish writes the names and what the index holds.
func (b *builder) finish() error {
	b.info.Records = int(b.next)
	b.info.Shards = max(16, uint32(len(b.names)/16))
	slices.SortFunc(b.names, func(x, y name) int {
		if c := strings.Compare(x.key, y.key); c != 0 {
			return c
		}
		return int(int64(x.number) - int64(y.number))
	})
	b.names = slices.Compact(b.names)
	b.cover()
	shards := make([][]byte, b.info.Shards)
	for start := 0; start < len(b.names); {
		end := start
		for end < len(b.names) && b.names[end].key == b.names[start].key {
			end++
		}
		key := b.names[start].key
		at := shard(key, b.info.Shards)
		data := append(binary.AppendUvarint(shards[at], uint64(len(key))), key...)
		data = binary.AppendUvarint(data, uint64(end-start))
		for _, n := range b.names[start:end] {
			data = binary.AppendUvarint(data, uint64(n.number))
		}
		shards[at] = data
		start = end
	}
	for i, data := range shards {
		if err := b.put(namesBucket, sequence(uint32(i)), data); err != nil {
			return err
		}
	}
	data, err := json.Marshal(b.info)
	if err == nil {
		err = b.put(metaBucket, infoKey, data)
	}
	if err != nil {
		return err
	}
	tx := b.tx
	b.tx = nil
	if err := errors.Join(tx.Commit(), b.db.Sync()); err != nil {
		return fmt.Errorf("make the offline advisory database: %w", err)
	}
	return nil
}

// cover counts the records of each ecosystem, and tells of which all are there.
func (b *builder) cover() {
	loose := b.sources[""]
	delete(b.sources, "")
	last := make(map[string]uint32) // number+1 of the record counted last
	byNumber := slices.Clone(b.names)
	slices.SortFunc(byNumber, func(x, y name) int { return int(int64(x.number) - int64(y.number)) })
	for _, n := range byNumber {
		ecosystem, _, _ := strings.Cut(n.key, "\x00")
		c, whole := b.sources[ecosystem]
		if !whole {
			c.Partial, c.AsOf = "the offline database holds only some "+ecosystem+" advisories", loose.AsOf
		}
		if last[ecosystem] != n.number+1 {
			last[ecosystem] = n.number + 1
			c.Records++
			if b.malware[n.number] {
				c.Malware++
			}
		}
		b.sources[ecosystem] = c
	}
	for ecosystem, c := range b.sources {
		c.Ecosystem = ecosystem
		b.info.Ecosystems = append(b.info.Ecosystems, c)
	}
	slices.SortFunc(b.info.Ecosystems, func(x, y Coverage) int { return strings.Compare(x.Ecosystem, y.Ecosystem) })
}
