package spdx

import (
	"slices"
	"strings"
)

// Expression is a licence, or several that are joined. Exactly one of License
// and Op is set.
type Expression struct {
	// License is an identifier of the list in its spelling, a LicenseRef- or
	// DocumentRef-:LicenseRef-, or None.
	License string
	// Plus: or any later version, of a licence whose identifier cannot say so.
	Plus bool
	// Exception is what WITH adds, or "".
	Exception string

	Op   Op
	Args []*Expression // two or more
}

// Op joins licences.
type Op string

// The operators. Of what Or joins one may be chosen, of what And joins all hold.
const (
	And Op = "AND"
	Or  Op = "OR"
)

// None is the licence of what is stated to be licensed to nobody.
const None = "NONE"

// String is the expression in SPDX's notation, with as few parentheses as keep
// its meaning.
func (e *Expression) String() string {
	if e.Op == "" {
		text := e.License
		if e.Plus {
			text += "+"
		}
		if e.Exception != "" {
			text += " WITH " + e.Exception
		}
		return text
	}
	parts := make([]string, len(e.Args))
	for i, arg := range e.Args {
		if parts[i] = arg.String(); e.Op == And && arg.Op == Or {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, " "+string(e.Op)+" ")
}

// Equal tells whether two expressions name the same licences joined alike, in
// whatever order.
func (e *Expression) Equal(other *Expression) bool { return e.key() == other.key() }

func (e *Expression) key() string {
	if e.Op == "" {
		return strings.ToLower(e.String())
	}
	keys := make([]string, len(e.Args))
	for i, arg := range e.Args {
		keys[i] = arg.key()
	}
	slices.Sort(keys)
	if keys = slices.Compact(keys); len(keys) == 1 {
		return keys[0]
	}
	return "(" + strings.Join(keys, " "+string(e.Op)+" ") + ")"
}

// join makes one expression of several, and flattens what is joined alike.
func join(op Op, args ...*Expression) *Expression {
	e := &Expression{Op: op}
	for _, arg := range args {
		if arg.Op == op {
			e.Args = append(e.Args, arg.Args...)
		} else {
			e.Args = append(e.Args, arg)
		}
	}
	if len(e.Args) == 1 {
		return e.Args[0]
	}
	return e
}
