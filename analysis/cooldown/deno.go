package cooldown

import (
	"strings"
	"time"
)

// readDeno reads minimumDependencyAge of deno.json: minutes, an ISO 8601 span, a
// time, or {age, exclude}; deno 2.6.
func readDeno(f *file) (ask, error) {
	root, err := parseJSON(f.data)
	if err != nil {
		return nil, err
	}
	const key = "minimumDependencyAge"
	age := root.get(key)
	var exclude []*node
	if age.is(table) {
		if exclude, err = age.get("exclude").strings("exclude"); err != nil {
			return nil, err
		}
		age = age.get("age")
	}
	if age == nil || age.is(null) {
		return nil, nil
	}
	d := f.demand(key, age)
	if at, _, ok := moment(age.text); ok && age.is(str) {
		d.Before = at
	} else if err := d.setAge(key, age, time.Minute); err != nil {
		return nil, err
	}
	return func(q Query) ([]Demand, []Problem) {
		d := d
		for _, entry := range exclude {
			source, name, ok := strings.Cut(entry.text, ":")
			if ok && source == q.Ecosystem && glob(name, q.Name, false) {
				d.Exempt = f.exempt("exclude", entry)
			}
		}
		return []Demand{d}, nil
	}, nil
}
