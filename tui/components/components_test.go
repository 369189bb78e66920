package components

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/tui/theme"
)

// The pieces shall serve any program: none of them knows a review.
func TestNoDomainIsImported(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	own := regexp.MustCompile(`"github.com/depreview/depreview/([^"]+)"`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range own.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "tui/theme" && !strings.HasPrefix(m[1], "([^") {
				t.Errorf("%s imports %s", file, m[1])
			}
		}
	}
}

func TestWidths(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		cut   string
		fit   string
	}{
		{"plain", 5, "plain", "plain"},
		{"plain", 8, "plain", "plain   "},
		{"plain text", 6, "plain…", "plain…"},
		{"宽字符", 5, "宽字…", "宽字…"},
		{"宽字符", 4, "宽…", "宽… "},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…", "e\u0301…"},
		{"e\u0301", 2, "e\u0301", "e\u0301 "},
		{"x", 0, "", ""},
	} {
		if got := Cut(c.text, c.width, "…"); got != c.cut {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.text, c.width, got, c.cut)
		}
		if got := Fit(c.text, c.width, "…"); got != c.fit {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.text, c.width, got, c.fit)
		}
	}
	if got := CutLeft("example.org/x/net", 8, "…"); got != "…g/x/net" {
		t.Errorf("CutLeft: %q", got)
	}
	if got := Cut("abcdef", 2, "..."); Width(got) != 2 {
		t.Errorf("a tail wider than the room: %q", got)
	}
}

func newTree(nodes ...Node) *Tree {
	tree := &Tree{Row: func(i, _ int, selected bool) string {
		return fmt.Sprintf("%s%d", map[bool]string{true: ">"}[selected], i)
	}}
	tree.SetNodes(nodes)
	return tree
}

func rows(t *Tree, height int) string {
	return strings.TrimRight(strings.ReplaceAll(t.View(10, height), "\n", " "), " ")
}

func TestTree(t *testing.T) {
	// 0 > 1 > 2, 3; 4 folded > 5 > 6; 7
	tree := newTree(Node{0, false}, Node{1, false}, Node{2, false}, Node{2, false}, Node{0, true}, Node{1, false}, Node{2, false}, Node{0, false})
	step := func(what, want string) {
		t.Helper()
		if got := rows(tree, 5); got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	step("start", ">0 1 2 3 4")
	tree.Move(100)
	step("to the end", "1 2 3 4 >7")
	tree.Move(-1)
	tree.Fold(4, false)
	step("unfold keeps the row", "1 2 3 >4 5")
	tree.Select(6)
	step("select", "2 3 4 5 >6")
	tree.Fold(4, true)
	tree.Select(4)
	tree.Select(6)
	if tree.Folded(4) {
		t.Error("Select does not unfold what hides the row")
	}
	tree.Fold(0, true)
	tree.Select(0)
	step("folded at the top", ">0 4 5 6 7")
	tree.Show([]bool{false, false, true, false, false, false, false, true})
	step("filter opens folds", "0 1 >2 7")
	tree.Show(nil)
	if tree.Selected() != 2 {
		t.Errorf("clearing the filter moved to %d", tree.Selected())
	}
	tree.Show(make([]bool, 8))
	if tree.Selected() != -1 || tree.Hit(0) {
		t.Error("an empty list has a row")
	}
	tree.Move(1)
}

func TestTreeDrawsWhatIsVisibleAlone(t *testing.T) {
	drawn := 0
	tree := &Tree{Row: func(int, int, bool) string { drawn++; return "" }}
	tree.SetNodes(make([]Node, 10_000))
	tree.View(80, 24)
	if drawn != 24 {
		t.Errorf("%d rows drawn", drawn)
	}
}

func TestPager(t *testing.T) {
	p := &Pager{Theme: theme.New(theme.Wishes{NoColor: true}), Wrap: true}
	p.SetLines([]Line{
		{Gutter: "1 ", Runs: []Run{{Text: "one two three four"}}},
		{Runs: []Run{{Text: "name  "}, {Text: "a value that is long"}}},
		Text("last"),
	})
	if got, want := p.View(12, 8), "1 one two\n  three four\nname  a\n      value\n      that\n      is\n      long\nlast"; got != want {
		t.Errorf("wrapped:\n%s\nwant\n%s", got, want)
	}
	p.SetWrap(false)
	if got, want := p.View(12, 4), "1 one two t…\nname  a val…\nlast\n"; got != want {
		t.Errorf("cut:\n%s\nwant\n%s", got, want)
	}
	if n := p.Search("LAST"); n != 1 || p.Matches() != 1 {
		t.Errorf("%d matches", n)
	}
	p.Search("e")
	first := p.match
	p.Match(1)
	p.Match(-1)
	if p.match != first {
		t.Error("a match on and back is another one")
	}
	p.Search("nowhere")
	p.Match(1)
}

func TestHintsAlwaysLeadOn(t *testing.T) {
	th := theme.New(theme.Wishes{NoColor: true})
	hints := []Hint{{"a", "first"}, {"b", "second"}, {"?", "keys"}}
	for width, want := range map[int]string{80: "a first  b second  ? keys", 20: "a first  ? keys", 6: "? keys"} {
		if got := Hints(th, hints, width); got != want {
			t.Errorf("%d: %q, want %q", width, got, want)
		}
	}
}

func TestTabs(t *testing.T) {
	tabs := Tabs{Theme: theme.New(theme.Wishes{NoColor: true, Environ: []string{"TERM=dumb"}}), List: []Tab{{"One", "1"}, {"Two", ""}, {"Three", ""}}}
	var got []string
	for tabs.Active = range tabs.List {
		got = append(got, tabs.View(40))
	}
	if want := []string{"[One 1] Two  Three", "One 1 [Two] Three", "One 1  Two [Three]"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
