package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// moved records a version that came, went, or took another's place. gone and
// fresh tell whether base's and head's version are in the tree no more, and
// were not before.
func (c *comparison) moved(before, after *version, gone, fresh bool) {
	change := Change{Lockfile: c.lockfile, Instances: instances(before, after, gone, fresh)}
	first := change.Instances[0]
	if before != nil {
		change.Base = entryOf(before, first.Base)
	}
	if after != nil {
		change.Head = entryOf(after, first.Head)
	}
	if before != nil && after != nil && change.Base.Label == change.Head.Label {
		change.byLabel(before, after)
	}
	switch {
	case before == nil:
		change.Kind = Added
	case after == nil:
		change.Kind = Removed
	default:
		change.Kind, change.Class = order(change.Base, change.Head)
		change.Fields = c.flags(change.Base, change.Head)
		change.Fields = append(change.Fields, c.pins(change.Base, change.Head)...)
	}
	c.changes = append(c.changes, change)
}

// byLabel lets the human names that came and went stand for a move of one
// commit under several of them: a comment that nobody keeps says nothing.
func (c *Change) byLabel(before, after *version) {
	lacks := func(v *version) func(*lockfiles.Package) bool {
		return func(p *lockfiles.Package) bool {
			return !slices.ContainsFunc(v.entries, func(o *lockfiles.Package) bool { return o.Label == p.Label })
		}
	}
	b, h := slices.IndexFunc(before.entries, lacks(after)), slices.IndexFunc(after.entries, lacks(before))
	if b < 0 || h < 0 {
		return
	}
	c.Base, c.Head = before.entries[b], after.entries[h]
	first := Instance{c.Base.Key(), c.Head.Key()}
	c.Instances = append([]Instance{first}, slices.DeleteFunc(c.Instances, func(i Instance) bool {
		return i == first || i == Instance{Base: first.Base} || i == Instance{Head: first.Head}
	})...)
}

// order tells how two versions of a package relate; labels speak where the
// versions are opaque.
func order(base, head *lockfiles.Package) (Kind, Class) {
	a, b := orderedBy(base), orderedBy(head)
	result, ok := Compare(base.Ecosystem, a, b)
	switch {
	case !ok || result == 0:
		return Changed, NoClass
	case result < 0:
		return Upgraded, classify(a, b)
	default:
		return Downgraded, classify(a, b)
	}
}

// orderedBy is what orders a package: its version, or where that is opaque the
// human one beside it. One side may be a tag and the other its commit.
func orderedBy(p *lockfiles.Package) string {
	if human := humanVersion(p.Label); !orderable(p.Version) && human != "" {
		return human
	}
	return p.Version
}

// humanVersion is the version in a label such as "v4.1.7" or "tag=v4".
func humanVersion(label string) string {
	if i := strings.LastIndexAny(label, "=@ "); i >= 0 {
		label = label[i+1:]
	}
	return label
}

// instances pairs the entries of two versions, by install path where both
// have one. The direct entry comes first, since it stands for the change.
func instances(before, after *version, gone, fresh bool) (list []Instance) {
	var entries []*lockfiles.Package
	at := make(map[string]bool)
	if after != nil {
		for _, p := range after.entries {
			at[p.Key()] = true
		}
	}
	shared := make(map[string]bool)
	if before != nil {
		for _, p := range before.entries {
			switch {
			case p.Path != "" && at[p.Path]:
				shared[p.Path] = true
				list, entries = append(list, Instance{p.Path, p.Path}), append(entries, p)
			case gone:
				list, entries = append(list, Instance{Base: p.Key()}), append(entries, p)
			}
		}
	}
	if after != nil && fresh {
		for _, p := range after.entries {
			if !shared[p.Path] {
				list, entries = append(list, Instance{Head: p.Key()}), append(entries, p)
			}
		}
	}
	if before != nil && after != nil && len(shared) == 0 {
		return []Instance{{first(before).Key(), first(after).Key()}}
	}
	i := slices.IndexFunc(entries, func(p *lockfiles.Package) bool { return p.Direct })
	if i > 0 {
		list[0], list[i] = list[i], list[0]
	}
	if list[0].Base == "" && before != nil {
		list[0].Base = first(before).Key()
	}
	if list[0].Head == "" && after != nil {
		list[0].Head = first(after).Key()
	}
	return list
}

// first is the entry that stands for a version: a direct one if there is one.
func first(v *version) *lockfiles.Package {
	for _, p := range v.entries {
		if p.Direct {
			return p
		}
	}
	return v.entries[0]
}

func entryOf(v *version, key string) *lockfiles.Package {
	for _, p := range v.entries {
		if p.Key() == key {
			return p
		}
	}
	return first(v)
}

// same compares the entries of one version on both sides. Where the project
// moved from or to this version, that it is direct no more, or now, is that
// move and no change of its own.
func (c *comparison) same(before, after *version, rootMoves []move) {
	moved := slices.ContainsFunc(rootMoves, func(m move) bool { return m.from == before.text || m.to == before.text })
	var changes []Change
	counterpart := counterparts(before)
	for _, h := range after.entries {
		b := counterpart(h)
		if identical(b, h) {
			continue
		}
		fields, repinned := c.bytes(b, h)
		if !repinned {
			fields = append(fields, c.flags(b, h)...)
			fields = append(fields, c.edges(b, h)...)
		}
		if moved {
			fields = slices.DeleteFunc(fields, func(f Field) bool { return f.Name == "direct" })
		}
		if len(fields) == 0 {
			continue
		}
		kind := Edited
		if repinned {
			kind = Repinned
		}
		i := slices.IndexFunc(changes, func(o Change) bool { return o.Kind == kind && slices.Equal(o.Fields, fields) })
		if i < 0 {
			changes = append(changes, Change{Lockfile: c.lockfile, Base: b, Head: h, Kind: kind, Fields: fields})
			i = len(changes) - 1
		} else if h.Direct && !changes[i].Head.Direct {
			changes[i].Base, changes[i].Head = b, h
		}
		changes[i].Instances = append(changes[i].Instances, Instance{b.Key(), h.Key()})
	}
	if relabelled := c.relabelled(before, after); relabelled != nil && len(changes) == 0 {
		changes = append(changes, *relabelled)
	}
	c.changes = append(c.changes, changes...)
}

// relabelled tells that a human name of a version is gone, where it stood
// beside another one that stays: `x@<commit> # v4` became like its neighbour
// `x@<commit> # v4.2.2`.
func (c *comparison) relabelled(before, after *version) *Change {
	for _, b := range before.entries {
		if slices.ContainsFunc(after.entries, func(h *lockfiles.Package) bool { return h.Label == b.Label }) {
			continue
		}
		h := after.entries[0]
		return &Change{Lockfile: c.lockfile, Base: b, Head: h, Kind: Edited,
			Instances: []Instance{{b.Key(), h.Key()}}, Fields: []Field{{"label", b.Label, h.Label}}}
	}
	return nil
}

// counterparts gives for an entry of head the one of base with the same key,
// or the first of that version.
func counterparts(before *version) func(h *lockfiles.Package) *lockfiles.Package {
	if len(before.entries) == 1 {
		return func(*lockfiles.Package) *lockfiles.Package { return before.entries[0] }
	}
	byKey := make(map[string]*lockfiles.Package, len(before.entries))
	for _, p := range before.entries {
		byKey[p.Key()] = p
	}
	return func(h *lockfiles.Package) *lockfiles.Package {
		if b := byKey[h.Key()]; b != nil {
			return b
		}
		return first(before)
	}
}

// identical is the common case, told without looking anything up: not a word
// of the entry is another, its line aside.
func identical(b, h *lockfiles.Package) bool {
	return b.Version == h.Version && b.Label == h.Label && b.Origin == h.Origin && b.Path == h.Path &&
		b.Direct == h.Direct && b.Dev == h.Dev && b.Optional == h.Optional && b.Bundled == h.Bundled &&
		b.InstallScript == h.InstallScript && slices.Equal(b.Integrity, h.Integrity) && slices.Equal(b.Requires, h.Requires)
}

// flags compares what the lockfile says beside version and bytes. A change of
// format tells nothing about flags, except whether the project names it.
func (c *comparison) flags(b, h *lockfiles.Package) (fields []Field) {
	add := func(name, before, after string) {
		if before != after {
			fields = append(fields, Field{name, before, after})
		}
	}
	add("direct", strconv.FormatBool(b.Direct), strconv.FormatBool(h.Direct))
	if c.converted {
		return fields
	}
	add("dev", strconv.FormatBool(b.Dev), strconv.FormatBool(h.Dev))
	add("optional", strconv.FormatBool(b.Optional), strconv.FormatBool(h.Optional))
	add("bundled", strconv.FormatBool(b.Bundled), strconv.FormatBool(h.Bundled))
	add("install_script", b.InstallScript.String(), h.InstallScript.String())
	if b.Version == h.Version {
		add("label", b.Label, h.Label)
	}
	return fields
}

// edges compares the requirements of one version. Where the lockfile writes
// the resolved version as the constraint, that is the other package's move.
func (c *comparison) edges(b, h *lockfiles.Package) []Field {
	if c.converted {
		return nil
	}
	before, after := c.requirements(c.base, b), c.requirements(c.head, h)
	removed, added := without(before, after), without(after, before)
	if len(removed) == 0 && len(added) == 0 {
		return nil
	}
	return []Field{{"requires", strings.Join(removed, ", "), strings.Join(added, ", ")}}
}

func (c *comparison) requirements(g *Graph, p *lockfiles.Package) (list []string) {
	for _, e := range p.Requires {
		text := e.Name
		if !resolved(g, e) && e.Constraint != "" {
			text += " " + e.Constraint
		}
		list = append(list, text)
	}
	return list
}

// resolved tells whether the edge's constraint is but the version of its
// target, perhaps with the peers behind it.
func resolved(g *Graph, e lockfiles.Edge) bool {
	target := g.Package(e.To)
	if target == nil || target.Version == "" {
		return false
	}
	rest, ok := strings.CutPrefix(e.Constraint, target.Version)
	return ok && (rest == "" || strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "_") || strings.HasPrefix(rest, " "))
}
