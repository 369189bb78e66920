package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/diff/revision"
)

// fakeScorecard answers of what it was told to look at: the files of the
// directory, or the commit.
func fakeScorecard(_ context.Context, r engines.ScorecardRequest) (a engines.ScorecardAnswer, err error) {
	a.ScorecardVersion = "v5.5.9"
	license := engines.ScorecardCheck{Name: "License", Score: 9, Reason: "license file detected"}
	pins := engines.ScorecardCheck{Name: "Pinned-Dependencies", Score: 5, Reason: "some", Details: []engines.ScorecardDetail{
		{Warning: true, Path: ".github/workflows/ci.yml", Line: 6, Text: "third-party GitHubAction not pinned by hash"}}}
	switch {
	case r.Directory != "" && r.Files != nil:
		license.Reason = "working tree: " + strings.Join(*r.Files, " ")
	case r.Directory != "":
		found, err := filepath.Glob(filepath.Join(r.Directory, "*"))
		if err != nil {
			return a, err
		}
		license.Reason = "directory:"
		for _, f := range found {
			license.Reason += " " + filepath.Base(f)
		}
	case r.Head == "" || r.Base != "" || r.WithToken:
		return a, errors.New("another request than posture's")
	default:
		if _, err := os.Stat(r.Repository); err != nil {
			return a, err
		}
		license.Reason = "commit"
	}
	a.Head = &engines.ScorecardResult{Commit: r.Head, Scope: engines.FileChecks, Score: 7, Checks: []engines.ScorecardCheck{license, pins}}
	return a, nil
}

func runPosture(args ...string) (code int, out, told string) {
	var stdout, stderr bytes.Buffer
	code = Main(append([]string{"posture"}, args...), strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

const unpinned = "on: push\npermissions: {}\njobs:\n  a:\n    steps:\n      - uses: acme/setup@v1\n"

// TestPostureEngine: the engine gets the commit, or the files of the index and
// of the working tree that git does not ignore; both sides' word is one row.
func TestPostureEngine(t *testing.T) {
	isolated(t)
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git stages the file")
	}
	installed(t, "")
	t.Setenv("PATH", os.Getenv("PATH")+string(filepath.ListSeparator)+filepath.Dir(git))
	dir := t.TempDir()
	if err := revision.Create(dir, revision.Commit{Branch: "main", Files: map[string][]byte{
		"LICENSE": []byte("MIT License\n"), ".gitignore": []byte("ignored\n"), ".github/workflows/ci.yml": []byte(unpinned)}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ignored", "fresh"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := exec.Command(git, "-C", dir, "reset", "--hard", "-q", "main").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for rev, want := range map[string]string{
		"HEAD": "License: commit",
		".":    "License: working tree: .github/workflows/ci.yml .gitignore LICENSE fresh",
		":":    "License: directory: .github .gitignore LICENSE",
	} {
		code, out, told := runPosture(rev, "--repo", dir, "--engine", "scorecard", "--format", "json")
		var report struct {
			Findings []struct {
				Code, Title string
				FoundBy     []string `json:"found_by"`
			}
			Scorecard struct{ Version string }
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil || code != exitOK || told != "" {
			t.Fatalf("%s: exit code %d, %v: %s", rev, code, err, told)
		}
		found := make(map[string]string)
		for _, f := range report.Findings {
			found[f.Code] = strings.Join(append([]string{f.Title}, f.FoundBy...), "|")
		}
		if found["scorecard-license"] != want+"|scorecard" || !strings.HasSuffix(found["action-unpinned"], "|depreview|scorecard") || found["scorecard-pinned-dependencies"] != "" || report.Scorecard.Version != "v5.5.9" {
			t.Errorf("%s: %q", rev, found)
		}
	}
	if code, out, _ := runPosture("--repo", dir); code != exitOK || strings.Contains(out, "(found by") || !strings.HasSuffix(out, "\nScorecard's checks were not run: --engine scorecard runs them\n") {
		t.Errorf("without the flag: exit code %d\n%s", code, out)
	}
}

// TestPostureEngineSilent: without an answer Scorecard's checks are unknown, the
// next step is told, and what depreview finds stands.
func TestPostureEngineSilent(t *testing.T) {
	for behaviour, want := range map[string]string{
		"absent":  "  Scorecard's checks: depreview-engines is not installed: it is neither beside depreview nor on PATH\n    do: build both from one checkout of depreview: go build -tags engines ",
		"version": "  Scorecard's checks: scorecard engine: the engine ",
		"garbage": "  Scorecard's checks: scorecard engine: answered what is no result: ",
		"crash":   "  Scorecard's checks: scorecard engine: ended ",
	} {
		t.Run(behaviour, func(t *testing.T) {
			isolated(t)
			installed(t, behaviour)
			if behaviour == "absent" {
				t.Setenv("PATH", t.TempDir())
			}
			dir := t.TempDir()
			if err := revision.Create(dir, revision.Commit{Branch: "main", Files: map[string][]byte{".github/workflows/ci.yml": []byte(unpinned)}}); err != nil {
				t.Fatal(err)
			}
			code, out, told := runPosture("--repo", dir, "--go-git", "--engine", "scorecard")
			if line := strings.TrimLeft(want[:strings.IndexAny(want+"\n", "\n")], " "); !strings.Contains(told, "incomplete (exit code 3): "+line) || !strings.Contains(told, "\nhint: ") {
				t.Errorf("told %q", told)
			}
			if code != exitIncomplete || !strings.Contains(out, want) || !strings.Contains(out, "ci.yml:6  action-unpinned\n") {
				t.Errorf("exit code %d:\n%s", code, out)
			}
		})
	}
}

// TestPostureLeft: who leaves the screen before anything is known has not been
// told that all is well.
func TestPostureLeft(t *testing.T) {
	var told bytes.Buffer
	err := (&postureCmd{}).exit(&environment{stderr: &told}, nil)
	if e, ok := errors.AsType[exitError](err); !ok || e.code != exitIncomplete || !strings.Contains(told.String(), "the screen was left") {
		t.Errorf("%v, %q", err, told.String())
	}
}
