package allowlist

import "strings"

// Change is a statement of an allowlist that differs between base and head.
type Change struct {
	Dialect    string
	Base, Head *Rule  // nil on the side where there is none
	Reason     string // why one side is not known, or ""
}

// String is the change as one line.
func (c Change) String() string {
	switch {
	case c.Reason != "":
		return c.Dialect + ": " + c.Reason
	case c.Base == nil:
		return "added " + c.Head.String()
	case c.Head == nil:
		return "removed " + c.Base.String()
	}
	return c.Base.String() + " -> " + c.Head.String()
}

// Changes is what head changes in what base says, in the order of head's files
// and then what is gone. Where one side cannot be read there is one Change
// with the reason. The decisions of base hold until the change is merged: it
// is for showing, never for judging.
func Changes(base, head *List) (changes []Change) {
	if base == nil || head == nil {
		return nil
	}
	if base.Manager != head.Manager {
		var c Change
		c.Dialect = "manager"
		if base.Manager != "" {
			c.Base = &Rule{Setting: "packageManager", Value: base.Manager}
		}
		if head.Manager != "" {
			c.Head = &Rule{Setting: "packageManager", Value: head.Manager}
		}
		changes = append(changes, c)
	}
	for i := range head.Sections {
		changes = append(changes, sectionChanges(base.section(head.Sections[i].Dialect), &head.Sections[i])...)
	}
	for i := range base.Sections {
		if head.section(base.Sections[i].Dialect) == nil {
			changes = append(changes, sectionChanges(&base.Sections[i], nil)...)
		}
	}
	return changes
}

func (l *List) section(dialect string) *Section {
	for i := range l.Sections {
		if l.Sections[i].Dialect == dialect {
			return &l.Sections[i]
		}
	}
	return nil
}

type ruleKey struct{ setting, key string }

func (s *Section) index() map[ruleKey]*Rule {
	index := make(map[ruleKey]*Rule)
	if s == nil {
		return index
	}
	for i := range s.Rules {
		r := &s.Rules[i]
		index[ruleKey{r.Setting, r.Key}] = r
	}
	return index
}

func sectionChanges(base, head *Section) (changes []Change) {
	dialect := ""
	for _, side := range []*Section{base, head} {
		if side == nil {
			continue
		}
		dialect = side.Dialect
		if side.Err != nil {
			return []Change{{Dialect: dialect, Reason: bounded(strings.TrimSpace(side.Err.Error()))}}
		}
	}
	before, after := base.index(), head.index()
	if head != nil {
		for i := range head.Rules {
			r := &head.Rules[i]
			key := ruleKey{r.Setting, r.Key}
			if after[key] != r {
				continue // said twice: the last one counts
			}
			old := before[key]
			if old == nil || old.Value != r.Value || old.Ignored != r.Ignored || old.File != r.File {
				changes = append(changes, Change{Dialect: dialect, Base: old, Head: r})
			}
		}
	}
	if base != nil {
		for i := range base.Rules {
			r := &base.Rules[i]
			key := ruleKey{r.Setting, r.Key}
			if before[key] == r && after[key] == nil {
				changes = append(changes, Change{Dialect: dialect, Base: r})
			}
		}
	}
	return changes
}
