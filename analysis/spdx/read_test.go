package spdx

import (
	"strings"
	"testing"
	"time"
)

// TestRead: what people write. "?" is not known.
func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"MIT": "MIT", "MIT License": "MIT", "The MIT License": "MIT", "The MIT License (MIT)": "MIT", "MIT License (Expat)": "MIT", "MIT/X11": "MIT", "Expat": "MIT", "mit licence": "MIT",
		"Apache 2.0": "Apache-2.0", "Apache-2": "Apache-2.0", "Apache License 2.0": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0", "The Apache Software License, Version 2.0": "Apache-2.0",
		"Apache License v2.0": "Apache-2.0", "ASL 2.0": "Apache-2.0", "Apache2": "Apache-2.0", "apache 1.1": "Apache-1.1",
		"BSD 3-Clause": "BSD-3-Clause", "3-Clause BSD License": "BSD-3-Clause", "New BSD License": "BSD-3-Clause", "BSD-3": "BSD-3-Clause", `BSD 3-Clause "New" or "Revised" License`: "BSD-3-Clause",
		"Simplified BSD": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
		"GPLv2": "GPL-2.0-only", "GPLv2+": "GPL-2.0-or-later", "GPL v3 or later": "GPL-3.0-or-later", "GPL-3": "GPL-3.0-only", "GNU GPL v3": "GPL-3.0-only", "LGPL 2.1": "LGPL-2.1-only", "LGPLv3+": "LGPL-3.0-or-later",
		"GNU General Public License, version 2": "GPL-2.0-only", "GNU Lesser General Public License v3.0": "LGPL-3.0-only", "GNU Affero General Public License v3 or later": "AGPL-3.0-or-later",
		"MPL 2.0": "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Eclipse Public License - v 2.0": "EPL-2.0", "ISC License (ISCL)": "ISC",
		"CC0": "CC0-1.0", "CC0 1.0 Universal": "CC0-1.0", "Unlicense": "Unlicense", "The Unlicense (Unlicense)": "Unlicense", "zlib/libpng License": "Zlib", "Boost Software License 1.0": "BSL-1.0",
		// lists and the slash of old crates
		"MIT/Apache-2.0": "MIT OR Apache-2.0", "MIT / Apache 2.0": "MIT OR Apache-2.0", "Unlicense/MIT": "Unlicense OR MIT", "(MIT OR Apache 2.0)": "MIT OR Apache-2.0", "MIT or GPLv3": "MIT OR GPL-3.0-only",
		"MIT || ISC": "MIT OR ISC", "MIT and Zlib": "MIT AND Zlib", "MIT & Zlib": "MIT AND Zlib", "MIT, ISC": "MIT AND ISC *", "Apache License, Version 2.0, MIT": "Apache-2.0 AND MIT *",
		"MIT; BSD-2-Clause": "MIT AND BSD-2-Clause *", "(MIT OR ISC), Zlib": "(MIT OR ISC) AND Zlib *", "Apache 2.0 with LLVM exception": "Apache-2.0 WITH LLVM-exception",
		// classifiers
		"License :: OSI Approved :: MIT License":                                                       "MIT",
		"License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)":                   "GPL-2.0-or-later",
		"License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)":                     "LGPL-3.0-only",
		"License :: OSI Approved :: ISC License (ISCL)":                                                "ISC",
		"License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)":                              "MPL-2.0",
		"License :: OSI Approved :: MIT License, License :: OSI Approved :: The Unlicense (Unlicense)": "MIT AND Unlicense *",
		"License :: OSI Approved :: BSD License":                                                       "?",
		"License :: OSI Approved :: Apache Software License":                                           "?",
		"License :: OSI Approved":                                                                      "?",
		"License :: Other/Proprietary License":                                                         "?",
		"License :: Public Domain":                                                                     "?",
		// npm's words
		"UNLICENSED": "NONE", "SEE LICENSE IN LICENSE.md": "?",
		// addresses
		"https://opensource.org/licenses/MIT": "MIT", "http://www.opensource.org/licenses/mit-license.php": "MIT", "http://www.apache.org/licenses/LICENSE-2.0.txt": "Apache-2.0",
		"https://licenses.nuget.org/MIT%20OR%20Apache-2.0": "MIT OR Apache-2.0", "https://www.gnu.org/licenses/gpl-3.0.html": "GPL-3.0-only", "https://spdx.org/licenses/ISC.html": "ISC",
		"https://acme.invalid/licenses/MIT": "?", "http://www.apache.org/MIT": "?", "https://opensource.org/": "?", "https://licenses.nuget.org/": "?",
		// never guessed
		"": "?", " ": "?", "BSD": "?", "Apache": "?", "GPL": "?", "LGPL": "?", "Public Domain": "?", "non-standard": "?", "NOASSERTION": "?", "Proprietary": "?", "Artistic": "?", "Dual License": "?",
		"MIT (non-commercial use only)": "?", "Acme Terms (MIT)": "?", "MIT with restrictions": "?", "MIT-like": "?", "not MIT": "?", "MIT, BSD or Apache": "?", "MIT OR": "?", "modified MIT": "?",
		"MIT/BSD": "?", "Copyright 2026 Acme": "?", "see https://opensource.org/licenses/MIT": "?", "MIT, https://acme.invalid/terms": "?", "GPL-2.0-only+": "?", "()": "?", "/": "?", ",": "?",
	} {
		got := "?"
		r, err := Read(text)
		if err == nil {
			if got = r.String(); r.Assumed {
				got += " *"
			}
		} else if strings.Contains(err.Error(), "\n") || len(err.Error()) > 200 {
			t.Errorf("%q: the reason is no short line: %v", text, err)
		}
		if got != want {
			t.Errorf("%q is %s, want %s (%v)", text, got, want, err)
		}
	}
}

// TestReadIsBounded: a stranger's text costs little, whatever it is.
func TestReadIsBounded(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("MIT, ", 399), strings.Repeat("(", 1000) + strings.Repeat(")", 1000), strings.Repeat("MIT or ", 280) + "x", strings.Repeat("a/", 999), strings.Repeat("x (", 600),
		strings.Repeat("MIT with ", 200), strings.Repeat("or later ", 200), strings.Repeat("::", 900), strings.Repeat("x", 5000),
	} {
		start := time.Now()
		if r, err := Read(text); err == nil {
			t.Errorf("%.20q is %s", text, r)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%.20q took %s", text, took)
		}
	}
}

// FuzzRead: what is read is an expression that reads as itself, and is never
// allowed by an empty list.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"MIT", "MIT/Apache-2.0", "(MIT OR ISC) AND GPL-2.0+", "Apache License, Version 2.0", "GPL v3 or later", "LicenseRef-a WITH AdditionRef-b", "UNLICENSED", "https://opensource.org/licenses/MIT", "a (b) or c, d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := Parse(text); err == nil {
			again, err := Parse(e.String())
			if err != nil || !again.Equal(e) || again.String() != e.String() {
				t.Errorf("%q is %s, which is read as %v (%v)", text, e, again, err)
			}
			if r, err := Read(text); err != nil || !r.Equal(e) {
				t.Errorf("%q: Read says %v, %v; Parse %s", text, r, err, e)
			}
		}
		r, err := Read(text)
		if err != nil {
			return
		}
		if again, err := Parse(r.String()); err != nil || !again.Equal(r.Expression) {
			t.Errorf("%q is read as %s, which is %v (%v)", text, r, again, err)
		}
		if Allowed(r.Expression, Allowlist{}) {
			t.Errorf("%q is allowed by nothing", text)
		}
	})
}
