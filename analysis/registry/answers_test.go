package registry

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

var flowChange = &diff.Change{Base: pkg("npm", "event-flow", "1.0.1", ""), Head: pkg("npm", "event-flow", "2.0.0", "")}

const flowURL, flowCount = "npm.invalid/event-flow", "counts.invalid/downloads/point/last-week/event-flow"

func flowBodies() map[string]string {
	return map[string]string{flowURL: eventFlow, flowCount: `{"downloads":42,"package":"event-flow"}`}
}

func TestOneQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := serving(t, flowBodies())
		s.hold = make(chan struct{})
		r := New(c)
		impatient, stop := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() {
			if _, err := r.Compare(impatient, flowChange); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
		synctest.Wait() // it is the first to ask
		answers := make([]*Package, 50)
		for i := range answers {
			wait.Go(func() {
				got, err := r.Compare(t.Context(), flowChange)
				if err != nil {
					t.Error(err)
					return
				}
				answers[i] = got.Package
			})
		}
		synctest.Wait()
		stop()
		synctest.Wait()
		close(s.hold)
		wait.Wait()
		got, err := r.Compare(t.Context(), &diff.Change{Base: flowChange.Head, Head: flowChange.Base})
		if err != nil || s.count(flowURL) != 1 {
			t.Errorf("%v, asked %d times", err, s.count(flowURL))
		}
		for _, p := range answers {
			if p != got.Package {
				t.Fatal("not one answer for all")
			}
		}

		again := clients.Refresh(t.Context())
		for range 3 {
			if _, err := r.Compare(again, flowChange); err != nil || s.count(flowURL) != 2 {
				t.Errorf("%v, asked %d times", err, s.count(flowURL))
			}
		}
	})
}

func TestNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := serving(t, flowBodies())
		s.hold = make(chan struct{}) // for ever
		r := New(c)
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := r.Compare(ctx, flowChange); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		synctest.Wait()
		s.mu.Lock()
		s.hold = nil
		s.mu.Unlock()
		if _, err := r.Compare(t.Context(), flowChange); err != nil {
			t.Error("a question that was given up is asked anew:", err)
		}
	})
}

func TestErrorsAreNotRemembered(t *testing.T) {
	c, s := serving(t, map[string]string{})
	r := New(c)
	if _, err := r.Compare(t.Context(), flowChange); !errors.Is(err, clients.ErrAbsent) {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.bodies[flowURL] = eventFlow
	s.mu.Unlock()
	if _, err := r.Compare(t.Context(), flowChange); err != nil {
		t.Error(err)
	}
}

type broken struct{}

func (broken) Ecosystems() []string { return []string{"npm"} }
func (broken) Package(context.Context, string, []string) (*Package, error) {
	var none *Package
	return none, errors.New(none.Source)
}

func TestPanicOfAnAdapter(t *testing.T) {
	c, _ := serving(t, nil)
	r := New(c)
	r.adapters["npm"] = broken{}
	if _, err := r.Compare(t.Context(), flowChange); err == nil || !strings.Contains(err.Error(), "failed") {
		t.Error(err)
	}
}

func TestKeptOnDisk(t *testing.T) {
	dir := t.TempDir()
	with := func(offline bool, at time.Time) func(*clients.Options) {
		return func(o *clients.Options) { o.CacheDir, o.Offline, o.Clock = dir, offline, clock{at} }
	}
	c, _ := serving(t, flowBodies(), with(false, today))
	first, err := New(c).Compare(t.Context(), flowChange)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*clients.Options){
		"soon after": with(false, today.Add(time.Minute)), "offline": with(true, today.Add(1000*time.Hour)),
	} {
		c, s := serving(t, nil, change)
		second, err := New(c).Compare(t.Context(), flowChange)
		if err != nil || s.total() != 0 || !reflect.DeepEqual(first, second) {
			t.Errorf("%s: %v, asked %v\n got %+v\nwant %+v", name, err, s.asked, second, first)
		}
		if !second.Package.Observed.Equal(today) {
			t.Errorf("%s: observed %v", name, second.Package.Observed)
		}
	}
	c, s := serving(t, flowBodies(), with(false, today.Add(time.Hour)))
	if p, err := New(c).Compare(t.Context(), flowChange); err != nil || s.count(flowURL) != 1 || !p.Package.Observed.Equal(today.Add(time.Hour)) {
		t.Errorf("an hour later: %+v %v", p, err)
	}
}

// TestHalfAnswersAreNotKept: what could not be asked today can be tomorrow.
func TestHalfAnswersAreNotKept(t *testing.T) {
	dir := t.TempDir()
	kept := func(o *clients.Options) { o.CacheDir = dir }
	crate := &diff.Change{Head: pkg("cargo", "acme-ffi", "1.0.0", "")}
	bodies := map[string]string{"index.invalid/ac/me/acme-ffi": acmeIndex}
	c, _ := serving(t, bodies, kept)
	if p, err := New(c).Compare(t.Context(), crate); err != nil || p.Package.Incomplete == nil {
		t.Fatal(p, err)
	}
	bodies["crates.invalid/api/v1/crates/acme-ffi"] = `{"crate":{"name":"acme-ffi"},"versions":[{"num":"1.0.0","license":"MIT"}]}`
	bodies["crates.invalid/api/v1/crates/acme-ffi/owners"] = `{"users":[]}`
	c, _ = serving(t, bodies, kept, func(o *clients.Options) { o.Clock = clock{today.Add(6 * time.Minute)} })
	if p, err := New(c).Compare(t.Context(), crate); err != nil || p.Package.Incomplete != nil || p.Head.Detail.License != "MIT" {
		t.Error(p, err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newAnswers()
	m.most = 10
	names := []string{"a", "b", "c", "a", "d"}
	for _, name := range names {
		q := question{id: lockfiles.ID{Name: name}}
		m.keep(q, &flight{answer: &Package{Releases: make([]Release, 4)}})
	}
	if len(m.kept) != 2 || len(m.order) != 2 || m.size != 10 || m.kept[question{id: lockfiles.ID{Name: "d"}}] == nil {
		t.Errorf("%d kept, size %d", len(m.kept), m.size)
	}
}
