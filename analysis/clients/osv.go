package clients

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/depreview/depreview/lockfiles/pattern"
)

const (
	osvBatch = 1000
	// osvPages bounds the pages of one question; a page holds about 1000 ids.
	osvPages = 30
	// osvBad bounds how many questions of a batch the service may refuse, each
	// of which costs a request.
	osvBad   = 25
	osvFresh = time.Hour
)

// OSV is the advisory database.
type OSV struct {
	t       *Transport
	base    string
	pending *Coalescer[OSVQuery, []OSVRef]
	records *memo[[]byte]
	reading atomic.Int64 // records that are on their way
	names   discretion
}

// OSVQuery is one package version. Ecosystem is OSV's name of it ("PyPI"),
// which is case-sensitive. A purl is not used: of a purl type that OSV does
// not know it says "nothing found".
type OSVQuery struct {
	Ecosystem, Name, Version string
	// Every asks for the advisories of all versions, and Version is left out:
	// OSV orders no versions of GitHub Actions (google/osv.dev#2308), and then
	// its silence about one version means nothing.
	Every  bool
	Commit string // instead of all others
}

// OSVRef is an advisory that concerns a version, by id.
type OSVRef struct {
	ID       string `json:"id"`
	Modified string `json:"modified"` // RFC 3339, as the service wrote it
}

// NewOSV asks the service that the endpoints name.
func NewOSV(t *Transport, e Endpoints) *OSV {
	o := &OSV{t: t, base: e.OSV, records: newMemo[[]byte](keptAnswers)}
	o.pending = newCoalescer(t.clock, t.batch(osvBatch), func(ctx context.Context, qs []OSVQuery) ([]Answer[[]OSVRef], error) {
		return o.Batch(ctx, qs), nil
	})
	return o
}

// Refs are the advisories that concern one version; none is an answer. Many
// calls at the same time are one request.
func (o *OSV) Refs(ctx context.Context, q OSVQuery) ([]OSVRef, error) { return o.pending.Ask(ctx, q) }

// Answer is Refs with the time at which the service said so. The answer that
// has an Err may hold advisories all the same.
func (o *OSV) Answer(ctx context.Context, q OSVQuery) Answer[[]OSVRef] {
	return o.pending.Answer(ctx, q)
}

// Host is who answers.
func (o *OSV) Host() string { return hostOf(o.base) }

type osvQuery struct {
	Commit    string      `json:"commit,omitempty"`
	Version   string      `json:"version,omitempty"`
	Package   *osvPackage `json:"package,omitempty"`
	PageToken string      `json:"page_token,omitempty"`
}

type osvPackage struct {
	Name      string `json:"name"`
	Ecosystem string `json:"ecosystem"`
}

type osvResults struct {
	Results []struct {
		Vulns []OSVRef `json:"vulns"`
		Next  string   `json:"next_page_token"`
	} `json:"results"`
}

// osvAsk is one question on its way through pages and batches.
type osvAsk struct {
	query  osvQuery
	answer *Answer[[]OSVRef]
	key    string
	seen   map[string]bool // page tokens
}

// Batch answers many questions, in their order, with as few requests as the
// service allows. An answer with an Err may hold advisories all the same: those
// that were found before it went wrong.
func (o *OSV) Batch(ctx context.Context, queries []OSVQuery) []Answer[[]OSVRef] {
	answers := make([]Answer[[]OSVRef], len(queries))
	var open []*osvAsk
	for i, q := range queries {
		ask := &osvAsk{answer: &answers[i], query: osvQuery{Commit: q.Commit, Version: q.Version}}
		if q.Commit == "" {
			ask.query.Package = &osvPackage{Name: q.Name, Ecosystem: q.Ecosystem}
		}
		err := q.check()
		if err == nil && q.Commit == "" {
			err = o.names.private(q.Ecosystem, q.Name)
		}
		if err != nil {
			answers[i].Err = err
			continue
		}
		ask.key = fmt.Sprintf("osv\n%s\n%s\n%s\n%s\n%s", o.base, q.Ecosystem, q.Name, q.Version, q.Commit)
		at, ok := o.t.recall(ctx, ask.key, osvFresh, &answers[i].Value)
		if answers[i].At = at; !ok {
			open = append(open, ask)
		}
	}
	for len(open) > 0 {
		n := min(len(open), o.t.batch(osvBatch))
		again := o.send(ctx, open[:n])
		open = append(again, open[n:]...)
	}
	return answers
}

func (q OSVQuery) check() error {
	if q.Commit != "" {
		return checkName(q.Commit)
	}
	if q.Ecosystem == "" || (q.Version == "") != q.Every {
		return &Error{Reason: ReasonBadName, Detail: "the advisory database is asked by ecosystem, name and version"}
	}
	return checkName(q.Name)
}

// send asks one batch and returns the questions that have further pages.
func (o *OSV) send(ctx context.Context, asks []*osvAsk) (again []*osvAsk) {
	asks = append([]*osvAsk(nil), asks...)
	for bad := 0; len(asks) > 0; bad++ {
		results, at, err := o.post(ctx, asks)
		if n, why := refusedAt(err); n >= 0 && n < len(asks) && bad < osvBad {
			asks[n].answer.Err = &Error{Reason: ReasonBadName, Host: hostOf(o.base), Detail: why, Err: err}
			asks = append(asks[:n], asks[n+1:]...)
			continue
		}
		if err != nil {
			for _, ask := range asks {
				ask.answer.Err = err
			}
			return nil
		}
		for i, ask := range asks {
			one := results.Results[i]
			ask.answer.Value, ask.answer.At = append(ask.answer.Value, one.Vulns...), at
			if one.Next == "" {
				o.keep(ask)
			} else if ask.turn(one.Next, o.base) {
				again = append(again, ask)
			}
		}
		return again
	}
	return nil
}

// turn goes to the next page, unless that leads nowhere.
func (a *osvAsk) turn(token, base string) bool {
	if a.seen == nil {
		a.seen = make(map[string]bool)
	}
	if a.seen[token] || len(a.seen) >= osvPages {
		a.answer.Err = &Error{Reason: ReasonMismatch, Host: hostOf(base), Detail: "its pages have no end, so advisories may be missing"}
		return false
	}
	a.seen[token] = true
	a.query.PageToken = token
	return true
}

func (o *OSV) keep(ask *osvAsk) {
	if ask.answer.Value == nil {
		ask.answer.Value = []OSVRef{}
	}
	if body, err := json.Marshal(ask.answer.Value); err == nil {
		o.t.remember(ask.key, body)
	}
}

func (o *OSV) post(ctx context.Context, asks []*osvAsk) (results osvResults, at time.Time, err error) {
	queries := make([]osvQuery, len(asks))
	for i, ask := range asks {
		queries[i] = ask.query
	}
	body, err := json.Marshal(map[string]any{"queries": queries})
	if err != nil {
		return results, at, &Error{Reason: ReasonBadName, Detail: clip(err.Error()), Err: err}
	}
	at, err = o.t.Do(ctx, Request{
		Method: http.MethodPost, URL: o.base + "/v1/querybatch", Body: body, Accept: "application/json", Fresh: -1,
		Read: func(r *Response) error {
			if err := readJSON(&results)(r); err != nil {
				return err
			}
			if len(results.Results) != len(queries) {
				return fmt.Errorf("%d answers to %d questions", len(results.Results), len(queries))
			}
			for _, one := range results.Results {
				for _, ref := range one.Vulns {
					if ref.ID == "" {
						return errors.New("an advisory without an id")
					}
				}
			}
			return nil
		},
	})
	return results, at, err
}

var osvIndex = pattern.New(`(?i)error in query at index:? (\d+)(?:: *)?(.*)`)

// refusedAt finds in the refusal of a batch which question it is about, or -1.
func refusedAt(err error) (int, string) {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusBadRequest {
		return -1, ""
	}
	found := osvIndex.FindStringSubmatch(e.Detail)
	if found == nil {
		return -1, ""
	}
	at, err := strconv.Atoi(found[1])
	if err != nil {
		return -1, ""
	}
	return at, found[2]
}
