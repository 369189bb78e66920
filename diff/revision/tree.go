package revision

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// File modes as git writes them. Everything but trees, links and submodules is
// a regular file.
const (
	modeTree    = 0o040000
	modeFile    = 0o100644
	modeExec    = 0o100755
	modeLink    = 0o120000
	modeGitlink = 0o160000
)

// entry is a name in a directory of a commit or of the index.
type entry struct {
	name string
	mode uint32 // 0: there is nothing at this name
	id   string // the hash in binary, 20 or 32 bytes
}

func (e entry) hex() string   { return hex.EncodeToString([]byte(e.id)) }
func (e entry) isDir() bool   { return e.mode == modeTree }
func (e entry) regular() bool { return e.mode&0o170000 == 0o100000 }

func (e entry) fsMode() fs.FileMode {
	switch {
	case e.mode == modeTree:
		return fs.ModeDir | 0o755
	case e.mode == modeLink:
		return fs.ModeSymlink | 0o777
	case e.mode == modeGitlink:
		return fs.ModeIrregular
	case e.mode&0o111 != 0:
		return 0o755
	}
	return 0o644
}

// maxWalk bounds the files of one walk: a few kilobytes of trees that name one
// another many times can stand for billions of files. A variable for tests.
var maxWalk = 5_000_000

var errTooMany = errors.New("the tree holds too many entries")

// parseTree reads a tree object. Entries come sorted by name, not in git's
// order, which places a directory as if its name ended in a slash: so two
// trees can be compared side by side when a file became a directory.
func parseTree(raw []byte, idLen int) ([]entry, error) {
	text := string(raw) // one copy that all names and hashes share
	var entries []entry
	for len(text) > 0 {
		space := strings.IndexByte(text, ' ')
		nul := strings.IndexByte(text, 0)
		if space < 1 || nul < space || len(text) < nul+1+idLen {
			return nil, errors.New("the tree object is damaged")
		}
		mode, err := strconv.ParseUint(text[:space], 8, 32)
		name := text[space+1 : nul]
		if err != nil || mode == 0 || name == "" || name == "." || name == ".." || strings.Contains(name, "/") {
			return nil, fmt.Errorf("the tree object holds the impossible entry %q", text[:nul])
		}
		entries = append(entries, entry{name, uint32(mode), text[nul+1 : nul+1+idLen]})
		text = text[nul+1+idLen:]
	}
	byName := func(a, b entry) int { return strings.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(entries, byName) {
		slices.SortFunc(entries, byName)
	}
	for i := 1; i < len(entries); i++ {
		if entries[i].name == entries[i-1].name {
			return nil, fmt.Errorf("the tree object holds the name %q twice", entries[i].name)
		}
	}
	return entries, nil
}

// walkBatch is how many trees are asked for at once: enough to hide the turn
// of the pipe, few enough that the request never fills it.
const walkBatch = 64

// pair is a directory in two trees; "" stands for a tree that is not there.
type pair struct{ path, base, head string }

// diffTrees gives each path at which two trees differ to emit, in no order.
// Equal subtrees are never read. An empty base gives every path of head.
func diffTrees(ctx context.Context, s store, base, head string, emit func(path string, base, head entry)) error {
	queue := []pair{{"", base, head}}
	seen := 0
	for len(queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		// Taken from the end, so the queue stays as short as the tree is deep.
		n := min(len(queue), walkBatch)
		batch := slices.Clone(queue[len(queue)-n:])
		queue = queue[:len(queue)-n]
		var ids []string
		for _, p := range batch {
			for _, id := range []string{p.base, p.head} {
				if id != "" {
					ids = append(ids, id)
				}
			}
		}
		trees, err := s.trees(ctx, ids)
		if err != nil {
			return err
		}
		for _, p := range batch {
			var a, b []entry
			if p.base != "" {
				a, trees = trees[0], trees[1:]
			}
			if p.head != "" {
				b, trees = trees[0], trees[1:]
			}
			if seen += len(a) + len(b); seen > maxWalk {
				return fmt.Errorf("%w (more than %d)", errTooMany, maxWalk)
			}
			queue = compare(p.path, a, b, queue, emit)
		}
	}
	return nil
}

// compare emits the differing files of one directory and queues its differing
// subdirectories.
func compare(path string, a, b []entry, queue []pair, emit func(path string, base, head entry)) []pair {
	for len(a) > 0 || len(b) > 0 {
		var base, head entry
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].name < b[0].name:
			base, a = a[0], a[1:]
		case len(a) == 0 || b[0].name < a[0].name:
			head, b = b[0], b[1:]
		default:
			base, head, a, b = a[0], b[0], a[1:], b[1:]
		}
		if base.mode == head.mode && base.id == head.id {
			continue
		}
		full := path + base.name
		if base.mode == 0 {
			full = path + head.name
		}
		sub := pair{path: full + "/"}
		if base.isDir() {
			sub.base, base = base.id, entry{}
		}
		if head.isDir() {
			sub.head, head = head.id, entry{}
		}
		if sub.base != "" || sub.head != "" {
			queue = append(queue, sub)
		}
		if base.mode != 0 || head.mode != 0 {
			emit(full, base, head)
		}
	}
	return queue
}
