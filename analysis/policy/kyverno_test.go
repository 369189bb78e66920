package policy

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestImportKyverno holds what is written against testdata, and reads it back.
func TestImportKyverno(t *testing.T) {
	const room = "../../testdata/analysis/policy/kyverno/"
	for name, rules := range map[string]int{"keyless": 2, "keys": 3, "not-carried": 1} {
		data, err := os.ReadFile(room + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		im, err := ImportKyverno(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := string(im.TOML)
		if *update {
			if err := os.WriteFile(room+name+".toml", im.TOML, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(room + name + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
		}
		read, err := Images(tree(got))
		if err != nil || len(read) != rules || im.Rules != rules {
			t.Errorf("%s: %d rules are read, %d were written, want %d; %v", name, len(read), im.Rules, rules, err)
		}
		for _, note := range im.Notes {
			if strings.ContainsAny(note, "\n\x1b") {
				t.Errorf("%s: a note of two lines: %q", name, note)
			}
			_, sentence, _ := strings.Cut(note, ": ")
			if strings.HasPrefix(note, "policy ") && !strings.Contains(got, sentence) {
				t.Errorf("%s: the note %q is not in the file", name, note)
			}
		}
	}
}

func TestImportKyvernoRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":              "no verifyImages rule",
		"a: [":          "read the policy: ",
		"a: 1":          "a document of the kind \"\" (\"\") is left out",
		"[1]":           "read the policy: ",
		"a: 1\na: 2":    "read the policy: ",
		"kind: Service": "no verifyImages rule",
		"apiVersion: policies.kyverno.io/v1\nkind: ImageValidatingPolicy":         "\"ImageValidatingPolicy\" (\"policies.kyverno.io/v1\") is left out",
		"apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {rules: [{}, 1]}":  "no verifyImages rule",
		"apiVersion: kyverno.io.evil/v1\nkind: ClusterPolicy\nspec: {rules: [1]}": "left out",
		strings.Repeat("---\na: 1\n", mostDocuments+1):                            "more than 200 documents",
		strings.Repeat(" ", largest+1):                                            "larger than",
	} {
		im, err := ImportKyverno([]byte(text))
		if im != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, %v; want %s", text, im, err, want)
		}
	}
}

func FuzzImportKyverno(f *testing.F) {
	for _, name := range []string{"keyless", "keys", "not-carried"} {
		data, err := os.ReadFile("../../testdata/analysis/policy/kyverno/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		im, err := ImportKyverno(data)
		if err != nil {
			if strings.Contains(err.Error(), "carry the policy over") {
				t.Fatal(err) // what is written must always be read
			}
			return
		}
		if read, err := Images(tree(string(im.TOML))); err != nil || len(read) != im.Rules {
			t.Fatalf("%d rules of %d, %v", len(read), im.Rules, err)
		}
	})
}
