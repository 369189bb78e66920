package keys

import (
	"os"
	"strings"
	"testing"
)

// TestREADME keeps the manual's table of keys true.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
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
	where := "everywhere"
	switch b.Screens {
	case Changes:
		where = "list"
	case Detail:
		where = "package page"
	case Changes | Detail:
		where = "list, package page"
	}
	return "| " + strings.Join(shown, " ") + " | " + b.Help + " | " + where + " |\n"
}
