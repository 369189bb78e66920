package clients

import (
	"context"
	"strings"
)

// TUF is a repository of The Update Framework: signed metadata, and the files
// that it vouches for. What comes is not verified here.
type TUF struct {
	t    *Transport
	base string
}

// NewTUF asks the repository at an address: Endpoints.SigstoreTUF, or
// Endpoints.GitHubTUF.
func NewTUF(t *Transport, base string) *TUF { return &TUF{t: t, base: base} }

// Base is its address, without a slash at the end.
func (r *TUF) Base() string { return r.base }

// Host is who gives the files.
func (r *TUF) Host() string { return hostOf(r.base) }

// File gets one file of the repository, whole, of at most `most` bytes. It is
// asked for anew each time: a kept answer would hold back what is new. Such
// repositories are plain storage, so that any 404 says that there is no such
// file; what must be there is named by signed metadata.
func (r *TUF) File(ctx context.Context, address string, most int64) (file []byte, err error) {
	if !strings.HasPrefix(address, r.base+"/") {
		return nil, &Error{Reason: ReasonBadName, URL: redact(address), Detail: "this is no address of the repository"}
	}
	_, err = r.t.Do(ctx, Request{URL: address, Fresh: -1, MaxBody: most,
		Absent: func(*Response) bool { return true },
		Read:   func(r *Response) error { file = r.Body; return nil },
	})
	return file, err
}
