// Package diff says what moved between the lockfiles of two revisions, and why.
//
// It stands above lockfiles, which reads each revision, and below analysis,
// which gathers evidence for each Change. Nothing here reads a file.
package diff

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/lockfiles"
)

// Kind is what happened to a package.
type Kind int

// The kinds. Changed is a move between two versions that no order relates,
// such as two commits without a human name.
const (
	Added Kind = iota + 1
	Removed
	Upgraded
	Downgraded
	Changed
	Repinned // the same version with another hash or origin
	Edited   // the same bytes; flags or edges differ
)

var kindNames = [...]string{"unknown", "added", "removed", "upgraded", "downgraded", "changed", "repinned", "edited"}

func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[0]
	}
	return kindNames[k]
}

// Change is one package that moved in one lockfile. Install paths and peer
// variants that moved alike are one Change.
type Change struct {
	Lockfile   string // path at head; at base when the lockfile is gone
	Base, Head *lockfiles.Package
	Kind       Kind
	Class      Class
	// Instances are the entries that moved alike: pairs of Keys, either ""
	// when that side has none. The first is that of Base and Head.
	Instances []Instance
	// Fields are what differs besides the version, in a fixed order.
	Fields []Field
	Cause  Cause
}

// Instance is one entry of a lockfile on both sides, by lockfiles.Package.Key.
type Instance struct{ Base, Head string }

// Field is a property of a package that differs between base and head.
type Field struct{ Name, Base, Head string }

// Package is the entry at head, or at base when it was removed.
func (c *Change) Package() *lockfiles.Package {
	if c.Head != nil {
		return c.Head
	}
	return c.Base
}

// From is the version at base, or "".
func (c *Change) From() string { return versionOf(c.Base) }

// To is the version at head, or "".
func (c *Change) To() string { return versionOf(c.Head) }

func versionOf(p *lockfiles.Package) string {
	if p == nil {
		return ""
	}
	return p.Version
}

// Key names a change for as long as both revisions stay the same.
type Key struct {
	Lockfile, Ecosystem, Name, From, To, Path string
}

// Key of the change.
func (c *Change) Key() Key {
	p := c.Package()
	return Key{c.Lockfile, p.Ecosystem, p.Name, c.From(), c.To(), p.Path}
}

// Cause is why a package moved.
type Cause struct {
	State CauseState
	// By is the direct package whose move explains this one ("overrides",
	// without an ecosystem, where an override in the manifest does); the package
	// itself when State is Direct. When State is Unexplained it is the package
	// whose unexplained move pulled this one in, or zero for that package
	// itself. Zero when State is UnknownCause.
	By lockfiles.ID
	// HeadPath and BasePath are names from By to this package, both ends
	// included, through packages that moved too; empty where the package is
	// not reached on that side.
	HeadPath, BasePath []string
}

// CauseState tells how much is known of a cause.
type CauseState int

// The states. UnknownCause is for lockfiles that state no edges.
const (
	UnknownCause CauseState = iota
	Direct
	Explained
	Unexplained
)

var causeNames = [...]string{"unknown", "direct", "explained", "unexplained"}

func (s CauseState) String() string {
	if s < 0 || int(s) >= len(causeNames) {
		return causeNames[0]
	}
	return causeNames[s]
}

// File is what became of one lockfile.
type File struct {
	Path, BasePath     string // BasePath differs when the lockfile moved; "" on the side where it is absent
	Format, BaseFormat string // differ when the package manager changed
	Schema, BaseSchema string // differ when the schema version changed
	Packages           int    // entries at head; -1 when it could not be read there or is absent
	BasePackages       int    // the same at base
	Settings           []Field
}

// Moved tells whether the lockfile lies elsewhere than before.
func (f File) Moved() bool { return f.Path != "" && f.BasePath != "" && f.Path != f.BasePath }

// Converted tells whether another package manager or another schema version
// wrote it, so that fields which only one of the two states prove nothing.
func (f File) Converted() bool {
	return f.Path != "" && f.BasePath != "" && (f.Format != f.BaseFormat || f.Schema != f.BaseSchema)
}

// Diff is everything that moved between two revisions.
type Diff struct {
	Files   []File   // sorted by path
	Changes []Change // sorted by lockfile, ecosystem, name, from, to
	// Graphs of each lockfile, by the path that its changes carry.
	Base, Head map[string]*Graph
}

// Between compares the lockfiles of two revisions.
func Between(base, head []lockfiles.Lockfile) *Diff {
	d := &Diff{Base: make(map[string]*Graph), Head: make(map[string]*Graph)}
	for _, pair := range pairFiles(base, head) {
		file := pair.file()
		d.Files = append(d.Files, file)
		name := cmp.Or(file.Path, file.BasePath)
		var baseGraph, headGraph *Graph
		var sides sync.WaitGroup
		sides.Go(func() { baseGraph = NewGraph(pair.base) })
		sides.Go(func() { headGraph = NewGraph(pair.head) })
		sides.Wait()
		d.Base[name], d.Head[name] = baseGraph, headGraph
		changes := comparePackages(name, baseGraph, headGraph, file)
		slices.SortStableFunc(changes, compareChanges)
		explain(changes, baseGraph, headGraph, file.Settings)
		d.Changes = append(d.Changes, changes...)
	}
	slices.SortFunc(d.Files, func(a, b File) int {
		return strings.Compare(cmp.Or(a.Path, a.BasePath), cmp.Or(b.Path, b.BasePath))
	})
	slices.SortStableFunc(d.Changes, compareChanges)
	return d
}

func compareChanges(a, b Change) int {
	x, y := a.Key(), b.Key()
	return cmp.Or(
		strings.Compare(x.Lockfile, y.Lockfile),
		strings.Compare(x.Ecosystem, y.Ecosystem),
		strings.Compare(x.Name, y.Name),
		strings.Compare(x.From, y.From),
		strings.Compare(x.To, y.To),
		strings.Compare(x.Path, y.Path),
	)
}
