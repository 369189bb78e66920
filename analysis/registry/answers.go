package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// keptReleases bounds what is remembered of a run, in releases of about 150
// bytes: some packages have thousands of them, most have dozens.
const keptReleases = 200_000

// answers asks each question once a run, however many checks want to know.
// What is remembered is short; the documents of a registry are not. Errors are
// not remembered.
type answers struct {
	most int

	mu      sync.Mutex
	flights map[flightKey]*flight
	kept    map[question]*flight
	order   []question // of kept, oldest first
	size    int        // of kept, in releases
}

type question struct {
	id       lockfiles.ID
	versions string // sorted, one a line
}

// flightKey: who asks again does not join who did not.
type flightKey struct {
	question
	again any
}

// flight is a question on its way. It outlives who asked first, and ends when
// nobody waits for it any more.
type flight struct {
	again   any
	waiting int
	stop    context.CancelFunc
	done    chan struct{}
	answer  *Package
	err     error
}

func newAnswers() *answers {
	return &answers{most: keptReleases, flights: make(map[flightKey]*flight), kept: make(map[question]*flight)}
}

func (m *answers) get(ctx context.Context, c *clients.Clients, a Adapter, id lockfiles.ID, versions []string) (*Package, error) {
	versions = slices.Sorted(slices.Values(versions))
	q := question{id, strings.Join(versions, "\n")}
	key := flightKey{q, clients.Refreshed(ctx)}
	m.mu.Lock()
	if f := m.kept[q]; f != nil && (key.again == nil || key.again == f.again) {
		m.mu.Unlock()
		return f.answer, nil
	}
	f := m.flights[key]
	if f == nil {
		own, stop := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{again: key.again, stop: stop, done: make(chan struct{})}
		m.flights[key] = f
		go func() {
			defer m.land(key, f)
			f.answer, f.err = answer(own, c, a, id, versions)
		}()
	}
	f.waiting++
	m.mu.Unlock()
	select {
	case <-f.done:
		return f.answer, f.err
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.stop()
		if m.flights[key] == f {
			delete(m.flights, key) // nobody may join what is stopped
		}
	}
	return nil, context.Cause(ctx)
}

func (m *answers) land(key flightKey, f *flight) {
	// Nobody above this goroutine could catch a panic.
	if p := recover(); p != nil {
		f.answer, f.err = nil, fmt.Errorf("reading what the registry says failed: %.200v", p)
	}
	f.stop()
	m.mu.Lock()
	if m.flights[key] == f {
		delete(m.flights, key)
	}
	if f.err == nil {
		m.keep(key.question, f)
	}
	m.mu.Unlock()
	close(f.done)
}

func (m *answers) keep(q question, f *flight) {
	if old := m.kept[q]; old != nil {
		m.size -= weight(old)
	} else {
		m.order = append(m.order, q)
	}
	m.kept[q] = f
	m.size += weight(f)
	for m.size > m.most && len(m.order) > 1 {
		m.size -= weight(m.kept[m.order[0]])
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
}

func weight(f *flight) int { return 1 + len(f.answer.Releases) }

// answer asks the adapter, or finds on disk what it made of the registry's
// answers some minutes ago: they may have ten megabytes, this has some kilobytes.
func answer(ctx context.Context, c *clients.Clients, a Adapter, id lockfiles.ID, versions []string) (*Package, error) {
	const shape = "3" // counts up when what is kept means something else
	address, key := "", fmt.Sprintf("registry %s\n%s\n%s\n%s", shape, id.Ecosystem, id.Name, strings.Join(versions, "\n"))
	if at, ok := a.(addressed); ok {
		address = at.Address(id.Name)
		var kept Package
		if _, ok := c.Transport.Derived(ctx, address, key, &kept); ok && kept.ID == id {
			return &kept, nil
		}
	}
	ctx, seen := clients.Observe(ctx)
	p, err := a.Package(ctx, id.Name, versions)
	if err != nil {
		return nil, err
	}
	if p.Observed.IsZero() {
		p.Observed = seen.Oldest()
	}
	if address != "" && p.Incomplete == nil {
		c.Transport.KeepDerived(address, key, p.Observed, p)
	}
	return p, nil
}
