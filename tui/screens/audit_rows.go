package screens

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// auditRow is one advisory of one package, or what is not known: then gap is
// set and the others are nil. Its texts have passed the gate.
type auditRow struct {
	gap *exposure.Gap
	p   *exposure.Package
	r   *exposure.Row

	key      string // the same when more is known
	search   string
	severity string
	label    string // ecosystem and name; of a gap, its title
	have     string
	fixed    string
	id       string
	reach    string
	odds     string // EPSS, or ""
	found    string // by whom
	from     string // how it comes into the project
}

// affects tells whether it is sure that something is wrong.
func (row *auditRow) affects() bool { return row.r != nil && row.r.Affects() }

// exploited: malware, or in CISA's catalogue.
func (row *auditRow) exploited() bool {
	return row.affects() && (row.r.Malware || row.r.KEV == lockfiles.Yes)
}

var auditFilters = []struct {
	name  string
	holds func(*auditRow) bool
}{
	{"all", func(*auditRow) bool { return true }},
	{"urgent", (*auditRow).exploited},
	{"direct", func(row *auditRow) bool { return row.p != nil && row.p.Direct }},
	{"production", func(row *auditRow) bool { return row.p != nil && !row.p.Dev }},
	{"fix known", func(row *auditRow) bool { return row.affects() && row.r.Fixed != "" }},
	{"no fix known", func(row *auditRow) bool { return row.affects() && row.r.Fixed == "" }},
	{"not known", func(row *auditRow) bool { return row.gap != nil || row.r.Status != advisories.IsAffected }},
}

// auditOrders are the orders of advisories; rows alike stay in the order of
// what needs doing first.
var auditOrders = []struct {
	name    string
	compare func(a, b *auditRow) int // nil keeps the order
}{
	{"urgency", nil},
	{"severity", func(a, b *auditRow) int {
		return cmp.Or(advisories.First(a.r.Malware, b.r.Malware), cmp.Compare(b.r.Severity.Level, a.r.Severity.Level))
	}},
	{"package", func(a, b *auditRow) int {
		return cmp.Or(strings.Compare(a.label, b.label), strings.Compare(a.have, b.have))
	}},
}

// unreadMost is how many lockfiles that could not be read stand each in a row.
const unreadMost = 3

// list makes the rows of everything that is known: the gaps, then advisories.
func (a *Audit) list() {
	a.all = nil
	gaps := a.x.Gaps()
	if a.stopped != nil {
		gaps = slices.Insert(gaps, 0, a.early())
	}
	for i := range gaps {
		a.all = append(a.all, auditRow{gap: &gaps[i], key: "gap " + gaps[i].Title, label: a.s.Safe(gaps[i].Title)})
	}
	a.fold()
	a.unknown = len(a.all)
	for i := range a.x.Packages {
		p := &a.x.Packages[i]
		label, have, from := report.AuditPackage(p), report.AuditVersion(p), strings.Join(report.AuditWhence(p), ", ")
		label, have, from = a.s.Theme.Spell(label), a.s.Theme.Spell(have), a.s.Theme.Spell(from)
		for j := range p.Rows {
			a.all = append(a.all, a.row(p, &p.Rows[j], label, have, from))
		}
	}
	if compare := auditOrders[a.order].compare; compare != nil {
		slices.SortStableFunc(a.all[a.unknown:], func(x, y auditRow) int { return compare(&x, &y) })
	}
	for i := range a.all {
		row := &a.all[i]
		row.search = strings.ToLower(row.label + " " + row.have + " " + row.id + " " + row.severity + " " + row.from + " " + row.found + " " + row.reach)
		if row.r != nil {
			row.search += " " + strings.ToLower(a.s.Safe(strings.Join(row.r.IDs, " ")+" "+row.r.Summary))
		}
	}
	a.keepFilter()
	a.count()
}

// early is what is not known since the audit could not be brought to its end.
func (a *Audit) early() exposure.Gap {
	why, rest, _ := strings.Cut(a.stopped.Error(), "\n")
	g := exposure.Gap{Kind: exposure.NotAnswered, Title: "the audit ended early", Why: why, Next: strings.TrimPrefix(rest, "hint: ")}
	if n := a.x.Waiting(); n > 0 {
		g.Title += ": " + session.Count(n, "package") + " not asked about"
	}
	return g
}

// fold puts many lockfiles that could not be read into one row: they must not
// hide everything else.
func (a *Audit) fold() {
	unread := 0
	at := slices.IndexFunc(a.all, func(row auditRow) bool { return row.gap.Kind == exposure.NotRead })
	for at >= 0 && at+unread < len(a.all) && a.all[at+unread].gap.Kind == exposure.NotRead {
		unread++
	}
	if unread <= unreadMost+1 {
		return
	}
	more := &exposure.Gap{Kind: exposure.NotRead, Title: fmt.Sprintf("%d more lockfiles could not be read: nothing is known of them", unread-unreadMost)}
	for _, row := range a.all[at+unreadMost : at+unread] {
		more.Packages = append(more.Packages, row.gap.Place+"   "+row.gap.Why)
	}
	a.all = slices.Replace(a.all, at+unreadMost, at+unread, auditRow{gap: more, key: "gap more", label: more.Title})
}

func (a *Audit) row(p *exposure.Package, r *exposure.Row, label, have, from string) auditRow {
	row := auditRow{p: p, r: r, label: label, have: have, from: from, id: a.s.Safe(r.ID), severity: a.s.Theme.Spell(report.AuditSeverity(r))}
	row.key = p.PURL + " " + p.Version + " " + p.Label + " " + r.ID
	if r.Affects() && r.KEV == lockfiles.Yes {
		row.severity += " KEV"
	}
	switch {
	case r.Status != advisories.IsAffected:
		row.fixed = "cannot tell"
	case r.Fixed != "":
		row.fixed = a.s.Theme.Spell(report.AuditFixed(p, r.Fixed))
	case r.Affects():
		row.fixed = "none known"
	}
	switch r.Reach {
	case exposure.Called:
		row.reach = "called"
	case exposure.NotCalled:
		row.reach = "not called"
	}
	if r.EPSS != nil {
		row.odds = fmt.Sprintf("%.1f%%", *r.EPSS*100)
	}
	row.found = a.s.Safe(strings.Join(r.FoundBy, ", "))
	return row
}

// keepFilter finds the filters that leave a row, and stays with the present one
// where it does.
func (a *Audit) keepFilter() {
	now := 0
	if len(a.filters) > 0 {
		now = a.filters[a.filter]
	}
	a.filters, a.filter = nil, 0
	for i := range auditFilters {
		if i == 0 || i == now || slices.ContainsFunc(a.all, func(row auditRow) bool { return auditFilters[i].holds(&row) }) {
			if i == now {
				a.filter = len(a.filters)
			}
			a.filters = append(a.filters, i)
		}
	}
}

// count words what was found, the worst first, for the line below the title.
func (a *Audit) count() {
	t, n := a.s.Theme, a.x.Count()
	var parts []string
	add := func(n int, look theme.Style, words string) {
		if n > 0 {
			parts = append(parts, look.Paint(fmt.Sprintf("%d %s", n, words)))
		}
	}
	add(a.unknown, t.Unknown, t.Symbols.Unknown+" unknown")
	add(n.Malware, t.Block, "malware")
	add(n.Exploited, t.Block, "exploited")
	for _, l := range []advisories.Level{advisories.Critical, advisories.High, advisories.Medium, advisories.Low, advisories.None} {
		look := t.Warn
		if l >= advisories.High {
			look = t.Block
		}
		add(n.Levels[l], look, l.String())
	}
	add(n.Levels[advisories.Unknown], t.Warn, "unrated")
	add(n.Unclear, t.Unknown, "unclear")
	add(n.Informational, t.Faint, map[bool]string{true: "notice", false: "notices"}[n.Informational == 1])
	a.counted = parts
}

// copied is what of a row is of use elsewhere: an advisory's id, or the next
// command; or why there is none. What is copied is what was seen.
func (row *auditRow) copied() (text, why string) {
	switch {
	case row.gap == nil:
		text = row.r.ID
	case row.gap.Next == "":
		return "", "there is no next step to copy"
	default:
		text = row.gap.Next
	}
	if untrusted.Hidden(text) > 0 {
		return "", "the text holds characters that do not show"
	}
	return text, ""
}

func (row *auditRow) refusesBrowse() string {
	switch {
	case row.gap != nil:
		return "what is not known has no page to open"
	case row.r.URL == "":
		return "its source gives no address"
	}
	return ""
}

// look is the sign of a row, and how much it asks for attention.
func (row *auditRow) look(t theme.Theme) (sign string, look theme.Style) {
	switch {
	case row.gap != nil:
		return t.Symbols.Unknown, t.Unknown
	case row.r.Status != advisories.IsAffected:
		return t.Symbols.Unknown, t.Unknown
	case !row.affects():
		return t.Symbols.Info, t.Accent
	case row.exploited() || row.r.Severity.Level >= advisories.High:
		return t.Symbols.Fail, t.Block
	}
	return t.Symbols.Warn, t.Warn
}

// auditSigns are what the signs of this list mean.
func auditSigns(t theme.Theme) []string {
	return []string{
		"Signs  " + strings.Join([]string{t.Symbols.Fail + " malware, exploited, critical or high", t.Symbols.Warn + " affected", t.Symbols.Info + " a notice"}, "  "),
		"       " + t.Symbols.Unknown + " not known, or it cannot be told: it never means that all is well",
		"       KEV: known to be exploited (CISA); called: the code reaches it",
	}
}
