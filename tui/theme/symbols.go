package theme

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Symbols are the signs beside the words. Each has an ASCII twin.
type Symbols struct {
	Pass, Warn, Fail, Unknown, None string // the outcome of a check
	Waiting, Running, Info          string // a check that has not ended; a finding that is neither good nor bad
	Plus, Minus, Up, Down, Repin    string // what happened to a package
	Other, Edit                     string
	Arrow, Ellipsis, Rule, Divider  string
	Open, Closed, Pointer, Bullet   string
	Spinner                         []string
}

func symbols(ascii bool) Symbols {
	if ascii {
		return Symbols{
			Pass: "ok", Warn: "!", Fail: "x", Unknown: "?", None: "-",
			Waiting: ".", Running: "~", Info: "i",
			Plus: "+", Minus: "-", Up: "^", Down: "v", Repin: "!", Other: "~", Edit: "*",
			Arrow: "->", Ellipsis: "...", Rule: "-", Divider: "|",
			Open: "v", Closed: ">", Pointer: ">", Bullet: "*",
			Spinner: []string{"|", "/", "-", "\\"},
		}
	}
	return Symbols{
		Pass: "✓", Warn: "!", Fail: "✗", Unknown: "?", None: "–",
		Waiting: ".", Running: "~", Info: "i",
		Plus: "+", Minus: "-", Up: "↑", Down: "↓", Repin: "!", Other: "~", Edit: "·",
		Arrow: "→", Ellipsis: "…", Rule: "─", Divider: "│",
		Open: "▾", Closed: "▸", Pointer: "❯", Bullet: "•",
		Spinner: []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"},
	}
}

// Spell is text that has passed untrusted, fit for this terminal: in ASCII
// mode every other letter is named by its number.
func (t Theme) Spell(text string) string {
	if !t.ASCII {
		return text
	}
	beyond := func(r rune) bool { return r >= utf8.RuneSelf }
	if strings.IndexFunc(text, beyond) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if beyond(r) {
			fmt.Fprintf(&b, "<U+%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
