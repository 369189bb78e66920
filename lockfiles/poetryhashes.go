package lockfiles

import (
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// poetryHashes gives entries of schema 1 their hashes, which lie apart by name
// alone: in [metadata.files] with file names, in [metadata.hashes] without.
type poetryHashes struct {
	r        *tomlReader
	metadata *tomlNode
	named    map[string]int // entries that took the files of a name
}

// of is the hashes for an entry: the name must be spelled as there, as Poetry
// wants it. For a file source only that file counts.
func (h *poetryHashes) of(node *tomlNode) []Digest {
	name := h.r.str(node, "name")
	if hashes := h.r.table(h.metadata, "hashes"); hashes != nil {
		var digests []Digest
		for _, hash := range h.r.strs(hashes, name) {
			digest, ok := ParseDigest(hash)
			if !ok {
				digest = Digest{"sha256", hash} // written bare by Poetry 1.0
			}
			digests = append(digests, digest)
		}
		return digests
	}
	files := h.r.table(h.metadata, "files")
	if files.get(name) == nil {
		return nil
	}
	if h.named == nil {
		h.named = make(map[string]int)
	}
	if h.named[name]++; h.named[name] > maxPyPIForks {
		h.r.fail(node.line, "more than %d entries are named %s", maxPyPIForks, name)
		return nil
	}
	only := ""
	if source := h.r.table(node, "source"); h.r.str(source, "type") == "file" {
		only = path.Base(h.r.str(source, "url"))
	}
	var digests []Digest
	for _, file := range h.r.array(files, name, unstable.Table) {
		if only == "" || h.r.str(file, "file") == only {
			digests = h.r.digest(digests, file)
		}
	}
	return digests
}

// share parts the files of a name among its versions, where there are several:
// Poetry checks each against all, but then a second version that comes or goes
// would look like other hashes of the first.
func (h *poetryHashes) share(entries []pypiEntry) {
	files := h.r.table(h.metadata, "files")
	versions := make(map[string][]int)
	for i := range entries {
		versions[entries[i].pkg.Name] = append(versions[entries[i].pkg.Name], i)
	}
	for name, count := range h.named {
		same := versions[NormalizePyPI(name)]
		if count < 2 || len(same) > maxPyPIForks || h.r.err != nil {
			continue
		}
		for _, i := range same {
			entries[i].pkg.Integrity = nil
		}
		for _, file := range h.r.array(files, name, unstable.Table) {
			owners := same
			for _, i := range same {
				if poetryFileHas(h.r.str(file, "file"), entries[i].pkg.Version) {
					owners = []int{i}
					break
				}
			}
			for _, i := range owners {
				entries[i].pkg.Integrity = h.r.digest(entries[i].pkg.Integrity, file)
			}
		}
	}
}

// poetryFileHas tells whether an archive's file name states the version.
func poetryFileHas(file, version string) bool {
	_, after, found := strings.Cut(file, "-"+version)
	return found && (strings.HasPrefix(after, "-") || strings.HasPrefix(after, ".tar") || strings.HasPrefix(after, ".zip"))
}
