package screens

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// added is a session of one package that was not there before.
func added() *session.Session {
	s := &session.Session{Theme: theme.New(theme.Wishes{NoColor: true})}
	s.Know(&analysis.Review{
		Checks: []analysis.CheckInfo{{Name: "a", Topic: "release"}},
		Diff: &diff.Diff{Changes: []diff.Change{{Kind: diff.Added, Lockfile: "a.lock",
			Head: &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: "left-padz"}, Version: "1.0.2"}}}},
	})
	return s
}

func draw(s *session.Session, body analysis.Body) string {
	p := &components.Pager{Theme: s.Theme, Wrap: true}
	p.SetLines(bodyLines(s, 0, analysis.Evidence{Body: body}))
	return ansi.Strip(strings.TrimRight(p.View(60, 40), "\n"))
}

func TestBodies(t *testing.T) {
	for name, c := range map[string]struct {
		body analysis.Body
		want string
	}{
		"none":                    {nil, ""},
		"facts of one side":       {analysis.Facts{{Name: "license", Head: "MIT"}, {Name: "published", Look: analysis.Warn}}, "  license    MIT\n  published  ?    !"},
		"facts that have both":    {analysis.Facts{{Name: "name", Base: "a", Head: "b"}}, "        \u2013  1.0.2\n  name  a  b"},
		"a table without heads":   {analysis.Table{Rows: [][]string{{"1.0.0", ""}}}, "  1.0.0  \u2013"},
		"an empty table":          {analysis.Table{}, ""},
		"a list in a text":        {analysis.Text("\n- one\n- two\n\n"), "  - one\n  - two"},
		"links":                   {analysis.Links{{Label: "source", URL: "https://git.example/a"}}, "  source  https://git.example/a"},
		"no script says so still": {analysis.Scripts{}, "?  The files behind the commands are not compared yet: the\n   same command may run other code."},
	} {
		if got := draw(added(), c.body); got != c.want {
			t.Errorf("%s:\n%q\nwant\n%q", name, got, c.want)
		}
	}
}

func TestALongTextIsBounded(t *testing.T) {
	s := added()
	lines := textLines(s, strings.Repeat("\u5bbd", textLimit))
	last := lines[len(lines)-1].Runs[0].Text
	if len(lines) != 2 || !strings.Contains(last, "further bytes are left out") || strings.Contains(lines[0].Runs[0].Text, "<0x") {
		t.Errorf("%d lines, the last %q", len(lines), last)
	}
	if lines := textLines(s, strings.Repeat("x", textLimit)); len(lines) != 1 {
		t.Errorf("%d lines of a text that just fits", len(lines))
	}
}
