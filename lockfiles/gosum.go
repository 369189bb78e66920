package lockfiles

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// gosum is what a go.sum says: by module version, the hashes of its content.
// The hash of its go.mod stands under the version with gosumModFile added.
type gosum map[module.Version][]string

const gosumModFile = "/go.mod"

// gosumEmpty is the hash of an empty go.mod, which an old bug wrote into go.sum
// for what is no module. The go command drops it, and so do we.
const gosumEmpty = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="

// readGosum reads the go.sum at path; an absent one is empty. A malformed line
// is an error, as it is for the go command: whatever it hid would otherwise
// count as a hash that was never pinned.
func readGosum(ctx context.Context, tree fs.FS, path string) (gosum, error) {
	data, ok := readManifest(tree, path)
	if !ok {
		return nil, nil
	}
	sums := make(gosum)
	seen := make(map[string]bool)
	number := 0
	for line := range bytes.Lines(data) {
		if number++; number%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		fields := strings.Fields(string(line))
		switch {
		case len(fields) == 0 || len(fields) == 3 && fields[2] == gosumEmpty:
			continue
		case len(fields) != 3:
			return nil, fmt.Errorf("line %d: found %d fields where module, version and hash belong", number, len(fields))
		}
		if key := strings.Join(fields, " "); !seen[key] {
			seen[key] = true
			m := module.Version{Path: fields[0], Version: fields[1]}
			sums[m] = append(sums[m], fields[2])
		}
	}
	return sums, nil
}

// digests are the hashes of a module version: of its content, then of its
// go.mod, whose algorithm is told apart as "h1-go.mod".
func (s gosum) digests(m module.Version) []Digest {
	var digests []Digest
	for _, suffix := range []string{"", gosumModFile} {
		for _, hash := range s[module.Version{Path: m.Path, Version: m.Version + suffix}] {
			d, ok := ParseDigest(hash)
			if !ok {
				d = Digest{Value: hash}
			}
			d.Algorithm += strings.ReplaceAll(suffix, "/", "-")
			digests = append(digests, d)
		}
	}
	return digests
}

// highest is the highest version of each module whose content has a hash,
// sorted by path.
func (s gosum) highest() []module.Version {
	highest := make(map[string]string)
	for m := range s {
		if strings.HasSuffix(m.Version, gosumModFile) {
			continue
		}
		if have, ok := highest[m.Path]; !ok || semver.Compare(m.Version, have) > 0 || semver.Compare(m.Version, have) == 0 && m.Version > have {
			highest[m.Path] = m.Version
		}
	}
	list := make([]module.Version, 0, len(highest))
	for path, version := range highest {
		list = append(list, module.Version{Path: path, Version: version})
	}
	slices.SortFunc(list, func(a, b module.Version) int { return strings.Compare(a.Path, b.Path) })
	return list
}
