package engines

import (
	"bytes"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// bounded keeps what a child answers and calls full once when that is too much.
type bounded struct {
	mu   sync.Mutex
	data bytes.Buffer
	most int64
	full func()
	over bool
}

// Write takes everything, so that the child is not left hanging on its pipe
// while it is being ended, and keeps what is within the bound.
func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return len(p), nil
	}
	if int64(b.data.Len()+len(p)) > b.most {
		b.over = true
		b.data = bytes.Buffer{}
		b.full()
		return len(p), nil
	}
	return b.data.Write(p)
}

func (b *bounded) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.Bytes()
}

// complete tells whether a whole document has come: a limit that strikes after
// that takes nothing away.
func (b *bounded) complete() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.over && b.data.Len() > 0 && jsontext.Value(b.data.Bytes()).IsValid()
}

// tail keeps the beginning and the end of what a child says beside its answer:
// a Go program that dies gives its reason first, others last.
type tail struct {
	mu          sync.Mutex
	first, last []byte
}

const tailEach = 2 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if room := tailEach - len(t.first); room > 0 {
		take := min(room, len(p))
		t.first, p = append(t.first, p[:take]...), p[take:]
	}
	t.last = append(t.last, p[max(0, len(p)-tailEach):]...)
	if len(t.last) > tailEach {
		t.last = append([]byte(nil), t.last[len(t.last)-tailEach:]...)
	}
	return n, nil
}

// text gives what was kept, without the values of secrets (NAME=value).
func (t *tail) text(secrets []string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := string(t.first)
	if len(t.last) > 0 {
		text += "\n…\n" + string(t.last)
	}
	for _, s := range secrets {
		if _, value, _ := strings.Cut(s, "="); value != "" {
			text = strings.ReplaceAll(text, value, "***")
		}
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
