package spdx

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"MIT": "MIT", "mit": "MIT", "apache-2.0": "Apache-2.0", "(MIT)": "MIT", "Apache-2.0+": "Apache-2.0+",
		"MIT OR Apache-2.0": "MIT OR Apache-2.0", "mit or apache-2.0": "MIT OR Apache-2.0",
		"MIT OR ISC AND Zlib":                   "MIT OR ISC AND Zlib", // AND binds closer
		"(MIT OR ISC) AND Zlib":                 "(MIT OR ISC) AND Zlib",
		"((MIT OR (ISC OR Zlib)))":              "MIT OR ISC OR Zlib",
		"GPL-2.0":                               "GPL-2.0-only",
		"GPL-2.0+":                              "GPL-2.0-or-later",
		"LGPL-2.1-or-later":                     "LGPL-2.1-or-later",
		"gpl-2.0-with-classpath-exception":      "GPL-2.0-only WITH Classpath-exception-2.0",
		"Apache-2.0 WITH LLVM-exception OR MIT": "Apache-2.0 WITH LLVM-exception OR MIT",
		"LicenseRef-Acme-1.0 AND MIT":           "LicenseRef-Acme-1.0 AND MIT",
		"DocumentRef-a:LicenseRef-b":            "DocumentRef-a:LicenseRef-b",
		"MIT WITH AdditionRef-acme":             "MIT WITH AdditionRef-acme",
		"bsd-2-clause-netbsd":                   "BSD-2-Clause",
		"NONE":                                  "NONE",
		"GFDL-1.3-invariants-only":              "GFDL-1.3-invariants-only",
	} {
		e, err := Parse(text)
		if err != nil || e.String() != want {
			t.Errorf("%s: %v, %v; want %s", text, e, err, want)
		}
	}
	for _, bad := range []string{
		"", " ", "()", "(MIT", "MIT)", "MIT OR", "OR MIT", "MIT MIT", "MIT AND", "MIT WITH", "MIT WITH MIT", "MIT WITH nothing", "Nonsense", "MIT/ISC", "MIT, ISC",
		"LicenseRef-", "AdditionRef-a", "MIT Or ISC", "GPL-2.0-only+", "MIT OR NONE", "GPL-2.0-with-GCC-exception WITH LLVM-exception", "+", "MIT++",
		strings.Repeat("(", 60) + "MIT" + strings.Repeat(")", 60), strings.Repeat("MIT OR ", 1000) + "MIT", "MIT\x00",
	} {
		if e, err := Parse(bad); err == nil {
			t.Errorf("%.40q is %s", bad, e)
		}
	}
}

// TestList: every identifier is read, and what takes the place of an old one is
// on the list itself.
func TestList(t *testing.T) {
	if len(licenses()) < 700 || len(exceptions()) < 60 {
		t.Fatalf("%d licences, %d exceptions", len(licenses()), len(exceptions()))
	}
	for _, id := range licenses() {
		e, err := Parse(strings.ToUpper(id))
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if now, ok := licenses()[strings.ToLower(e.License)]; !ok || now != e.License {
			t.Errorf("%s becomes %s, which is not on the list", id, e.License)
		}
		if again, err := Parse(e.String()); err != nil || !again.Equal(e) {
			t.Errorf("%s is written as %s, which is read as %v (%v)", id, e, again, err)
		}
	}
	for old := range replaced {
		if licenses()[strings.ToLower(old)] != old {
			t.Errorf("%s is not on the list", old)
		}
	}
	for name, id := range names {
		if _, err := Parse(id); err != nil || fold(name) != name {
			t.Errorf("%s folds to %s and is %s: %v", name, fold(name), id, err)
		}
		if ambiguous[name] != "" {
			t.Errorf("%s is one licence and several", name)
		}
	}
	for exception := range linking {
		if exceptions()[strings.ToLower(exception)] != exception {
			t.Errorf("%s is no exception", exception)
		}
	}
}

func TestEqual(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"MIT OR Apache-2.0", "Apache-2.0 OR MIT", true},
		{"MIT OR MIT", "MIT", true},
		{"(MIT OR ISC) AND Zlib", "Zlib AND (ISC OR MIT)", true},
		{"MIT AND ISC", "MIT OR ISC", false},
		{"GPL-2.0+", "GPL-2.0-or-later", true},
		{"Apache-2.0+", "Apache-2.0", false},
		{"MIT WITH LLVM-exception", "MIT", false},
	} {
		a, errA := Parse(test.a)
		b, errB := Parse(test.b)
		if errA != nil || errB != nil || a.Equal(b) != test.want || b.Equal(a) != test.want {
			t.Errorf("%s and %s: %v %v", test.a, test.b, errA, errB)
		}
	}
}

func TestAllowed(t *testing.T) {
	for _, test := range []struct {
		allow, text string
		want        bool
	}{
		{"MIT", "MIT", true},
		{"mit", "MIT", true},
		{"MIT", "MIT OR GPL-3.0-only", true},
		{"MIT", "MIT AND GPL-3.0-only", false},
		{"MIT,ISC", "MIT AND ISC", true},
		{"MIT", "(MIT AND ISC) OR (MIT AND Zlib)", false},
		{"MIT,Zlib", "(MIT AND ISC) OR (MIT AND Zlib)", true},
		{"", "MIT", false},
		{"MIT", "NONE", false},
		{"Apache-2.0", "Apache-2.0+", true},
		{"Apache-2.0+", "Apache-2.0", false},
		{"GPL-2.0-only", "GPL-2.0-or-later", true},
		{"GPL-2.0", "GPL-2.0+", true},
		{"GPL-2.0-or-later", "GPL-2.0-only", false},
		{"GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", true},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", true},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0", true},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", false},
		{"MIT", "MIT WITH AdditionRef-not-for-you", false},
		{"LicenseRef-Acme", "LicenseRef-Acme", true},
		{"LicenseRef-Acme", "LicenseRef-Other", false},
	} {
		var entries []string
		if test.allow != "" {
			entries = strings.Split(test.allow, ",")
		}
		list, err := NewAllowlist(entries)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Parse(test.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Allowed(e, list); got != test.want {
			t.Errorf("%s of %s: %v", test.text, test.allow, got)
		}
	}
	if Allowed(nil, Allowlist{"mit": true}) || Allowed(&Expression{Op: And}, Allowlist{}) {
		t.Error("nothing is allowed")
	}
	for _, bad := range []string{"MIT OR ISC", "BSD", "", "*"} {
		if _, err := NewAllowlist([]string{bad}); err == nil || !strings.Contains(err.Error(), "\nhint: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestClassOf(t *testing.T) {
	for text, want := range map[string]Class{
		"MIT": Permissive, "BSD-3-Clause": Permissive, "LGPL-2.1-only": WeakCopyleft, "GPL-3.0-or-later": StrongCopyleft, "AGPL-3.0-only": NetworkCopyleft,
		"BUSL-1.1": Restricted, "CC-BY-NC-4.0": Restricted, "CC-BY-4.0": Permissive, "CC-BY-SA-4.0": StrongCopyleft, "NONE": NotLicensed,
		"MIT OR GPL-2.0-only": Permissive, "MIT AND GPL-2.0-only": StrongCopyleft, "GPL-2.0-only WITH Classpath-exception-2.0": WeakCopyleft,
		"LicenseRef-x": ClassUnknown, "MIT OR LicenseRef-x": Permissive, "LicenseRef-x OR MIT": Permissive, "GPL-2.0-only OR LicenseRef-x": ClassUnknown,
		"MIT AND LicenseRef-x": ClassUnknown, "LicenseRef-x OR LicenseRef-y": ClassUnknown,
	} {
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := ClassOf(e); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	if ClassOf(nil) != ClassUnknown {
		t.Error("nothing has a class")
	}
}
