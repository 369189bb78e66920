package spdx

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// Reading is what a text about a licence was understood to mean.
type Reading struct {
	*Expression
	// Assumed: the text lists licences and does not say whether one of them is
	// enough. They are read as if all held, which allows the least.
	Assumed bool
}

// Read understands what registries hold in place of an expression: names and
// versions of licences as people write them ("Apache 2.0", "GPLv2+"), lists,
// the slash of old crates, classifiers of PyPI, and addresses of licences. It
// guesses nothing: a name that is of several licences ("BSD") is an error, and
// every error says in a few words why nothing is known.
func Read(text string) (*Reading, error) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return nil, errors.New("none is stated")
	case len(text) > longest:
		return nil, errTooLong
	}
	if e, err := Parse(text); err == nil {
		return &Reading{Expression: e}, nil
	}
	if text == "UNLICENSED" { // npm's word
		return &Reading{Expression: &Expression{License: None}}, nil
	}
	if why := unsaid(text); why != "" {
		return nil, errors.New(why)
	}
	r := &reader{budget: 200}
	e, err := r.read(text, 0)
	if err != nil {
		return nil, err
	}
	return &Reading{e, r.assumed}, nil
}

// unsaid is why a text that registries define names no licence, or "".
func unsaid(text string) string {
	lower := strings.ToLower(text)
	if rest, ok := strings.CutPrefix(lower, "see licen"); ok {
		_, file, _ := strings.Cut(text[len(text)-len(rest):], " ")
		return fmt.Sprintf("it is in the file %.60q", strings.TrimPrefix(strings.TrimPrefix(file, "in "), "IN "))
	}
	switch lower {
	case "noassertion", "non-standard", "unknown", "other", "custom", "other/proprietary license", "license :: other/proprietary license", "commercial", "proprietary":
		return fmt.Sprintf("%.60q names none", text)
	}
	return ""
}

type reader struct {
	assumed bool
	budget  int // bounds the names that are tried
}

func (r *reader) read(text string, depth int) (*Expression, error) {
	text = strings.TrimSpace(text)
	if depth > deepest {
		return nil, errors.New("its parentheses are nested too deeply")
	}
	if e, err := r.name(text); e != nil || err != nil {
		return e, err
	}
	if parts := r.list(text); len(parts) > 1 {
		// A list may mean either; that all hold allows the least.
		r.assumed = true
		return r.each(And, parts, depth)
	}
	for _, op := range []Op{Or, And} {
		if parts := split(text, joins[op]); len(parts) > 1 {
			return r.each(op, parts, depth)
		}
	}
	if licence, exception, ok := cutWord(text, "with"); ok {
		id := folded().exceptions[fold(exception)]
		e, err := r.read(licence, depth+1)
		if err != nil || id == "" || e.Op != "" || e.Exception != "" {
			return nil, fmt.Errorf("%.60q is no licence that is known", text)
		}
		with := *e
		with.Exception = id
		return &with, nil
	}
	if inner, ok := enclosed(text); ok {
		return r.read(inner, depth+1)
	}
	// "MIT License (Expat)": the short name behind the long one. Anything else
	// in parentheses may take back what stands before them.
	if i := strings.LastIndexByte(text, '('); i > 0 && strings.HasSuffix(text, ")") {
		long, err := r.read(text[:i], depth+1)
		if err != nil {
			return nil, err
		}
		if short, err := r.read(text[i+1:len(text)-1], depth+1); err == nil && short.Equal(long) {
			return long, nil
		}
	}
	return nil, fmt.Errorf("%.60q is no licence that is known", text)
}

func (r *reader) each(op Op, parts []string, depth int) (*Expression, error) {
	args := make([]*Expression, len(parts))
	for i, part := range parts {
		var err error
		if args[i], err = r.read(part, depth+1); err != nil {
			return nil, err
		}
	}
	return join(op, args...), nil
}

// name reads a text that is one licence. Nothing and no error: it is none.
func (r *reader) name(text string) (*Expression, error) {
	if r.budget--; r.budget < 0 {
		return nil, errors.New("it names too many licences")
	}
	if e, err := Parse(text); err == nil && e.Op == "" && e.Exception == "" {
		return e, nil
	}
	if strings.HasPrefix(text, "License ::") || strings.HasPrefix(text, "OSI Approved ::") {
		text = strings.TrimSpace(text[strings.LastIndex(text, "::")+2:])
	} else if strings.Contains(text, "://") {
		return r.address(text)
	}
	key := fold(text)
	if many, ok := ambiguous[key]; ok {
		return nil, fmt.Errorf("%.60q may be %s", text, many)
	}
	key, plus := strings.CutSuffix(key, "+")
	id, ok := folded().licenses[key]
	if !ok {
		return nil, nil
	}
	if plus {
		if strings.Contains(strings.ToLower(text), "only") {
			return nil, fmt.Errorf("%.60q is of one version and of later ones", text)
		}
		id += "+"
	}
	return license(id)
}

// address reads the address of a licence by its last part, where the host is
// one that publishes licences; else nothing is known.
func (r *reader) address(text string) (*Expression, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, nil
	}
	last := path.Base(u.Path)
	switch host := strings.TrimPrefix(strings.ToLower(u.Host), "www."); host {
	case "licenses.nuget.org":
		if e, err := Parse(strings.TrimPrefix(u.Path, "/")); err == nil {
			return e, nil
		}
		return nil, nil
	case "apache.org":
		if !strings.HasPrefix(last, "LICENSE-") {
			return nil, nil
		}
		last = strings.Replace(last, "LICENSE-", "Apache-", 1)
	case "opensource.org", "spdx.org", "gnu.org", "choosealicense.com", "mit-license.org", "unlicense.org":
		if last == "/" || last == "." {
			last = strings.TrimSuffix(strings.TrimSuffix(host, ".org"), "-license")
		}
	default:
		return nil, nil
	}
	for _, ext := range []string{".html", ".php", ".txt", ".en", "-license"} {
		last = strings.TrimSuffix(last, ext)
	}
	return r.name(last)
}

// list splits at commas and semicolons, but for those within a name ("Apache
// License, Version 2.0").
func (r *reader) list(text string) []string {
	parts := split(text, listed)
	var out []string
	for len(parts) > 0 {
		n := 1
		for i := min(len(parts), 3); i > 1; i-- {
			if e, err := r.name(strings.Join(parts[:i], ", ")); e != nil && err == nil {
				n = i
				break
			}
		}
		out = append(out, strings.Join(parts[:n], ", "))
		parts = parts[n:]
	}
	return out
}

var (
	listed = pattern.New(`\s*[,;]\s*`)
	joins  = map[Op]*pattern.Pattern{
		Or:  pattern.New(`(?i)\s+or\s+|\s*/\s*|\s*\|\|?\s*`),
		And: pattern.New(`(?i)\s+and\s+|\s*&&?\s*`),
	}
	later = pattern.New(`(?i)[, ]*\(?\b(or|and) (any )?(later|newer|above)( versions?)?\b\)?`)
)

// split cuts at every place outside of parentheses. An address is not cut.
func split(text string, at *pattern.Pattern) []string {
	if strings.Contains(text, "://") && !strings.ContainsAny(text, ",; ") {
		return []string{text}
	}
	text = later.ReplaceAllString(text, "+")
	var parts []string
	from := 0
	for _, m := range at.FindAllStringIndex(text, -1) {
		before := text[:m[0]]
		if m[0] < from || strings.Count(before, "(") != strings.Count(before, ")") || strings.HasSuffix(before, ":") || strings.HasPrefix(text[m[0]:], "//") {
			continue
		}
		parts = append(parts, text[from:m[0]])
		from = m[1]
	}
	return append(parts, text[from:])
}

func cutWord(text, word string) (before, after string, ok bool) {
	i := strings.Index(strings.ToLower(text), " "+word+" ")
	if i < 0 || i+len(word)+2 > len(text) {
		return text, "", false
	}
	return text[:i], text[i+len(word)+2:], true
}

// enclosed takes away parentheses that are around all of a text.
func enclosed(text string) (string, bool) {
	if !strings.HasPrefix(text, "(") || !strings.HasSuffix(text, ")") {
		return text, false
	}
	depth := 0
	for i, c := range text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && i < len(text)-1 {
			return text, false
		}
	}
	return text[1 : len(text)-1], true
}
