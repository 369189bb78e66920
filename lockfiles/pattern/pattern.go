// Package pattern holds regular expressions that are compiled when they are
// first used: a hundred of them cost 5 ms of every start, and a run uses few.
// In a test binary they are compiled at once, so that no test passes by a
// broken one.
package pattern

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// Pattern is a regular expression in waiting; safe for concurrent use.
type Pattern struct{ compiled func() *regexp.Regexp }

var inTest = func() bool {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	return strings.HasSuffix(name, ".test")
}()

// New is the Pattern of an expression in regexp's syntax. A broken one panics:
// at once in a test binary, at its first use elsewhere.
func New(expression string) *Pattern {
	p := &Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
	if inTest {
		p.compiled()
	}
	return p
}

// The methods are those of regexp.Regexp.

func (p *Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

func (p *Pattern) Match(b []byte) bool { return p.compiled().Match(b) }

func (p *Pattern) FindIndex(b []byte) []int { return p.compiled().FindIndex(b) }

func (p *Pattern) FindString(s string) string { return p.compiled().FindString(s) }

func (p *Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

func (p *Pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }

func (p *Pattern) FindAllStringIndex(s string, n int) [][]int {
	return p.compiled().FindAllStringIndex(s, n)
}

func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(s, n)
}

func (p *Pattern) FindAllIndex(b []byte, n int) [][]int { return p.compiled().FindAllIndex(b, n) }

func (p *Pattern) FindSubmatch(b []byte) [][]byte { return p.compiled().FindSubmatch(b) }

func (p *Pattern) FindAllSubmatch(b []byte, n int) [][][]byte {
	return p.compiled().FindAllSubmatch(b, n)
}

func (p *Pattern) ReplaceAllString(s, by string) string { return p.compiled().ReplaceAllString(s, by) }

func (p *Pattern) ReplaceAllStringFunc(s string, by func(string) string) string {
	return p.compiled().ReplaceAllStringFunc(s, by)
}
