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
	for name, data := range map[string][]byte{"public-good.json": embeddedRoot, "npm-keys.json": embeddedNPMKeys} {
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
