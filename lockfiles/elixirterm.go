package lockfiles

import (
	"fmt"
	"strings"
)

// exTerm is a literal. kind is 's', 'a', 'w' (true, false, nil, an integer), or the opening bracket: '{' a
// tuple, '[' a list or keyword list, 'm' a map.
type exTerm struct {
	kind  rune
	text  string
	line  int
	items []exTerm
	keys  []string // of the items of a keyword list or map; "" for plain ones
}

// get is the value of a key of a keyword list.
func (t exTerm) get(key string) (exTerm, bool) {
	for i, k := range t.keys {
		if k == key {
			return t.items[i], true
		}
	}
	return exTerm{}, false
}

func (t exTerm) is(kind rune, text string) bool { return t.kind == kind && t.text == text }

// maxElixirDepth bounds terms in terms: a mix.lock needs five levels.
const maxElixirDepth = 64

// exParser reads terms; errors are *ParseError without a path.
type exParser struct {
	lex   exLexer
	token exToken
}

func newExParser(data []byte) *exParser {
	p := &exParser{lex: exLexer{data: string(data), line: 1}}
	p.advance()
	return p
}

func (p *exParser) advance() { p.token = p.lex.next() }

func (p *exParser) unexpected(belongs string) error {
	message := fmt.Sprintf("found %.40q where %s belongs", p.token.text, belongs)
	switch p.token.kind {
	case exBad:
		message = p.token.text
	case exEOF:
		message = "the file ends where " + belongs + " belongs"
	case exUnknown:
		message = "found code where " + belongs + " belongs"
	}
	return &ParseError{Line: p.token.line, Err: fmt.Errorf("%s", message)}
}

// term reads the literal that the current token begins.
func (p *exParser) term(depth int) (exTerm, error) {
	t := exTerm{kind: p.token.kind, text: p.token.text, line: p.token.line}
	if depth == 0 {
		return t, &ParseError{Line: t.line, Err: fmt.Errorf("terms are nested deeper than %d levels", maxElixirDepth)}
	}
	closing := rune('}')
	switch t.kind {
	case exString, exAtom:
		p.advance()
		return t, nil
	case exWord: // any other word would be a call
		number := strings.Trim(t.text, "0123456789") == ""
		if !number && t.text != "true" && t.text != "false" && t.text != "nil" {
			return t, p.unexpected("a term")
		}
		p.advance()
		return t, nil
	case '[':
		closing = ']'
	case '{', exMap:
	default:
		return t, p.unexpected("a term")
	}
	t.text = ""
	for p.advance(); p.token.kind != closing; {
		key, line := "", p.token.line
		if p.token.kind == exKey {
			key = p.token.text
			p.advance()
		}
		item, err := p.term(depth - 1)
		if err != nil {
			return t, err
		}
		if p.token.kind == exArrow && key == "" && (item.kind == exString || item.kind == exAtom) {
			key = item.text
			p.advance()
			if item, err = p.term(depth - 1); err != nil {
				return t, err
			}
		}
		if key == "" && t.kind == exMap {
			return t, p.unexpected("=>")
		}
		item.line = line
		t.items, t.keys = append(t.items, item), append(t.keys, key)
		if p.token.kind == closing {
			break
		}
		if p.token.kind != ',' {
			return t, p.unexpected("a comma")
		}
		p.advance()
	}
	p.advance()
	return t, nil
}
