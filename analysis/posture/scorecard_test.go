package posture

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/assets"
)

const ciFile = ".github/workflows/ci.yml"

func warned(file string, line int, text string) engines.ScorecardDetail {
	return engines.ScorecardDetail{Warning: true, Path: file, Line: line, Text: text}
}

// scorecardCases are a repository of ours, one check as Scorecard v5.5.0 tells
// it, and what comes of the two: "found by" follows where it is not ours alone.
var scorecardCases = []struct {
	name  string
	files map[string]string
	check engines.ScorecardCheck
	want  []string // of Scorecard's codes and those that it names too
}{
	{"a place of its own", nil,
		engines.ScorecardCheck{Name: "Binary-Artifacts", Score: 8, Reason: "binaries present in source code", Details: []engines.ScorecardDetail{warned("lib/a.jar", 1, "binary detected"), warned("lib/a.jar", 1, "binary detected")}},
		[]string{"warn scorecard-binary-artifacts lib/a.jar:1 scorecard"}},
	{"ten is fine, whatever it warns of", nil,
		engines.ScorecardCheck{Name: "Token-Permissions", Score: 10, Details: []engines.ScorecardDetail{warned(ciFile, 2, "jobLevel 'packages' permission set to 'write'")}}, nil},
	{"information is no warning", nil,
		engines.ScorecardCheck{Name: "SAST", Score: 0, Reason: "no SAST tool detected", Details: []engines.ScorecardDetail{{Path: ciFile, Line: 1, Text: "seen"}}},
		[]string{"info scorecard-sast .github/workflows scorecard"}},
	{"a low score without a detail", nil,
		engines.ScorecardCheck{Name: "License", Score: 9, Reason: "license file detected"},
		[]string{"info scorecard-license LICENSE scorecard"}},
	{"the licence that we miss too", map[string]string{"go.mod": "module x\n"},
		engines.ScorecardCheck{Name: "License", Score: 0, Reason: "license file not detected"},
		[]string{"warn license-file-missing LICENSE depreview+scorecard"}},
	{"a policy that says little", map[string]string{"SECURITY.md": "x"},
		engines.ScorecardCheck{Name: "Security-Policy", Score: 4, Reason: "security policy file detected"},
		[]string{"info scorecard-security-policy SECURITY.md scorecard"}},
	{"the policy that we miss too", map[string]string{"go.mod": "module x\n"},
		engines.ScorecardCheck{Name: "Security-Policy", Score: 0, Reason: "security policy file not detected"},
		[]string{"info security-policy-missing SECURITY.md depreview+scorecard"}},
	{"no bot, where we look for none", nil,
		engines.ScorecardCheck{Name: "Dependency-Update-Tool", Score: 0, Reason: "no update tool detected"},
		[]string{"warn scorecard-dependency-update-tool .github/dependabot.yml scorecard"}},
	{"the bot that we miss too", map[string]string{"package-lock.json": npmLock},
		engines.ScorecardCheck{Name: "Dependency-Update-Tool", Score: 0, Reason: "no update tool detected"},
		[]string{"warn update-bot-missing .github/dependabot.yml depreview+scorecard"}},
	{"the same action, and a script", map[string]string{ciFile: "on: push\npermissions: {}\njobs:\n  a:\n    steps:\n      - uses: acme/setup@v1\n      - run: curl https://acme.example/x | sh\n"},
		engines.ScorecardCheck{Name: "Pinned-Dependencies", Score: 3, Details: []engines.ScorecardDetail{
			warned(ciFile, 6, "third-party GitHubAction not pinned by hash"), warned(ciFile, 7, "downloadThenRun not pinned by hash")}},
		[]string{"info scorecard-pinned-dependencies .github/workflows/ci.yml:7 scorecard", "warn action-unpinned .github/workflows/ci.yml:6 depreview+scorecard"}},
	{"another action than ours", map[string]string{ciFile: "on: push\npermissions: {}\njobs:\n  a:\n    steps:\n      - uses: acme/setup@v1\n"},
		engines.ScorecardCheck{Name: "Pinned-Dependencies", Score: 3, Details: []engines.ScorecardDetail{warned(".github/workflows/b.yml", 6, "third-party GitHubAction not pinned by hash")}},
		[]string{"info scorecard-pinned-dependencies .github/workflows/b.yml:6 scorecard"}},
	{"permissions that are not stated, and some that are", map[string]string{ciFile: "on: push\njobs:\n  a:\n    steps: []\n  b:\n    permissions:\n      contents: write\n    steps: []\n"},
		engines.ScorecardCheck{Name: "Token-Permissions", Score: 0, Details: []engines.ScorecardDetail{
			warned(ciFile, 1, "no topLevel permission defined"), warned(ciFile, 7, "jobLevel 'contents' permission set to 'write'")}},
		[]string{"warn scorecard-token-permissions .github/workflows/ci.yml:7 scorecard", "warn workflow-permissions-missing .github/workflows/ci.yml:2 depreview+scorecard"}},
	{"what our rule found dangerous, and what not", map[string]string{ciFile: "on: pull_request_target\npermissions: {}\njobs:\n  a:\n    steps:\n" +
		"      - uses: actions/checkout@8e5e7e5ab8b370d6c329ec480221332ada57f0ab\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n"},
		engines.ScorecardCheck{Name: "Dangerous-Workflow", Score: 0, Details: []engines.ScorecardDetail{
			warned(ciFile, 6, "untrusted code checkout '${{ github.event.pull_request.head.sha }}'"), warned(ciFile, 40, "script injection with untrusted input ' github.head_ref '")}},
		[]string{"fail privileged-checkout .github/workflows/ci.yml:8 depreview+scorecard", "fail scorecard-dangerous-workflow .github/workflows/ci.yml:40 scorecard"}},
	{"what our rule takes for less", map[string]string{ciFile: "on:\n  pull_request_target:\n    types: [labeled, synchronize]\npermissions: {}\njobs:\n  a:\n    if: contains(github.event.pull_request.labels.*.name, 'safe')\n    steps:\n" +
		"      - uses: actions/checkout@8e5e7e5ab8b370d6c329ec480221332ada57f0ab\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n"},
		engines.ScorecardCheck{Name: "Dangerous-Workflow", Score: 0, Details: []engines.ScorecardDetail{
			warned(ciFile, 9, "untrusted code checkout '${{ github.event.pull_request.head.sha }}'")}},
		[]string{"fail privileged-checkout .github/workflows/ci.yml:11 depreview+scorecard"}},
	{"nothing there to look at", nil,
		engines.ScorecardCheck{Name: "Dangerous-Workflow", Score: -1, NotApplicable: true, Reason: "no workflows found"}, nil},
}

func withScorecard(t *testing.T, files map[string]string, s *Scored) *Report {
	t.Helper()
	report, err := Read(context.Background(), repository(files), Options{Scored: s})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func scoredBy(checks ...engines.ScorecardCheck) *Scored {
	return &Scored{Version: "v5.5.0", Result: &engines.ScorecardResult{Scope: engines.FileChecks, Score: 4.2, Checks: checks}}
}

// TestScorecard: each warning is told once, and never is one of ours lost.
func TestScorecard(t *testing.T) {
	for _, c := range scorecardCases {
		t.Run(c.name, func(t *testing.T) {
			without, report := withScorecard(t, c.files, nil), withScorecard(t, c.files, scoredBy(c.check))
			var got []string
			own := 0
			for _, f := range report.Findings {
				if f.Rule != Scorecard {
					own++
				}
				if by := strings.Join(f.Finders(), "+"); by != Ours {
					got = append(got, words(f)+" "+by)
					if f.Why == "" || f.Title == "" || f.Rule == Scorecard && f.Do == "" {
						t.Errorf("it does not say why, or what to do: %+v", f)
					}
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
			if own != len(without.Findings) || len(report.Problems) != len(without.Problems) {
				t.Errorf("%d findings of ours became %d; problems %v", len(without.Findings), own, report.Problems)
			}
			if last := report.Rules[len(report.Rules)-1]; last.Name != Scorecard || (last.State == Found) != (len(c.want) > 0) {
				t.Errorf("the rule is %+v", last)
			}
		})
	}
}

// TestScorecardUnknown: no answer, a check without a score and one that nobody
// knows are never clean.
func TestScorecardUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		scored *Scored
		said   string
	}{
		"no answer":  {&Scored{Unknown: "scorecard engine: ended after 2m0s", Do: "ask again later"}, "Scorecard's checks: scorecard engine: ended after 2m0s"},
		"no score":   {scoredBy(engines.ScorecardCheck{Name: "SAST", Score: -1, Reason: "not conclusive: left-padz"}), "Scorecard's check SAST: not conclusive: left-padz"},
		"of another": {scoredBy(engines.ScorecardCheck{Name: "Star-Count", Score: 10}), "Scorecard's check Star-Count is not known to depreview"},
	} {
		report := withScorecard(t, map[string]string{"LICENSE": "MIT License"}, c.scored)
		if len(report.Problems) != 1 || report.Problems[0].String() != c.said || report.Problems[0].Do != c.scored.Do {
			t.Errorf("%s: problems are %+v", name, report.Problems)
		}
		if last := report.Rules[len(report.Rules)-1]; last.State != Unknown {
			t.Errorf("%s: the rule is %+v", name, last)
		}
	}
}

// TestScorecardChecks: each check that a finding can come of has texts.
func TestScorecardChecks(t *testing.T) {
	texts, err := assets.Scorecard()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range scorecardRules {
		text := texts.Of(r.check)
		if text == nil || text.Short == "" || len(text.Remediation) == 0 {
			t.Fatalf("%s has no text: %+v", r.check, text)
		}
		if want := "scorecard-" + strings.ToLower(r.check); r.Code != want {
			t.Errorf("%s has the code %s, want %s", r.check, r.Code, want)
		}
		for _, l := range r.likes {
			for _, code := range l.codes {
				if !slices.ContainsFunc(Codes, func(c Code) bool { return c.Name == code }) {
					t.Errorf("%s is like %s, which is no code", r.check, code)
				}
			}
		}
	}
	docker, flow := remedy(texts.Of("Pinned-Dependencies"), "build/Dockerfile"), remedy(texts.Of("Pinned-Dependencies"), ciFile)
	if !strings.HasPrefix(docker, "For Dockerfiles") || !strings.HasPrefix(flow, "For GitHub workflows") || strings.Contains(docker, "](") {
		t.Errorf("the remedies are %q and %q", docker, flow)
	}
}
