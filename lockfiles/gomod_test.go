package lockfiles

import (
	"testing"

	"golang.org/x/mod/module"
)

func FuzzGomod(f *testing.F) { fuzzFormat(f, gomod{}, "go.mod") }

func TestGosumHighest(t *testing.T) {
	sums := gosum{
		{Path: "a.example/m", Version: "v1.9.0"}:         {"h1:a"},
		{Path: "a.example/m", Version: "v1.10.0"}:        {"h1:b"},
		{Path: "a.example/m", Version: "v1.11.0/go.mod"}: {"h1:c"},
		{Path: "b.example/m", Version: "v2.0.0/go.mod"}:  {"h1:d"},
	}
	got := sums.highest()
	want := module.Version{Path: "a.example/m", Version: "v1.10.0"}
	if len(got) != 1 || got[0] != want {
		t.Errorf("highest is %v, want %v alone", got, want)
	}
}
