package checks

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/diff"
)

// notFound is the forge's own answer for what it does not have.
const notFound = "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"message\": \"Not Found\"}\n"

// onForge is a check over a forge with these answers.
func onForge(t *testing.T, o origins, files map[string]string) *provenance {
	t.Helper()
	named := make(map[string]string)
	for name, content := range files {
		if content == notFound {
			name = strings.TrimSuffix(name, ".json") + ".http"
		}
		named[name] = content
	}
	return &provenance{origins: o, forge: recordedForge(t, named), private: func(*diff.Change) error { return nil }}
}

// TestProvenanceForge: where the commit of the certificate lies, and whether it
// comes after the one of the version before.
func TestProvenanceForge(t *testing.T) {
	old, now := commitOf("5"), commitOf("6")
	compare := func(base, head, rest string) (string, string) {
		return "acme/http/compare/" + base + "..." + head + ".json", `{"status": ` + rest + `}`
	}
	type answers = map[string]string
	with := func(placed, ordered string, more answers) answers {
		all := answers{"acme/http.json": `{"full_name": "acme/http", "default_branch": "main"}`}
		if placed != "" {
			name, body := compare("main", now, placed)
			all[name] = body
		}
		if ordered != "" {
			name, body := compare(old, now, ordered)
			all[name] = body
		}
		for name, body := range more {
			all[name] = body
		}
		return all
	}
	gone, _ := compare("main", now, "")
	unrelated, _ := compare(old, now, "")
	commit := "acme/http/commits/" + now + ".json"
	onMain, after := `"behind"`, `"ahead", "ahead_by": 3`
	for name, test := range map[string]struct {
		answers answers
		change  func(*attest.Identity)
		want    string // findings of the forge, and the error
		rows    string
	}{
		"on the default branch, and after": {with(onMain, after, nil), nil, "", "on main; 3 commits after base's"},
		"its last commit":                  {with(`"identical"`, after, nil), nil, "", "on main; 3 commits after base's"},
		"under the tag alone": {with(`"diverged"`, after, answers{"acme/http/tags.json": `[{"name": "v1.0.6", "commit": {"sha": "` + now + `"}}]`}), nil,
			"info commit-not-on-branch: the commit 666666666666 is under the tag v1.0.6 and not on main", "under the tag v1.0.6, not on main; 3 commits after base's"},
		"nowhere": {with(`"diverged"`, after, answers{"acme/http/tags.json": `[{"name": "v1.0.6", "commit": {"sha": "` + old + `"}}]`}), nil,
			"warn commit-not-on-branch: the commit 666666666666 is neither on main nor under a tag of acme/http", "not on main; 3 commits after base's"},
		"the tags are not told": {with(`"diverged"`, after, nil), nil, "error: no answer of github.invalid was recorded", "not on main; unknown: no answer of github.invalid was recorded"},
		"not there": {with("", "", answers{gone: notFound, commit: notFound}), nil,
			"warn commit-not-on-branch: the commit 666666666666 is not in acme/http", "not in acme/http"},
		"another root": {with("", after, answers{gone: notFound, commit: `{"sha": "` + now + `"}`, "acme/http/tags.json": `[]`}), nil,
			"warn commit-not-on-branch: the commit 666666666666 is neither on main nor under a tag of acme/http", "not on main; 3 commits after base's"},
		"the repository is gone": {answers{"acme/http.json": notFound}, nil, "error: github.invalid does not know it", ""},
		"no answers":             {nil, nil, "error: no answer of github.invalid was recorded", ""},
		"before":                 {with(onMain, `"behind", "behind_by": 2`, nil), nil, "warn commit-not-after: built from a commit that is 2 commits older than that of 1.0.5", "on main; 2 commits before base's"},
		"the same commit":        {with(onMain, `"identical"`, nil), nil, "info commit-not-after: both releases were built from the same commit", "on main; the same commit as base's"},
		"beside":                 {with(onMain, `"diverged", "behind_by": 1`, nil), nil, "info commit-not-after: 1 commit of 1.0.5 are not in the history of this release", ""},
		"no history in common": {with(onMain, "", answers{unrelated: notFound}), nil,
			"info commit-not-after: the commits of the two releases have no history in common", "on main; no history in common with base's, or base's is not there"},
		"words that are not known": {with(`"behind"`, `"sideways"`, nil), nil, "error: github.invalid compares two commits in words that are not known", "on main"},
		"on the branch of the certificate": {answers{"acme/http/compare/next..." + now + ".json": `{"status": "behind"}`, unrelated: `{"status": ` + after + `}`},
			func(i *attest.Identity) { i.Ref = "refs/heads/next" }, "warn not-from-a-tag: built from refs/heads/next, which is no tag", "on next; 3 commits after base's"},
		"of another forge": {nil, func(i *attest.Identity) { i.Repository = "https://lab.invalid/acme/http" },
			"warn repository-changed: built in https://lab.invalid/acme/http; 1.0.5 was https://github.invalid/acme/http", "unknown: commits are not looked up on lab.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			change := func(*attest.Identity) {}
			if test.change != nil {
				change = test.change
			}
			of := &fakeOrigins{base: made("1.0.5", fromWorkflow()), head: made("1.0.6", fromWorkflow(change)), line: lineOfThree(saysAttested)}
			result, err := onForge(t, of, test.answers).Run(t.Context(), releaseMove("npm", "1.0.5", "1.0.6"), releaseReview(nil, nil))
			if last := len(result.Findings) - 1; last < 0 || result.Findings[last].Code != "provenance-verified" {
				t.Fatalf("findings: %+v", result.Findings)
			} else if err != nil {
				err = errors.New(analysis.Why(err))
			}
			wantReleases(t, result.Findings[:len(result.Findings)-1], err, test.want)
			rows := releaseFacts(result)
			for _, part := range strings.Split(test.rows, "; ") {
				if !strings.Contains(rows, part+"\n") && !strings.Contains(rows, part+"; ") {
					t.Errorf("no %q in\n%s", part, rows)
				}
			}
		})
	}
}

// TestProvenanceAsksNoForgeOfClaims: what a publisher writes names anything, a
// private package is nobody's business, and a repository of another forge has
// its commits there.
func TestProvenanceAsksNoForgeOfClaims(t *testing.T) {
	claimedAlone := func(r *attest.Release) {
		r.Repository, r.Commit = "https://github.invalid/acme/http", commitOf("6")
	}
	golang := func(r *attest.Release) { claimedAlone(r); r.ID.Ecosystem = "golang" }
	for _, test := range []struct {
		with    func(*attest.Release)
		private error
		asked   bool
	}{{claimedAlone, nil, false}, {golang, nil, true}, {golang, errors.New("private"), false}, {fromWorkflow(), errors.New("private"), false}, {fromWorkflow(), nil, true}} {
		k := onForge(t, &fakeOrigins{head: made("1.0.6", test.with)}, nil)
		k.private = func(*diff.Change) error { return test.private }
		_, err := k.Run(t.Context(), releaseMove("npm", "", "1.0.6"), releaseReview(nil, nil))
		if got := strings.Contains(fmt.Sprint(err), "was recorded"); got != test.asked {
			t.Errorf("asked: %t, want %t (%v)", got, test.asked, err)
		}
	}
}
