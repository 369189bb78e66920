package clients

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
)

// SumDB is the Go checksum database. Every answer is verified: the tree head's
// signature, that the record is in the tree, and that the tree is the one that
// was seen before, also by earlier runs.
type SumDB struct {
	t    *Transport
	base string
	key  string
	name string

	rules GoRules
	shut  error // why nothing is asked at all, or nil

	mu      sync.Mutex
	configs map[string][]byte
	tiles   map[string][]byte
	lines   *memo[[]string]
}

// NewSumDB asks the database of the endpoints, and believes its key alone.
func NewSumDB(t *Transport, e Endpoints) *SumDB {
	name, _, _ := strings.Cut(e.SumDBKey, "+")
	return &SumDB{
		t: t, base: e.SumDB, key: e.SumDBKey, name: name,
		configs: make(map[string][]byte), tiles: make(map[string][]byte), lines: newMemo[[]string](2 * keptAnswers),
	}
}

// Lookup is the go.sum lines of a module version ("v1.2.3", or "v1.2.3/go.mod"
// for the hash of its go.mod). An answer that does not verify is
// ReasonUnverified: somebody is not telling the truth.
func (s *SumDB) Lookup(ctx context.Context, path, version string) ([]string, error) {
	if _, err := goVersion(path, strings.TrimSuffix(version, "/go.mod")); err != nil {
		return nil, err
	}
	if err := s.rules.unsummed(path); err != nil {
		return nil, err
	}
	if s.shut != nil {
		return nil, s.shut
	}
	if _, err := note.NewVerifier(s.key); err != nil {
		return nil, &Error{Reason: ReasonUnverified, Host: hostOf(s.base), Detail: "the configured key of the checksum database is none", Err: err}
	}
	return s.lines.get(ctx, path+"@"+version, func(ctx context.Context) ([]string, error) {
		// The library remembers failures for its life and knows no context, so
		// each question gets a client; what they verified is shared below.
		ops := &sumOps{SumDB: s, ctx: ctx}
		lines, err := sumdb.NewClient(ops).Lookup(path, version)
		switch said := ops.said(); {
		case said != "" || errors.Is(err, sumdb.ErrSecurity):
			return nil, &Error{Reason: ReasonUnverified, Host: hostOf(s.base), Detail: clip(said), Err: sumdb.ErrSecurity}
		case err == nil && len(lines) == 0:
			return nil, &Error{Reason: ReasonMismatch, Host: hostOf(s.base), Detail: "the record has no line for the version"}
		case err == nil:
			return lines, nil
		}
		// The library keeps of the cause its text alone.
		if e := asError(ops.failure()); e != nil {
			return nil, e
		}
		return nil, &Error{Reason: ReasonUnverified, Host: hostOf(s.base), Detail: clip(err.Error()), Err: err}
	})
}

// sumOps is what the library needs of the world, for one question.
type sumOps struct {
	*SumDB
	ctx context.Context

	mu     sync.Mutex
	alarm  string
	failed error // the first of the requests that did not succeed
}

func (o *sumOps) said() string   { o.mu.Lock(); defer o.mu.Unlock(); return o.alarm }
func (o *sumOps) failure() error { o.mu.Lock(); defer o.mu.Unlock(); return o.failed }

// ReadRemote keeps nothing: the library gives what it verified to WriteCache.
func (o *sumOps) ReadRemote(path string) (data []byte, err error) {
	_, err = o.t.Do(o.ctx, Request{URL: o.base + path, Fresh: -1, MaxBody: 4 << 20, Absent: plainAbsent, Read: func(r *Response) error {
		if looksLikeHTML(r.Body) {
			return errors.New("it is no record of a checksum database")
		}
		data = r.Body
		return nil
	}})
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil && o.failed == nil {
		o.failed = err
	}
	return data, err
}

func (o *sumOps) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(o.key), nil
	}
	o.SumDB.mu.Lock()
	defer o.SumDB.mu.Unlock()
	return o.config(file), nil
}

// config is the newest tree head that was believed; none is an empty one.
func (s *SumDB) config(file string) []byte {
	if data, ok := s.configs[file]; ok {
		return data
	}
	if e := s.t.cache.get(s.cacheKey(file)); e != nil {
		s.configs[file] = e.body
	}
	return s.configs[file]
}

func (o *sumOps) WriteConfig(file string, old, new []byte) error {
	o.SumDB.mu.Lock()
	defer o.SumDB.mu.Unlock()
	if !bytes.Equal(o.config(file), old) {
		return sumdb.ErrWriteConflict
	}
	o.configs[file] = bytes.Clone(new)
	o.t.remember(o.cacheKey(file), new)
	return nil
}

func (s *SumDB) cacheKey(file string) string { return "sumdb\n" + s.key + "\n" + file }

var errNotKept = errors.New("not kept")

func (o *sumOps) ReadCache(file string) ([]byte, error) {
	o.SumDB.mu.Lock()
	data, ok := o.tiles[file]
	o.SumDB.mu.Unlock()
	if ok {
		return data, nil
	}
	if e := o.t.cache.get(o.cacheKey(file)); e != nil {
		return e.body, nil
	}
	return nil, errNotKept
}

func (o *sumOps) WriteCache(file string, data []byte) {
	o.SumDB.mu.Lock()
	o.tiles[file] = data
	o.SumDB.mu.Unlock()
	o.t.remember(o.cacheKey(file), data)
}

func (o *sumOps) Log(string) {}

func (o *sumOps) SecurityError(msg string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.alarm = msg
}
