package lockfiles

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestTooManyEntries(t *testing.T) {
	if testing.Short() {
		t.Skip("reads half a million entries")
	}
	data := repeat("", "a{i}==1\n", "")(maxEntries + 1)
	_, err := Read(t.Context(), fstest.MapFS{"requirements.txt": {Data: data}}, "requirements.txt")
	if err == nil || !strings.Contains(err.Error(), "requirements.txt:500001: the file holds more than 500000 entries") {
		t.Errorf("error %v", err)
	}
}
