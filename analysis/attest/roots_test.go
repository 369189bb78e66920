package attest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestEmbeddedRootsAreWhatTheirNoteSays: a root that changes without its note
// is one that nobody looked at.
func TestEmbeddedRootsAreWhatTheirNoteSays(t *testing.T) {
	note, err := os.ReadFile("roots/README.md")
	if err != nil {
		t.Fatal(err)
	}
	github, err := os.ReadFile("roots/github-root.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"public-good.json": embeddedRoot, "npm-keys.json": embeddedNPMKeys, "github-root.json": github} {
		if sum := fmt.Sprintf("%x", sha256.Sum256(data)); !strings.Contains(string(note), sum) {
			t.Errorf("%s has the sum %s, which its note does not", name, sum)
		}
	}
	if !strings.Contains(string(note), embeddedDate.Format("2006-01-02")) {
		t.Error("the note has another date")
	}
	v, err := NewVerifier(Options{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := v.keys()
	if err != nil || len(keys.signatures) != 2 || len(keys.attestations) != 2 {
		t.Errorf("%d and %d keys, %v", len(keys.signatures), len(keys.attestations), err)
	}
}

// TestNewerRoots: what is kept counts where it is whole and newer than what is
// embedded, and never for what was named.
func TestNewerRoots(t *testing.T) {
	w := withWorld(t)
	newer := Roots{Sigstore: w.root, NPMKeys: w.keys, Date: embeddedDate.AddDate(0, 1, 0)}
	change := func(f func(*Roots)) Roots { r := newer; f(&r); return r }
	for name, c := range map[string]struct {
		kept    Roots
		options Options
		want    Standing
		root    string
	}{
		"newer":      {newer, Options{}, Verified, "trusted root of 2026-09-21, refreshed"},
		"older":      {change(func(r *Roots) { r.Date = embeddedDate.AddDate(0, -1, 0) }), Options{}, Refused, "trusted root of 2026-08-21, embedded"},
		"without":    {Roots{Problem: "it is damaged"}, Options{}, Refused, "trusted root of 2026-08-21, embedded"},
		"half":       {change(func(r *Roots) { r.NPMKeys = nil }), Options{}, Refused, "trusted root of 2026-08-21, embedded"},
		"named":      {Roots{}, Options{TrustedRoot: w.root}, Verified, "trusted root that was named"},
		"named, too": {newer, Options{TrustedRoot: embeddedRoot}, Refused, "trusted root that was named"},
	} {
		asked := 0
		c.options.Roots = func() Roots { asked++; return c.kept }
		v, err := NewVerifier(c.options)
		if err != nil || asked > 0 {
			t.Fatalf("%s: %v, read %d times before it was needed", name, err, asked)
		}
		for range 2 {
			if p := one(t, v, text(t, w.attest(t, acmeStatement(slsa))), acmeWant()); p.Standing != c.want {
				t.Errorf("%s: %s %q", name, p.Standing, p.Reason)
			}
		}
		if root := v.Root(); root.String() != c.root || root.Problem != c.kept.Problem || asked > 1 {
			t.Errorf("%s: %s %q, read %d times", name, root, root.Problem, asked)
		}
		other, err := v.WithNPMKeys(w.keys)
		if err != nil || other.Root() != v.Root() || asked > 1 {
			t.Errorf("%s: with other keys %s, %v", name, other.Root(), err)
		}
	}
	if old := (Root{Date: embeddedDate}); old.Old(embeddedDate.AddDate(1, 0, 0)) || !old.Old(embeddedDate.AddDate(1, 0, 2)) {
		t.Error("a root is old after a year")
	}
}
