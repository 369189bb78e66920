package lockfiles

import (
	"fmt"
	"testing"
)

func TestNormalizePyPI(t *testing.T) {
	for name, want := range map[string]string{
		"basalt": "basalt", "Basalt": "basalt", "a_b": "a-b", "a.b": "a-b", "a-b": "a-b",
		"A__B..C--D": "a-b-c-d", "a-_.b": "a-b", "-a-": "-a-", "a--": "a-", "": "", "7zip": "7zip",
	} {
		if got := NormalizePyPI(name); got != want {
			t.Errorf("NormalizePyPI(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestParsePypiRequirement(t *testing.T) {
	for text, want := range map[string]string{
		"basalt":                           "basalt|[]||",
		"basalt>=2,<3":                     "basalt|[]|>=2,<3|>=2,<3",
		"Basalt (>=2,<3) ; python > '3'":   "Basalt|[]|>=2,<3|(>=2,<3) ; python > '3'",
		"basalt[Moss, lime_stone]~=2.0":    "basalt|[moss lime-stone]|~=2.0|[Moss, lime_stone]~=2.0",
		"basalt @ https://x.invalid/a.whl": "basalt|[]||@ https://x.invalid/a.whl",
		"basalt[]==1":                      "basalt|[]|==1|[]==1",
		" basalt ; extra == 'x'":           "basalt|[]||; extra == 'x'",
		"":                                 "none",
		">=1":                              "none",
		"basalt[moss":                      "none",
		"https://x.invalid/a.whl":          "https|[]|://x.invalid/a.whl|://x.invalid/a.whl",
	} {
		got := "none"
		if r, ok := parsePypiRequirement(text); ok {
			got = fmt.Sprintf("%s|%v|%s|%s", r.name, r.extras, r.specifier, r.rest)
		}
		if got != want {
			t.Errorf("parsePypiRequirement(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestPyPISatisfies(t *testing.T) {
	for _, c := range []struct {
		version, specifier string
		want               bool
	}{
		{"1.9.0", ">=1.8,<2", true}, {"2.0.0", ">=1.8,<2", false}, {"2.0.0", ">=1.8 <2", false}, {"1.9.0", ">= 1.8, < 2", true},
		{"1.9.0", "^1.8", true}, {"2.0", "^1.8", false}, {"0.2.5", "^0.2.3", true}, {"0.3.0", "^0.2.3", false}, {"0.0.4", "^0.0.3", false},
		{"1.2.9", "~1.2", true}, {"1.3", "~1.2", false}, {"1.9", "~1", true}, {"1.4.9", "~=1.4.2", true}, {"1.5", "~=1.4.2", false}, {"1.5", "~=1.4", true},
		{"1.10", "1.1.*", false}, {"1.1.3", "==1.1.*", true}, {"1.1.3", "!=1.1.*", false}, {"1.2", "!=1.1.*", true}, {"9", "*", true},
		{"2.0", "<1 || >=2", true}, {"1.5", "<1|>=2", false}, {"1.0", "==1.0.0", true}, {"1.0+cpu", "==1.0", true}, {"1.0", "!=1.0", false},
		{"1.0", ">1.0", false}, {"1.0", "<=1.0", true}, {"1.99", "~=1.9", true}, {"10.0", "^9.9", false}, {"1", "", true}, {"1.0", "what?", false},
	} {
		if got := pypiSatisfies(c.version, c.specifier); got != c.want {
			t.Errorf("pypiSatisfies(%q, %q) = %v", c.version, c.specifier, got)
		}
	}
}

func TestInsideProject(t *testing.T) {
	for file, want := range map[string]string{
		".": ".", "libs/a": "libs/a", "./libs/a/": "libs/a", "a/../b": "b", `libs\a`: "libs/a", "..a": "..a",
		"..": "", "../a": "", "a/../../b": "", "/a": "", `..\a`: "", "C:/a": "", "file:///a": "",
	} {
		got, ok := insideProject(file)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("insideProject(%q) = %q, want %q", file, got, want)
		}
	}
}
