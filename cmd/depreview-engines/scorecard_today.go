//go:build engines

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/ossf/scorecard/v5/clients/githubrepo"
	"github.com/ossf/scorecard/v5/log"
	"github.com/ossf/scorecard/v5/pkg/scorecard"
)

// tokenHosts are the hosts that all checks ask: GitHub's with the token, where
// archives lie and what other services know of a project without it.
func tokenHosts(u *url.URL) (plain, withToken []string, err error) {
	if u.Host != "github.com" {
		return nil, nil, errors.New("a token goes to github.com alone")
	}
	// The library's own addresses, which no setting of depreview's moves.
	own := clients.DefaultEndpoints()
	plain = []string{
		"https://github.com", "https://codeload.github.com", "https://raw.githubusercontent.com", own.DepsDev, own.OSV,
		"https://www.bestpractices.dev", "https://oss-fuzz-build-logs.storage.googleapis.com",
	}
	return plain, []string{own.GitHub}, nil
}

// inTime waits so long for run, and no longer: where GitHub's hourly allowance
// is used up, the library sleeps until the next hour, whatever its context says.
// The process ends with its answer, and what still runs with it.
func inTime[T any](ctx context.Context, most time.Duration, run func(context.Context) (T, error)) (result T, err error) {
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	type done struct {
		result T
		err    error
	}
	answered := make(chan done, 1)
	go func() {
		result, err := run(ctx)
		answered <- done{result, err}
	}()
	select {
	case d := <-answered:
		return d.result, d.err
	case <-ctx.Done():
		return result, fmt.Errorf("GitHub did not answer all questions in %v; its hourly allowance may be used up", most)
	}
}

// refusal says why GitHub did not answer, in the same words for every
// repository, so that a report counts them in one line.
func refusal(err error) string {
	// The library keeps GitHub's answer as text: "repo unreachable: GET ADDRESS: 404 Not Found []".
	text := err.Error()
	switch at := strings.Index(text, "repo unreachable: GET "); {
	case at < 0:
	case strings.Contains(text[at:], ": 404 "):
		return "GitHub has no such repository, or does not show it to this token"
	case strings.Contains(text[at:], ": 401 "):
		return "GitHub refuses the token (401)"
	case strings.Contains(text[at:], ": 403 "):
		return "GitHub refuses the question (403)"
	}
	return engines.OneLine(err.Error(), 300)
}

// today runs all checks on the default branch, by GitHub's API: most of them
// know nothing of a commit that has passed.
func today(ctx context.Context, repository string) (*engines.ScorecardResult, string) {
	unknown := func(err error) (*engines.ScorecardResult, string) {
		return nil, refusal(err)
	}
	u, err := address(repository)
	if err != nil {
		return unknown(err)
	}
	repo, err := githubrepo.MakeGithubRepo(u.Host + strings.TrimSuffix(u.Path, ".git"))
	if err != nil {
		return unknown(err)
	}
	result, err := inTime(ctx, engines.TodayTime, func(ctx context.Context) (scorecard.Result, error) {
		return scorecard.Run(ctx, repo, scorecard.WithLogLevel(log.ErrorLevel))
	})
	if err != nil {
		return unknown(err)
	}
	out, err := translate(result, engines.AllChecks, fewDetails)
	if err != nil {
		return unknown(err)
	}
	if len(out.Checks) == 0 {
		return unknown(errors.New("the repository is empty"))
	}
	if fullHash.MatchString(result.Repo.CommitSHA) {
		out.Commit = result.Repo.CommitSHA
	}
	return out, ""
}
