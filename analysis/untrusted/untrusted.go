// Package untrusted is the one gate that strangers' text passes before a
// person or a terminal sees it. Names, versions, URLs, scripts and file
// contents come from people who may want to move the cursor, reverse the
// reading order or hide a character; here that becomes visible text.
package untrusted

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes text safe to show on one line: every control, format, bidi,
// zero-width and invalid character stands there as <ESC>, <LF>, <U+202E>.
func Line(text string) string { return gate(text, false) }

// Block is Line for text of several lines: line feeds stay (CRLF as LF), tabs
// become spaces up to the next multiple of four.
func Block(text string) string { return gate(strings.ReplaceAll(text, "\r\n", "\n"), true) }

// Hidden counts the characters of text that Line would make visible.
func Hidden(text string) (count int) {
	for i, r := range text {
		if hidden(r) || r == utf8.RuneError && invalid(text[i:]) {
			count++
		}
	}
	return count
}

func gate(text string, block bool) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	column := 0
	for i, r := range text {
		switch {
		case block && r == '\n':
			b.WriteByte('\n')
			column = 0
			continue
		case block && r == '\t':
			for spaces := 4 - column%4; spaces > 0; spaces-- {
				b.WriteByte(' ')
				column++
			}
			continue
		case r == utf8.RuneError && invalid(text[i:]):
			fmt.Fprintf(&b, "<0x%02X>", text[i])
		case hidden(r):
			b.WriteString(name(r))
		default:
			b.WriteRune(r)
		}
		column++
	}
	return b.String()
}

// plain is the common case: printable ASCII.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func invalid(rest string) bool {
	_, size := utf8.DecodeRuneInString(rest)
	return size == 1
}

// hidden tells whether a character shows as nothing, moves what is around it,
// or is read by the terminal.
func hidden(r rune) bool {
	switch {
	case r < ' ' || r == 0x7f:
		return true
	case r == 0x00ad, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0:
		return true // soft hyphen, grapheme joiner, and the fillers that draw nothing
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
		return true // variation selectors carry hidden payloads
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
		return true // Cf holds the bidi controls, the zero-width characters and the tags
	case r != ' ' && unicode.Is(unicode.Zs, r):
		return true // a space that is not the space
	}
	return !unicode.IsPrint(r) && !unicode.IsMark(r)
}

var names = map[rune]string{0: "NUL", 7: "BEL", 8: "BS", 9: "TAB", 10: "LF", 13: "CR", 27: "ESC", 0x7f: "DEL"}

func name(r rune) string {
	if n, ok := names[r]; ok {
		return "<" + n + ">"
	}
	return fmt.Sprintf("<U+%04X>", r)
}
