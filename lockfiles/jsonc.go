package lockfiles

import (
	"bytes"
	"errors"
)

// PlainJSON turns JSON with comments and trailing commas, such as deno.json,
// into JSON of the same length, so that every offset and line stays. Errors
// are *ParseError without a path.
func PlainJSON(data []byte) ([]byte, error) { return plainJSON(data) }

// plainJSON turns JSON with comments and trailing commas into JSON of the same
// length, with spaces in their place, so that every offset and line stays. A
// comma that trails no value stays, for the JSON reader to refuse.
func plainJSON(data []byte) ([]byte, error) {
	out := append([]byte(nil), data...)
	comma := -1         // of a comma after which nothing but space came
	last := byte('{')   // the last byte that is neither space nor comment
	beforeComma := last // what last was before that comma
	for i := 0; i < len(out); i++ {
		switch c := out[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			continue
		case c == '/' && i+1 < len(out) && (out[i+1] == '/' || out[i+1] == '*'):
			end := commentEnd(out, i)
			if end < 0 {
				return nil, &ParseError{Line: lineAt(data, i), Err: errors.New("a comment has no end")}
			}
			for ; i < end; i++ {
				if out[i] != '\n' && out[i] != '\r' {
					out[i] = ' '
				}
			}
			i--
			continue
		case c == '"':
			i = jsonStringEnd(out, i)
		case c == ',':
			comma, beforeComma = i, last
		case (c == '}' || c == ']') && last == ',' && beforeComma != '{' && beforeComma != '[' && beforeComma != ',' && beforeComma != ':':
			out[comma] = ' '
		}
		if i < len(out) {
			last = out[i]
		}
	}
	return out, nil
}

// commentEnd is the offset after the comment at start, where a line comment
// leaves its newline; -1 for a comment without an end.
func commentEnd(data []byte, start int) int {
	body := data[start+2:]
	if data[start+1] == '*' {
		if i := bytes.Index(body, []byte("*/")); i >= 0 {
			return start + 2 + i + 2
		}
		return -1
	}
	if i := bytes.IndexByte(body, '\n'); i >= 0 {
		return start + 2 + i
	}
	return len(data)
}

// jsonStringEnd is the offset of the quote that ends the string at start, or
// that of the last byte where none does.
func jsonStringEnd(data []byte, start int) int {
	for i := start + 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(data) - 1
}
