package revision

import "testing"

func TestParseRange(t *testing.T) {
	for _, c := range []struct {
		args []string
		want span
		fail bool
	}{
		{args: nil, want: span{"", ".", false}},
		{args: []string{""}, want: span{"", ".", false}},
		{args: []string{"main"}, want: span{"main", ".", false}},
		{args: []string{"main.."}, want: span{"main", ".", false}},
		{args: []string{"main..:"}, want: span{"main", ":", false}},
		{args: []string{".."}, want: span{"HEAD", ".", false}},
		{args: []string{"..b"}, want: span{"HEAD", "b", false}},
		{args: []string{"a..b"}, want: span{"a", "b", false}},
		{args: []string{"a...b"}, want: span{"a", "b", true}},
		{args: []string{"a..."}, want: span{"a", ".", true}},
		{args: []string{"..."}, want: span{"HEAD", ".", true}},
		{args: []string{"v1.2.3..v1.2.4"}, want: span{"v1.2.3", "v1.2.4", false}},
		{args: []string{"HEAD^{/a..b}...c"}, want: span{"HEAD^{/a..b}", "c", true}},
		{args: []string{":/a..b"}, want: span{":/a..b", ".", false}},
		{args: []string{":"}, want: span{":", ".", false}},
		{args: []string{"a", "b"}, want: span{"a", "b", false}},
		{args: []string{"a", "."}, want: span{"a", ".", false}},
		{args: []string{"a", ""}, fail: true},
		{args: []string{"a..b", "c"}, fail: true},
		{args: []string{"a", "b", "c"}, fail: true},
		{args: []string{":...b"}, fail: true},
	} {
		got, err := parseRange(c.args)
		if got != c.want || (err != nil) != c.fail {
			t.Errorf("%q: got %+v, %v, want %+v", c.args, got, err, c.want)
		}
	}
}

// Whatever is typed, nothing that git could take for an option or for a second
// question passes.
func FuzzRange(f *testing.F) {
	for _, seed := range []string{"", "a..b", "a...b", "HEAD^{/x..y}", "--x", "a\nb", "..", "}}..{{"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		asked, err := parseRange([]string{typed})
		if err != nil {
			return
		}
		for _, expr := range []string{asked.base, asked.head} {
			if checkExpression(expr) != nil {
				continue
			}
			for i := range len(expr) {
				if expr[i] < ' ' || i == 0 && expr[i] == '-' {
					t.Errorf("%q passes from %q", expr, typed)
				}
			}
		}
	})
}
