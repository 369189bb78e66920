package update

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// mark stands beside a download and tells which one it is. The scanners write
// none, and overwrite the download in place; so a mark counts only while the
// bytes beside it have its checksum.
type mark struct {
	ETag string
	Sum  uint32 // CRC-32C of all.zip
}

// markPath has no ending that a reader of advisories looks for.
func markPath(path string) string { return path + ".etag" }

// readMark gives the mark of a download that is whole, or none.
func readMark(path string) (m mark) {
	data, err := os.ReadFile(markPath(path))
	if err != nil {
		return mark{}
	}
	if _, err := fmt.Sscanf(string(data), "%08x %q\n", &m.Sum, &m.ETag); err != nil {
		return mark{}
	}
	f, err := os.Open(path)
	if err != nil {
		return mark{}
	}
	defer f.Close()
	sum := crc32.New(castagnoli)
	if _, err := io.Copy(sum, f); err != nil || sum.Sum32() != m.Sum {
		return mark{}
	}
	return m
}

func (m mark) write(path string) error {
	if m.ETag == "" {
		return nil
	}
	return os.WriteFile(markPath(path), fmt.Appendf(nil, "%08x %q\n", m.Sum, m.ETag), 0o644)
}

// storedSum reads the checksum in X-Goog-Hash: "crc32c=AAAAAA==,md5=...".
func storedSum(header string) (sum uint32, stated bool) {
	for _, part := range strings.Split(header, ",") {
		text, ok := strings.CutPrefix(strings.TrimSpace(part), "crc32c=")
		if !ok {
			continue
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err == nil && len(data) == 4 {
			return binary.BigEndian.Uint32(data), true
		}
	}
	return 0, false
}
