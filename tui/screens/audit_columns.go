package screens

import (
	"strings"

	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/theme"
)

// auditColumns are the widths of the list, as its texts ask for; those that
// there is no room for, or nothing to show in, are 0.
type auditColumns struct{ width, severity, label, have, fixed, id, reach, odds, found, from int }

// lay measures the rows once for a width; the package gives way first.
func (a *Audit) lay(width int) auditColumns {
	if a.columns.width == width {
		return a.columns
	}
	c := auditColumns{width: width, severity: 8, label: 7, have: 4, fixed: 8, id: 8}
	alone := true // has depreview found everything by itself
	for i := range a.rows {
		row := &a.rows[i]
		if row.gap != nil {
			continue
		}
		alone = alone && row.found == exposure.Ours
		for _, x := range []struct {
			column *int
			text   string
		}{{&c.severity, row.severity}, {&c.label, row.label}, {&c.have, row.have}, {&c.fixed, row.fixed}, {&c.id, row.id},
			{&c.reach, row.reach}, {&c.odds, row.odds}, {&c.found, row.found}, {&c.from, row.from}} {
			*x.column = max(*x.column, components.Width(x.text))
		}
	}
	if alone { // then it says nothing
		c.found = 0
	}
	for _, x := range []struct {
		column *int
		least  int
	}{{&c.from, 10}, {&c.odds, 0}, {&c.from, 0}, {&c.found, 0}, {&c.label, 20}, {&c.have, 8}, {&c.fixed, 8}, {&c.reach, 0},
		{&c.severity, 9}, {&c.id, 19}, {&c.label, 6}, {&c.id, 8}, {&c.severity, 4}} {
		if over := c.taken() - width; over > 0 {
			*x.column = max(min(*x.column, x.least), *x.column-over)
			if *x.column < x.least || x.least == 0 && *x.column < 8 {
				*x.column = min(*x.column, x.least)
			}
		}
	}
	a.columns = c
	return c
}

func (c auditColumns) taken() int {
	n := pointerWidth + signGutter
	for _, w := range []int{c.severity, c.label, c.have, c.fixed, c.id, c.reach, c.odds, c.found, c.from} {
		if w > 0 {
			n += w + 1
		}
	}
	return n - 1
}

// cells are the texts of a line in its columns.
func (c auditColumns) cells(texts auditRow, look, faint theme.Style, ellipsis string) (list []cell) {
	plain := theme.Style{}
	for _, x := range []struct {
		width int
		text  string
		look  theme.Style
	}{{c.severity, texts.severity, look}, {c.label, cutName(texts.label, c.label, ellipsis), plain}, {c.have, texts.have, plain}, {c.fixed, texts.fixed, plain},
		{c.id, texts.id, plain}, {c.reach, texts.reach, look}, {c.odds, texts.odds, plain}, {c.found, texts.found, faint}, {c.from, texts.from, faint}} {
		if x.width > 0 {
			list = append(list, cell{components.Fit(x.text, x.width, ellipsis) + " ", x.look})
		}
	}
	last := &list[len(list)-1]
	last.text = strings.TrimSuffix(last.text, " ")
	return list
}
