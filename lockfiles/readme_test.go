package lockfiles

import (
	"os"
	"strings"
	"testing"
)

// TestREADME: a format that the manual does not name does not exist.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, formats, _ := strings.Cut(string(data), "\n## Formats\n")
	formats, _, _ = strings.Cut(formats, "\n## ")
	for _, f := range Formats {
		if !strings.Contains(formats, "`"+f.Name()+"`") {
			t.Errorf("README.md does not name the format %s", f.Name())
		}
	}
}
