// Package spdx reads licences: the expressions of SPDX, and what people write
// in their place. It judges an expression by a list of what is allowed.
//
// It stands below analysis/checks and knows nothing of packages. What cannot be
// read is an error that says why, and is never allowed.
package spdx

import (
	_ "embed"
	"strings"
	"sync"
)

// licenses.txt and exceptions.txt are the identifiers of the SPDX License List
// 3.28.0 of 2026-02-20 (exceptions: 3.23), deprecated ones among them. The list
// is CC0-1.0. They are facts of that list, and its texts are not here.
//
//go:embed licenses.txt
var licenseList string

//go:embed exceptions.txt
var exceptionList string

// known is an index of identifiers by what is left of them without case.
type known map[string]string

var licenses = sync.OnceValue(func() known { return index(licenseList) })
var exceptions = sync.OnceValue(func() known { return index(exceptionList) })

func index(list string) known {
	ids := strings.Fields(list)
	all := make(known, len(ids))
	for _, id := range ids {
		all[strings.ToLower(id)] = id
	}
	return all
}

// replaced are deprecated identifiers whose licence has another one now, as the
// list says. The GNU ones without a suffix mean that version alone.
var replaced = map[string]string{
	"GPL-2.0-with-autoconf-exception":  "GPL-2.0-only WITH Autoconf-exception-2.0",
	"GPL-2.0-with-bison-exception":     "GPL-2.0-or-later WITH Bison-exception-2.2",
	"GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
	"GPL-2.0-with-font-exception":      "GPL-2.0-only WITH Font-exception-2.0",
	"GPL-2.0-with-GCC-exception":       "GPL-2.0-or-later WITH GCC-exception-2.0",
	"GPL-3.0-with-autoconf-exception":  "GPL-3.0-only WITH Autoconf-exception-3.0",
	"GPL-3.0-with-GCC-exception":       "GPL-3.0-only WITH GCC-exception-3.1",
	"eCos-2.0":                         "GPL-2.0-or-later WITH eCos-exception-2.0",
	"wxWindows":                        "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
	"BSD-2-Clause-FreeBSD":             "BSD-2-Clause-Views",
	"BSD-2-Clause-NetBSD":              "BSD-2-Clause",
	"StandardML-NJ":                    "SMLNJ",
	"bzip2-1.0.5":                      "bzip2-1.0.6",
	"Nunit":                            "zlib-acknowledgement",
}

// gnu tells whether an identifier is one of those whose versions are written
// with -only and -or-later.
func gnu(id string) bool {
	family, version, _ := strings.Cut(id, "-")
	switch family {
	case "AGPL", "GFDL", "GPL", "LGPL":
		return !strings.Contains(version, "-")
	}
	return false
}
