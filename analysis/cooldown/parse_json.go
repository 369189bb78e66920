package cooldown

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseJSON reads JSON, and what tools allow beyond it in their settings:
// comments, commas at the end, and JSON5's quotes and bare keys.
func parseJSON(data []byte) (*node, error) {
	if line := nested(data); line > 0 {
		return nil, invalid("JSON", line, "nested too deeply")
	}
	p := &jsonParser{rest: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), line: 1}
	if !utf8.Valid(data) {
		return nil, invalid("JSON", 0, "it is not UTF-8")
	}
	n, err := p.value()
	if err != nil {
		return nil, err
	}
	if err := p.space(); err != nil {
		return nil, err
	}
	if len(p.rest) > 0 {
		return nil, p.fail("text after the end of the document")
	}
	return n, nil
}

type jsonParser struct {
	rest []byte
	line int
}

func (p *jsonParser) fail(message string) error { return invalid("JSON", p.line, message) }

// skip passes over n bytes and counts their lines.
func (p *jsonParser) skip(n int) {
	p.line += bytes.Count(p.rest[:n], []byte("\n"))
	p.rest = p.rest[n:]
}

// space passes over white space and comments.
func (p *jsonParser) space() error {
	for {
		p.skip(len(p.rest) - len(bytes.TrimLeft(p.rest, " \t\r\n\v\f")))
		switch {
		case bytes.HasPrefix(p.rest, []byte("//")):
			if i := bytes.IndexByte(p.rest, '\n'); i >= 0 {
				p.skip(i)
			} else {
				p.rest = nil
			}
		case bytes.HasPrefix(p.rest, []byte("/*")):
			i := bytes.Index(p.rest, []byte("*/"))
			if i < 0 {
				return p.fail("a comment has no end")
			}
			p.skip(i + 2)
		default:
			return nil
		}
	}
}

// next is the byte that follows, past white space; 0 at the end.
func (p *jsonParser) next() (byte, error) {
	if err := p.space(); err != nil || len(p.rest) == 0 {
		return 0, err
	}
	return p.rest[0], nil
}

func (p *jsonParser) value() (*node, error) {
	c, err := p.next()
	if err != nil {
		return nil, err
	}
	n := &node{line: p.line}
	switch c {
	case 0:
		return nil, p.fail("unexpected end of the file")
	case '{':
		n.kind = table
		err = p.members(n)
	case '[':
		n.kind = list
		err = p.items(n)
	case '"', '\'':
		n.kind = str
		n.text, err = p.quoted(c)
	default:
		n.text = p.bare()
		switch n.text {
		case "true", "false":
			n.kind = word
		case "null":
		default:
			if _, wrong := strconv.ParseFloat(n.text, 64); wrong != nil {
				return nil, p.fail("found no value where one belongs")
			}
			n.kind = number
		}
	}
	return n, err
}

func (p *jsonParser) members(n *node) error {
	p.skip(1)
	for {
		c, err := p.next()
		if err != nil {
			return err
		}
		if c == '}' {
			p.skip(1)
			return nil
		}
		line, key := p.line, ""
		if c == '"' || c == '\'' {
			key, err = p.quoted(c)
		} else if key = p.bare(); key == "" {
			err = p.fail("found no key where one belongs")
		}
		if err != nil {
			return err
		}
		if c, err = p.next(); err != nil || c != ':' {
			return orElse(err, p.fail("found no colon behind a key"))
		}
		p.skip(1)
		value, err := p.value()
		if err != nil {
			return err
		}
		if err := n.put(key, line, value); err != nil {
			return err
		}
		if err := p.comma('}'); err != nil {
			return err
		}
	}
}

func (p *jsonParser) items(n *node) error {
	p.skip(1)
	for {
		c, err := p.next()
		if err != nil {
			return err
		}
		if c == ']' {
			p.skip(1)
			return nil
		}
		item, err := p.value()
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
		if err := p.comma(']'); err != nil {
			return err
		}
	}
}

// comma passes over the comma behind a value, which may be left out before end.
func (p *jsonParser) comma(end byte) error {
	switch c, err := p.next(); {
	case err != nil:
		return err
	case c == ',':
		p.skip(1)
	case c != end:
		return p.fail("found no comma between two values")
	}
	return nil
}

// bare is an unquoted word: a number, a literal, or a key of JSON5.
func (p *jsonParser) bare() string {
	end := bytes.IndexAny(p.rest, " \t\r\n\v\f,:{}[]\"'/")
	if end < 0 {
		end = len(p.rest)
	}
	text := string(p.rest[:end])
	p.skip(end)
	return text
}

func (p *jsonParser) quoted(quote byte) (string, error) {
	for i := 1; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			i++
		case '\n':
			return "", p.fail("a string has no end")
		case quote:
			raw := string(p.rest[1:i])
			p.skip(i + 1)
			return p.unquote(raw)
		}
	}
	return "", p.fail("a string has no end")
}

func (p *jsonParser) unquote(raw string) (string, error) {
	if !strings.ContainsRune(raw, '\\') {
		return raw, nil
	}
	raw = strings.NewReplacer(`\'`, `'`, `\/`, `/`, `\\`, `\\`, `\"`, `\"`, `"`, `\"`, "\t", `\t`, "\r", `\r`).Replace(raw)
	text, err := strconv.Unquote(`"` + raw + `"`)
	if err != nil {
		return "", p.fail("a string with an escape that JSON does not have")
	}
	return text, nil
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
