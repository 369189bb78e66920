//go:build engines

package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/analysis/engines"
)

// With a token the library asks GitHub's API; the token goes there alone, and a
// refusal is unknown with its reason.
func TestTodayWithARefusedToken(t *testing.T) {
	old := network.inner
	t.Cleanup(func() { network.inner = old; network.allow(nil) })
	t.Setenv("GITHUB_AUTH_TOKEN", "acme-secret")
	var mu sync.Mutex
	sent := make(map[string]bool)
	network.inner = roundTrip(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		sent[r.URL.Host] = sent[r.URL.Host] || strings.Contains(r.Header.Get("Authorization"), "acme-secret")
		return &http.Response{
			StatusCode: 401, Status: "401 Unauthorized", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
			Request: r, Body: io.NopCloser(strings.NewReader(`{"message":"Bad credentials"}`)),
		}, nil
	})
	a, err := runScorecard(t.Context(), engines.ScorecardRequest{
		Repository: "https://github.com/acme-http/acme-http", Head: strings.Repeat("a", 40), WithToken: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if a.Today != nil || a.TodayUnknown != "GitHub refuses the token (401)" || a.Head != nil || !strings.Contains(a.HeadUnknown, "gone, or private") {
		t.Errorf("got %+v", a)
	}
	if !sent["api.github.com"] || sent["github.com"] {
		t.Errorf("the token was sent: %v", sent)
	}
}

// What the library sleeps over, whatever its context says, is given up in time.
func TestTodayIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slept time.Duration
		began, woken := time.Now(), make(chan bool)
		_, err := inTime(t.Context(), engines.TodayTime, func(context.Context) (int, error) {
			defer close(woken)
			time.Sleep(time.Hour)
			return 1, nil
		})
		slept = time.Since(began)
		if err == nil || !strings.Contains(err.Error(), "hourly allowance") || slept != engines.TodayTime {
			t.Errorf("%v after %v", err, slept)
		}
		<-woken
		if n, err := inTime(t.Context(), engines.TodayTime, func(context.Context) (int, error) { return 2, nil }); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}
