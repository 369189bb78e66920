package engines

import (
	"context"
	"fmt"
	"time"
)

// ScorecardRequest asks for Scorecard's checks on the source of a repository at
// one or two commits.
type ScorecardRequest struct {
	// Repository is an https address, or an absolute path to a repository on this
	// machine, bare or not. The caller answers for the host: an address that
	// comes from a package's metadata is a claim, and is fetched without a token.
	Repository string
	// Base and Head are full commit hashes; Base is "" for a package that was
	// added. One of the two may be left out, and both where there is a token.
	Base, Head string
	// Directory, in place of Repository, Base and Head, is the absolute path of a
	// directory that is looked at as it stands. Links in it are not followed.
	Directory string
	// Files are those of Directory that are looked at, as slash paths: what git
	// ignores lies there too, and is nobody's source. nil means all. (A pointer, so that requests can be
	// compared.)
	Files *[]string
	// Token is a GitHub token, or "": with it Scorecard also runs its other checks
	// on the repository as it is today (see ScorecardAnswer.Today). It goes to the
	// engine in its environment, never in a document, and only for github.com.
	Token string `json:"-"`
	// WithToken tells the engine that a token waits in its environment; Scorecard
	// sets it.
	WithToken bool
	// MaxBytes and MaxFiles bound what is fetched, each commit; 0 means 512 MB
	// and 200,000 files.
	MaxBytes int64
	MaxFiles int
	// MaxDetails bounds the details of each check; 0 means 50.
	MaxDetails int
}

// ScorecardAnswer holds a result a commit. Of each side either the result or
// the reason why there is none is set; both are empty where it was not asked.
type ScorecardAnswer struct {
	Base, Head       *ScorecardResult
	BaseUnknown      string
	HeadUnknown      string
	Today            *ScorecardResult // all checks, by GitHub's API, on the default branch
	TodayUnknown     string
	ScorecardVersion string // of the library: "v5.5.0"
}

// ScorecardScope says which checks ran, because an overall score over other
// checks is another number.
type ScorecardScope string

const (
	FileChecks ScorecardScope = "files" // those that read the source alone
	AllChecks  ScorecardScope = "all"   // those that need the forge's API too
)

// ScorecardResult has the shape of a hosted score.
type ScorecardResult struct {
	Commit string    // full hash; "" for a directory
	Date   time.Time // when the checks ran
	Scope  ScorecardScope
	Score  float64 // 0 to 10, weighted by risk over the checks that were conclusive; -1: none was
	Checks []ScorecardCheck
	// Notes say what was left out: links, submodules, files cut after 10 MB.
	Notes []string
}

// ScorecardCheck is one check's score.
type ScorecardCheck struct {
	Name  string
	Score int // 0 to 10; -1: inconclusive, which is not 0
	// NotApplicable is the library's own word for a score of -1: there is nothing
	// there that the check looks at.
	NotApplicable bool
	Reason        string            // one line
	Details       []ScorecardDetail // warnings first
	LeftOut       int               // details over the bound
}

// ScorecardDetail is what a check saw at one place.
type ScorecardDetail struct {
	Warning bool
	Path    string // in the repository, or ""
	Line    int    // 1-based, or 0
	Text    string // one line
}

// scorecardTime is how long the engine may take: two fetches and two runs.
// TodayTime of it is for what it asks GitHub beside them, page by page: then it
// answers without that.
const scorecardTime, TodayTime = 2 * time.Minute, 100 * time.Second

// Scorecard asks the engine. An error is an *Error; an answer may still have
// one side unknown.
func (e *Engine) Scorecard(ctx context.Context, r ScorecardRequest) (ScorecardAnswer, error) {
	r.WithToken = r.Token != ""
	var secrets []string
	if r.WithToken {
		secrets = []string{"GITHUB_AUTH_TOKEN=" + r.Token}
	}
	var a ScorecardAnswer
	if err := e.ask(ctx, call{engine: "scorecard", limit: scorecardTime, secrets: secrets, network: r.Directory == ""}, r, &a); err != nil {
		return ScorecardAnswer{}, err
	}
	if err := a.complete(r); err != nil {
		return ScorecardAnswer{}, &Error{Kind: Garbage, Engine: "scorecard", Reason: "answered a result that is not whole: " + err.Error(), Hint: installHint(e.version)}
	}
	return a, nil
}

// complete holds an answer against its request: a side that was asked for and
// says nothing would read as nothing found.
func (a ScorecardAnswer) complete(r ScorecardRequest) error {
	for _, side := range []struct {
		name   string
		asked  bool
		result *ScorecardResult
		reason string
		commit string
	}{
		{"base", r.Base != "", a.Base, a.BaseUnknown, r.Base},
		{"head", r.Head != "" || r.Directory != "", a.Head, a.HeadUnknown, r.Head},
		{"today", r.WithToken, a.Today, a.TodayUnknown, ""},
	} {
		switch {
		case side.asked && side.result == nil && side.reason == "":
			return fmt.Errorf("%s is neither there nor unknown", side.name)
		case side.result == nil:
			continue
		case side.commit != "" && side.result.Commit != side.commit:
			return fmt.Errorf("%s is of another commit", side.name)
		case len(side.result.Checks) == 0:
			return fmt.Errorf("%s has no check", side.name)
		case side.result.Score != -1 && !(side.result.Score >= 0 && side.result.Score <= 10):
			return fmt.Errorf("%s has a score of %g", side.name, side.result.Score)
		}
		for _, c := range side.result.Checks {
			if c.Name == "" || c.Score < -1 || c.Score > 10 || c.NotApplicable && c.Score != -1 {
				return fmt.Errorf("%s has a check %q with score %d", side.name, c.Name, c.Score)
			}
		}
	}
	return nil
}
