package replay

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"time"

	"github.com/depreview/depreview/analysis/clients"
)

// RoundTrip implements http.RoundTripper over the recordings.
func (r *Recordings) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	service, key := r.services.key(req.URL)
	if service == "" {
		return nil, notRecorded("the recordings have no service of this host")
	}
	if err := r.wait(req, service); err != nil {
		return nil, err
	}
	if req.Method == http.MethodPost {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		return r.batch(req, key, body)
	}
	return r.answer(req, key)
}

func (r *Recordings) wait(req *http.Request, service string) error {
	if r.delay == nil {
		return req.Context().Err()
	}
	select {
	case <-time.After(r.delay(service)):
		return nil
	case <-req.Context().Done():
		return req.Context().Err()
	}
}

// answer is what was recorded under a key.
func (r *Recordings) answer(req *http.Request, key string) (*http.Response, error) {
	if key == "" || !fs.ValidPath(key) {
		return nil, notRecorded("no file can have its name")
	}
	body, err := fs.ReadFile(r.fsys, key+".json")
	if err == nil {
		return respond(req, body), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, broken(key+".json", err)
	}
	whole, err := fs.ReadFile(r.fsys, key+".http")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notRecorded("there is no " + key + ".json")
	}
	if err != nil {
		return nil, broken(key+".http", err)
	}
	// A person's editor ends lines with a line feed, which the reader takes too.
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(whole)), req)
	if err != nil {
		return nil, broken(key+".http", err)
	}
	return answer, nil
}

func respond(req *http.Request, body []byte) *http.Response {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header), Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}
}

func notRecorded(detail string) error {
	return &clients.Error{Reason: clients.ReasonNotRecorded, Detail: detail, Err: clients.ErrNotRecorded}
}

// broken is a recording that is there and cannot be read: as unknown as one
// that is not, and a mistake that somebody wants to hear of.
func broken(name string, err error) error {
	return &clients.Error{Reason: clients.ReasonNotRecorded, Detail: "read " + name + ": " + err.Error(), Err: err}
}
