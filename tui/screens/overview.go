package screens

import (
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// overview is a sentence, what was found, the worst first, and the facts of
// the lockfiles. again is the key that asks again, or "".
func overview(s *session.Session, item int, short bool, again string) []components.Line {
	lines := []components.Line{components.Styled(s.Theme.Strong, s.Sentence(&s.Items[item])), {}}
	if s.Checked() {
		lines = append(lines, findingLines(s, findings(s, item, -1), short)...)
		states, _ := stateLines(s, item, -1, again)
		lines = append(append(lines, states...), components.Line{})
	}
	return append(lines, lockfileFacts(s, &s.Items[item], short)...)
}

// lockfileFacts is what the lockfiles say of a change, and what nobody looks
// at.
func lockfileFacts(s *session.Session, it *session.Item, short bool) (lines []components.Line) {
	t := s.Theme
	plain := theme.Style{}
	fact := func(name, value string, look theme.Style) {
		if value != "" {
			lines = append(lines, components.Line{Runs: []components.Run{
				{Text: components.Fit(name, 13, ""), Style: t.Faint}, {Text: value, Style: look}}})
		}
	}
	_, look := s.Sign(it)
	kind := it.Kind.String()
	if it.Class != diff.NoClass {
		kind += ", " + it.Class.String()
	}
	if it.Base != nil && it.Head != nil && it.From == it.To {
		fact("version", it.To, plain)
	} else {
		fact("from", it.From, plain)
		fact("to", it.To, plain)
	}
	fact("change", kind, look)
	fact("used", uses(it.Package()), plain)
	if claim := scriptClaim(it); claim != "" {
		fact("script", claim, t.Warn)
	}
	fact("lockfile", place(s, it), plain)
	fact("purl", it.Package().PURL(), plain)
	before, after := sides(it, func(p *lockfiles.Package) string { return s.Safe(p.Origin) })
	switch {
	case before == after && it.Base != nil && it.Head != nil && after != "":
		fact("origin", after+" (same)", plain)
	case it.Base == nil || it.Head == nil || before == after:
		fact("origin", before+after, plain)
	default:
		look := plain
		if it.Kind == diff.Repinned {
			look = t.Warn
		}
		fact("origin was", orNone(before), look)
		fact("origin now", orNone(after), look)
	}
	lines = append(lines, integrity(s, it)...)
	if n := len(it.Instances); n > 1 {
		fact("instances", fmt.Sprintf("%d entries moved alike", n), plain)
		for i, in := range it.Instances {
			if short && i == 3 {
				fact("", fmt.Sprintf("and %d more", n-i), t.Faint)
				break
			}
			key := in.Head
			if key == "" {
				key = in.Base
			}
			fact("", s.Safe(key), t.Faint)
		}
	}
	var fields []diff.Field
	for _, f := range it.Fields {
		if !short || f.Name != "integrity" && f.Name != "origin" { // a preview has told them above, without the whole of each hash
			fields = append(fields, f)
		}
	}
	if len(fields) > 0 {
		lines = append(lines, components.Line{}, components.Styled(t.Faint, "Also differs"))
		for _, f := range fields {
			fact(" "+s.Safe(f.Name), orNone(s.Safe(f.Base))+" "+t.Arrow+" "+orNone(s.Safe(f.Head)), plain)
		}
	}
	if s.Unchecked() != "" {
		lines = append(lines, components.Line{}, components.Line{Runs: []components.Run{
			{Text: components.Fit(t.Symbols.Unknown, signGutter, "") + s.Unchecked(), Style: t.Unknown}}})
	}
	return lines
}

// uses says how the project needs a package.
func uses(p *lockfiles.Package) string {
	words := []string{"transitive", "production"}
	if p.Direct {
		words[0] = "direct"
	}
	if p.Dev {
		words[1] = "development"
	}
	if p.Optional {
		words = append(words, "optional")
	}
	if p.Bundled {
		words = append(words, "bundled in another package")
	}
	return strings.Join(words, ", ")
}

// place is where the entry stands.
func place(s *session.Session, it *session.Item) string {
	p := it.Package()
	text := s.Safe(it.Lockfile)
	if p.Line > 0 {
		text += fmt.Sprintf(":%d", p.Line)
	}
	if it.Head == nil {
		text += " at " + s.Safe(s.Review.Base.Name)
	}
	return text
}

// scriptClaim is what the lockfile itself says of code run at install.
func scriptClaim(it *session.Item) string {
	var base, head lockfiles.Tri
	if it.Base != nil {
		base = it.Base.InstallScript
	}
	if it.Head != nil {
		head = it.Head.InstallScript
	}
	switch {
	case head == lockfiles.Yes && base == lockfiles.Yes:
		return "the lockfile says it runs an install script, as before"
	case head == lockfiles.Yes && it.Base != nil:
		return "the lockfile says it runs an install script; it did not say so before"
	case head == lockfiles.Yes:
		return "the lockfile says it runs an install script"
	case base == lockfiles.Yes && it.Head != nil:
		return "the lockfile no longer says that it runs an install script"
	}
	return ""
}

// sides is a property of both sides; "" on the side that is absent.
func sides(it *session.Item, of func(*lockfiles.Package) string) (before, after string) {
	if it.Base != nil {
		before = of(it.Base)
	}
	if it.Head != nil {
		after = of(it.Head)
	}
	return before, after
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// integrity is one line for each hash algorithm that either side pins.
func integrity(s *session.Session, it *session.Item) (lines []components.Line) {
	t := s.Theme
	line := func(text string, look theme.Style) {
		name := components.Fit("integrity", 13, "")
		if len(lines) > 0 {
			name = components.Spaces(13)
		}
		lines = append(lines, components.Line{Runs: []components.Run{{Text: name, Style: t.Faint}, {Text: text, Style: look}}})
	}
	base, head := digests(it.Base), digests(it.Head)
	if len(base)+len(head) == 0 {
		line("no hash is pinned", t.Warn)
		return lines
	}
	var algorithms []string
	for a := range base {
		algorithms = append(algorithms, a)
	}
	for a := range head {
		if base[a] == "" {
			algorithms = append(algorithms, a)
		}
	}
	slices.Sort(algorithms)
	for _, a := range algorithms {
		name, short := s.Safe(a), func(d string) string { return components.Cut(s.Safe(d), 16, t.Ellipsis) }
		switch b, h := base[a], head[a]; {
		case it.Base == nil || it.Head == nil:
			line(name+" "+short(b+h), theme.Style{})
		case b == h:
			line(name+" same  "+short(h), theme.Style{})
		case b == "":
			line(name+" new  "+short(h), theme.Style{})
		case h == "":
			line(name+" dropped  "+short(b), t.Warn)
		case it.From == it.To:
			line(name+" DIFFERS for the same version  "+short(b)+" "+t.Arrow+" "+short(h), t.Warn)
		default:
			line(name+" differs  "+short(b)+" "+t.Arrow+" "+short(h), theme.Style{})
		}
	}
	return lines
}

// digests gathers the hashes of each algorithm; a package may pin several
// files, and the set counts.
func digests(p *lockfiles.Package) map[string]string {
	if p == nil {
		return nil
	}
	sets := make(map[string][]string)
	for _, d := range p.Integrity {
		sets[d.Algorithm] = append(sets[d.Algorithm], d.Value)
	}
	joined := make(map[string]string, len(sets))
	for a, list := range sets {
		slices.Sort(list)
		joined[a] = strings.Join(list, " ")
		if len(list) > 1 {
			joined[a] = fmt.Sprintf("(%d files) %s", len(list), joined[a])
		}
	}
	return joined
}

// bytesSentence says whether the bytes that will be installed are pinned.
func bytesSentence(it *session.Item) string {
	base, head := digests(it.Base), digests(it.Head)
	switch {
	case it.Head == nil:
		return "nothing of it will be installed any more"
	case len(head) == 0 && len(base) > 0:
		return "no hash is pinned any more"
	case len(head) == 0:
		return "no hash is pinned"
	case it.Base == nil || len(base) == 0:
		return "its hash is pinned"
	}
	for a, h := range head {
		if base[a] != "" && base[a] != h {
			return "its pinned hash differs from before"
		}
	}
	return "its pinned hash is the same as before"
}
