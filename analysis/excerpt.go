package analysis

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// Excerpt is the lines of one entry of a lockfile, as they stand in the file.
type Excerpt struct {
	Path  string
	First int      // number of the first line, from 1
	Lines []string // without line ends; strangers' text
	Cut   bool     // the entry goes on after the last line
}

const (
	excerptLines = 80
	// excerptWidth bounds a line: a minified lockfile is one line of megabytes.
	excerptWidth = 2000
)

// ReadExcerpt reads the entry of p in l from the files of its revision. The
// entry ends where the next one begins, or where the text steps out of its
// indentation.
func ReadExcerpt(files fs.FS, l *lockfiles.Lockfile, p *lockfiles.Package) (Excerpt, error) {
	e := Excerpt{Path: l.Path, First: p.Line}
	if p.Line <= 0 {
		return e, fmt.Errorf("read the entry in %s: its format tells no line", l.Path)
	}
	if files == nil {
		return e, fmt.Errorf("read the entry in %s: the files of this revision are not at hand", l.Path)
	}
	next := 0
	for i := range l.Packages {
		if line := l.Packages[i].Line; line > p.Line && (next == 0 || line < next) {
			next = line
		}
	}
	f, err := files.Open(l.Path)
	if err != nil {
		return e, fmt.Errorf("read the entry in %s: %w", l.Path, err)
	}
	defer f.Close()
	want := excerptLines + 1
	if next > 0 {
		want = min(want, next-p.Line)
	}
	e.Lines, err = readLines(f, p.Line, want)
	if err != nil {
		return e, fmt.Errorf("read the entry in %s: %w", l.Path, err)
	}
	if len(e.Lines) == 0 {
		return e, fmt.Errorf("read the entry in %s: the file has no line %d", l.Path, p.Line)
	}
	e.Lines = entryOnly(e.Lines, next > 0)
	if len(e.Lines) > excerptLines {
		e.Lines, e.Cut = e.Lines[:excerptLines], true
	}
	return e, nil
}

// readLines reads up to count lines from line number first on.
func readLines(r io.Reader, first, count int) ([]string, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var lines []string
	for number := 1; len(lines) < count; number++ {
		line, err := readLine(in, number >= first)
		if errors.Is(err, io.EOF) && line == "" {
			return lines, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if number >= first {
			lines = append(lines, line)
		}
		if err != nil {
			return lines, nil
		}
	}
	return lines, nil
}

// readLine reads one line; of a very long one, or of one that is not kept, it
// holds the beginning alone.
func readLine(in *bufio.Reader, keep bool) (string, error) {
	var b strings.Builder
	left := 0
	for {
		part, err := in.ReadSlice('\n')
		ended := len(part) > 0 && part[len(part)-1] == '\n'
		if ended {
			part = part[:len(part)-1]
		}
		if room := excerptWidth - b.Len(); keep && len(part) > room {
			left += len(part) - room
			part = part[:room]
		}
		if keep {
			b.Write(part)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		line := strings.TrimSuffix(b.String(), "\r")
		if left > 0 {
			line += fmt.Sprintf(" ... %d more bytes", left)
		}
		return line, err
	}
}

// entryOnly drops what stands between the entry and the next one, and for the
// last entry of a file (bounded is false) what follows it.
func entryOnly(lines []string, bounded bool) []string {
	depth := indentation(lines[0])
	for i, line := range lines[1:] {
		if strings.TrimSpace(line) == "" {
			continue
		}
		next := strings.TrimSpace(line)
		outside := indentation(line) < depth
		section := !bounded && depth == 0 && strings.HasPrefix(next, "[metadata")
		// A list item or a key beside the first line begins something else; a
		// bracket beside it closes the entry.
		beside := !bounded && depth > 0 && indentation(line) == depth && !strings.ContainsAny(next[:1], "}])")
		if outside || section || beside {
			lines = lines[:i+1]
			break
		}
	}
	for len(lines) > 1 {
		last := strings.TrimSpace(lines[len(lines)-1])
		if last != "" && !strings.HasPrefix(last, "[[") {
			break
		}
		lines = lines[:len(lines)-1]
	}
	return lines
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// ExcerptLine is a line of two excerpts compared.
type ExcerptLine struct {
	Base, Head int // line numbers; 0 on the side where the line is not
	Text       string
}

// CompareExcerpts gives the lines of both, each common line once: a removed
// line before the added one that takes its place.
func CompareExcerpts(base, head Excerpt) []ExcerptLine {
	// Longest common subsequence; both sides are bounded by excerptLines.
	b, h := base.Lines, head.Lines
	common := make([][]int, len(b)+1)
	for i := range common {
		common[i] = make([]int, len(h)+1)
	}
	for i := len(b) - 1; i >= 0; i-- {
		for j := len(h) - 1; j >= 0; j-- {
			if b[i] == h[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []ExcerptLine
	for i, j := 0, 0; i < len(b) || j < len(h); {
		switch {
		case i < len(b) && j < len(h) && b[i] == h[j]:
			lines = append(lines, ExcerptLine{base.First + i, head.First + j, b[i]})
			i, j = i+1, j+1
		case i < len(b) && (j == len(h) || common[i+1][j] >= common[i][j+1]):
			lines = append(lines, ExcerptLine{base.First + i, 0, b[i]})
			i++
		default:
			lines = append(lines, ExcerptLine{0, head.First + j, h[j]})
			j++
		}
	}
	return lines
}
