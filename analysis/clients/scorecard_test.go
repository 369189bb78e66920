package clients

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const scorecardAnswer = `{"date":"2026-11-09","repo":{"name":"github.com/Acme/http","commit":"C0"},"scorecard":{"version":"v5.5.0","commit":"x"},"score":6.2,
"checks":[{"name":"Maintained","score":7,"reason":"12 commits","details":["Info: x"],"documentation":{"short":"s","url":"u"}},{"name":"Fuzzing","score":-1,"reason":"no","details":null}],"metadata":""}`

func TestScorecard(t *testing.T) {
	sha, other := strings.Repeat("a", 40), strings.Repeat("b", 40)
	named := func(name, commit string) string {
		return strings.NewReplacer("github.com/Acme/http", name, "C0", commit).Replace(scorecardAnswer)
	}
	address, asked := routes(t, answer(404, ""), map[string]string{
		"/projects/github.com/Acme/http":                  named("github.com/Acme/http", sha),
		"/projects/github.com/Acme/http?commit=" + other:  named("github.com/Acme/http", other),
		"/projects/github.com/acme/lower":                 named("github.com/acme/lower", sha),
		"/projects/github.com/acme/wrong":                 named("github.com/acme/other", sha),
		"/projects/github.com/acme/moved?commit=" + other: named("github.com/acme/moved", sha),
		"/projects/github.com/acme/empty":                 `{}`,
		"/projects/github.com/acme/page":                  `<html>`,
		"/projects/github.com/acme/twice":                 `{"repo":{"name":"github.com/acme/twice"},"score":1,"checks":[{"name":"A","score":1},{"name":"A","score":10}]}`,
		"/projects/gitlab.com/acme/http":                  named("gitlab.com/acme/http", sha),
	})
	s := NewScorecard(quiet(t), Endpoints{Scorecard: address})
	for _, test := range []struct {
		forge, name, commit string
		want                State
	}{
		{"github.com", "Acme/http", "", Found},
		{"github.com", "Acme/http", other, Found},
		{"github.com", "Acme/http", sha, Absent},
		{"github.com", "Acme/Lower", "", Found}, // as it is written, then in lower case
		{"gitlab.com", "acme/http", "", Found},
		{"github.com", "acme/none", "", Absent},
		{"github.com", "acme/wrong", "", Unknown},
		{"github.com", "acme/moved", other, Unknown},
		{"github.com", "acme/empty", "", Unknown},
		{"github.com", "acme/page", "", Unknown},
		{"github.com", "acme/twice", "", Unknown},
		{"github.com", "acme/http", "main", Unknown},
		{"gitlab.com", "acme/group/http", "", Unknown},
		{"github.com", "acme/..", "", Unknown},
	} {
		found, err := s.Result(t.Context(), test.forge, test.name, test.commit)
		if StateOf(err) != test.want || (found != nil) != (test.want == Found) {
			t.Errorf("%s/%s %s: %+v, %v", test.forge, test.name, test.commit, found, err)
		}
	}
	r, err := s.Result(t.Context(), "github.com", "Acme/http", "")
	if err != nil || *r.Score != 6.2 || r.Commit != sha || !r.Date.Equal(time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)) || r.Version != "v5.5.0" ||
		len(r.Checks) != 2 || *r.Checks[0].Score != 7 || r.Checks[0].Reason != "12 commits" || *r.Checks[1].Score != -1 {
		t.Errorf("%+v, %v", r, err)
	}
	before := asked.Load()
	if _, err := s.Result(t.Context(), "github.com", "Acme/http", ""); err != nil || asked.Load() != before {
		t.Errorf("asked again: %v", err)
	}
}

// TestScorecardAbsent: what a proxy says of an address is not what the service
// says of a repository.
func TestScorecardAbsent(t *testing.T) {
	for body, want := range map[string]State{"": Absent, "\n": Absent, `{"code":404,"message":"path was not found"}`: Unknown, "<html>": Unknown, "not found": Unknown} {
		address, _ := routes(t, answer(404, body), nil)
		if _, err := NewScorecard(quiet(t), Endpoints{Scorecard: address}).Result(t.Context(), "github.com", "acme/http", ""); StateOf(err) != want {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestScorecardNumbers(t *testing.T) {
	for text, want := range map[string]string{
		`"score":0,"date":"2026-11-09T01:02:03Z"`: "0 true", `"score":10`: "10 false", `"score":-1`: "-1 false",
		`"score":-2`: "none false", `"score":10.1`: "none false", `"score":"7","date":5`: "none false", `"date":"yesterday"`: "none false",
	} {
		r, err := readScorecard([]byte(`{"repo":{"name":"n"},` + text + `}`))
		if err != nil {
			t.Fatal(err)
		}
		got := "none"
		if r.Score != nil {
			got = fmt.Sprint(*r.Score)
		}
		if got += fmt.Sprint(" ", !r.Date.IsZero()); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]int{"0": 0, "10": 10, "-1": -1, "-2": -9, "11": -9, "7.5": -9, `"7"`: -9, "null": -9} {
		r, err := readScorecard([]byte(`{"repo":{"name":"n"},"checks":[{"name":"A","score":` + text + `}]}`))
		if err != nil {
			t.Fatal(err)
		}
		got := -9
		if r.Checks[0].Score != nil {
			got = *r.Checks[0].Score
		}
		if got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

// TestScorecardElsewhere: the public services are told no name of a
// repository on somebody's own forge.
func TestScorecardElsewhere(t *testing.T) {
	c := New(quiet(t), DefaultEndpoints(), nil)
	if _, err := c.Scorecard.Result(t.Context(), "git.acme.example", "acme/http", ""); asError(err) == nil || asError(err).Reason != ReasonNotAsked {
		t.Error(err)
	}
	if _, err := c.DepsDev.Scorecard(t.Context(), "git.acme.example", "acme/http"); asError(err) == nil || asError(err).Reason != ReasonNotAsked {
		t.Error(err)
	}
	if !c.Scorecard.Covers("github.com") || !c.Scorecard.Covers("gitlab.com") || c.Scorecard.Covers("") {
		t.Error("the public forges are covered")
	}
}

func TestDepsDevScorecard(t *testing.T) {
	const project = `{"projectKey":{"id":"github.com/acme/http"},"scorecard":{"date":"2026-11-09T00:00:00Z","repository":{"name":"github.com/acme/http","commit":"c0"},"scorecard":{"version":"v5.5.0"},
"checks":[{"name":"Maintained","score":3,"reason":"r"},{"name":"Fuzzing"}],"overallScore":3.8}}`
	address, _ := routes(t, answer(404, "not found"), map[string]string{
		"/v3/projects/github.com%2Facme%2Fhttp":  project,
		"/v3/projects/github.com%2Facme%2Fplain": `{"projectKey":{"id":"github.com/acme/plain"}}`,
		"/v3/projects/github.com%2Facme%2Fother": strings.Replace(project, "acme/http", "acme/other", 1),
	})
	d := NewDepsDev(quiet(t), Endpoints{DepsDev: address})
	r, err := d.Scorecard(t.Context(), "github.com", "Acme/http")
	_, absent := d.Scorecard(t.Context(), "github.com", "acme/plain")
	wantStates(t, "a score", err, absent)
	if *r.Score != 3.8 || r.Commit != "c0" || r.Date.IsZero() || *r.Checks[0].Score != 3 || r.Checks[1].Score != nil {
		t.Errorf("%+v", r)
	}
	if _, err := d.Scorecard(t.Context(), "github.com", "acme/other"); StateOf(err) != Unknown {
		t.Error("the score of another repository:", err)
	}
}

// FuzzReadScorecard: whatever is read is a score, or none.
func FuzzReadScorecard(f *testing.F) {
	f.Add([]byte(scorecardAnswer))
	f.Add([]byte(`{"score":1e400,"checks":[{"name":"A","score":-0.0}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := readScorecard(body)
		if err != nil {
			return
		}
		if r.Score != nil && *r.Score != -1 && !(*r.Score >= 0 && *r.Score <= 10) {
			t.Errorf("overall %v", *r.Score)
		}
		names := make(map[string]bool)
		for _, c := range r.Checks {
			if c.Name == "" || names[c.Name] || c.Score != nil && (*c.Score < -1 || *c.Score > 10) {
				t.Errorf("%+v", c)
			}
			names[c.Name] = true
		}
	})
}
