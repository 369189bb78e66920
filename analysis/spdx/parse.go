package spdx

import (
	"errors"
	"fmt"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// Nobody writes longer ones, and what is nested deeper is meant to do harm.
const (
	longest = 2000
	deepest = 40
)

var errTooLong = fmt.Errorf("a licence of more than %d characters", longest)

// Parse reads an expression of SPDX: identifiers without regard to case,
// operators in capital or small letters. Deprecated identifiers become those
// that took their place. What it cannot read is an error; the text of it is
// the stranger's own, quoted and bounded.
func Parse(text string) (*Expression, error) {
	if len(text) > longest {
		return nil, errTooLong
	}
	if strings.TrimSpace(text) == None {
		return &Expression{License: None}, nil
	}
	p := &parser{tokens: tokens.FindAllString(text, -1)}
	e, err := p.or(0)
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("%.60q is left over", p.tokens[0])
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

var tokens = pattern.New(`[()]|[^()\s]+`)

type parser struct{ tokens []string }

var errEnd = errors.New("it ends where a licence should follow")

func (p *parser) peek(word string) bool {
	return len(p.tokens) > 0 && (p.tokens[0] == word || p.tokens[0] == strings.ToLower(word))
}

func (p *parser) or(depth int) (*Expression, error)  { return p.joined(Or, depth, p.and) }
func (p *parser) and(depth int) (*Expression, error) { return p.joined(And, depth, p.one) }

func (p *parser) joined(op Op, depth int, inner func(int) (*Expression, error)) (*Expression, error) {
	var args []*Expression
	for {
		arg, err := inner(depth)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		if !p.peek(string(op)) {
			return join(op, args...), nil
		}
		p.tokens = p.tokens[1:]
	}
}

func (p *parser) one(depth int) (*Expression, error) {
	if len(p.tokens) == 0 {
		return nil, errEnd
	}
	token := p.tokens[0]
	p.tokens = p.tokens[1:]
	if token == "(" {
		if depth == deepest {
			return nil, errors.New("its parentheses are nested too deeply")
		}
		e, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.peek(")") {
			return nil, errors.New("a parenthesis is not closed")
		}
		p.tokens = p.tokens[1:]
		return e, nil
	}
	e, err := license(token)
	if err != nil || !p.peek("WITH") {
		return e, err
	}
	if p.tokens = p.tokens[1:]; len(p.tokens) == 0 {
		return nil, errEnd
	}
	exception, ok := exceptions()[strings.ToLower(p.tokens[0])]
	if !ok && !reference.MatchString(p.tokens[0]) {
		return nil, fmt.Errorf("%.60q is no exception of the SPDX list", p.tokens[0])
	}
	if e.Exception != "" {
		return nil, fmt.Errorf("%.60q has an exception already", token)
	}
	if e.Exception = exception; !ok {
		e.Exception = p.tokens[0]
	}
	p.tokens = p.tokens[1:]
	return e, nil
}

// reference is a licence or an addition that somebody else defines.
var reference = pattern.New(`^(DocumentRef-[A-Za-z0-9.-]+:)?(LicenseRef|AdditionRef)-[A-Za-z0-9.-]+$`)

func license(token string) (*Expression, error) {
	if reference.MatchString(token) && !strings.Contains(token, "AdditionRef-") {
		return &Expression{License: token}, nil
	}
	name, plus := strings.CutSuffix(token, "+")
	id, ok := licenses()[strings.ToLower(name)]
	if !ok {
		return nil, fmt.Errorf("%.60q is no licence of the SPDX list", token)
	}
	if now, ok := replaced[id]; ok && !plus {
		id, exception, _ := strings.Cut(now, " WITH ")
		return &Expression{License: id, Exception: exception}, nil
	}
	switch {
	case gnu(id) && plus:
		return &Expression{License: id + "-or-later"}, nil
	case gnu(id):
		return &Expression{License: id + "-only"}, nil
	case strings.HasSuffix(id, "-or-later"):
		plus = false // it says so already
	case strings.HasSuffix(id, "-only") && plus:
		return nil, fmt.Errorf("%.60q is of one version and of later ones", token)
	}
	return &Expression{License: id, Plus: plus}, nil
}
