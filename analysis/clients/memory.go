package clients

import (
	"context"
	"io"
	"runtime"
	"sync"
)

// bodiesMost is how much of answers is held at once while they are read. One
// answer may go beyond it, so that the largest still gets through.
const bodiesMost = 192 << 20

// memory bounds what answers take: in bytes while they arrive, and in number
// while they are decoded, which takes several times their size and a processor
// each. A review of a thousand packages has documents of 10 MB.
type memory struct {
	most int64
	desk chan struct{} // one seat for each processor

	mu    sync.Mutex
	used  int64
	over  *hold // the one that may go beyond most
	freed chan struct{}
}

// hold is what one answer takes.
type hold struct{ bytes int64 }

func newMemory(most int64) *memory {
	return &memory{most: most, desk: make(chan struct{}, runtime.GOMAXPROCS(0)), freed: make(chan struct{})}
}

// take waits until there is room for n more. Who holds something already cannot
// wait for others that hold something too, so the first in need goes beyond the
// bound, alone.
func (m *memory) take(ctx context.Context, h *hold, n int64) error {
	for {
		m.mu.Lock()
		fits := m.used+n <= m.most
		if fits || m.over == nil || m.over == h {
			if !fits {
				m.over = h
			}
			m.used += n
			h.bytes += n
			m.mu.Unlock()
			return nil
		}
		freed := m.freed
		m.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// give gives back all that an answer took.
func (m *memory) give(h *hold) {
	if h == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used -= h.bytes
	h.bytes = 0
	if m.over == h {
		m.over = nil
	}
	close(m.freed)
	m.freed = make(chan struct{})
}

// sit waits for a seat at the desk, to decode.
func (m *memory) sit(ctx context.Context) (leave func(), err error) {
	select {
	case m.desk <- struct{}{}:
		return func() { <-m.desk }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// roomFor is the size of the pieces in which room is taken.
const roomFor = 256 << 10

// readAll reads a body piece by piece, each when there is room for it.
func (m *memory) readAll(ctx context.Context, h *hold, from io.Reader) ([]byte, error) {
	var body []byte
	for {
		if len(body) == cap(body) {
			// Growing copies, so old and new are held for a moment.
			size := max(roomFor, 2*cap(body))
			if cap(body) == 0 {
				size = 4 << 10
			}
			if err := m.take(ctx, h, int64(size-cap(body))); err != nil {
				return body, err
			}
			body = append(make([]byte, 0, size), body...)
		}
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return body, err
		}
	}
}
