package keys

import (
	"strings"
	"testing"
)

func TestTableHasNoClash(t *testing.T) {
	if _, err := New(nil); err != nil {
		t.Fatal(err)
	}
}

func TestEveryActionIsBoundAndExplained(t *testing.T) {
	names := map[string]bool{}
	bound := map[Action]bool{}
	for _, b := range Table {
		if b.Help == "" || b.Name == "" || len(b.Keys) == 0 || b.Screens == 0 {
			t.Errorf("incomplete: %+v", b)
		}
		if names[b.Name] || bound[b.Action] {
			t.Errorf("twice: %+v", b)
		}
		names[b.Name], bound[b.Action] = true, true
	}
	for a := None + 1; a <= Quit; a++ {
		if !bound[a] {
			t.Errorf("action %d has no binding", a)
		}
	}
}

func TestRemap(t *testing.T) {
	for _, c := range []struct {
		name  string
		remap map[string][]string
		want  string // part of the error; "" when it must work
	}{
		{"free key", map[string][]string{"copy": {"p"}}, ""},
		{"swap", map[string][]string{"copy": {"f"}, "filter": {"y"}}, ""},
		{"clash", map[string][]string{"copy": {"f"}}, `key "f" is both filter and copy`},
		{"two screens", map[string][]string{"wrap": {"f"}}, ""},
		{"unknown", map[string][]string{"approve": {"a"}}, `no action named "approve"`},
		{"no key", map[string][]string{"copy": {}}, "copy has no key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.remap)
			switch {
			case c.want == "" && err != nil:
				t.Fatal(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Fatalf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	m, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, ok := m.Find(Changes, "right"); !ok || b.Action != Unfold {
		t.Errorf("right on changes: %v %v", b, ok)
	}
	if b, ok := m.Find(Detail, "right"); !ok || b.Action != NextTab {
		t.Errorf("right on a package: %v %v", b, ok)
	}
	if _, ok := m.Find(Detail, "t"); ok {
		t.Error("t must do nothing on a package")
	}
	if m.Key(Search) != "/" {
		t.Error(m.Key(Search))
	}
}
