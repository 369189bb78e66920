package clients

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient accepts text that is no UTF-8, which old registry entries hold; the
// gate for strangers' text shows it. A name that occurs twice stays an error:
// two readers would see two documents.
var lenient = jsontext.AllowInvalidUTF8(true)

func decode(data []byte, into any) error {
	return json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), into, lenient)
}

// readJSON is the Read of a request that is answered with one document. What
// is decoded is put into place only when it is whole.
func readJSON[T any](into *T) func(*Response) error {
	return func(r *Response) error {
		var fresh T
		if err := decode(r.Body, &fresh); err != nil {
			return err
		}
		*into = fresh
		return nil
	}
}

// lax is a field whose type registries do not agree on. What has another shape
// is as unknown as what is absent.
type lax[T any] struct{ V T }

func (l *lax[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	var v T
	if raw.Kind() != 'n' && json.Unmarshal(raw, &v, lenient) == nil {
		l.V = v
	}
	return nil
}

// endsEarly tells whether a document is cut off rather than wrong.
func endsEarly(err error) bool {
	var markup *xml.SyntaxError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.As(err, &markup) && markup.Msg == "unexpected EOF"
}

// looksLikeHTML tells whether the body is a page for people. A document that
// says it is XML is not: the storage behind some registries answers with it.
func looksLikeHTML(body []byte) bool {
	start := bytes.TrimSpace(body[:min(len(body), 500)])
	return bytes.HasPrefix(start, []byte("<")) && !bytes.HasPrefix(start, []byte("<?xml"))
}

// jsonMessage finds the sentence in the error documents of the services.
func jsonMessage(body []byte) string {
	var text string
	if decode(body, &text) == nil {
		return text
	}
	var e struct {
		Error   lax[string] `json:"error"`
		Message lax[string] `json:"message"`
		Errors  lax[[]struct {
			Detail lax[string] `json:"detail"`
		}] `json:"errors"`
	}
	if decode(body, &e) != nil {
		return ""
	}
	for _, one := range e.Errors.V {
		if one.Detail.V != "" {
			return one.Detail.V
		}
	}
	if e.Message.V != "" {
		return e.Message.V
	}
	return e.Error.V
}

// saysAbsent is the Absent of services whose 404 is a JSON document with a
// sentence in it.
func saysAbsent(r *Response) bool { return jsonMessage(r.Body) != "" }

// plainAbsent is the Absent of services that answer 404 with text or nothing;
// a web page is somebody else's.
func plainAbsent(r *Response) bool { return !looksLikeHTML(r.Body) }

// segment makes one path segment of a name, and refuses what would be another
// address or another line.
func segment(names ...string) (string, error) {
	out := make([]string, len(names))
	for i, name := range names {
		if err := checkName(name); err != nil {
			return "", err
		}
		out[i] = escape(name)
	}
	return strings.Join(out, "/"), nil
}

func checkName(name string) error {
	bad := func(why string) error {
		return &Error{Reason: ReasonBadName, Detail: clip(fmt.Sprintf("%q %s", name, why))}
	}
	switch {
	case name == "":
		return &Error{Reason: ReasonBadName, Detail: "it is empty"}
	case len(name) > 1000:
		return bad("is too long")
	case name == "." || name == "..":
		return bad("is a directory")
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return bad("holds a control character")
		}
	}
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == ".." || part == "." {
			return bad("leads to another directory")
		}
	}
	return nil
}
