package clients

import (
	"context"
	"fmt"
	"time"
)

// kevFresh: the catalogue grows a few times a week, and is asked for once a
// day, with its ETag.
const kevFresh = 24 * time.Hour

// KEV is CISA's catalogue of vulnerabilities that are known to be exploited.
type KEV struct {
	t       *Transport
	address string
	kept    *memo[kevAnswer]
}

// kevAnswer is the catalogue, or why there is none: what went wrong is kept for
// the run too, for it is one question whose answer every advisory waits for.
// Who asks again asks.
type kevAnswer struct {
	listed map[string]bool
	err    error
}

// NewKEV reads the catalogue that the endpoints name.
func NewKEV(t *Transport, e Endpoints) *KEV {
	return &KEV{t: t, address: e.KEV, kept: newMemo[kevAnswer](1)}
}

// Host is who says so.
func (k *KEV) Host() string { return hostOf(k.address) }

// Lists tells whether the catalogue lists a CVE. It lists nothing but CVEs, so
// of another id it says nothing.
func (k *KEV) Lists(ctx context.Context, cve string) (bool, error) {
	if !isCVE(cve) {
		return false, &Error{Reason: ReasonBadName, Detail: clip(cve + " is no CVE id")}
	}
	found, err := k.kept.get(ctx, k.address, func(ctx context.Context) (found kevAnswer, err error) {
		_, err = k.t.Do(ctx, Request{URL: k.address, Accept: acceptJSON, Fresh: kevFresh, Read: func(r *Response) (err error) {
			found.listed, err = readKEV(r)
			return err
		}})
		if ctx.Err() != nil {
			return kevAnswer{}, err
		}
		return kevAnswer{found.listed, err}, nil
	})
	if err == nil {
		err = found.err
	}
	return found.listed[cve], err
}

func readKEV(r *Response) (map[string]bool, error) {
	var catalogue struct {
		Count           int `json:"count"`
		Vulnerabilities []struct {
			CVE string `json:"cveID"`
		} `json:"vulnerabilities"`
	}
	if err := decode(r.Body, &catalogue); err != nil {
		return nil, err
	}
	// What is not all of it would call the rest not exploited.
	n := len(catalogue.Vulnerabilities)
	if n == 0 || n != catalogue.Count {
		return nil, fmt.Errorf("%d entries where it says %d", n, catalogue.Count)
	}
	all := make(map[string]bool, n)
	for _, v := range catalogue.Vulnerabilities {
		all[v.CVE] = true
	}
	return all, nil
}
