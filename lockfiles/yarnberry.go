package lockfiles

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yarnBerryVersions are the __metadata versions that are known: 4 came with
// yarn 2, 10 with yarn 4.10. Their entries have the same fields.
var yarnBerryVersions = []string{"4", "5", "6", "7", "8", "9", "10"}

// yarnLocal is the version that yarn writes for directories.
const yarnLocal = "0.0.0-use.local"

// yarnBerry is the state of reading one lockfile of yarn 2 or later.
type yarnBerry struct {
	*yarnReader
	doc      yamlDocument
	cacheKey string
	// patched leads from "name@npm:range" to the entry in which yarn patches
	// what that range selects, for the patches that it brings along itself.
	patched    map[string]int32
	locators   map[string]int32 // from a resolution to its entry
	workspaces map[string]bool  // the directories seen
}

// berry reads the YAML of yarn 2 and later.
func (y *yarnReader) berry(file string, data []byte) error {
	documents, err := yamlDocuments(file, data)
	if err != nil {
		return err
	}
	if len(documents) != 1 {
		return parseErrorf(file, 1, "found %d documents in one file", len(documents))
	}
	b := yarnBerry{yarnReader: y, doc: documents[0], patched: make(map[string]int32), locators: make(map[string]int32), workspaces: make(map[string]bool)}
	// bound leads from a pattern without its "::locator=" to an entry, for the
	// patterns that are relative to a workspace; -1 when there are several.
	y.bound = make(map[string]int32)
	if err := b.metadata(file); err != nil {
		return err
	}
	err = b.doc.entries(b.doc.root, func(key string, keyNode, value *yaml.Node) error {
		if key == "__metadata" {
			return nil
		}
		if err := b.ctx.Err(); err != nil {
			return err
		}
		return b.entry(key, keyNode.Line, value)
	})
	y.find = b.lookup
	return err
}

func (b *yarnBerry) metadata(file string) error {
	node := b.doc.child(b.doc.root, "__metadata")
	line := 1
	if node != nil {
		line = node.Line
	}
	err := b.doc.entries(node, func(key string, _, value *yaml.Node) (err error) {
		switch key {
		case "version":
			line = value.Line
			b.out.Schema, err = b.doc.scalar(value)
		case "cacheKey":
			b.cacheKey, err = b.doc.scalar(value)
		}
		return err
	})
	if err == nil && !slices.Contains(yarnBerryVersions, b.out.Schema) {
		err = unsupported(file, line, "__metadata version", fmt.Sprintf("%q", b.out.Schema), "4 to 10, and yarn lockfile v1")
	}
	return err
}

// yarnBerryEntry is an entry while its fields are read.
type yarnBerryEntry struct {
	yarnEntry
	version, checksum string
	optional          map[string]bool
}

func (b *yarnBerry) entry(key string, line int, node *yaml.Node) error {
	e := yarnBerryEntry{yarnEntry: yarnEntry{Package: Package{Line: line}}, optional: make(map[string]bool)}
	err := b.doc.entries(node, func(key string, _, value *yaml.Node) (err error) {
		switch key {
		case "version":
			e.version, err = b.doc.scalar(value)
		case "resolution":
			e.resolution, err = b.doc.scalar(value)
		case "checksum":
			e.checksum, err = b.doc.scalar(value)
		case "dependencies":
			err = b.edges(&e, value, 0)
		case "optionalDependencies":
			err = b.edges(&e, value, yarnOptional)
		case "peerDependencies":
			err = b.edges(&e, value, yarnPeer)
		case "dependenciesMeta":
			err = b.meta(&e, value)
		case "conditions", "languageName", "linkType":
			_, err = b.doc.scalar(value)
		}
		return err
	})
	if err == nil {
		err = b.classify(&e)
	}
	if err == nil {
		err = b.register(key, &e)
	}
	return asParseError("", line, err)
}

func (b *yarnBerry) edges(e *yarnBerryEntry, node *yaml.Node, use yarnUse) error {
	return b.doc.entries(node, func(name string, _, value *yaml.Node) error {
		constraint, err := b.doc.scalar(value)
		e.Requires = append(e.Requires, Edge{Name: name, Constraint: constraint})
		e.uses = append(e.uses, use)
		return err
	})
}

// meta reads dependenciesMeta, which tells which dependencies are optional.
func (b *yarnBerry) meta(e *yarnBerryEntry, node *yaml.Node) error {
	return b.doc.entries(node, func(name string, _, value *yaml.Node) error {
		return b.doc.entries(value, func(key string, _, value *yaml.Node) error {
			if key != "optional" {
				return nil
			}
			optional, err := b.doc.boolean(value)
			if optional {
				e.optional[name] = true
			}
			return err
		})
	})
}

// register files an entry under its patterns.
func (b *yarnBerry) register(key string, e *yarnBerryEntry) error {
	at := int32(len(b.entries))
	for pattern := range strings.SplitSeq(key, ",") {
		pattern = strings.TrimSpace(pattern)
		name, constraint := yarnName(pattern)
		if name == "" || constraint == "" {
			return fmt.Errorf("the pattern %.100q does not have the form name@range", pattern)
		}
		if _, ok := b.patterns[pattern]; ok {
			return fmt.Errorf("duplicate key %q", pattern)
		}
		b.patterns[pattern] = at
		if relative, _, ok := strings.Cut(pattern, "::locator="); ok {
			if _, ok := b.bound[relative]; ok {
				b.bound[relative] = -1
			} else {
				b.bound[relative] = at
			}
		}
		if source, patch, ok := strings.Cut(strings.TrimPrefix(constraint, "patch:"), "#"); ok && yarnBuiltin(patch) {
			if source, err := url.PathUnescape(source); err == nil {
				name, constraint := yarnName(source)
				b.patched[yarnWithProtocol(name, constraint)] = at
			}
		}
	}
	b.entries = append(b.entries, e.yarnEntry)
	return nil
}

// lookup is the entry that an edge leads to.
func (b *yarnBerry) lookup(from string, edge Edge, use yarnUse) int32 {
	plain := edge.Name + "@" + edge.Constraint
	if use&yarnSource != 0 {
		if at, ok := b.locators[plain]; ok {
			return at
		}
		return -1
	}
	if at := b.overridden(from, edge, true); at >= 0 {
		return at
	}
	complete := yarnWithProtocol(edge.Name, edge.Constraint)
	if at, ok := b.patched[complete]; ok {
		return at
	}
	for _, pattern := range []string{plain, complete, plain + "::locator=" + url.QueryEscape(from)} {
		if at, ok := b.patterns[pattern]; ok {
			return at
		}
	}
	if at, ok := b.bound[plain]; ok && at >= 0 {
		return at
	}
	return b.overridden(from, edge, false)
}

var errYarnTwice = errors.New("the same package stands in two entries")
