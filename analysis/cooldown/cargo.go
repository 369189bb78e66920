package cooldown

import "strings"

// readCargo reads global-min-publish-age and the like of .cargo/config.toml,
// as RFC 3923 has them: a registry's own age goes before the global one. With
// resolver.incompatible-publish-age "allow" none of them counts.
func readCargo(f *file) (ask, error) {
	root, err := parseTOML(f.data)
	if err != nil {
		return nil, err
	}
	global, err := f.cargoAge("registry.global-min-publish-age", root.get("registry", "global-min-publish-age"))
	if err != nil {
		return nil, err
	}
	cratesIO, err := f.cargoAge("registry.min-publish-age", root.get("registry", "min-publish-age"))
	if err != nil {
		return nil, err
	}
	var named []cargoRegistry
	if registries := root.get("registries"); registries.is(table) {
		for _, m := range registries.members {
			d, err := f.cargoAge("registries."+m.key+".min-publish-age", m.value.get("min-publish-age"))
			if err != nil {
				return nil, err
			}
			index := m.value.get("index")
			if d != nil && m.key == "crates-io" {
				cratesIO = d
			} else if d != nil && index.is(str) {
				named = append(named, cargoRegistry{bareIndex(index.text), d})
			}
		}
	}
	if global == nil && cratesIO == nil && len(named) == 0 {
		return nil, nil
	}
	allow := root.get("resolver", "incompatible-publish-age")
	return func(q Query) ([]Demand, []Problem) {
		chosen := global
		public := true
		for _, r := range named {
			if r.index == bareIndex(q.Origin) {
				chosen, public = r.demand, false
			}
		}
		if public && cratesIO != nil && isCratesIO(q.Origin) {
			chosen = cratesIO
		}
		if chosen == nil {
			return nil, nil
		}
		d := *chosen
		if allow.is(str) && allow.text == "allow" {
			d.Exempt = f.exempt("resolver.incompatible-publish-age", allow)
		}
		return []Demand{d}, nil
	}, nil
}

type cargoRegistry struct {
	index  string
	demand *Demand
}

func (f *file) cargoAge(key string, value *node) (*Demand, error) {
	if value == nil {
		return nil, nil
	}
	d := f.demand(key, value)
	return &d, d.setAge(key, value, 0)
}

// bareIndex is the address of an index without what Cargo.lock writes before it.
func bareIndex(index string) string {
	for _, prefix := range []string{"registry+", "sparse+"} {
		index = strings.TrimPrefix(index, prefix)
	}
	return strings.TrimRight(index, "/")
}

// isCratesIO: Cargo.lock names the public registry by its git index even where
// the sparse one is used.
func isCratesIO(origin string) bool {
	return origin == "" || strings.Contains(origin, "crates.io-index") || strings.Contains(origin, "index.crates.io")
}
