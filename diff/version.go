package diff

import "github.com/depreview/depreview/lockfiles"

// version is every entry of one package at one version. Unpinned entries are
// told apart by their label, since that is all the lockfile says of them.
type version struct {
	text    string
	entries []*lockfiles.Package
}

// versions of one package, in the order of the lockfile.
type versions []*version

func (vs versions) find(text string) *version {
	for _, v := range vs {
		if v.text == text {
			return v
		}
	}
	return nil
}

func versionsByID(g *Graph) map[lockfiles.ID]versions {
	byID := make(map[lockfiles.ID]versions, len(g.Lockfile.Packages))
	// Past a few versions a look along the list is dearer than a map.
	type exact struct {
		id   lockfiles.ID
		text string
	}
	const few = 8
	known := make(map[exact]*version)
	// Most packages have one version and one entry: these lie side by side.
	room := len(g.Lockfile.Packages)
	texts, list, entries := make([]version, 0, room), make([]*version, 0, room), make([]*lockfiles.Package, 0, room)
	for i := range g.Lockfile.Packages {
		p := &g.Lockfile.Packages[i]
		vs, text := byID[p.ID], versionText(p)
		var v *version
		if len(vs) <= few {
			v = vs.find(text)
		} else {
			v = known[exact{p.ID, text}]
		}
		if v == nil {
			texts = append(texts, version{text: text})
			v = &texts[len(texts)-1]
			if vs == nil {
				list = append(list, v)
				vs = list[len(list)-1 : len(list) : len(list)]
			} else {
				vs = append(vs, v)
			}
			byID[p.ID] = vs
			if len(vs) == few+1 {
				for _, v := range vs {
					known[exact{p.ID, v.text}] = v
				}
			} else if len(vs) > few {
				known[exact{p.ID, text}] = v
			}
		}
		if v.entries == nil {
			entries = append(entries, p)
			v.entries = entries[len(entries)-1 : len(entries) : len(entries)]
		} else {
			v.entries = append(v.entries, p)
		}
	}
	return byID
}

func versionText(p *lockfiles.Package) string {
	if p.Version == "" {
		return "\x00" + p.Label
	}
	return p.Version
}
