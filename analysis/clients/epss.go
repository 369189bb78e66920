package clients

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/depreview/depreview/lockfiles/pattern"
)

const (
	// epssBatch fits into the 2000 characters that the service reads, and into
	// the 100 entries of a page (api.first.org/epss).
	epssBatch = 100
	// epssFresh: the model is run once a day.
	epssFresh = 12 * time.Hour
)

// EPSS is FIRST's estimate of how likely a vulnerability is to be exploited.
type EPSS struct {
	t       *Transport
	base    string
	pending *Coalescer[string, epssScore]
}

// epssScore is a number as the service writes it, "" where it has none.
type epssScore struct {
	CVE  string `json:"cve"`
	EPSS string `json:"epss"`
}

// NewEPSS asks the service that the endpoints name.
func NewEPSS(t *Transport, e Endpoints) *EPSS {
	s := &EPSS{t: t, base: e.EPSS}
	s.pending = newCoalescer(t.clock, t.batch(epssBatch), func(ctx context.Context, cves []string) ([]Answer[epssScore], error) {
		return s.batch(ctx, cves), nil
	})
	return s
}

// isCVE bounds the number, so that a batch stays within its 2000 characters.
var isCVE = pattern.New(`^CVE-\d{4}-\d{4,9}$`).MatchString

// Probability is that of an exploitation within 30 days, 0 to 1. A CVE without
// an estimate is ErrAbsent. Many calls at the same time are one request.
func (s *EPSS) Probability(ctx context.Context, cve string) (float64, error) {
	if !isCVE(cve) {
		return 0, &Error{Reason: ReasonBadName, Detail: clip(cve + " is no CVE id")}
	}
	var score epssScore
	var err error
	if _, kept := s.t.recall(ctx, s.key(cve), epssFresh, &score); !kept { // what is kept waits for nobody
		score, err = s.pending.Ask(ctx, cve)
	}
	switch {
	case err != nil:
		return 0, err
	case score.EPSS == "":
		return 0, &Error{Reason: ReasonAbsent, Host: hostOf(s.base)}
	}
	p, err := strconv.ParseFloat(score.EPSS, 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, &Error{Reason: ReasonMismatch, Host: hostOf(s.base), Detail: clip(score.EPSS + " is no probability")}
	}
	return p, nil
}

func (s *EPSS) batch(ctx context.Context, cves []string) []Answer[epssScore] {
	answers := make([]Answer[epssScore], len(cves))
	index := make(map[string]int)
	var open []string
	for i, cve := range cves {
		if _, ok := s.t.recall(ctx, s.key(cve), epssFresh, &answers[i].Value); !ok {
			open, index[cve] = append(open, cve), i
		}
	}
	if len(open) == 0 {
		return answers
	}
	var found struct {
		Data []epssScore `json:"data"`
	}
	at, err := s.t.Do(ctx, Request{
		URL:    s.base + "/data/v1/epss?cve=" + url.QueryEscape(strings.Join(open, ",")),
		Accept: acceptJSON, Fresh: -1,
		Read: func(r *Response) error {
			if err := readJSON(&found)(r); err != nil {
				return err
			}
			if found.Data == nil { // some other document: not "there is no estimate"
				return mismatch("estimates", "something else")
			}
			return nil
		},
	})
	for _, cve := range open {
		answers[index[cve]] = Answer[epssScore]{Value: epssScore{CVE: cve}, At: at, Err: err}
	}
	if err != nil {
		return answers
	}
	for _, one := range found.Data {
		if i, asked := index[one.CVE]; asked {
			answers[i].Value = one
		}
	}
	for _, cve := range open {
		if body, err := json.Marshal(answers[index[cve]].Value); err == nil {
			s.t.remember(s.key(cve), body)
		}
	}
	return answers
}

func (s *EPSS) key(cve string) string { return "epss\n" + s.base + "\n" + cve }
