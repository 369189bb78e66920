package spdx

import (
	"fmt"
	"strings"
)

// Allowlist is the licences that a project takes. The zero value takes none.
type Allowlist map[string]bool

// NewAllowlist reads entries: a licence ("MIT", "GPL-2.0-only"), one with its
// exception ("GPL-2.0-only WITH Classpath-exception-2.0"), or a LicenseRef-.
func NewAllowlist(entries []string) (Allowlist, error) {
	list := make(Allowlist, len(entries))
	for _, entry := range entries {
		e, err := Parse(entry)
		switch {
		case err != nil:
			return nil, fmt.Errorf("allow %.60q: %w\nhint: the identifiers are listed on spdx.org/licenses", entry, err)
		case e.Op != "":
			return nil, fmt.Errorf("allow %.60q: it is not one licence\nhint: write one entry for each", entry)
		}
		list[e.key()] = true
	}
	return list, nil
}

// Allowed tells whether the list is enough for an expression: of what OR joins
// one licence, of what AND joins every one. A licence with an exception is
// allowed as the pair, or as the licence alone, which the exceptions of the
// SPDX list only widen. "Or later" includes the version itself. An expression
// that could not be read (nil) is not allowed.
func Allowed(e *Expression, list Allowlist) bool {
	switch {
	case e == nil:
		return false
	case e.Op == Or:
		for _, arg := range e.Args {
			if Allowed(arg, list) {
				return true
			}
		}
		return false
	case e.Op == And:
		for _, arg := range e.Args {
			if !Allowed(arg, list) {
				return false
			}
		}
		return len(e.Args) > 0
	}
	if e.License == None {
		return false
	}
	pairs := []string{e.Exception}
	if e.Exception != "" && !strings.Contains(e.Exception, "AdditionRef-") {
		pairs = append(pairs, "")
	}
	for _, exception := range pairs {
		one := Expression{License: e.License, Plus: e.Plus, Exception: exception}
		if list[one.key()] {
			return true
		}
		if one.Plus {
			one.Plus = false
		} else if version, later := strings.CutSuffix(one.License, "-or-later"); later {
			one.License = version + "-only"
		}
		if list[one.key()] {
			return true
		}
	}
	return false
}
