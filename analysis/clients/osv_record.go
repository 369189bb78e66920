package clients

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// Record is the JSON of one advisory, for analysis/advisories to read. It is
// kept for ever under its id and the time at which it was modified. A record
// that is withdrawn is found like any other. Where OSV has an advisory only
// under another name, that one is given, and its id differs from ref's.
//
// The answer is shared: nobody changes it.
func (o *OSV) Record(ctx context.Context, ref OSVRef) ([]byte, error) {
	o.reading.Add(1)
	defer o.reading.Add(-1)
	raw, err := o.record(ctx, ref)
	for _, alias := range otherNames(ref.ID, err) {
		// When the alias was modified is not known, so it is not kept for ever.
		if raw, again := o.record(ctx, OSVRef{ID: alias}); again == nil {
			return raw, nil
		}
	}
	return raw, err
}

func (o *OSV) record(ctx context.Context, ref OSVRef) ([]byte, error) {
	id, err := segment(ref.ID)
	if err != nil {
		return nil, err
	}
	req := Request{
		URL: o.base + "/v1/vulns/" + id, Accept: acceptJSON, Fresh: Immutable, Version: ref.Modified, Absent: saysAbsent,
	}
	if ref.Modified == "" {
		req.Fresh = osvFresh
	}
	// Many changes have the same advisory; each is asked for once.
	return o.records.get(ctx, ref.ID+"\n"+ref.Modified, func(ctx context.Context) (raw []byte, err error) {
		req.Read = func(r *Response) error {
			var head OSVRef
			if err := decode(r.Body, &head); err != nil {
				return err
			}
			if head.ID != ref.ID {
				return &Error{Reason: ReasonMismatch, Detail: clip(fmt.Sprintf("asked for %s, it is %q", ref.ID, head.ID))}
			}
			raw = r.Body
			return nil
		}
		_, err = o.t.Do(ctx, req)
		return raw, err
	})
}

var (
	osvAliases  = pattern.New(`(?i)following aliases were: *(.*)`)
	advisoryIDs = pattern.New(`[A-Za-z_]+-[A-Za-z0-9_.:-]*[A-Za-z0-9]`)
)

// aliasesMost bounds how many names are tried.
const aliasesMost = 5

// otherNames are the aliases that OSV names in the refusal of an id.
func otherNames(id string, err error) (names []string) {
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonAbsent {
		return nil
	}
	found := osvAliases.FindStringSubmatch(e.Detail)
	if found == nil {
		return nil
	}
	for _, name := range advisoryIDs.FindAllString(found[1], aliasesMost) {
		if name != id {
			names = append(names, name)
		}
	}
	return names
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
