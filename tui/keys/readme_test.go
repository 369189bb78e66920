package keys

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the README's table anew")

// TestREADME keeps the manual's table of keys true.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		var rows strings.Builder
		for _, b := range Table {
			rows.WriteString(readmeRow(b))
		}
		const head, end = "| key | does | where |\n|---|---|---|\n", "\nThe mouse is off"
		before, rest, found := strings.Cut(string(data), head)
		_, after, ends := strings.Cut(rest, end)
		if !found || !ends {
			t.Fatal("README.md has no table of keys")
		}
		data = []byte(before + head + rows.String() + end + after)
		if err := os.WriteFile("../../README.md", data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range Table {
		if row := readmeRow(b); !strings.Contains(string(data), row) {
			t.Errorf("README.md lacks the line %s", row)
		}
	}
}

func readmeRow(b Binding) string {
	var shown []string
	for _, k := range b.Keys {
		shown = append(shown, "`"+k+"`")
	}
	var where []string
	for _, s := range []struct {
		screen Screen
		name   string
	}{{Changes, "list"}, {Advisories, "advisories"}, {Detail, "package page"}, {Posture, "posture"}, {Audit, "audit"}, {AuditPage, "audit page"}} {
		if b.Screens&s.screen != 0 {
			where = append(where, s.name)
		}
	}
	if b.Screens == Everywhere {
		where = []string{"everywhere"}
	}
	return "| " + strings.Join(shown, " ") + " | " + b.Help + " | " + strings.Join(where, ", ") + " |\n"
}
