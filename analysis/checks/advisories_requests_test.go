package checks

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// far is a service behind a network: each answer takes its time.
type far struct {
	*service
	odd   map[string]string // by host: what it says instead
	asked map[string]*atomic.Int64
}

func (f far) RoundTrip(r *http.Request) (*http.Response, error) {
	f.asked[r.URL.Host].Add(1)
	time.Sleep(50 * time.Millisecond)
	if body, ok := f.odd[r.URL.Host]; ok {
		return answerWith(r, body), nil
	}
	return f.service.RoundTrip(r)
}

func answerWith(r *http.Request, body string) *http.Response {
	w := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r}
	w.Body = http.NoBody
	if body != "" {
		w.Body = readCloser{strings.NewReader(body)}
	}
	return w
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// TestAdvisoriesAskEachServiceOnce: 500 changes, each with an advisory of its
// own, are one question to OSV, one to KEV, and a hundred CVEs are one to EPSS,
// although the records come 24 at a time; also where a service answers oddly.
func TestAdvisoriesAskEachServiceOnce(t *testing.T) {
	const changes = 500
	for name, odd := range map[string]map[string]string{
		"all answer":   nil,
		"wrong types":  {"epss.invalid": `{"data":{"cve":1}}`, "kev.invalid": `{"count":"1","vulnerabilities":"none"}`},
		"wrong scores": {"epss.invalid": `{"data":[{"cve":"CVE-2026-10001","epss":0.5},7]}`, "kev.invalid": `[]`},
		"pages":        {"epss.invalid": `<html>`, "kev.invalid": `<html>`},
		"nothing":      {"epss.invalid": ``, "kev.invalid": ``}, // three attempts each
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &service{refs: map[string][]string{}, records: map[string]string{}}
				for i := range changes {
					id, pkg := fmt.Sprintf("GHSA-%d", i), fmt.Sprintf("acme-%d", i)
					s.refs[pkg+" 2.0.0"] = []string{id}
					s.records[id] = osvRecord(id, pkg, severe+fmt.Sprintf(`,"aliases":["CVE-2026-%d"]`, 10000+i), events("introduced", "2.0.0"))
				}
				f := far{service: s, odd: odd, asked: map[string]*atomic.Int64{"osv.invalid": {}, "epss.invalid": {}, "kev.invalid": {}}}
				limits := map[string]clients.Limit{"osv.invalid": {Concurrent: 24}, "epss.invalid": {Concurrent: 4}, "kev.invalid": {Concurrent: 1}}
				transport, err := clients.NewTransport(clients.Options{RoundTripper: f, Limits: limits, Getenv: func(string) string { return "" }})
				if err != nil {
					t.Fatal(err)
				}
				check := advisoryCheck{Sources{Clients: clients.New(transport, clients.Endpoints{
					OSV: "https://osv.invalid", EPSS: "https://epss.invalid", KEV: "https://kev.invalid/kev.json"}, nil)}}
				var wait sync.WaitGroup
				for i := range changes {
					wait.Go(func() {
						r, err := check.Run(t.Context(), change(fmt.Sprintf("acme-%d", i), "1.0.0", "2.0.0"), &analysis.Review{})
						if err != nil || len(r.Findings) != 1 {
							t.Errorf("%d: %v, %v", i, r.Findings, err)
							return
						}
						one := r.Evidence[0].Body.(analysis.Advisories)[0]
						if (one.EPSS != nil) != (odd == nil) || (one.KEV == lockfiles.No) != (odd == nil) || one.KEV == lockfiles.Yes {
							t.Errorf("%d: EPSS %v, KEV %v", i, one.EPSS, one.KEV)
						}
					})
				}
				wait.Wait()
				if n := s.batches.Load(); n != 1 {
					t.Errorf("%d batches", n)
				}
				attempts := int64(1)
				if name == "nothing" {
					attempts = 3
				}
				if n := f.asked["epss.invalid"].Load(); n != attempts*changes/100 {
					t.Errorf("EPSS was asked %d times", n)
				}
				if n := f.asked["kev.invalid"].Load(); n != attempts {
					t.Errorf("KEV was asked %d times", n)
				}
			})
		})
	}
}
