package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/analysis/untrusted"
)

// Imported is a policy of another tool in the words of this one.
type Imported struct {
	// TOML is the [[images]] of it, with a comment above each that says where it
	// is from and what could not be carried over.
	TOML []byte
	// Notes are the same sentences, one line each, for who prints them.
	Notes []string
	Rules int
}

// mostDocuments bounds a file of several YAML documents.
const mostDocuments = 200

// ImportKyverno reads the verifyImages rules of Kyverno's ClusterPolicy and
// Policy. What [[images]] cannot say is in the notes, and never dropped in
// silence. An error is for what is no such policy, or has no such rule.
//
// Source: github.com/kyverno/kyverno, api/kyverno/v1/image_verification_types.go.
func ImportKyverno(data []byte) (*Imported, error) {
	if len(data) > largest {
		return nil, fmt.Errorf("read the policy: it is larger than %d bytes", largest)
	}
	im := &importing{}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for n := 0; ; n++ {
		var document map[string]any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && n == mostDocuments {
			err = fmt.Errorf("it has more than %d documents", mostDocuments)
		}
		if err != nil {
			return nil, fmt.Errorf("read the policy: %s", untrusted.Line(strings.TrimPrefix(err.Error(), "yaml: ")))
		}
		im.document(document)
	}
	if im.found == 0 {
		err := "read the policy: it has no verifyImages rule"
		for _, note := range im.notes {
			err += "; " + note
		}
		return nil, errors.New(err + "\nhint: give a ClusterPolicy of kyverno.io with spec.rules[].verifyImages")
	}
	// What was written must be what is read: a rule that fails here would fail
	// every review later.
	if _, err := Images(fstest.MapFS{File: {Data: im.out.Bytes()}}); err != nil {
		return nil, fmt.Errorf("carry the policy over: %w", err)
	}
	return &Imported{TOML: im.out.Bytes(), Notes: im.notes, Rules: im.rules}, nil
}

// importing is the state of one import.
type importing struct {
	out     bytes.Buffer
	notes   []string // all
	where   string   // the rule that is being read
	pending []string // notes that the next comment holds
	rules   int      // written
	found   int      // verifyImages entries
}

// note says what is not carried over.
func (im *importing) note(format string, args ...any) {
	text := untrusted.Line(fmt.Sprintf(format, args...))
	im.pending = append(im.pending, text)
	if im.where != "" {
		text = im.where + ": " + text
	}
	im.notes = append(im.notes, text)
}

func (im *importing) document(document map[string]any) {
	if document == nil {
		return
	}
	im.where, im.pending = "", nil
	kind, version := textOf(document["kind"]), textOf(document["apiVersion"])
	group, _, _ := strings.Cut(version, "/")
	name := textOf(tableOf(document["metadata"])["name"])
	if group != "kyverno.io" || kind != "ClusterPolicy" && kind != "Policy" {
		im.note("a document of the kind %.60q (%.60q) is left out: ClusterPolicy and Policy of kyverno.io are read", kind, version)
		return
	}
	spec := tableOf(document["spec"])
	for _, one := range listOf(spec["rules"]) {
		rule := tableOf(one)
		entries := listOf(rule["verifyImages"])
		if len(entries) == 0 {
			continue
		}
		im.where = untrusted.Line(fmt.Sprintf("policy %.100s, rule %.100s", name, textOf(rule["name"])))
		im.pending = nil
		for _, action := range []any{spec["validationFailureAction"], rule["failureAction"]} {
			if strings.EqualFold(textOf(action), "audit") {
				im.note("it only audits, and here what fails is a failing finding")
			}
		}
		for _, key := range []string{"exclude", "preconditions", "celPreconditions", "context"} {
			if rule[key] != nil {
				im.note("%s is not carried over: the rule holds for every image of that name", key)
			}
		}
		if narrowed(rule["match"], 0) {
			im.note("match selects some resources only, and here the rule holds for every image of that name")
		}
		shared := im.pending
		for _, entry := range entries {
			im.found++
			im.pending = append([]string(nil), shared...)
			im.entry(tableOf(entry))
		}
	}
}

// narrowed tells whether a match selects by more than the kinds of resources.
func narrowed(v any, depth int) bool {
	if depth > 20 {
		return true
	}
	for _, one := range listOf(v) {
		if narrowed(one, depth+1) {
			return true
		}
	}
	for key, value := range tableOf(v) {
		switch key {
		case "any", "all", "resources":
			if narrowed(value, depth+1) {
				return true
			}
		case "kinds", "operations":
		default:
			return true
		}
	}
	return false
}

func textOf(v any) string {
	text, _ := v.(string)
	return strings.TrimSpace(text)
}

func tableOf(v any) map[string]any {
	table, _ := v.(map[string]any)
	return table
}

func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}
