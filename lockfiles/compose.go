package lockfiles

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// compose reads the files of Docker Compose: the image of each service that is
// not built. Variables have the value of the .env file beside it, else their
// default; one that has neither stays as it is written. Each file is read by
// itself: what an override replaces in another file is not merged.
//
// Source of the rules: compose-spec, 12-interpolation.md and build.md.
type compose struct{}

func (compose) Name() string { return "compose" }

// Match: compose.yaml and docker-compose.yml, and those beside them such as
// compose.override.yaml and docker-compose-dev.yml.
func (compose) Match(file string) bool {
	b := path.Base(file)
	ext := path.Ext(b)
	if ext != ".yml" && ext != ".yaml" {
		return false
	}
	stem := strings.TrimSuffix(b, ext)
	return stem == "compose" || strings.HasPrefix(stem, "compose.") || strings.HasSuffix(stem, "docker-compose") ||
		strings.HasPrefix(stem, "docker-compose.") || strings.HasPrefix(stem, "docker-compose-") || strings.HasPrefix(stem, "docker-compose_")
}

// Companions: a version may stand there alone.
func (compose) Companions() []string { return []string{".env"} }

func (compose) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	documents, err := yamlDocuments(file, data)
	if err != nil {
		return Lockfile{}, err
	}
	c := composeReader{ctx: ctx, lines: newYAMLLines(data), env: readDotEnv(tree, path.Join(path.Dir(file), ".env"))}
	for _, c.doc = range documents { // later documents add to the first
		c.doc.merges, c.doc.tags = true, true // !reset and !override are Compose's own
		if err := c.document(); err != nil {
			return Lockfile{}, asParseError(file, 1, err)
		}
	}
	return c.book.lockfile(file, nil), nil
}

type composeReader struct {
	ctx   context.Context
	doc   yamlDocument
	lines yamlLines
	env   map[string]string
	book  imageBook
}

func (c *composeReader) document() error {
	if isNull(c.doc.root) {
		return nil
	}
	if c.doc.root.Kind != yaml.MappingNode {
		return &ParseError{Line: c.doc.root.Line, Err: fmt.Errorf("found %s where a mapping belongs", yamlKind(c.doc.root))}
	}
	top, order, err := c.doc.merged(c.doc.root)
	if err != nil {
		return err
	}
	services := top["services"]
	if services == nil && !composeKnown(order) {
		// Before version 2 the services stood at the top.
		services = c.doc.root
	}
	if services == nil || isNull(services) {
		return nil
	}
	if services.Kind != yaml.MappingNode {
		return &ParseError{Line: services.Line, Err: fmt.Errorf("found %s where a mapping belongs", yamlKind(services))}
	}
	members, order, err := c.doc.merged(services)
	if err != nil {
		return err
	}
	for _, name := range order {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if err := c.service(members[name]); err != nil {
			return err
		}
	}
	return nil
}

// composeKnown tells whether one of the keys is of Compose's present form.
func composeKnown(keys []string) bool {
	for _, key := range keys {
		switch key {
		case "version", "name", "include", "networks", "volumes", "configs", "secrets", "models":
			return true
		}
	}
	return false
}

func (c *composeReader) service(node *yaml.Node) error {
	members, _, err := c.doc.merged(node)
	if err != nil || members["image"] == nil {
		return err
	}
	if build := members["build"]; build != nil && !isNull(build) {
		return nil // the image is what comes out
	}
	value := members["image"]
	text, err := c.doc.scalar(value)
	if err != nil || text == "" {
		return err
	}
	i, ok := readImage(substitute(text, func(name string) (string, bool) {
		value, ok := c.env[name]
		return value, ok
	}))
	if !ok {
		return &ParseError{Line: value.Line, Err: fmt.Errorf("found %.80q where a container image belongs", text)}
	}
	i.labelled(c.lines.comment(value))
	c.book.add(i, value.Line)
	return nil
}

// readDotEnv reads the KEY=value lines of an .env file, as far as they name
// plain values; nil when there is none.
func readDotEnv(tree fs.FS, file string) map[string]string {
	data, ok := readManifest(tree, file)
	if !ok {
		return nil
	}
	env := make(map[string]string)
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export ")
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || nameLength(name) != len(name) {
			continue
		}
		value = strings.TrimSpace(value)
		if quoted := unquote(value); quoted != value {
			value = quoted
		} else if bare, _, ok := strings.Cut(" "+value, " #"); ok {
			value = strings.TrimSpace(bare)
		}
		env[name] = value
	}
	return env
}
