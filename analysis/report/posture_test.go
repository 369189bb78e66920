package report

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/posture"
)

// hygiene is the posture of a small repository with a bit of everything.
func hygiene(t *testing.T) *Posture {
	t.Helper()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	read, err := posture.Read(context.Background(), fstest.MapFS{
		".npmrc":            file("//npm.acme.example/:_authToken=s3cret\nstrict-ssl=false\n"),
		"package-lock.json": file(`{"name":"web","lockfileVersion":3,"packages":{"":{"name":"web"}}}`),
		"package.json":      file("{"),
		".github/workflows/a b.yml": file("on: issues\njobs:\n  build:\n    steps:\n      - uses: acme/setup@\u202ev1\n" +
			"      - run: echo ${{ github.event.issue.title }}\n      - uses: acme/[link](x)@v1\n      - uses: acme/[link](x)@v1\n"),
	}, posture.Options{Scored: &posture.Scored{Version: "v5.5.0", Result: &engines.ScorecardResult{Score: 4.2, Notes: []string{"1 link is not followed"}, Checks: []engines.ScorecardCheck{
		{Name: "Binary-Artifacts", Score: 9, Reason: "binaries present in source code", LeftOut: 1, Details: []engines.ScorecardDetail{{Warning: true, Path: "lib/a\u202e.jar", Line: 1, Text: "binary detected"}}},
		{Name: "Dangerous-Workflow", Score: -1, Reason: "not conclusive: left-padz"},
		{Name: "SAST", Score: -1, NotApplicable: true, Reason: "no \u202eworkflows found"},
		{Name: "Security-Policy", Score: 0, Reason: "security policy file not detected"},
	}}}, Extra: []posture.Finding{{Code: "license", Outcome: analysis.Pass, File: "LICENSE", Title: "fine", Why: "x"}}})
	if err != nil {
		t.Fatal(err)
	}
	return &Posture{Revision: analysis.Revision{Name: "HEAD", Commit: strings.Repeat("a1", 20)}, Report: read, Version: "1.2.3"}
}

func written(t *testing.T, format string) []byte {
	t.Helper()
	f, ok := FindPosture(format)
	if !ok {
		t.Fatalf("there is no format %s", format)
	}
	var out bytes.Buffer
	if err := f.Write(&out, hygiene(t)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"s3cret", "\u202e", "\x1b"} {
		if bytes.Contains(out.Bytes(), []byte(bad)) {
			t.Errorf("%s holds %q", format, bad)
		}
	}
	return out.Bytes()
}

// TestPostureSchema holds the document to its schema, and the schema to saying
// all.
func TestPostureSchema(t *testing.T) {
	schema := compile(t, "posture.v1.json")
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, "json")))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Fatal(err)
	}
	m := &mutation{t: t, schema: schema, root: value, seen: map[string]bool{}}
	m.walk("", value)
	if len(m.seen) < 8 {
		t.Errorf("only %d kinds of object were tried", len(m.seen))
	}
}

func TestPostureText(t *testing.T) {
	text := string(written(t, "text"))
	for _, want := range []string{
		"findings at HEAD (a1a1a1a): 2 fail, ",
		"\nfail  .npmrc:1  token-in-file\n",
		"  put: in place of .npmrc:1\n    | //npm.acme.example/:_authToken=${NPM_TOKEN}\n",
		"  put: nothing: remove .npmrc:2\n",
		"<U+202E>v1",
		"\nNot read, so that nothing is known of it:\n  Scorecard's check",
		"\n  package.json:1: ",
		"\nwarn  lib/a<U+202E>.jar:1  scorecard-binary-artifacts (found by scorecard)\n",
		"\ninfo  SECURITY.md  security-policy-missing (found by depreview and scorecard)\n",
		"\n  Scorecard's check Dangerous-Workflow: not conclusive: left-padz\n",
		"\nScorecard v5.5.0, file checks: 4.2 of 10\n   9  Binary-Artifacts: binaries present in source code\n      1 detail more not listed\n   ?  Dangerous-Workflow: ",
		"\n   -  SAST: no <U+202E>workflows found\n",
		"\n  note: 1 link is not followed\n",
		"; Scorecard's file checks: 4.2 of 10\n",
		"\n19 rules: ",
		" not known, ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

// TestPostureSARIF holds SARIF to what code scanning asks of it.
func TestPostureSARIF(t *testing.T) {
	var log sarifLog
	data := written(t, "sarif")
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("want one run of 2.1.0, got %s with %d", log.Version, len(log.Runs))
	}
	run := log.Runs[0]
	prints := make(map[string]bool)
	levels := make(map[string]int)
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || run.Tool.Driver.Rules[r.RuleIndex].Help.Text == "" {
			t.Errorf("the rule of %s is another, or has no help", r.RuleID)
		}
		levels[r.Level]++
		place := r.Locations[0].Physical
		if strings.HasPrefix(place.Artifact.URI, "/") || strings.ContainsAny(place.Artifact.URI, " \\") || place.Region.StartLine < 1 {
			t.Errorf("%s stands at %+v", r.RuleID, place)
		}
		if print := r.Fingerprints["depreviewFinding/v1"]; print == "" || prints[print] {
			t.Errorf("the fingerprint of %s is empty or another's", r.RuleID)
		} else {
			prints[print] = true
		}
		if strings.Contains(r.Message.Text, "[link](") && !strings.Contains(r.Message.Text, `\[link\](`) {
			t.Errorf("a stranger's link is live: %s", r.Message.Text)
		}
	}
	if levels["error"] != 2 || levels["warning"] == 0 || levels["note"] == 0 || levels["none"] != 1 {
		t.Errorf("levels: %v", levels)
	}
	if n := run.Invocations[0].Notifications; len(n) != 2 || n[0].Locations != nil || !strings.Contains(n[0].Message.Text, "Dangerous-Workflow") {
		t.Errorf("what Scorecard does not know is not told: %+v", n)
	} else if n = n[1:]; n[0].Locations[0].Physical.Artifact.URI != "package.json" {
		t.Errorf("what could not be read is not told: %+v", n)
	}
	if !bytes.Contains(data, []byte(".github/workflows/a%20b.yml")) {
		t.Error("the address of a file with a blank is not escaped")
	}
}

// TestPostureNotScored: whoever did not ask is told that, and how to; an engine
// that failed is unknown with the next step.
func TestPostureNotScored(t *testing.T) {
	for format, want := range map[string][2]string{
		"text":  {"\nScorecard's checks were not run: --engine scorecard runs them\n", "  Scorecard's checks: it crashed\n    do: ask again\n"},
		"json":  {`"scorecard": null,`, `"failed": "it crashed"`},
		"sarif": {`"executionSuccessful": true`, `Scorecard's checks: it crashed\nask again`},
	} {
		f, _ := FindPosture(format)
		for i, scored := range []*posture.Scored{nil, {Unknown: "it crashed", Do: "ask again"}} {
			read, err := posture.Read(t.Context(), fstest.MapFS{"LICENSE": &fstest.MapFile{Data: []byte("MIT License")}}, posture.Options{Scored: scored})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := f.Write(&out, &Posture{Report: read}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), want[i]) || scored != nil && strings.Contains(out.String(), want[0]) && format != "sarif" {
				t.Errorf("%s lacks %q:\n%s", format, want[i], out.String())
			}
			if format == "json" {
				value, err := jsonschema.UnmarshalJSON(&out)
				if err != nil {
					t.Fatal(err)
				}
				if err := compile(t, "posture.v1.json").Validate(value); err != nil {
					t.Error(err)
				}
			}
		}
	}
}
