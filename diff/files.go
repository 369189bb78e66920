package diff

import (
	"cmp"
	"path"
	"slices"

	"github.com/depreview/depreview/lockfiles"
)

// filePair is one lockfile at base and at head; either may be nil.
type filePair struct{ base, head *lockfiles.Lockfile }

func (p filePair) file() File {
	f := File{Packages: -1, BasePackages: -1}
	if p.head != nil {
		f.Path, f.Format, f.Schema, f.Packages = p.head.Path, p.head.Format, p.head.Schema, len(p.head.Packages)
	}
	if p.base != nil {
		f.BasePath, f.BaseFormat, f.BaseSchema, f.BasePackages = p.base.Path, p.base.Format, p.base.Schema, len(p.base.Packages)
	}
	f.Settings = compareSettings(p.base, p.head)
	return f
}

// pairFiles finds for each lockfile of one revision its counterpart in the
// other: at the same path; else, among those that only one revision has, the
// one that pins mostly the same packages, be it elsewhere (a move) or in
// another format (a change of package manager).
func pairFiles(base, head []lockfiles.Lockfile) []filePair {
	var pairs []filePair
	var gone, fresh []*lockfiles.Lockfile
	byPath := make(map[string]*lockfiles.Lockfile, len(base))
	for i := range base {
		byPath[base[i].Path] = &base[i]
	}
	for i := range head {
		if b := byPath[head[i].Path]; b != nil {
			pairs = append(pairs, filePair{b, &head[i]})
			delete(byPath, head[i].Path)
		} else {
			fresh = append(fresh, &head[i])
		}
	}
	for i := range base {
		if byPath[base[i].Path] != nil {
			gone = append(gone, &base[i])
		}
	}
	for _, m := range matchMoved(gone, fresh) {
		pairs = append(pairs, m)
		gone = slices.DeleteFunc(gone, func(l *lockfiles.Lockfile) bool { return l == m.base })
		fresh = slices.DeleteFunc(fresh, func(l *lockfiles.Lockfile) bool { return l == m.head })
	}
	for _, l := range gone {
		pairs = append(pairs, filePair{base: l})
	}
	for _, l := range fresh {
		pairs = append(pairs, filePair{head: l})
	}
	return pairs
}

// matchMoved pairs lockfiles that disappeared with ones that appeared, best
// likeness first. Half of the smaller one's packages must be in the other.
func matchMoved(gone, fresh []*lockfiles.Lockfile) []filePair {
	type candidate struct {
		filePair
		score float64
	}
	names := make(map[*lockfiles.Lockfile]map[lockfiles.ID]bool)
	for _, l := range slices.Concat(gone, fresh) {
		names[l] = make(map[lockfiles.ID]bool, len(l.Packages))
		for _, p := range l.Packages {
			names[l][p.ID] = true
		}
	}
	var candidates []candidate
	for _, b := range gone {
		for _, h := range fresh {
			score := likeness(names[b], names[h])
			if score < 0.5 {
				continue
			}
			if b.Format == h.Format {
				score++
			}
			if path.Dir(b.Path) == path.Dir(h.Path) {
				score += 0.5
			}
			candidates = append(candidates, candidate{filePair{b, h}, score})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.base.Path, b.base.Path), cmp.Compare(a.head.Path, b.head.Path))
	})
	var matched []filePair
	taken := make(map[*lockfiles.Lockfile]bool)
	for _, c := range candidates {
		if !taken[c.base] && !taken[c.head] {
			taken[c.base], taken[c.head] = true, true
			matched = append(matched, c.filePair)
		}
	}
	return matched
}

// likeness is the share of the smaller set that the larger one holds too.
func likeness(a, b map[lockfiles.ID]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	common := 0
	for id := range a {
		if b[id] {
			common++
		}
	}
	return float64(common) / float64(len(a))
}

// compareSettings lists statements that only one side has. Several statements
// may share a name (two extra indexes), so values are compared as sets.
func compareSettings(base, head *lockfiles.Lockfile) (fields []Field) {
	if base == nil || head == nil || base.Format != head.Format {
		return nil
	}
	before, after := settingsByName(base), settingsByName(head)
	for _, name := range sortedKeys(before, after) {
		removed := without(before[name], after[name])
		added := without(after[name], before[name])
		for i := range max(len(removed), len(added)) {
			fields = append(fields, Field{name, at(removed, i), at(added, i)})
		}
	}
	return fields
}

func settingsByName(l *lockfiles.Lockfile) map[string][]string {
	byName := make(map[string][]string)
	for _, s := range l.Settings {
		byName[s.Name] = append(byName[s.Name], s.Value)
	}
	return byName
}

// without is what list holds and other does not, sorted.
func without(list, other []string) (rest []string) {
	for _, s := range list {
		if !slices.Contains(other, s) {
			rest = append(rest, s)
		}
	}
	slices.Sort(rest)
	return rest
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func sortedKeys[V any](maps ...map[string]V) (keys []string) {
	for _, m := range maps {
		for key := range m {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
