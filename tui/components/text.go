// Package components holds the pieces that screens are drawn from: plain
// structs that render to a string of a given width and height. They know no
// word of a review; text that reaches them has passed the untrusted gate.
package components

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells text takes. Most text is ASCII, and then it is its
// length; measuring grapheme clusters costs a hundred times as much.
func Width(text string) int {
	if isASCII(text) {
		return len(text)
	}
	return ansi.StringWidth(text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf || text[i] == 0x1b {
			return false
		}
	}
	return true
}

// Cut shortens text to width cells, its end replaced by tail when it does not
// fit.
func Cut(text string, width int, tail string) string {
	if width <= 0 {
		return ""
	}
	if Width(text) <= width {
		return text
	}
	if room := width - Width(tail); isASCII(text) {
		if room <= 0 {
			return text[:width]
		}
		return text[:room] + tail
	}
	return ansi.Truncate(text, width, tail)
}

// CutLeft shortens text to width cells at its beginning, for paths, whose end
// tells most.
func CutLeft(text string, width int, head string) string {
	over := Width(text) - width
	if over <= 0 || width <= 0 {
		return Cut(text, width, head)
	}
	return ansi.TruncateLeft(text, over+Width(head), head)
}

// Fit cuts or pads text to exactly width cells.
func Fit(text string, width int, tail string) string {
	text = Cut(text, width, tail)
	if gap := width - Width(text); gap > 0 {
		return text + Spaces(gap)
	}
	return text
}

const manySpaces = "                                                                                "

// Spaces is n spaces; none when n is not positive.
func Spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(manySpaces) {
		return manySpaces[:n]
	}
	return strings.Repeat(" ", n)
}

// Ends puts left and right at the two ends of a line. Right yields first: it
// is left out when both do not fit. Both may be styled.
func Ends(left, right string, width int, tail string) string {
	l, r := Width(left), Width(right)
	if r == 0 || l+2+r > width {
		return Cut(left, width, tail)
	}
	return left + Spaces(width-l-r) + right
}

// Stack makes exactly height lines out of lines, blank below.
func Stack(lines []string, height int) string {
	if height <= 0 {
		return ""
	}
	var b strings.Builder
	for i := range height {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			b.WriteString(lines[i])
		}
	}
	return b.String()
}

// Beside puts two blocks of lines next to each other; the left one is padded
// to width cells.
func Beside(left string, width int, middle, right string, height int) string {
	l, r := strings.Split(left, "\n"), strings.Split(right, "\n")
	lines := make([]string, height)
	for i := range lines {
		line := ""
		if i < len(l) {
			line = l[i]
		}
		line += Spaces(width-Width(line)) + middle
		if i < len(r) {
			line += r[i]
		}
		lines[i] = line
	}
	return Stack(lines, height)
}

// Wrap breaks text into lines of at most width cells, at spaces where there
// are some.
func Wrap(text string, width int) []string {
	if width <= 0 {
		return nil
	}
	if Width(text) <= width {
		return []string{text}
	}
	return strings.Split(ansi.Wrap(text, width, "/"), "\n")
}
