package lockfiles

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// requirementsLine is a logical line: physical lines that end in a backslash
// are joined with the next.
type requirementsLine struct {
	number  int    // of its first physical line
	text    string // without its comment and outer space
	comment string // what follows #, without outer space on the right
}

var requirementsCoding = pattern.New(`coding[:=]\s*([-\w.]+)`)

// requirementsText refuses what pip would decode to another text than ours: a
// coding comment like Python's own can name any codec, utf-7 among them.
func requirementsText(data []byte) (string, error) {
	if !utf8.Valid(data) {
		at := 0
		for at < len(data) {
			r, size := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return "", &ParseError{Line: lineAt(data, at), Err: fmt.Errorf("the file is not UTF-8")}
	}
	rest := data
	for number := 1; number <= 2; number++ {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		if m := requirementsCoding.FindSubmatch(line); m != nil && line[0] == '#' {
			switch strings.ToLower(string(m[1])) {
			case "utf-8", "utf8", "ascii", "us-ascii":
			default:
				return "", &ParseError{Line: number, Err: fmt.Errorf("the file declares the coding %.40q, so pip reads another text than is written here", m[1])}
			}
		}
	}
	return string(data), nil
}

// requirementsLines splits text as pip does, which is with Python's idea of
// where a line ends and of what is white space.
func requirementsLines(text string, line func(requirementsLine) error) error {
	var joined []string
	first, number := 0, 1
	for text != "" {
		physical, width, counts := requirementsPhysical(text)
		text = text[width:]
		if first == 0 {
			first = number
		}
		comment := strings.HasPrefix(strings.TrimLeftFunc(physical, requirementsSpace), "#")
		if strings.HasSuffix(physical, `\`) && !comment {
			joined = append(joined, strings.Trim(physical, `\`))
		} else {
			if comment {
				physical = " " + physical // so that it stays a comment when joined
			}
			if err := line(requirementsCut(first, strings.Join(append(joined, physical), ""))); err != nil {
				return err
			}
			joined, first = joined[:0], 0
		}
		number += counts
	}
	if len(joined) > 0 {
		return &ParseError{Line: first, Err: fmt.Errorf("the file ends within a continued line\nhint: it seems to be cut off")}
	}
	return nil
}

// requirementsPhysical is the first physical line, how many bytes it takes
// with its end, and whether an editor counts that end as one.
func requirementsPhysical(text string) (line string, width, counts int) {
	i := strings.IndexFunc(text, func(r rune) bool {
		switch r {
		case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
			return true
		}
		return false
	})
	if i < 0 {
		return text, len(text), 0
	}
	switch {
	case strings.HasPrefix(text[i:], "\r\n"):
		return text[:i], i + 2, 1
	case text[i] == '\n' || text[i] == '\r':
		return text[:i], i + 1, 1
	}
	_, size := utf8.DecodeRuneInString(text[i:])
	return text[:i], i + size, 0
}

// requirementsCut separates the comment, whose # stands first or after space.
func requirementsCut(number int, joined string) requirementsLine {
	space := true
	for i, r := range joined {
		if r == '#' && space {
			return requirementsLine{number, strings.TrimFunc(joined[:i], requirementsSpace),
				strings.TrimRightFunc(joined[i+1:], requirementsSpace)}
		}
		space = requirementsSpace(r)
	}
	return requirementsLine{number: number, text: strings.TrimFunc(joined, requirementsSpace)}
}

func requirementsSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
