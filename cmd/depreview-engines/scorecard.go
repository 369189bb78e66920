//go:build engines

package main

import (
	"cmp"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/ossf/scorecard/v5/checker"
	"github.com/ossf/scorecard/v5/clients"
	docs "github.com/ossf/scorecard/v5/docs/checks"
	"github.com/ossf/scorecard/v5/finding"
	"github.com/ossf/scorecard/v5/log"
	"github.com/ossf/scorecard/v5/pkg/scorecard"
	"github.com/ossf/scorecard/v5/probes/sastToolRunsOnAllCommits"
)

func init() { handlers.Scorecard = runScorecard }

// fileChecks read the source alone. Fuzzing and Vulnerabilities belong to the
// library's local set too, but ask OSS-Fuzz and OSV; Packaging knows only the
// forges' clients.
var fileChecks = []string{
	"Binary-Artifacts", "Dangerous-Workflow", "Dependency-Update-Tool", "License",
	"Pinned-Dependencies", "SAST", "Security-Policy", "Token-Permissions",
}

// fewDetails of a check are enough to show why a score is low; maxDetails is as
// many as an answer may hold.
const fewDetails, maxDetails = 50, 2000

// narrower says what a score of the files alone means; it stands with every one.
const narrower = "Dependency-Update-Tool, SAST and Security-Policy look at the files alone: commits and the organisation's defaults may hold what they miss"

var fullHash = regexp.MustCompile(`^([0-9a-f]{40})$`)

func refuse(reason string) error { return &engines.Error{Kind: engines.Request, Reason: reason} }

func runScorecard(ctx context.Context, r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
	a := engines.ScorecardAnswer{ScorecardVersion: library("github.com/ossf/scorecard/v5")}
	r.MaxFiles = bound(r.MaxFiles, maxFiles)
	details := bound(r.MaxDetails, maxDetails)
	if r.MaxDetails == 0 {
		details = fewDetails
	}
	r.MaxBytes = int64(bound(int(r.MaxBytes), maxBytes))
	if r.Directory != "" {
		if r.Repository != "" || r.Base != "" || r.Head != "" || r.WithToken {
			return a, refuse("a directory is looked at as it stands, without commits and tokens")
		}
		if !filepath.IsAbs(r.Directory) {
			return a, refuse("the directory's path is not absolute")
		}
		s, done, err := directorySource(ctx, r.Directory, r.Files, r.MaxFiles)
		if err != nil {
			return a, err
		}
		defer done()
		a.Head, err = checkFiles(ctx, s, "", details)
		return a, err
	}
	if r.Base == "" && r.Head == "" && !r.WithToken {
		return a, refuse("no commit is asked for")
	}
	for _, commit := range []string{r.Base, r.Head} {
		if commit != "" && !fullHash.MatchString(commit) {
			return a, refuse("a commit is no full SHA-1 hash")
		}
	}
	get, err := opener(ctx, r)
	if err != nil {
		return a, err
	}
	side := func(commit string, result **engines.ScorecardResult, unknown *string) {
		store, err := get(commit)
		if err == nil {
			var s *source
			if s, err = commitSource(ctx, store, plumbing.NewHash(commit), r.MaxFiles); err == nil {
				*result, err = checkFiles(ctx, s, commit, details)
			}
		}
		if err != nil {
			*result, *unknown = nil, engines.OneLine(err.Error(), 300)
		}
	}
	var both sync.WaitGroup
	if r.Base != "" && r.Base != r.Head {
		both.Go(func() { side(r.Base, &a.Base, &a.BaseUnknown) })
	}
	if r.Head != "" {
		both.Go(func() { side(r.Head, &a.Head, &a.HeadUnknown) })
	}
	if r.WithToken {
		both.Go(func() { a.Today, a.TodayUnknown = today(ctx, r.Repository) })
	}
	both.Wait()
	if r.Base == r.Head {
		a.Base, a.BaseUnknown = a.Head, a.HeadUnknown
	}
	return a, nil
}

func bound(asked, most int) int {
	if asked <= 0 || asked > most {
		return most
	}
	return asked
}

// opener gives the way to a commit's files: an address is fetched, a path opened.
func opener(ctx context.Context, r engines.ScorecardRequest) (func(string) (storer.EncodedObjectStorer, error), error) {
	if filepath.IsAbs(r.Repository) {
		if r.WithToken {
			return nil, refuse("a repository on this machine is looked at without a token")
		}
		return func(commit string) (storer.EncodedObjectStorer, error) {
			return local(r.Repository, plumbing.NewHash(commit))
		}, nil
	}
	u, err := address(r.Repository)
	if err != nil {
		return nil, refuse(err.Error())
	}
	plain, withToken := []string{"https://" + u.Host}, []string(nil)
	if r.WithToken {
		if plain, withToken, err = tokenHosts(u); err != nil {
			return nil, refuse(err.Error())
		}
	}
	network.allow(plain, withToken...)
	return func(commit string) (storer.EncodedObjectStorer, error) {
		dir, err := os.MkdirTemp("", "commit-")
		if err != nil {
			return nil, err
		}
		// It goes with the temporary directory that the viewer gave; by hand, with
		// the system's.
		return fetch(ctx, u.String(), plumbing.NewHash(commit), dir, r.MaxBytes)
	}, nil
}

// checkFiles runs the file checks on s.
func checkFiles(ctx context.Context, s *source, commit string, details int) (*engines.ScorecardResult, error) {
	client := &fileClient{RepoClient: unsupported(ctx), source: s}
	result, err := scorecard.Run(ctx, fileRepo{}, scorecard.WithChecks(fileChecks), scorecard.WithRepoClient(client),
		scorecard.WithLogLevel(log.ErrorLevel),
		scorecard.WithOSSFuzzClient(client), scorecard.WithOpenSSFBestPraticesClient(nobody{}), scorecard.WithVulnerabilitiesClient(nobody{}))
	if err != nil {
		return nil, err
	}
	if len(result.Checks) != len(fileChecks) {
		return nil, errors.New("the library left out a check")
	}
	out, err := translate(result, engines.FileChecks, details)
	if err != nil {
		return nil, err
	}
	out.Commit, out.Notes = commit, append([]string{narrower}, s.notes()...)
	return out, nil
}

// translate puts the library's result into the shape of a hosted one, with so
// many details of each check.
func translate(r scorecard.Result, scope engines.ScorecardScope, details int) (*engines.ScorecardResult, error) {
	texts, err := docs.Read()
	if err != nil {
		return nil, err
	}
	score, err := r.GetAggregateScore(texts)
	if err != nil {
		return nil, err
	}
	out := &engines.ScorecardResult{Date: r.Date.UTC().Truncate(time.Second), Scope: scope, Score: math.Round(score*10) / 10} // as the hosted one
	for _, c := range r.Checks {
		check := engines.ScorecardCheck{Name: c.Name, Score: c.Score, Reason: engines.OneLine(c.Reason, 300)}
		if c.Error != nil {
			check.Score = checker.InconclusiveResultScore
			check.Reason = engines.OneLine("not conclusive: "+c.Error.Error(), 300)
		} else if c.Score == checker.InconclusiveResultScore {
			check.NotApplicable = slices.ContainsFunc(c.Findings, func(f finding.Finding) bool { return f.Outcome == finding.OutcomeNotApplicable })
		}
		for _, d := range c.Details {
			if d.Type != checker.DetailDebug && !(scope == engines.FileChecks && ofCommits(c, d)) {
				check.Details = append(check.Details, detail(d))
			}
		}
		slices.SortStableFunc(check.Details, func(a, b engines.ScorecardDetail) int {
			if a.Warning != b.Warning {
				if a.Warning {
					return -1
				}
				return 1
			}
			return cmp.Or(strings.Compare(a.Path, b.Path), a.Line-b.Line, strings.Compare(a.Text, b.Text))
		})
		if over := len(check.Details) - details; over > 0 {
			check.Details, check.LeftOut = check.Details[:details], over
		}
		out.Checks = append(out.Checks, check)
	}
	slices.SortFunc(out.Checks, func(a, b engines.ScorecardCheck) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// ofCommits tells whether a detail is what SAST's probe of pull requests says:
// of files alone it says that none was merged, and nobody looked.
func ofCommits(c checker.CheckResult, d checker.CheckDetail) bool {
	return slices.ContainsFunc(c.Findings, func(f finding.Finding) bool {
		return f.Probe == sastToolRunsOnAllCommits.Probe && f.Message == d.Msg.Text
	})
}

func detail(d checker.CheckDetail) engines.ScorecardDetail {
	out := engines.ScorecardDetail{Warning: d.Type == checker.DetailWarn, Path: d.Msg.Path, Line: int(d.Msg.Offset), Text: d.Msg.Text}
	if f := d.Msg.Finding; f != nil {
		out.Text = f.Message
		if f.Location != nil {
			out.Path = f.Location.Path
			if f.Location.LineStart != nil {
				out.Line = int(*f.Location.LineStart)
			}
		}
	}
	out.Text, out.Path = engines.OneLine(out.Text, 300), engines.OneLine(out.Path, 300)
	return out
}

// library is the version of a module that is linked in.
func library(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == module {
				return m.Version
			}
		}
	}
	return "unknown"
}

var _ clients.RepoClient = &fileClient{}
