package posture

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// repository makes a tree of files.
func repository(files map[string]string) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

// look reads a tree and gives what the rule of that name said of it.
func look(t *testing.T, tree fstest.MapFS, rule string) (found []Finding, state State, problems []Problem) {
	t.Helper()
	report, err := Read(context.Background(), tree, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Rule == rule {
			found = append(found, f)
		}
	}
	for _, r := range report.Rules {
		if r.Name == rule {
			state = r.State
		}
	}
	if state == Unknown { // a problem is told once, with the first rule that met it
		problems = report.Problems
	}
	return found, state, problems
}

func words(f Finding) string {
	return strings.TrimSuffix(fmt.Sprintf("%s %s %s:%d", f.Outcome, f.Code, f.File, f.Line), ":0")
}

// apply makes the edits of a finding, the last line of a file first.
func apply(t *testing.T, tree fstest.MapFS, edits []Edit) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for name, file := range tree {
		out[name] = file
	}
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return b.Line - a.Line })
	for _, e := range edits {
		file := out[e.File]
		if e.How == Create {
			if file != nil {
				t.Fatalf("%s is there already", e.File)
			}
			out[e.File] = &fstest.MapFile{Data: []byte(e.Text + "\n")}
			continue
		}
		if file == nil {
			t.Fatalf("%s is not there", e.File)
		}
		lines := strings.Split(string(file.Data), "\n")
		if e.Line > len(lines) || e.Line < 1 && e.How != After {
			t.Fatalf("%s has no line %d", e.File, e.Line)
		}
		switch text := strings.Split(e.Text, "\n"); e.How {
		case Replace:
			lines = slices.Replace(lines, e.Line-1, e.Line, text...)
		case Remove:
			lines = slices.Delete(lines, e.Line-1, e.Line)
		case After:
			lines = slices.Insert(lines, e.Line, text...)
		default:
			t.Fatalf("unknown way %q", e.How)
		}
		out[e.File] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
	}
	return out
}

// TestRules holds each rule to what it says of small repositories; and what a
// finding says to put there must be readable, and mend it.
func TestRules(t *testing.T) {
	for _, c := range cases {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			tree := repository(c.files)
			found, state, problems := look(t, tree, c.rule)
			var got []string
			for _, f := range found {
				got = append(got, words(f))
				if f.Why == "" || f.Title == "" || f.Put == nil && f.Do == "" {
					t.Errorf("%s does not say why, or what to do: %+v", f.Code, f)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("found %q, want %q", got, c.want)
			}
			wanted := Found
			if len(c.want) == 0 {
				wanted = Fine
			}
			if c.state != "" {
				wanted = c.state
			}
			if state != wanted {
				t.Errorf("the rule is %s, want %s", state, wanted)
			}
			if (len(problems) > 0) != (c.state == Unknown) {
				t.Errorf("problems: %v", problems)
			}
			mended := 0
			for _, f := range found {
				if f.Put == nil {
					continue
				}
				mended++
				after, _, problems := look(t, apply(t, tree, f.Put), c.rule)
				if len(problems) > 0 {
					t.Errorf("what mends %s cannot be read: %v\n%+v", f.Code, problems, f.Put)
				}
				if len(after) >= len(found) {
					t.Errorf("%s is still found after %+v", f.Code, f.Put)
				}
			}
			if c.unmended != len(found)-mended {
				t.Errorf("%d findings have no text to put, want %d", len(found)-mended, c.unmended)
			}
		})
	}
}

// TestEveryCodeIsTried: a code that no case produces is not known to work.
func TestEveryCodeIsTried(t *testing.T) {
	tried := make(map[string]bool)
	for _, c := range cases {
		for _, want := range c.want {
			outcome, rest, _ := strings.Cut(want, " ")
			code, _, _ := strings.Cut(rest, " ")
			tried[code+" "+outcome] = true
		}
	}
	for _, c := range scorecardCases {
		for _, want := range c.want {
			outcome, rest, _ := strings.Cut(want, " ")
			code, _, _ := strings.Cut(rest, " ")
			if strings.HasPrefix(code, "scorecard-") {
				tried[code+" "+outcome] = true
			}
		}
	}
	for _, code := range Codes {
		for outcome := range strings.SplitSeq(code.Outcome, ", ") {
			if key := code.Name + " " + outcome; !tried[key] {
				t.Errorf("no case finds %s", key)
			}
			delete(tried, code.Name+" "+outcome)
		}
	}
	for key := range tried {
		t.Errorf("the list of codes does not know %s", key)
	}
}
