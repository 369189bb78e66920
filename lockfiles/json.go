package lockfiles

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonReader walks a JSON document once, forwards, and knows the line it is
// at. Duplicate names, invalid UTF-8 and trailing data are errors: two parsers
// that read one lockfile differently are an attack.
//
// Errors of its methods are *ParseError without a path; parseJSON adds it.
type jsonReader struct {
	dec    *jsontext.Decoder
	data   []byte
	text   string // data once more: strings are cut from it, not copied one by one
	offset int    // up to here newlines are counted
	lines  int
	own    bool // duplicate names are found by object, not by dec
}

// parseJSON walks data, whose top level must be an object; field is called
// with the reader standing before each value and must consume it.
func parseJSON(path string, data []byte, field func(r *jsonReader, key string) error) error {
	r := &jsonReader{dec: jsontext.NewDecoder(bytes.NewBuffer(data)), data: data, text: string(data), lines: 1}
	return r.document(path, field)
}

// parseJSONRepeating is parseJSON for a format whose writer is known to repeat
// itself: in objects read by repeating, and there alone, a name may recur.
// Names within skipped values go unchecked.
func parseJSONRepeating(path string, data []byte, field func(r *jsonReader, key string) error) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
	r := &jsonReader{dec: dec, data: data, text: string(data), lines: 1, own: true}
	return r.document(path, field)
}

func (r *jsonReader) document(path string, field func(r *jsonReader, key string) error) error {
	data := r.data
	err := r.object(func(key string) error { return field(r, key) })
	if err == nil {
		if kind := r.dec.PeekKind(); kind != jsontext.KindInvalid {
			err = r.errorf("text after the end of the document")
		} else if len(bytes.TrimSpace(data[r.dec.InputOffset():])) > 0 {
			_, readErr := r.dec.ReadToken()
			err = r.wrap(readErr)
		}
	}
	return asParseError(path, r.line(), err)
}

// line is the line at which the last token read ends.
func (r *jsonReader) line() int {
	if end := min(int(r.dec.InputOffset()), len(r.data)); end > r.offset {
		r.lines += bytes.Count(r.data[r.offset:end], []byte("\n"))
		r.offset = end
	}
	return r.lines
}

func (r *jsonReader) errorf(format string, args ...any) error {
	return &ParseError{Line: r.line(), Err: fmt.Errorf(format, args...)}
}

// wrap gives a decoder's error its line and takes out the offset, which says
// nothing to a person.
func (r *jsonReader) wrap(err error) error {
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		line := lineAt(r.data, int(syntax.ByteOffset))
		message := strings.TrimPrefix(syntax.Err.Error(), "jsontext: ")
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return &ParseError{Line: line, Err: fmt.Errorf("duplicate key %q", syntax.JSONPointer.LastToken())}
		}
		return &ParseError{Line: line, Err: fmt.Errorf("invalid JSON: %s", message)}
	}
	line := lineAt(r.data, len(r.data))
	return &ParseError{Line: line, Err: errors.New("invalid JSON: unexpected end of the file")}
}

// object calls field for each member with the reader before its value.
func (r *jsonReader) object(field func(key string) error) error {
	if !r.own {
		return r.repeating(field)
	}
	seen := make(map[string]bool)
	return r.repeating(func(key string) error {
		if seen[key] {
			return r.errorf("duplicate key %q", key)
		}
		seen[key] = true
		return field(key)
	})
}

// repeating is object, where field is called for each recurrence of a name if
// the document comes from parseJSONRepeating.
func (r *jsonReader) repeating(field func(key string) error) error {
	if err := r.open('{', "an object"); err != nil {
		return err
	}
	for r.dec.PeekKind() != '}' {
		raw, err := r.dec.ReadValue()
		if err != nil {
			return r.wrap(err)
		}
		key, err := r.unquote(raw)
		if err != nil {
			return err
		}
		if err := field(key); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return r.wrap(err)
}

// array calls element for each element with the reader before it.
func (r *jsonReader) array(element func(i int) error) error {
	if err := r.open('[', "an array"); err != nil {
		return err
	}
	for i := 0; r.dec.PeekKind() != ']'; i++ {
		if r.dec.PeekKind() == jsontext.KindInvalid {
			_, err := r.dec.ReadToken()
			return r.wrap(err)
		}
		if err := element(i); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return r.wrap(err)
}

func (r *jsonReader) open(kind jsontext.Kind, what string) error {
	got := r.dec.PeekKind()
	token, err := r.dec.ReadToken()
	if err != nil {
		return r.wrap(err)
	}
	if token.Kind() != kind {
		return r.errorf("found %s where %s belongs", got, what)
	}
	return nil
}

// kind is the kind of the next value: '{', '[', '"', '0', 't', 'f' or 'n'.
func (r *jsonReader) kind() jsontext.Kind { return r.dec.PeekKind() }

// unquote is the text of the string value just read.
func (r *jsonReader) unquote(raw jsontext.Value) (string, error) {
	if bytes.IndexByte(raw, '\\') < 0 {
		end := int(r.dec.InputOffset())
		return r.text[end-len(raw)+1 : end-1], nil
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	return string(unquoted), r.wrap(err)
}

// str reads a string; null reads as "".
func (r *jsonReader) str() (string, error) {
	if r.dec.PeekKind() == '"' {
		raw, err := r.dec.ReadValue()
		if err != nil {
			return "", r.wrap(err)
		}
		return r.unquote(raw)
	}
	token, err := r.dec.ReadToken()
	if err != nil {
		return "", r.wrap(err)
	}
	if token.Kind() == 'n' {
		return "", nil
	}
	return "", r.errorf("found %s where a string belongs", token.Kind())
}

// scalar reads a string, a number or a boolean as the text it is written in.
func (r *jsonReader) scalar() (string, error) {
	token, err := r.dec.ReadToken()
	if err != nil {
		return "", r.wrap(err)
	}
	switch token.Kind() {
	case '"', '0', 't', 'f':
		return token.String(), nil
	case 'n':
		return "", nil
	}
	return "", r.errorf("found %s where a string or a number belongs", token.Kind())
}

// boolean reads true or false; null reads as false.
func (r *jsonReader) boolean() (bool, error) {
	token, err := r.dec.ReadToken()
	if err != nil {
		return false, r.wrap(err)
	}
	switch token.Kind() {
	case 't', 'f':
		return token.Bool(), nil
	case 'n':
		return false, nil
	}
	return false, r.errorf("found %s where true or false belongs", token.Kind())
}

// skip passes over the next value, whatever it is; it is still checked.
func (r *jsonReader) skip() error { return r.wrap(r.dec.SkipValue()) }

// pair is a member of an object of strings.
type pair struct{ key, value string }

// strings reads an object whose values are strings, in its order. Values of
// other kinds are skipped when loose, and an error otherwise.
func (r *jsonReader) pairs(loose bool) ([]pair, error) {
	var pairs []pair
	err := r.object(func(key string) error {
		if loose && r.kind() != '"' {
			return r.skip()
		}
		value, err := r.str()
		pairs = append(pairs, pair{key, value})
		return err
	})
	return pairs, err
}

// strs reads an array of strings.
func (r *jsonReader) strs() ([]string, error) {
	var list []string
	err := r.array(func(int) error {
		s, err := r.str()
		list = append(list, s)
		return err
	})
	return list, err
}
