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
	kept    *memo[map[string]bool]
}

// NewKEV reads the catalogue that the endpoints name.
func NewKEV(t *Transport, e Endpoints) *KEV {
	return &KEV{t: t, address: e.KEV, kept: newMemo[map[string]bool](1)}
}

// Host is who says so.
func (k *KEV) Host() string { return hostOf(k.address) }

// Lists tells whether the catalogue lists a CVE. It lists nothing but CVEs, so
// of another id it says nothing.
func (k *KEV) Lists(ctx context.Context, cve string) (bool, error) {
	if !isCVE(cve) {
		return false, &Error{Reason: ReasonBadName, Detail: clip(cve + " is no CVE id")}
	}
	all, err := lookup(ctx, k.t, k.kept, Request{URL: k.address, Accept: acceptJSON, Fresh: kevFresh}, readKEV)
	return all[cve], err
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
