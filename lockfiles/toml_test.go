package lockfiles

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestTOMLWork: the decoder looks for duplicate keys in quadratic time. A
// megabyte of keys in one table must be refused at once, and a large lockfile
// of any shape must not.
// TestTOMLDottedKeys: each part of a key is a table in a table, and a few
// megabytes of them are gigabytes and minutes to the decoder.
func TestTOMLDottedKeys(t *testing.T) {
	deep := strings.Repeat("a.", maxNesting+1) + "a"
	for _, text := range []string{deep + " = 1", "[" + deep + "]", "x = {" + deep + " = 1}"} {
		var v map[string]any
		err := parseTOML("x", []byte("\n"+text+"\n"), &v)
		if err == nil || !strings.Contains(err.Error(), "x:2: values are nested deeper") {
			t.Errorf("%.20s...: %v", text, err)
		}
	}
	var v map[string]any
	if err := parseTOML("x", []byte(strings.Repeat("[[a.b.c]]\nd.e = 1.5 # ....\nf = [1.5, 2.5]\n", maxNesting)), &v); err != nil {
		t.Error(err)
	}
}

func TestTOMLWork(t *testing.T) {
	keys := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "k%d = [{file = \"a\", hash = \"b\"}]\n", i)
		}
		return b.String()
	}
	var tables strings.Builder
	for i := range 80_000 {
		fmt.Fprintf(&tables, "[t.k%d]\n", i)
	}
	for _, c := range []struct {
		name, text string
		refused    bool
	}{
		{"keys in one table", keys(80_000), true},
		{"tables in one table", tables.String(), true},
		{"many packages", strings.Repeat("[[package]]\nname = \"a\"\nfiles = [{file = \"a\", hash = \"b\"}]\n[package.dependencies]\nb = \"1\"\n", 50_000), false},
		{"hashes apart from their packages", "[metadata.files]\n" + keys(3000), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			var v map[string]any
			err := parseTOML("x.lock", []byte(c.text), &v)
			if (err != nil) != c.refused {
				t.Errorf("error %v after %v", err, time.Since(start))
			}
		})
	}
}
