package clients

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/sync/errgroup"
)

const (
	depsDevBatch = 1000 // of the 5000 that it takes: an answer stays small
	depsDevPages = 50
	depsDevFresh = 6 * time.Hour
)

// DepsDev is the deps.dev service: what it has gathered of versions and
// projects. It lags behind the registries by hours, so that what it does not
// know may well exist.
type DepsDev struct {
	t        *Transport
	base     string
	pending  *Coalescer[DepsDevKey, *DepsDevVersion]
	projects *memo[*DepsDevProject]
	names    discretion
}

// NewDepsDev asks the service that the endpoints name.
func NewDepsDev(t *Transport, e Endpoints) *DepsDev {
	d := &DepsDev{t: t, base: e.DepsDev, projects: newMemo[*DepsDevProject](keptAnswers)}
	d.pending = newCoalescer(t.clock, t.batch(depsDevBatch), func(ctx context.Context, keys []DepsDevKey) ([]Answer[*DepsDevVersion], error) {
		return d.Batch(ctx, keys), nil
	})
	return d
}

// Host is the service, as a finding names its source.
func (d *DepsDev) Host() string { return hostOf(d.base) }

// Version is what is known of one version. Many calls at the same time are one request.
func (d *DepsDev) Version(ctx context.Context, key DepsDevKey) (*DepsDevVersion, error) {
	return d.pending.Ask(ctx, key)
}

type depsDevBatchAnswer struct {
	Responses []struct {
		Request struct {
			Key DepsDevKey `json:"versionKey"`
		} `json:"request"`
		Version *depsDevRaw `json:"version"`
	} `json:"responses"`
	Next string `json:"nextPageToken"`
}

// depsDevRaw keeps the JSON beside what is read of it, for the cache.
type depsDevRaw struct {
	DepsDevVersion
	raw []byte
}

func (v *depsDevRaw) UnmarshalJSON(data []byte) error {
	v.raw = append([]byte(nil), data...)
	return decode(data, &v.DepsDevVersion)
}

// Batch answers for many versions, in their order.
func (d *DepsDev) Batch(ctx context.Context, keys []DepsDevKey) []Answer[*DepsDevVersion] {
	answers := make([]Answer[*DepsDevVersion], len(keys))
	open := make(map[DepsDevKey][]int)
	var order []DepsDevKey
	for i, key := range keys {
		key.System = strings.ToUpper(key.System)
		err := checkName(key.Name)
		if err == nil {
			err = d.names.private(key.System, key.Name)
		}
		if err != nil {
			answers[i].Err = err
			continue
		}
		var kept DepsDevVersion
		if _, ok := d.t.recall(ctx, d.cacheKey(key), depsDevFresh, &kept); ok {
			answers[i].Value = &kept
			continue
		}
		if open[key] == nil {
			order = append(order, key)
		}
		open[key] = append(open[key], i)
	}
	for len(order) > 0 {
		n := min(len(order), d.t.batch(depsDevBatch))
		found, err := d.pages(ctx, order[:n])
		if e := asError(err); e != nil && (e.Reason == ReasonNotFound || e.Reason == ReasonStatus) {
			// The batch is of an interface that may change or go; the stable one
			// answers one at a time.
			d.each(ctx, order[:n], open, answers)
			order = order[n:]
			continue
		}
		for _, key := range order[:n] {
			answer := Answer[*DepsDevVersion]{Value: found[key]}
			if answer.Value == nil {
				answer.Err = err
				if err == nil {
					answer.Err = &Error{Reason: ReasonAbsent, Host: hostOf(d.base), Detail: "it may not have read it yet"}
				}
			}
			for _, i := range open[key] {
				answers[i] = answer
			}
		}
		order = order[n:]
	}
	return answers
}

func (d *DepsDev) cacheKey(key DepsDevKey) string {
	return strings.Join([]string{"deps.dev", d.base, key.System, key.Name, key.Version}, "\n")
}

// pages asks one batch to its end. Only then does a version that is missing
// say that deps.dev does not know it.
func (d *DepsDev) pages(ctx context.Context, keys []DepsDevKey) (map[DepsDevKey]*DepsDevVersion, error) {
	type request struct {
		Key DepsDevKey `json:"versionKey"`
	}
	requests := make([]request, len(keys))
	wanted := make(map[DepsDevKey]bool, len(keys))
	for i, key := range keys {
		requests[i], wanted[key] = request{key}, true
	}
	found := make(map[DepsDevKey]*DepsDevVersion)
	told := make(map[DepsDevKey]bool)
	seen := make(map[string]bool)
	token := ""
	for range depsDevPages {
		body, err := json.Marshal(map[string]any{"requests": requests, "pageToken": token})
		if err != nil {
			return found, &Error{Reason: ReasonBadName, Detail: clip(err.Error()), Err: err}
		}
		var got depsDevBatchAnswer
		if _, err := d.t.Do(ctx, Request{
			Method: http.MethodPost, URL: d.base + "/v3alpha/versionbatch", Accept: acceptJSON, Body: body, Fresh: -1, Read: readJSON(&got),
		}); err != nil {
			return found, err
		}
		for _, one := range got.Responses {
			key := one.Request.Key
			key.System = strings.ToUpper(key.System)
			if !wanted[key] {
				continue
			}
			told[key] = true
			if one.Version != nil {
				found[key] = &one.Version.DepsDevVersion
				d.t.remember(d.cacheKey(key), one.Version.raw)
			}
		}
		if got.Next == "" {
			if len(told) < len(wanted) {
				return found, &Error{Reason: ReasonMismatch, Host: hostOf(d.base), Detail: "its answer leaves versions out"}
			}
			return found, nil
		}
		if seen[got.Next] {
			break
		}
		seen[got.Next], token = true, got.Next
	}
	return found, &Error{Reason: ReasonMismatch, Host: hostOf(d.base), Detail: "its pages have no end"}
}

// each asks for versions one at a time.
func (d *DepsDev) each(ctx context.Context, keys []DepsDevKey, open map[DepsDevKey][]int, answers []Answer[*DepsDevVersion]) {
	var group errgroup.Group
	group.SetLimit(16)
	for _, key := range keys {
		group.Go(func() error {
			var answer Answer[*DepsDevVersion]
			answer.Value, answer.Err = d.one(ctx, key)
			for _, i := range open[key] {
				answers[i] = answer
			}
			return nil
		})
	}
	_ = group.Wait() // each answer has its own error
}

func (d *DepsDev) one(ctx context.Context, key DepsDevKey) (*DepsDevVersion, error) {
	name, err := segment(key.Name)
	if err != nil {
		return nil, err
	}
	version, err := segment(key.Version)
	if err != nil {
		return nil, err
	}
	system, err := segment(strings.ToLower(key.System))
	if err != nil {
		return nil, err
	}
	found := &DepsDevVersion{}
	_, err = d.t.Do(ctx, Request{
		URL:    d.base + "/v3/systems/" + system + "/packages/" + name + "/versions/" + version,
		Accept: acceptJSON, Fresh: depsDevFresh, Absent: plainAbsent,
		Read: func(r *Response) error {
			if err := readJSON(found)(r); err != nil {
				return err
			}
			if found.Key.Version == "" {
				return mismatch(key.Name, "nothing")
			}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Project is what is known of a repository: "github.com/owner/name".
func (d *DepsDev) Project(ctx context.Context, id string) (*DepsDevProject, error) {
	path, err := segment(strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	req := Request{URL: d.base + "/v3/projects/" + path, Accept: acceptJSON, Fresh: depsDevFresh, Absent: plainAbsent}
	return lookup(ctx, d.t, d.projects, req, func(r *Response) (*DepsDevProject, error) {
		p := &DepsDevProject{}
		if err := decode(r.Body, p); err != nil {
			return nil, err
		}
		if !strings.EqualFold(p.Key.ID, id) {
			return nil, mismatch(id, p.Key.ID)
		}
		return p, nil
	})
}
