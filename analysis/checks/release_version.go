package checks

import (
	"strconv"
	"strings"
)

// What a version says by itself is read by hand: it is asked of every release
// of every package, and some have thousands.

// majorOf names the line of a version: its first number, with Python's epoch;
// "" when it has none, or is a commit.
func majorOf(version string) string {
	if holdsHash(version) {
		return ""
	}
	if version != "" && (version[0] == 'v' || version[0] == 'V') {
		version = version[1:]
	}
	end := digitsOf(version)
	if end > 0 && end < len(version) && version[end] == '!' {
		if more := digitsOf(version[end+1:]); more > 0 {
			end += 1 + more
		}
	}
	return version[:end]
}

// digitsOf is how many digits a text begins with.
func digitsOf(text string) int {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// holdsHash tells whether a word of the text is the hash of a commit.
func holdsHash(text string) bool {
	const short, long = 40, 64
	start, hex := 0, true
	if len(text) < short {
		return false
	}
	for i := 0; i <= len(text); i++ {
		if i < len(text) && isWord(text[i]) {
			hex = hex && (isDigit(text[i]) || 'a' <= text[i] && text[i] <= 'f')
			continue
		}
		if n := i - start; hex && (n == short || n == long) {
			return true
		}
		start, hex = i+1, true
	}
	return false
}

func isWord(c byte) bool { return isDigit(c) || c == '_' || isLetter(c) }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func majorNumber(version string) (int, bool) {
	n, err := strconv.Atoi(majorOf(version))
	return n, err == nil
}

// prereleaseWords are what ecosystems write behind the numbers of a version
// that is not a release yet.
var prereleaseWords = map[string]bool{"a": true, "b": true, "c": true, "alpha": true, "beta": true, "rc": true, "cr": true, "m": true,
	"pre": true, "preview": true, "dev": true, "canary": true, "next": true, "nightly": true, "snapshot": true,
	"insider": true, "insiders": true, "experimental": true, "unstable": true}

// isPrerelease finds such a word between a digit and a digit, a separator or
// the end; and a number after a hyphen, as SemVer has it.
func isPrerelease(version string) bool {
	version, _, _ = strings.Cut(version, "+")
	separates := func(i int) bool { return version[i] == '-' || version[i] == '.' || version[i] == '_' }
	for i := 0; i+1 < len(version); i++ {
		if version[i] == '-' && isDigit(version[i+1]) {
			return true
		}
		if !isDigit(version[i]) {
			continue
		}
		start := i + 1
		if separates(start) {
			start++
		}
		end := start
		for end < len(version) && isLetter(version[end]) {
			end++
		}
		if end > start && (end == len(version) || separates(end) || isDigit(version[end])) && isPrereleaseWord(version[start:end]) {
			return true
		}
	}
	return false
}

func isPrereleaseWord(word string) bool {
	const longest = len("experimental")
	var lower [longest]byte
	if len(word) > longest {
		return false
	}
	for i := range len(word) {
		lower[i] = word[i] | 0x20
	}
	return prereleaseWords[string(lower[:len(word)])]
}
