package policy

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/depreview/depreview/analysis/attest"
)

// ImageRule is one [[images]] of the policy: who must have signed the container
// images of some names.
//
//	[[images]]
//	match = ["ghcr.example/acme/*"]      # names without a tag; * is anything, ? one character
//	except = ["ghcr.example/acme/test-*"]
//	require = "signature"                # or "provenance", or both as a list
//	identity-regexp = "^https://github.com/acme/"
//	issuer = "https://token.actions.githubusercontent.com"
//
//	[[images]]
//	match = "nginx"
//	any = [{ key = """..."""  }, { identity = "ada@acme.example", issuer = "https://accounts.example" }]
//
// Every rule that matches an image must hold; of the signers of one rule, one
// suffices, for each of the proofs that it requires.
type ImageRule struct {
	Match, Except []string
	Require       []attest.Kind // attest.Signature, attest.Provenance; at least one
	Signers       []attest.Signer
	Line          int // of the rule in the file; 0 is not known
}

// requirements are the words of require.
var requirements = map[string]attest.Kind{"signature": attest.Signature, "provenance": attest.Provenance}

// signerKeys are what names a signer.
var signerKeys = []string{"identity", "identity-regexp", "issuer", "issuer-regexp", "key"}

// Images are the [[images]] of the policy, in their order. They are nil without
// an error where there is no file, or none of them. A file that cannot be read,
// a key that is none and a rule that names nobody are errors that name the file
// and the line: a rule that is not understood demands nothing.
func Images(tree fs.FS) ([]ImageRule, error) {
	data, value, err := entry(tree, "images")
	if value == nil || err != nil {
		return nil, err
	}
	tables, ok := value.([]any)
	if !ok {
		return nil, problem(lineOf(data, unstable.Key, "images"), "images is no list of tables\nhint: begin each with [[images]]")
	}
	lines := linesOf(data, "images")
	rules := make([]ImageRule, len(tables))
	for i, one := range tables {
		line := 0
		if len(lines) == len(tables) {
			line = lines[i]
		}
		table, ok := one.(map[string]any)
		if !ok {
			return nil, problem(line, "images holds what is no table")
		}
		if rules[i], err = imageRule(table); err != nil {
			return nil, problem(line, err.Error())
		}
		rules[i].Line = line
	}
	return rules, nil
}

func imageRule(table map[string]any) (rule ImageRule, err error) {
	if err := known(table, append([]string{"match", "except", "require", "any"}, signerKeys...)); err != nil {
		return rule, err
	}
	if rule.Match, err = patterns(table, "match"); err != nil {
		return rule, err
	}
	if len(rule.Match) == 0 {
		return rule, fmt.Errorf("a rule of images matches none\nhint: match = \"ghcr.io/acme/*\"")
	}
	if rule.Except, err = patterns(table, "except"); err != nil {
		return rule, err
	}
	words, err := texts(table, "require")
	if err != nil {
		return rule, err
	}
	if _, stated := table["require"]; !stated {
		words = []string{"signature"}
	}
	for _, word := range words {
		kind, ok := requirements[word]
		if !ok {
			return rule, fmt.Errorf("require of images holds %.60q\nhint: it is \"signature\", \"provenance\" or a list of both", word)
		}
		rule.Require = append(rule.Require, kind)
	}
	if len(rule.Require) == 0 {
		return rule, fmt.Errorf("require of images demands nothing\nhint: it is \"signature\", \"provenance\" or a list of both")
	}
	rule.Signers, err = signers(table)
	return rule, err
}

// signers are the one that the rule itself names, or those of any.
func signers(table map[string]any) ([]attest.Signer, error) {
	list, several := table["any"]
	if !several {
		one, err := signer(table)
		return []attest.Signer{one}, err
	}
	for _, key := range signerKeys {
		if _, beside := table[key]; beside {
			return nil, fmt.Errorf("a rule of images has both any and %s\nhint: put %s into one of the tables of any", key, key)
		}
	}
	tables, ok := list.([]any)
	if !ok || len(tables) == 0 {
		return nil, fmt.Errorf("any of images is no list of signers\nhint: any = [{ identity = \"...\", issuer = \"...\" }, { key = \"...\" }]")
	}
	found := make([]attest.Signer, len(tables))
	for i, one := range tables {
		inner, ok := one.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("any of images holds what is no table")
		}
		err := known(inner, signerKeys)
		if err == nil {
			found[i], err = signer(inner)
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func signer(table map[string]any) (s attest.Signer, err error) {
	for _, field := range []struct {
		key string
		to  *string
	}{
		{"identity", &s.Identity.SAN}, {"identity-regexp", &s.Identity.SANRegexp}, {"issuer", &s.Identity.Issuer},
		{"issuer-regexp", &s.IssuerRegexp}, {"key", &s.Key},
	} {
		value, stated := table[field.key]
		if !stated {
			continue
		}
		text, ok := value.(string)
		if !ok || strings.TrimSpace(text) == "" {
			return s, fmt.Errorf("%s of images is no text", field.key)
		}
		*field.to = text
	}
	if err := s.Check(); err != nil {
		return s, fmt.Errorf("a signer of images: %w", err)
	}
	return s, nil
}

// known is an error for a key that there is not: a misspelt one would demand
// nothing.
func known(table map[string]any, keys []string) error {
	for key := range table {
		found := false
		for _, one := range keys {
			found = found || one == key
		}
		if !found {
			return fmt.Errorf("images has no key %.60q\nhint: the keys are %s", key, strings.Join(keys, ", "))
		}
	}
	return nil
}

// texts reads a text or a list of them.
func texts(table map[string]any, key string) (found []string, err error) {
	values, ok := table[key].([]any)
	if !ok {
		value, stated := table[key]
		if !stated {
			return nil, nil
		}
		values = []any{value}
	}
	for _, value := range values {
		text, ok := value.(string)
		if !ok || text == "" {
			return nil, fmt.Errorf("%s of images holds what is no text", key)
		}
		found = append(found, text)
	}
	return found, nil
}

func patterns(table map[string]any, key string) ([]string, error) {
	found, err := texts(table, key)
	for _, one := range found {
		if !plainPattern(one) {
			return nil, fmt.Errorf("%s of images holds %.100q, which is more than a name\nhint: leave the tag and the digest out", key, one)
		}
	}
	return found, err
}

// plainPattern tells whether a pattern is of names alone, with neither a tag nor
// a digest.
func plainPattern(pattern string) bool {
	return pattern != "" && !strings.ContainsAny(pattern, "@ \t\n") && strings.LastIndexByte(pattern, ':') <= strings.LastIndexByte(pattern, '/')
}
