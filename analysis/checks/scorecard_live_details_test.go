package checks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/assets"
)

// TestLivePlaces: what the checks warn of stands below the checks, what is new
// at head first, bounded and on one line.
func TestLivePlaces(t *testing.T) {
	warns := func(path string, line int, text string) engines.ScorecardDetail {
		return engines.ScorecardDetail{Warning: true, Path: path, Line: line, Text: text}
	}
	result := func(details ...engines.ScorecardDetail) *engines.ScorecardResult {
		r := liveSays(commitOf("1"), 5, "License 10", "Token-Permissions 0")
		r.Checks[1].Details = details
		return r
	}
	var many []engines.ScorecardDetail
	for i := range 50 {
		many = append(many, warns("ci.yml", i+1, fmt.Sprintf("permission %d", i)))
	}
	const heads = "seen at | where | what\n"
	for name, test := range map[string]struct {
		base, head *engines.ScorecardResult
		claim      string // after the check's name
		want       string
		rows       int
	}{
		"moved, new and gone": {base: result(warns("ci.yml", 3, "write-all"), warns("old.yml", 1, "write-all")), head: result(warns("ci.yml", 9, "write-all"), warns("ci.yml", 2, "packages: write")),
			want: heads + "head | ci.yml:2 | packages: write\nboth | ci.yml:9 | write-all\nbase | old.yml:1 | write-all"},
		"twice at head":             {base: result(warns("ci.yml", 3, "write-all")), head: result(warns("ci.yml", 3, "write-all"), warns("ci.yml", 8, "write-all")), want: heads + "head | ci.yml:8 | write-all\nboth | ci.yml:3 | write-all"},
		"an addition":               {head: result(warns("", 0, "no topLevel permission")), want: heads + "head | the whole repository | no topLevel permission"},
		"said three times":          {head: result(warns("", 0, "no file"), warns("", 0, "no file"), warns("", 0, "no file")), want: heads + "head | the whole repository | no file"},
		"no line":                   {head: result(warns("ci.yml", 0, "x")), want: heads + "head | ci.yml | x"},
		"base alone is known":       {base: result(warns("ci.yml", 1, "x")), want: heads + "base | ci.yml:1 | x"},
		"a stranger's text":         {head: result(warns("a\nb", 1, "x\ny  z")), want: heads + "head | a b:1 | x y z"},
		"too many":                  {head: result(many...), claim: ", the first 12 of 50", rows: liveMostPlaces},
		"nothing but what is right": {head: result(engines.ScorecardDetail{Path: "ci.yml", Text: "read alone"})},
	} {
		t.Run(name, func(t *testing.T) {
			texts, err := assets.Scorecard()
			if err != nil {
				t.Fatal(err)
			}
			l := &live{base: test.base, head: test.head, both: test.base != nil, at: &source{}}
			list := l.evidence(texts)
			if test.want == "" && test.rows == 0 {
				if len(list) != 2 {
					t.Errorf("%+v", list[2:])
				}
				return
			}
			if len(list) != 3 || list[2].Claim != "Token-Permissions, live: what it warns of"+test.claim || list[2].Source == "" {
				t.Fatalf("%+v", list[2:])
			}
			table := list[2].Body.(analysis.Table)
			if len(table.Rows) > liveMostPlaces || test.rows > 0 && len(table.Rows) != test.rows {
				t.Errorf("%d rows", len(table.Rows))
			}
			lines := []string{strings.Join(table.Heads, " | ")}
			for _, row := range table.Rows {
				lines = append(lines, strings.Join(row, " | "))
			}
			if got := strings.Join(lines, "\n"); test.want != "" && got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}
