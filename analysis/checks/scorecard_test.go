package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/diff"
)

const scorecardNever = "HTTP/1.1 404 Not Found\n\n"

var scorecardNow = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// commitOf is a commit of forty equal digits.
func commitOf(digit string) string { return strings.Repeat(digit, 40) }

// scorecardSays is an answer about github.com/acme/http; checks are "name score".
func scorecardSays(commit, date, overall string, checks ...string) string {
	var list []string
	for _, c := range checks {
		name, score, _ := strings.Cut(c, " ")
		list = append(list, fmt.Sprintf(`{"name":%q,"score":%s,"reason":"why %s"}`, name, score, name))
	}
	return fmt.Sprintf(`{"date":%q,"repo":{"name":"github.com/acme/http","commit":%q},"scorecard":{"version":"v5.5.0"},"score":%s,"checks":[%s]}`,
		date, commit, overall, strings.Join(list, ","))
}

// scorecardFiles are recordings of an npm package whose versions were made of
// the commits 1 and 2; others are put in their place, and "" takes one away.
func scorecardFiles(others map[string]string) fstest.MapFS {
	version := func(v, digit string) string {
		return fmt.Sprintf(`%q:{"name":"acme-http","version":%q,"gitHead":%q,"repository":"github:acme/http"}`, v, v, commitOf(digit))
	}
	files := map[string]string{
		"now":                                    scorecardNow.Format(time.RFC3339),
		"npm/acme-http.json":                     `{"name":"acme-http","versions":{` + version("1.0.0", "1") + "," + version("2.0.0", "2") + `}}`,
		"npm-downloads/last-week/acme-http.http": scorecardNever,
		"deps-dev/npm/acme-http@1.0.0.http":      scorecardNever, "deps-dev/npm/acme-http@2.0.0.http": scorecardNever,
		"deps-dev/projects/github.com/acme/http.http":                      scorecardNever,
		"scorecard/github.com/acme/http.json":                              scorecardSays(commitOf("3"), "2026-11-16", "6.4", "Maintained 10", "Dangerous-Workflow 0", "Fuzzing -1", "License 9"),
		"scorecard/github.com/acme/http,commit=" + commitOf("1") + ".http": scorecardNever,
	}
	fsys := fstest.MapFS{}
	for _, some := range []map[string]string{files, others} {
		for name, text := range some {
			if delete(fsys, name); text != "" {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
		}
	}
	return fsys
}

// scorecardSources are the recordings, with the public forge in place of the
// invented one, so that repositories are where the services know them.
func scorecardSources(t *testing.T, files fstest.MapFS) Sources {
	t.Helper()
	r, err := replay.New(files)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := clients.NewTransport(r.Options())
	if err != nil {
		t.Fatal(err)
	}
	e := r.Endpoints()
	e.GitHub = clients.DefaultEndpoints().GitHub // nothing is asked there
	c := clients.With(transport, clients.Settings{Endpoints: e})
	return Sources{Clients: c, Registry: registry.New(c)}
}

func runScorecard(t *testing.T, files fstest.MapFS, rules string, c *diff.Change) (analysis.Result, string) {
	t.Helper()
	review := &analysis.Review{Now: scorecardNow, BaseFiles: fstest.MapFS{}, HeadFiles: fstest.MapFS{policy.File: {Data: []byte("[scorecard]\nminimum = 10\n")}}}
	if rules != "" {
		review.BaseFiles = fstest.MapFS{policy.File: {Data: []byte("[scorecard]\n" + rules)}}
	}
	result, err := (&scorecardCheck{s: scorecardSources(t, files)}).Run(t.Context(), c, review)
	if err != nil {
		return result, analysis.Why(err)
	}
	return result, ""
}

// scorecardSaid are the findings, and the named facts and rows of the evidence.
func scorecardSaid(r analysis.Result) string {
	var lines []string
	for _, f := range r.Findings {
		lines = append(lines, f.Outcome.String()+" "+f.Code+": "+f.Title)
	}
	for _, e := range r.Evidence[:min(2, len(r.Evidence))] {
		switch body := e.Body.(type) {
		case analysis.Facts:
			for _, f := range body {
				if slices.Contains([]string{"overall, of 10", "scanned on", "risk not known"}, f.Name) {
					lines = append(lines, strings.TrimSpace(f.Name+" = "+f.Base+" > "+f.Head))
				}
			}
		case analysis.Table:
			for _, row := range body.Rows {
				lines = append(lines, strings.Join(row[:len(row)-1], " "))
			}
		}
	}
	return strings.Join(lines, "\n")
}

func TestScorecard(t *testing.T) {
	update := notesChange("npm", "acme-http", "1.0.0", "2.0.0")
	const latest = "overall, of 10 =  > 6.4\nscanned on =  > 2026-11-16\nDangerous-Workflow Critical 0\nLicense Low 9\nFuzzing Medium ?\nMaintained High 10"
	at := func(commit string) string { return "scorecard/github.com/acme/http,commit=" + commit }
	base := map[string]string{at(commitOf("1")) + ".http": "", at(commitOf("1")) + ".json": scorecardSays(commitOf("1"), "2026-06-01", "8.5", "Maintained 10", "Dangerous-Workflow 10", "SAST 4")}
	const both = "overall, of 10 = 8.5 > 6.4\nscanned on = 2026-06-01 > 2026-11-16\nDangerous-Workflow Critical 10 0\nLicense Low ? 9\nFuzzing Medium ? ?\nSAST Medium 4 ?\nMaintained High 10 10"
	project := func(score string) map[string]string {
		return map[string]string{"scorecard/github.com/acme/http.json": "", "scorecard/github.com/acme/http.http": scorecardNever, "deps-dev/projects/github.com/acme/http.http": "",
			"deps-dev/projects/github.com/acme/http.json": `{"projectKey":{"id":"github.com/acme/http"}` + score + `}`}
	}
	answer := func(text string) map[string]string {
		return map[string]string{"scorecard/github.com/acme/http.json": text}
	}
	for name, test := range map[string]struct {
		files  map[string]string
		rules  string
		change *diff.Change
		want   string
		reason string
	}{
		"one score for both versions": {want: latest},
		"base has its own":            {files: base, want: both},
		"an addition":                 {files: base, change: notesChange("npm", "acme-http", "", "2.0.0"), want: latest},
		"the commit is the same":      {files: answer(scorecardSays(commitOf("1"), "2026-11-16", "6.4", "Maintained 1")), want: "overall, of 10 =  > 6.4\nscanned on =  > 2026-11-16\nMaintained High 1"},
		"base cannot be asked":        {files: map[string]string{at(commitOf("1")) + ".http": "HTTP/1.1 500 x\n\n"}, want: latest, reason: "scorecard.invalid failed (500)"},
		"deps.dev in its place": {files: project(`,"scorecard":{"date":"2026-11-09T00:00:00Z","repository":{"name":"github.com/acme/http"},"checks":[{"name":"Maintained","score":3}],"overallScore":5}`),
			want: "overall, of 10 =  > 5\nscanned on =  > 2026-11-09\nMaintained High 3"},
		"never scanned":                {files: project(""), reason: "its repository was never scanned by Scorecard"},
		"never scanned, with a policy": {files: project(""), rules: "minimum = 5", want: "warn scorecard-unknown: no Scorecard of its repository is known", reason: "its repository was never scanned by Scorecard"},
		"the one is silent, the other fails": {files: map[string]string{"scorecard/github.com/acme/http.json": "", "scorecard/github.com/acme/http.http": scorecardNever,
			"deps-dev/projects/github.com/acme/http.http": "HTTP/1.1 500 x\n\n"}, reason: "deps-dev.invalid failed (500)"},
		"another repository's":    {files: answer(strings.Replace(scorecardSays("", "2026-11-16", "9", "Maintained 9"), "acme/http", "acme/other", 1)), reason: "the answer of scorecard.invalid does not fit the question"},
		"no date":                 {files: answer(scorecardSays("", "", "7", "Maintained 7")), want: "overall, of 10 =  > 7\nscanned on =  >\nMaintained High 7", reason: "its Scorecard has no date"},
		"out of range":            {files: answer(scorecardSays("", "2026-11-16", "70", "Maintained 7")), want: "overall, of 10 =  >\nscanned on =  > 2026-11-16\nMaintained High 7", reason: "its Scorecard has no overall score from 0 to 10"},
		"a check out of range":    {files: answer(scorecardSays("", "2026-11-16", "7", "Maintained 11")), want: "overall, of 10 =  > 7\nscanned on =  > 2026-11-16\nMaintained High ?", reason: "a check of its Scorecard has no score from 0 to 10"},
		"no checks":               {files: answer(scorecardSays("", "2026-11-16", "7")), want: "overall, of 10 =  > 7\nscanned on =  > 2026-11-16", reason: "its Scorecard has no checks"},
		"inconclusive":            {files: answer(scorecardSays("", "2026-11-16", "-1", "Maintained -1")), want: "overall, of 10 =  > inconclusive\nscanned on =  > 2026-11-16\nMaintained High ?"},
		"an unknown check":        {files: answer(scorecardSays("", "2026-11-16", "7", "Moon-Phase 2")), want: "overall, of 10 =  > 7\nscanned on =  > 2026-11-16\nrisk not known =  > Moon-Phase: not in Scorecard v5.5.0\nMoon-Phase not known 2"},
		"above all that is named": {rules: "minimum = 6.4\nfail = { Maintained = 9, License = 8 }", want: latest},
		"below": {rules: "minimum = 6.5\nfail = { \"Dangerous-Workflow\" = 0, License = 9, Maintained = 5 }",
			want: "fail scorecard-below: the overall Scorecard is 6.4, below 6.5\nfail scorecard-below: Scorecard's Dangerous-Workflow is 0 of 10; the policy fails it at 0 or below\n" +
				"fail scorecard-below: Scorecard's License is 9 of 10; the policy fails it at 9 or below\n" + latest},
		"named, and not known": {rules: "fail = { Fuzzing = 0, SAST = 0 }", want: "warn scorecard-unknown: Scorecard's Fuzzing is inconclusive\nwarn scorecard-unknown: Scorecard's SAST is not known\n" + latest},
		"inconclusive, with a policy": {files: answer(scorecardSays("", "2026-11-16", "-1", "Maintained 1")), rules: "minimum = 1",
			want: "warn scorecard-unknown: the overall Scorecard is not known\noverall, of 10 =  > inconclusive\nscanned on =  > 2026-11-16\nMaintained High 1"},
		"fell":                    {files: base, rules: "max-fall = 2", want: "fail scorecard-fell: the overall Scorecard fell from 8.5 to 6.4\n" + both},
		"fell by what it may":     {files: base, rules: "max-fall = 2.1", want: both},
		"a fall nobody can see":   {rules: "max-fall = 2", want: "info scorecard-unknown: whether the Scorecard fell is not known\n" + latest},
		"an addition cannot fall": {rules: "max-fall = 2", change: notesChange("npm", "acme-http", "", "2.0.0"), want: latest},
		"a broken policy":         {rules: "minimum = 50", want: latest, reason: "read .depreview/policy.toml:2: minimum of scorecard is no number from 0 to 10"},
		"removed":                 {change: notesChange("npm", "acme-http", "1.0.0", ""), reason: "nothing is installed any more"},
		"no such package":         {files: map[string]string{"npm/acme-http.json": "", "npm/acme-http.http": "HTTP/1.1 404 x\n\n{\"error\":\"Not found\"}"}, reason: "npm.invalid does not know it"},
		"no repository":           {files: map[string]string{"npm/acme-http.json": `{"name":"acme-http","versions":{"2.0.0":{"name":"acme-http","version":"2.0.0"}}}`}, reason: "no repository of it is known"},
		"a subgroup of GitLab": {files: map[string]string{"npm/acme-http.json": `{"name":"acme-http","versions":{"2.0.0":{"name":"acme-http","version":"2.0.0","repository":"https://gitlab.com/acme/group/http"}}}`},
			reason: "Scorecard's service knows no repositories in subgroups of GitLab"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.change == nil {
				test.change = update
			}
			result, reason := runScorecard(t, scorecardFiles(test.files), test.rules, test.change)
			if got := scorecardSaid(result); got != test.want || reason != test.reason {
				t.Errorf("%s\nwant %s\nreason %q, want %q", got, test.want, reason, test.reason)
			}
			for _, f := range result.Findings {
				if f.Detail == "" || f.Fix == "" || f.Source == "" && len(result.Evidence) > 0 {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// TestScorecardMoved: the score of another repository is not that of this one.
func TestScorecardMoved(t *testing.T) {
	files := scorecardFiles(map[string]string{
		"npm/acme-http.json":                 `{"name":"acme-http","versions":{"1.0.0":{"name":"acme-http","version":"1.0.0","repository":"github:acme/old"},"2.0.0":{"name":"acme-http","version":"2.0.0","repository":"github:acme/http"}}}`,
		"scorecard/github.com/acme/old.json": strings.Replace(scorecardSays("", "2026-11-10", "9.9", "Maintained 10"), "acme/http", "acme/old", 1),
	})
	result, reason := runScorecard(t, files, "max-fall = 3", notesChange("npm", "acme-http", "1.0.0", "2.0.0"))
	if got := scorecardSaid(result); reason != "" || !strings.HasPrefix(got, "fail scorecard-fell: the overall Scorecard fell from 9.9 to 6.4\noverall, of 10 = 9.9 > 6.4\n") {
		t.Errorf("%s\n%s", got, reason)
	}
	if !strings.Contains(result.Evidence[0].Claim, "the repository before") {
		t.Error(result.Evidence[0].Claim)
	}
	for name, want := range map[string]string{"repository": "github.com/acme/old > github.com/acme/http", "commit scanned": "> " + commitOf("3")[:12],
		"repository known by": "a claim of the publisher in the metadata of npm.invalid > a claim of the publisher in the metadata of npm.invalid"} {
		for _, f := range result.Evidence[0].Body.(analysis.Facts) {
			if got := strings.TrimSpace(f.Base + " > " + f.Head); f.Name == name && got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
}

// TestScorecardStrangers: what a service writes stays one bounded line.
func TestScorecardStrangers(t *testing.T) {
	long := strings.Repeat("x", 5000)
	text := strings.ReplaceAll(scorecardSays(commitOf("3"), "2026-11-16", "6.4", "Maintained 1"), "why Maintained", `a\nb `+long)
	text = strings.Replace(text, `"name":"Maintained"`, `"name":"`+long+`"`, 1)
	result, reason := runScorecard(t, scorecardFiles(map[string]string{"scorecard/github.com/acme/http.json": text}), "", notesChange("npm", "acme-http", "", "2.0.0"))
	if reason != "" {
		t.Error(reason)
	}
	for _, row := range result.Evidence[1].Body.(analysis.Table).Rows {
		for _, cell := range row {
			if len(cell) > 200 || strings.Contains(cell, "\n") {
				t.Errorf("%d bytes: %.60q", len(cell), cell)
			}
		}
	}
	for _, f := range result.Evidence[0].Body.(analysis.Facts) {
		if len(f.Base+f.Head) > 1000 {
			t.Errorf("%s has %d bytes", f.Name, len(f.Head))
		}
	}
}

func TestScorecardCancelled(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	k := &scorecardCheck{s: scorecardSources(t, scorecardFiles(nil))}
	if result, err := k.Run(ctx, notesChange("npm", "acme-http", "1.0.0", "2.0.0"), &analysis.Review{Now: scorecardNow}); err == nil || len(result.Evidence) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
}
