package allowlist

import (
	"strings"

	"deps.dev/util/semver"

	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// book finds the rules for a package by its name.
type book struct {
	rules  []Rule
	byName map[string][]entry
}

// entry is what a rule says of the packages of one name.
type entry struct {
	rule  int
	allow bool
	// covers tells whether the rule is for that version; nil is for all.
	covers func(version string) bool
	pinned bool // it names exact versions alone
}

// add keeps a rule; entries without a name are for the list of rules alone.
func (b *book) add(r Rule, name string, e entry) {
	e.rule = len(b.rules)
	b.rules = append(b.rules, r)
	if name == "" || r.Ignored != "" {
		return
	}
	if b.byName == nil {
		b.byName = make(map[string][]entry)
	}
	b.byName[name] = append(b.byName[name], e)
}

// found is what a book says of one package.
type found struct {
	allow, deny *Rule
	pinned      bool   // allow names the version
	stale       string // a rule that allows another version
}

// look finds the rules for a version. version "" is not known: then no rule
// that names versions covers it.
func (b *book) look(name, version string) (f found) {
	for _, e := range b.byName[name] {
		rule := &b.rules[e.rule]
		switch {
		case e.covers != nil && (version == "" || !e.covers(version)):
			if e.allow && f.stale == "" {
				f.stale = rule.String()
			}
		case !e.allow:
			f.deny = rule
		case f.allow == nil || e.pinned && !f.pinned:
			f.allow, f.pinned = rule, e.pinned
		}
	}
	if f.allow != nil || f.deny != nil {
		f.stale = ""
	}
	return f
}

// verdict lets a refusal win over an approval, as most managers do; without
// either it is otherwise.
func (f found) verdict(otherwise Verdict) Verdict {
	switch {
	case f.deny != nil:
		return f.deny.verdict(lockfiles.No, false)
	case f.allow != nil:
		return f.allow.verdict(lockfiles.Yes, f.pinned)
	}
	otherwise.Stale = f.stale
	return otherwise
}

// oneOf covers the versions listed; build metadata does not tell versions
// apart.
func oneOf(versions []string) func(string) bool {
	return func(version string) bool {
		for _, v := range versions {
			if plain(v) == plain(version) {
				return true
			}
		}
		return false
	}
}

func plain(version string) string {
	version, _, _ = strings.Cut(version, "+")
	return version
}

// exactVersion is what semver.valid of npm takes for a version.
var exactVersion = pattern.New(`^[v=]*\d{1,16}\.\d{1,16}\.\d{1,16}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

func isVersion(s string) bool { return len(s) <= maxRange && exactVersion.MatchString(s) }

// maxRange bounds a version range: the longest real ones have some dozen
// characters.
const maxRange = 256

// within covers the versions of an npm range; ok is false when it is none.
func within(text string) (covers func(string) bool, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxRange {
		return nil, false
	}
	if text == "" {
		text = "*"
	}
	c, err := semver.NPM.ParseConstraint(text)
	if err != nil {
		return nil, false
	}
	return c.Match, true
}

// disjunction splits "1.0.0 || 1.0.1" into exact versions; ok is false when
// one of them is something else.
func disjunction(text string) (versions []string, ok bool) {
	for part := range strings.SplitSeq(text, "||") {
		part = strings.TrimSpace(part)
		if !isVersion(part) {
			return nil, false
		}
		versions = append(versions, strings.TrimLeft(part, "v="))
	}
	return versions, true
}

// splitSpec splits "name@spec" and "@scope/name@spec"; at tells whether there
// is an @ at all.
func splitSpec(key string) (name, spec string, at bool) {
	if len(key) < 2 {
		return key, "", false
	}
	i := strings.IndexByte(key[1:], '@')
	if i < 0 {
		return key, "", false
	}
	return key[:i+1], key[i+2:], true
}
