package untrusted

import (
	"strings"
	"testing"
	"unicode"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"left-pad 1.0.0", "left-pad 1.0.0"},
		{"\x1b[31mred\x1b]0;title\a", "<ESC>[31mred<ESC>]0;title<BEL>"},
		{"a\u202eb\u2066c", "a<U+202E>b<U+2066>c"},
		{"pay\u200bpal", "pay<U+200B>pal"},
		{"one\ntwo\tthree\r", "one<LF>two<TAB>three<CR>"},
		{"\u009b31m", "<U+009B>31m"},
		{"bad\xffutf8", "bad<0xFF>utf8"},
		{"a\u00a0b\u3000c", "a<U+00A0>b<U+3000>c"},
		{"tag\U000e0041", "tag<U+E0041>"},
		{"größe 漢字 naïve e\u0301", "größe 漢字 naïve e\u0301"},
		{"the replacement \ufffd itself", "the replacement \ufffd itself"},
	} {
		if got := Line(c.in); got != c.want {
			t.Errorf("Line(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestBlock(t *testing.T) {
	if got, want := Block("a\tb\r\n\tc\x1b\n"), "a   b\n    c<ESC>\n"; got != want {
		t.Errorf("Block = %q, want %q", got, want)
	}
}

func TestHidden(t *testing.T) {
	if got := Hidden("a\u202eb\x1bc\xff"); got != 3 {
		t.Errorf("Hidden = %d, want 3", got)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("\x1b[2J")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range Line(text) {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("Line(%q) lets %U through", text, r)
			}
		}
		if strings.ContainsAny(Line(text), "\x1b\x9b\r\n") {
			t.Fatalf("Line(%q) lets a control through", text)
		}
		if (Hidden(text) == 0) != (Line(text) == text) {
			t.Fatalf("Hidden and Line disagree on %q", text)
		}
	})
}
