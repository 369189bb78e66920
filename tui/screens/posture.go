package screens

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// Posture is what is known of a repository's own hygiene: the list of findings
// and of what could not be read, and below it all of the selected one.
type Posture struct {
	s       *session.Session
	keys    *keys.Map
	posture *report.Posture
	listing
	untyped

	all    []postureRow
	rows   []postureRow       // those that the filter leaves
	filter int                // 0 shows all, n the n-th of kinds
	kinds  []analysis.Outcome // that there are, the worst first

	detailed    [2]int // row and looks that the details show
	code, place int    // widths of the columns, as the texts ask for
}

// postureRow is a finding, or what could not be read: of that nothing is known.
type postureRow struct {
	outcome analysis.Outcome
	code    string
	place   string // file and line
	title   string
	finding *posture.Finding // nil for what could not be read
	problem *posture.Problem
}

// NewPosture is the list of what was found.
func NewPosture(s *session.Session, k *keys.Map, p *report.Posture) *Posture {
	v := &Posture{s: s, keys: k, posture: p}
	for i := range p.Findings {
		f := &p.Findings[i]
		v.all = append(v.all, postureRow{f.Outcome, s.Safe(f.Code), placed(s, f.File, f.Line), s.Safe(f.Title), f, nil})
	}
	for i := range p.Problems {
		m := &p.Problems[i]
		code := "not-read"
		if m.File == "" { // no file is to blame
			code = "not-known"
		}
		v.all = append(v.all, postureRow{analysis.Unknown, code, placed(s, m.File, m.Line), s.Safe(m.Reason), nil, m})
	}
	slices.SortStableFunc(v.all, func(a, b postureRow) int { return cmp.Compare(weight[b.outcome], weight[a.outcome]) })
	for _, row := range v.all {
		if !slices.Contains(v.kinds, row.outcome) {
			v.kinds = append(v.kinds, row.outcome)
		}
		v.code, v.place = max(v.code, components.Width(row.code)), max(v.place, components.Width(row.place))
	}
	v.code, v.place = max(v.code, len("FINDING")), max(v.place, len("FILE:LINE"))
	v.tree.Row = v.drawRow
	v.details = components.Pager{Theme: s.Theme, Wrap: true}
	v.build()
	return v
}

// placed is a file with its line, where there is one.
func placed(s *session.Session, file string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%d", s.Safe(file), line)
	}
	return s.Safe(file)
}

// build lists what the filter leaves.
func (v *Posture) build() {
	v.rows = nil
	for _, row := range v.all {
		if v.filter == 0 || row.outcome == v.kinds[v.filter-1] {
			v.rows = append(v.rows, row)
		}
	}
	v.inDetails, v.detailed = false, [2]int{-1, -1}
	v.tree.SetNodes(make([]components.Node, len(v.rows)))
}

// Kind selects the bindings.
func (v *Posture) Kind() keys.Screen { return keys.Posture }

// Refresh follows the looks of the session; what was found does not change.
func (v *Posture) Refresh() { v.moves++ }

// selected is the row under the cursor, or nil.
func (v *Posture) selected() *postureRow {
	if at := v.tree.Selected(); at >= 0 && at < len(v.rows) {
		return &v.rows[at]
	}
	return nil
}

// Refuses says why an action cannot be done now.
func (v *Posture) Refuses(action keys.Action) string {
	row := v.selected()
	switch action {
	case keys.Copy, keys.Open, keys.Pane:
		if row == nil {
			return "nothing is selected"
		}
		if action == keys.Copy {
			_, why := row.text()
			return why
		}
		if !v.inDetails && v.details.Where() == "" {
			return "all of it is on screen"
		}
	case keys.Filter:
		if len(v.kinds) < 2 {
			return "there is only one kind to show"
		}
	case keys.Back:
		if !v.inDetails && v.filter == 0 {
			return "this is the first screen; " + v.keys.Key(keys.Close) + " quits"
		}
	}
	return ""
}

// text is what is to be put into files, as it is; or why there is none to copy.
// What is copied is what was seen: a text with characters that a terminal does
// not show is not handed over.
func (row *postureRow) text() (text, why string) {
	if row.finding == nil {
		return "", "it could not be read: there is no text to put there"
	}
	var texts []string
	for _, e := range row.finding.Put {
		if e.How != posture.Remove {
			texts = append(texts, e.Text)
		}
	}
	text = strings.Join(texts, "\n")
	switch {
	case len(row.finding.Put) == 0:
		return "", "the files do not tell an exact text to put there"
	case len(texts) == 0:
		return "", "the line is to be removed: there is no text to copy"
	case untrusted.Hidden(strings.NewReplacer("\n", "", "\t", "").Replace(text)) > 0:
		return "", "the text holds characters that do not show; change the file by hand"
	}
	return text, ""
}

// Do carries out an action. The details follow at once: the next key may come
// before the next frame, and is meant for them.
func (v *Posture) Do(action keys.Action) (e Effect) {
	v.moves++
	defer v.detail()
	if v.inDetails && scroll(&v.details, action) {
		return e
	}
	if v.walk(action, len(v.rows)) {
		return e
	}
	switch action {
	case keys.Pane, keys.Open:
		v.inDetails = !v.inDetails
	case keys.Filter:
		v.filter = (v.filter + 1) % (len(v.kinds) + 1)
		v.build()
	case keys.Copy:
		text, _ := v.selected().text()
		said := "copied the text to put there, " + session.Count(strings.Count(text, "\n")+1, "line")
		return Effect{Cmd: tea.SetClipboard(text), Toast: said}
	case keys.Back:
		if !v.inDetails {
			v.filter = 0
			v.build()
		}
		v.inDetails = false
	}
	return e
}
