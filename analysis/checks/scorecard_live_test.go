package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

// fakeEngine answers what it is made to, and remembers what it was asked.
type fakeEngine struct {
	mu     sync.Mutex
	asked  []engines.ScorecardRequest
	answer func(engines.ScorecardRequest) (engines.ScorecardAnswer, error)
}

func (f *fakeEngine) Scorecard(_ context.Context, r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
	f.mu.Lock()
	f.asked = append(f.asked, r)
	f.mu.Unlock()
	return f.answer(r)
}

// found is where this engine is found.
func (f *fakeEngine) found() (Engine, error) { return f, nil }

// liveSays is a result of file checks; checks are "name score".
func liveSays(commit string, total float64, checks ...string) *engines.ScorecardResult {
	r := &engines.ScorecardResult{Commit: commit, Date: scorecardNow, Scope: engines.FileChecks, Score: total, Notes: []string{"1 submodule was left out"}}
	for _, c := range checks {
		check := engines.ScorecardCheck{}
		fmt.Sscanf(c, "%s %d", &check.Name, &check.Score)
		check.Reason = "why " + check.Name
		r.Checks = append(r.Checks, check)
	}
	return r
}

func liveAnswers(r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
	a := engines.ScorecardAnswer{ScorecardVersion: "v5.5.0"}
	if r.Base != "" {
		a.Base = liveSays(r.Base, 7.5, "License 10", "Dangerous-Workflow 10")
	}
	if r.Head != "" {
		a.Head = liveSays(r.Head, 3.5, "License 10", "Dangerous-Workflow 0")
	}
	if r.Token != "" {
		a.Today = liveSays(commitOf("3"), 6, "Maintained 0")
		a.Today.Scope = engines.AllChecks
	}
	return a, nil
}

// liveSaid is the live part of a result: its facts and its rows.
func liveSaid(result analysis.Result) string {
	var lines []string
	for _, e := range result.Evidence {
		if !strings.HasPrefix(e.Claim, "live ") {
			continue
		}
		switch body := e.Body.(type) {
		case analysis.Facts:
			for _, f := range body {
				if f.Name != "repository known by" {
					lines = append(lines, f.Name+" = "+f.Base+" > "+f.Head)
				}
			}
		case analysis.Table:
			for _, row := range append([][]string{body.Heads}, body.Rows...) {
				lines = append(lines, strings.Join(row, " | "))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// direct is the change of what a project itself asks for.
func direct(c *diff.Change) *diff.Change {
	of, head := *c, *c.Head
	head.Direct, of.Head = true, &head
	return &of
}

func noEngine() (Engine, error) {
	return nil, &engines.Error{Kind: engines.Absent, Reason: "depreview-engines is not installed", Hint: "install it"}
}

func TestScorecardLive(t *testing.T) {
	update := notesChange("npm", "acme-http", "1.0.0", "2.0.0")
	never := map[string]string{"scorecard/github.com/acme/http.json": "", "scorecard/github.com/acme/http.http": scorecardNever,
		"deps-dev/projects/github.com/acme/http.http": "", "deps-dev/projects/github.com/acme/http.json": `{"projectKey":{"id":"github.com/acme/http"}}`}
	const neverScanned, address = "its repository was never scanned by Scorecard", "https://github.com/acme/http"
	one, two := commitOf("1"), commitOf("2")
	facts := func(total, scope, commit, day, repository string, more ...string) string {
		return strings.Join(append([]string{"total of these checks, of 10 = " + total, "scope = " + scope, "commit looked at = " + commit, "looked at on = " + day, "repository = " + repository}, more...), "\n")
	}
	const scope, day, http = "file checks alone", "2026-11-20", "github.com/acme/http"
	const token = "acme-secret"
	withToken := func(s *Sources) { s.ForgeToken = token }
	today := facts(" > 6", " > all checks", " > "+commitOf("3")[:12], " > "+day, " > "+http) +
		"\ncheck | risk | score | reason\nMaintained | High | 0 | why Maintained"
	today = strings.Replace(today, "total of these checks", "overall", 1)
	bothSides := facts("7.5 > 3.5", scope+" > "+scope, one[:12]+" > "+two[:12], day+" > "+day, http+" > "+http, "left out = 1 submodule was left out > 1 submodule was left out") +
		"\ncheck | risk | base | head | reason\nDangerous-Workflow | Critical | 10 | 0 | why Dangerous-Workflow\nLicense | Low | 10 | 10 | why License"
	packument := func(base, head string) map[string]string {
		return map[string]string{"npm/acme-http.json": `{"name":"acme-http","versions":{"1.0.0":{"name":"acme-http","version":"1.0.0",` + base + `},"2.0.0":{"name":"acme-http","version":"2.0.0",` + head + `}}}`}
	}
	commit := func(hash, repository string) string {
		return fmt.Sprintf(`"gitHead":%q,"repository":%q`, hash, repository)
	}
	auto := func(s *Sources) { s.Scorecard = ScorecardAuto }
	for name, test := range map[string]struct {
		files   []map[string]string
		rules   string
		change  *diff.Change
		live    bool // a person asks for it
		with    func(*Sources)
		answer  func(engines.ScorecardRequest) (engines.ScorecardAnswer, error)
		asked   []engines.ScorecardRequest
		want    string
		reason  string
		finding string
	}{
		"beside a hosted score":                 {asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, want: bothSides},
		"with a token, all checks of today too": {with: withToken, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two, Token: token}}, want: bothSides + "\n" + today},
		"no token for what nobody asked for": {files: []map[string]string{never}, change: direct(update), with: func(s *Sources) { auto(s); withToken(s) },
			asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, want: bothSides, reason: neverScanned},
		"no commit, and a token": {files: []map[string]string{packument(`"repository":"github:acme/http"`, `"repository":"github:acme/http"`)}, with: withToken,
			asked: []engines.ScorecardRequest{{Repository: address, Token: token}}, want: today, reason: "live: the commit of this version is not known"},
		"a token that GitHub refuses": {with: withToken, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two, Token: token}},
			answer: func(r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
				a, err := liveAnswers(r)
				a.Today, a.TodayUnknown = nil, "401 Bad credentials"
				return a, err
			}, want: bothSides, reason: "live: all checks: 401 Bad credentials"},
		"another forge gets no token": {files: []map[string]string{packument(commit(one, "https://gitlab.com/acme/http"), commit(two, "https://gitlab.com/acme/http")),
			{"scorecard/gitlab.com/acme/http.http": scorecardNever, "deps-dev/projects/gitlab.com/acme/http.http": scorecardNever}}, with: withToken,
			asked:  []engines.ScorecardRequest{{Repository: "https://gitlab.com/acme/http", Base: one, Head: two}},
			want:   strings.ReplaceAll(bothSides, http, "gitlab.com/acme/http"),
			reason: neverScanned},
		"where there is none": {files: []map[string]string{never}, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, want: bothSides, reason: neverScanned},
		"never the policy's": {files: []map[string]string{never}, rules: "minimum = 5\nfail = { \"Dangerous-Workflow\" = 0 }", asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, want: bothSides,
			reason: neverScanned, finding: "scorecard-unknown"},
		"an addition": {change: notesChange("npm", "acme-http", "", "2.0.0"), asked: []engines.ScorecardRequest{{Repository: address, Head: two}},
			want: facts(" > 3.5", " > "+scope, " > "+two[:12], " > "+day, " > "+http, "left out =  > 1 submodule was left out") +
				"\ncheck | risk | score | reason\nDangerous-Workflow | Critical | 0 | why Dangerous-Workflow\nLicense | Low | 10 | why License"},
		"auto, where there is none":   {files: []map[string]string{never}, change: direct(update), with: auto, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, want: bothSides, reason: neverScanned},
		"auto, beside a hosted score": {change: direct(update), with: auto},
		"auto, no direct dependency":  {files: []map[string]string{never}, with: auto, reason: neverScanned + ", and of what is no direct dependency the source is looked at on request alone"},
		"auto, no engine": {files: []map[string]string{never}, with: func(s *Sources) { s.Scorecard, s.Engine = ScorecardAuto, noEngine },
			reason: neverScanned + "; depreview-engines, which could look at its source, is not installed"},
		"auto, a service that fails": {change: direct(update), with: auto, reason: "scorecard.invalid failed (503)",
			files: []map[string]string{{"scorecard/github.com/acme/http.json": "", "scorecard/github.com/acme/http.http": "HTTP/1.1 503 Service Unavailable\n\n"}}},
		"auto, nothing kept of a service":  {change: direct(update), with: func(s *Sources) { s.Scorecard, s.Offline = ScorecardAuto, true }, files: []map[string]string{never}, reason: neverScanned},
		"asked for, beside a hosted score": {live: true, with: func(s *Sources) { s.Scorecard = ScorecardHosted }, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, want: bothSides},
		"asked for, no direct dependency":  {live: true, files: []map[string]string{never}, with: auto, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, want: bothSides, reason: neverScanned},
		"asked for, no engine":             {live: true, with: func(s *Sources) { s.Scorecard, s.Engine = ScorecardAuto, noEngine }, reason: "live: depreview-engines is not installed; install it"},
		"only hosted":                      {with: func(s *Sources) { s.Scorecard = ScorecardHosted }},
		"unset":                            {with: func(s *Sources) { s.Scorecard = "" }},
		"offline":                          {with: func(s *Sources) { s.Offline = true }, reason: "live: the engine fetches the source, and depreview is offline"},
		"no engine": {files: []map[string]string{never}, with: func(s *Sources) {
			s.Engine = noEngine
		}, reason: neverScanned + "; live: depreview-engines is not installed; install it"},
		"an engine that fails": {answer: func(engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
			return engines.ScorecardAnswer{}, &engines.Error{Kind: engines.Crash, Engine: "scorecard", Reason: "it ended without an answer"}
		}, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}}, reason: "live: scorecard engine: it ended without an answer"},
		"no commit of head": {files: []map[string]string{packument(commit(one, "github:acme/http"), `"repository":"github:acme/http"`)}, asked: []engines.ScorecardRequest{{Repository: address, Base: one}},
			want: facts("7.5 > ", scope+" > ", one[:12]+" > ", day+" > ", http+" > "+http, "not known, because =  > the commit of this version is not known", "left out = 1 submodule was left out > ") +
				"\ncheck | risk | base | head | reason\nDangerous-Workflow | Critical | 10 | ? | \nLicense | Low | 10 | ? | ",
			reason: "live: head: the commit of this version is not known"},
		"no commit at all": {files: []map[string]string{packument(`"repository":"github:acme/http"`, `"repository":"github:acme/http"`)}, reason: "live: the commit of this version is not known"},
		"base is gone": {answer: func(r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
			a, err := liveAnswers(r)
			a.Base, a.BaseUnknown = nil, "there is no such commit"
			return a, err
		}, asked: []engines.ScorecardRequest{{Repository: address, Base: one, Head: two}},
			want: facts(" > 3.5", " > "+scope, " > "+two[:12], " > "+day, http+" > "+http, "not known, because = there is no such commit > ", "left out =  > 1 submodule was left out") +
				"\ncheck | risk | base | head | reason\nDangerous-Workflow | Critical | ? | 0 | why Dangerous-Workflow\nLicense | Low | ? | 10 | why License",
			reason: "live: base: there is no such commit"},
		"moved": {files: []map[string]string{packument(commit(one, "github:acme/old"), commit(two, "github:acme/http")),
			{"scorecard/github.com/acme/old.http": scorecardNever, "deps-dev/projects/github.com/acme/old.http": scorecardNever}},
			asked: []engines.ScorecardRequest{{Repository: address, Head: two}, {Repository: "https://github.com/acme/old", Base: one}},
			want:  strings.Replace(bothSides, "repository = "+http, "repository = github.com/acme/old", 1)},
		"another forge": {files: []map[string]string{packument(commit(one, "https://git.acme.example/acme/http"), commit(two, "https://git.acme.example/acme/http"))},
			reason: "no answer of scorecard.invalid was recorded; live: the engine fetches no source from git.acme.example"},
		"removed": {change: notesChange("npm", "acme-http", "1.0.0", ""), reason: "nothing is installed any more"},
	} {
		t.Run(name, func(t *testing.T) {
			others := map[string]string{}
			for _, some := range test.files {
				for file, text := range some {
					others[file] = text
				}
			}
			engine := &fakeEngine{answer: liveAnswers}
			if test.answer != nil {
				engine.answer = test.answer
			}
			s := scorecardSources(t, scorecardFiles(others))
			s.Scorecard, s.Engine = ScorecardLive, engine.found
			if test.with != nil {
				test.with(&s)
			}
			if test.change == nil {
				test.change = update
			}
			review := &analysis.Review{Now: scorecardNow, BaseFiles: fstest.MapFS{".depreview/policy.toml": {Data: []byte("[scorecard]\n" + test.rules)}}}
			check, ctx := newScorecard(s), t.Context()
			if test.live {
				ctx = analysis.WithLive(ctx)
			}
			result, err := check.Run(ctx, test.change, review)
			reason := ""
			if err != nil {
				reason = analysis.Why(err)
			}
			if got := liveSaid(result); got != test.want || reason != test.reason {
				t.Errorf("%s\nwant %s\nreason %q, want %q", got, test.want, reason, test.reason)
			}
			if fmt.Sprint(engine.asked) != fmt.Sprint(test.asked) {
				t.Errorf("asked %+v, want %+v", engine.asked, test.asked)
			}
			for _, f := range result.Findings {
				if f.Code != test.finding {
					t.Errorf("found %+v", f)
				}
			}
			if test.finding != "" && len(result.Findings) == 0 {
				t.Errorf("no %s", test.finding)
			}
		})
	}
}

// TestScorecardLivePrivate: of a package from somebody's own registry no forge
// is asked; of the same package from the public one it is.
func TestScorecardLivePrivate(t *testing.T) {
	for npm, most := range map[string]int{"https://npm.acme.example": 0, clients.DefaultEndpoints().NPM: 1} {
		services := licenseServices{asked: new([]string), depsDev: map[string]string{},
			packument: fmt.Sprintf(`{"name":"acme-http","versions":{"2.0.0":{"name":"acme-http","version":"2.0.0","gitHead":%q,"repository":"https://github.com/acme/http"}}}`, commitOf("2"))}
		transport, err := clients.NewTransport(clients.Options{RoundTripper: services, Clock: licenseClock{}})
		if err != nil {
			t.Fatal(err)
		}
		e := clients.DefaultEndpoints()
		e.NPM = npm
		c := clients.New(transport, e, nil)
		engine := &fakeEngine{answer: liveAnswers}
		s := Sources{Clients: c, Registry: registry.New(c), Scorecard: ScorecardLive, Engine: engine.found}
		result, _ := newScorecard(s).Run(t.Context(), notesChange("npm", "acme-http", "", "2.0.0"), &analysis.Review{Now: scorecardNow})
		if len(engine.asked) != most || (liveSaid(result) != "") != (most > 0) {
			t.Errorf("%s: asked %v\n%+v", npm, engine.asked, result)
		}
	}
}

// TestLiveStays: a live score that was asked for is not lost when the rest is
// asked for again, and the source is not looked at twice.
func TestLiveStays(t *testing.T) {
	engine := &fakeEngine{answer: liveAnswers}
	s := scorecardSources(t, scorecardFiles(nil))
	s.Scorecard, s.Engine = ScorecardAuto, engine.found
	check, c, review := newScorecard(s), notesChange("npm", "acme-http", "1.0.0", "2.0.0"), &analysis.Review{Now: scorecardNow}
	for i, ctx := range []context.Context{t.Context(), analysis.WithLive(t.Context()), clients.Refresh(t.Context())} {
		if result, err := check.Run(ctx, c, review); err != nil || (liveSaid(result) != "") != (i > 0) {
			t.Errorf("%d: %v, %s", i, err, liveSaid(result))
		}
	}
	if len(engine.asked) != 1 {
		t.Errorf("asked %v", engine.asked)
	}
}

// TestLiveUnasked: what nobody asked for does not hold up a review.
func TestLiveUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const commits = 8
		slow := waitingEngine{}
		k := &scorecardCheck{queue: newLiveQueue(func() (Engine, error) { return slow, nil })}
		began, reasons := time.Now(), make([]string, commits)
		var wait sync.WaitGroup
		for i := range commits {
			wait.Go(func() {
				at := source{repository: repository{host: "github.com", name: fmt.Sprint("acme/", i)}, commit: commitOf(fmt.Sprint(i))}
				if seen, err := k.live(t.Context(), liveUnasked, notesChange("npm", "acme-http", "", "2.0.0"), &at, nil); err != nil {
					reasons[i] = err.Error()
				} else {
					t.Errorf("%+v", seen)
				}
			})
		}
		wait.Wait()
		if took := time.Since(began); took != liveUnasked.limit {
			t.Errorf("it took %s", took)
		}
		count := map[string]int{}
		for _, reason := range reasons {
			count[reason]++
		}
		if count[errLiveBusy.Error()] != commits-liveAtOnce ||
			count[errLiveSlow.Error()] != liveAtOnce {
			t.Errorf("%q", reasons)
		}
	})
}

// waitingEngine answers nothing.
type waitingEngine struct{}

func (waitingEngine) Scorecard(ctx context.Context, _ engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
	<-ctx.Done()
	return engines.ScorecardAnswer{}, &engines.Error{Kind: engines.Cancelled, Reason: "ended, because it is no longer wanted", Err: ctx.Err()}
}

// TestLiveQueue: two engines at once, one question for one pair of commits, and
// nobody waits for a turn without end.
func TestLiveQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most, calls atomic.Int32
		q, engine := newLiveQueue(nil), (&fakeEngine{answer: func(r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
			calls.Add(1)
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(50 * time.Second)
			running.Add(-1)
			return liveAnswers(r)
		}})
		var refused, same atomic.Int32
		var wait sync.WaitGroup
		for i := range 8 {
			for range 3 {
				wait.Go(func() {
					_, err := q.ask(t.Context(), engine, liveAsked, engines.ScorecardRequest{Repository: fmt.Sprint(i), Head: commitOf("2")})
					switch {
					case errors.Is(err, errLiveBusy):
						refused.Add(1)
					case err == nil:
						same.Add(1)
					default:
						t.Error(err)
					}
				})
			}
		}
		wait.Wait()
		// At 0, 50 and 100 seconds two begin; at 120 two repositories give up.
		if most.Load() != liveAtOnce || calls.Load() != 6 || refused.Load() != 6 || same.Load() != 18 {
			t.Errorf("%d at once, %d calls, %d refused, %d answered", most.Load(), calls.Load(), refused.Load(), same.Load())
		}
	})
}

// TestLiveQueueCancelled: who goes away takes nobody's answer along.
func TestLiveQueueCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leaves, stop := context.WithCancel(t.Context())
		calls := 0
		q, engine := newLiveQueue(nil), (&fakeEngine{answer: func(r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
			if calls++; calls == 1 {
				<-leaves.Done()
				return engines.ScorecardAnswer{}, &engines.Error{Kind: engines.Cancelled, Reason: "cancelled", Err: leaves.Err()}
			}
			return liveAnswers(r)
		}})
		r := engines.ScorecardRequest{Repository: "a", Head: commitOf("2")}
		var wait sync.WaitGroup
		wait.Go(func() {
			if _, err := q.ask(leaves, engine, liveAsked, r); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
		synctest.Wait()
		wait.Go(func() {
			if a, err := q.ask(t.Context(), engine, liveAsked, r); err != nil || a.Head == nil {
				t.Errorf("%+v, %v", a, err)
			}
		})
		synctest.Wait()
		stop()
		wait.Wait()
		if calls != 2 {
			t.Errorf("%d calls", calls)
		}
	})
}
