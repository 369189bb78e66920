package clients

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// scorecardFresh: repositories are scanned once a week.
const scorecardFresh = 24 * time.Hour

// Scorecard is the service that keeps OpenSSF Scorecard's results.
type Scorecard struct {
	t       *Transport
	base    string
	covers  []string // the forges that it knows; nil is any
	results *memo[*ScorecardResult]
}

// ScorecardResult is one scan of a repository.
type ScorecardResult struct {
	Repository string    // github.com/owner/name
	Commit     string    // the one that was scanned; "" is not told
	Date       time.Time // of the scan, or its day; zero is not told
	Version    string    // of Scorecard; "" is not told
	Score      *float64  // overall, 0 to 10, or -1: inconclusive; nil is not told, or no score
	Checks     []ScorecardCheck
}

// ScorecardCheck is one check of a scan; Name and Reason are the service's words.
type ScorecardCheck struct {
	Name   string
	Score  *int // 0 to 10, or -1: inconclusive; nil is not told, or no score
	Reason string
}

// NewScorecard asks the service that the endpoints name.
func NewScorecard(t *Transport, e Endpoints) *Scorecard {
	s := &Scorecard{t: t, base: e.Scorecard, results: newMemo[*ScorecardResult](keptAnswers)}
	if e.Scorecard == DefaultEndpoints().Scorecard {
		s.covers = scorecardForges
	}
	return s
}

// Host is the service, as evidence names its source.
func (s *Scorecard) Host() string { return hostOf(s.base) }

// Covers tells whether the service may know the repositories of a forge. The
// public one knows the public forges alone, and is told no name of another; who
// names a service of their own is taken to know what it holds.
func (s *Scorecard) Covers(forge string) bool {
	return s.covers == nil || slices.Contains(s.covers, forge)
}

var fullCommit = pattern.New(`^[0-9a-f]{40}$`)

// Result is the latest scan of owner/name at a forge ("github.com"), or the one
// of a commit (40 hexadecimal digits) where that is not "". Absent is: it was
// never scanned. The service keeps names as they were scanned, so a name is
// asked for as it is written, then in lower case.
func (s *Scorecard) Result(ctx context.Context, forge, name, commit string) (*ScorecardResult, error) {
	if !s.Covers(forge) {
		return nil, &Error{Reason: ReasonNotAsked, Detail: clip("Scorecard's public service does not know the repositories of " + forge)}
	}
	if commit != "" && !fullCommit.MatchString(commit) {
		return nil, &Error{Reason: ReasonBadName, Detail: clip(commit + " is no commit")}
	}
	found, err := s.one(ctx, forge, name, commit)
	if lower := strings.ToLower(name); StateOf(err) == Absent && lower != name {
		return s.one(ctx, forge, lower, commit)
	}
	return found, err
}

func (s *Scorecard) one(ctx context.Context, forge, name, commit string) (*ScorecardResult, error) {
	owner, rest, ok := strings.Cut(name, "/")
	path, err := segment(forge, owner, rest)
	if err != nil || !ok || strings.Contains(rest, "/") {
		return nil, &Error{Reason: ReasonBadName, Detail: clip(name + " is no owner/name")}
	}
	address := s.base + "/projects/" + path
	if commit != "" {
		address += "?commit=" + commit
	}
	req := Request{URL: address, Accept: acceptJSON, Fresh: scorecardFresh, Absent: func(r *Response) bool {
		// Its own errors have a body; an empty one is what it says of what it never scanned.
		return len(bytes.TrimSpace(r.Body)) == 0
	}}
	return lookup(ctx, s.t, s.results, req, func(r *Response) (*ScorecardResult, error) {
		found, err := readScorecard(r.Body)
		switch asked := forge + "/" + name; {
		case err != nil:
			return nil, err
		case !strings.EqualFold(found.Repository, asked):
			return nil, mismatch(asked, found.Repository)
		case commit != "" && found.Commit != commit:
			return nil, mismatch(asked+" at "+commit, found.Commit)
		}
		return found, nil
	})
}

// scorecardNumber is a score as it is written: a number of another shape is no
// score, and does not make the others unknown.
type scorecardNumber = lax[*float64]

func readScorecard(body []byte) (*ScorecardResult, error) {
	var wire struct {
		Date lax[string] `json:"date"`
		Repo struct {
			Name   string      `json:"name"`
			Commit lax[string] `json:"commit"`
		} `json:"repo"`
		Scorecard lax[struct {
			Version string `json:"version"`
		}] `json:"scorecard"`
		Score  scorecardNumber `json:"score"`
		Checks []struct {
			Name   string          `json:"name"`
			Score  scorecardNumber `json:"score"`
			Reason lax[string]     `json:"reason"`
		} `json:"checks"`
	}
	if err := decode(body, &wire); err != nil {
		return nil, err
	}
	r := &ScorecardResult{
		Repository: wire.Repo.Name, Commit: strings.ToLower(wire.Repo.Commit.V), Date: scorecardDay(wire.Date.V),
		Version: wire.Scorecard.V.Version, Score: overallScore(wire.Score.V),
	}
	for _, c := range wire.Checks {
		if err := r.add(c.Name, wholeScore(c.Score.V), c.Reason.V); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// add refuses a second check of a name: two readers would see two scores.
func (r *ScorecardResult) add(name string, score *int, reason string) error {
	if name == "" || slices.ContainsFunc(r.Checks, func(c ScorecardCheck) bool { return c.Name == name }) {
		return fmt.Errorf("a check has no name of its own: %q", clip(name))
	}
	r.Checks = append(r.Checks, ScorecardCheck{name, score, reason})
	return nil
}

// scorecardDay reads both forms in which the service writes it.
func scorecardDay(text string) time.Time {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day
	}
	return moment(text)
}

func overallScore(n *float64) *float64 {
	if n == nil || *n != -1 && !(*n >= 0 && *n <= 10) {
		return nil
	}
	return n
}

func wholeScore(n *float64) *int {
	if overallScore(n) == nil || *n != math.Trunc(*n) {
		return nil
	}
	whole := int(*n)
	return &whole
}

// Scorecard is what deps.dev has of Scorecard's weekly scan of a repository:
// the same numbers from a second place. Absent is: it has none.
func (d *DepsDev) Scorecard(ctx context.Context, forge, name string) (*ScorecardResult, error) {
	if d.base == DefaultEndpoints().DepsDev && !slices.Contains(scorecardForges, forge) {
		return nil, &Error{Reason: ReasonNotAsked, Detail: clip("deps.dev does not know the repositories of " + forge)}
	}
	project, err := d.Project(ctx, forge+"/"+name)
	if err != nil {
		return nil, err
	}
	said := project.Scorecard
	if said == nil {
		return nil, &Error{Reason: ReasonAbsent, Host: d.Host(), Detail: "it has no score of this repository"}
	}
	if !strings.EqualFold(said.Repository.Name, forge+"/"+name) {
		return nil, &Error{Reason: ReasonMismatch, Host: d.Host(), Detail: clip("the score is of " + said.Repository.Name)}
	}
	r := &ScorecardResult{
		Repository: said.Repository.Name, Commit: strings.ToLower(said.Repository.Commit), Date: said.Date,
		Version: said.Scorecard.Version, Score: overallScore(said.OverallScore),
	}
	for _, c := range said.Checks {
		if err := r.add(c.Name, wholeScore(c.Score), c.Reason); err != nil {
			return nil, &Error{Reason: ReasonMismatch, Host: d.Host(), Detail: clip(err.Error()), Err: err}
		}
	}
	return r, nil
}
