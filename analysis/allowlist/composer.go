package allowlist

import (
	"regexp"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// composer reads config.allow-plugins of composer.json: true or false for
// all, or patterns with booleans, of which the first that matches counts. A
// plugin that none matches is asked about, and not run where nobody can
// answer. Other packages run nothing at install.
type composer struct{}

func (composer) Name() string           { return "composer" }
func (composer) Serves(p *Project) bool { return p.Format == "composer.lock" }

func (composer) Read(p *Project) (Section, error) {
	file := p.path("composer.json")
	root, err := p.json(file)
	if err != nil {
		return Section{}, err
	}
	config := root.get("config")
	if config != nil {
		if err := config.is("config", object); err != nil {
			return Section{}, at(file, err)
		}
	}
	var policy composerPolicy
	if err := policy.read(file, config.get("allow-plugins")); err != nil {
		return Section{}, at(file, err)
	}
	return Section{Rules: policy.rules, judge: policy.judge}, nil
}

type composerPolicy struct {
	rules    []Rule
	patterns []*regexp.Regexp // of each rule; nil is for all
}

func (c *composerPolicy) read(file string, from *node) error {
	if from == nil {
		return nil
	}
	if err := from.is("config.allow-plugins", boolean, object); err != nil {
		return err
	}
	r := Rule{File: file, Line: from.line, Setting: "config.allow-plugins", Value: from.text}
	if from.kind == boolean {
		c.rules, c.patterns = append(c.rules, r), append(c.patterns, nil)
		return nil
	}
	if len(from.members) > 2_000 {
		return errorf(from.line, "config.allow-plugins holds more than 2000 patterns")
	}
	for _, m := range from.members {
		r := r
		r.Line, r.Key, r.Value = m.line, bounded(m.key), m.value.text
		if err := m.value.is("config.allow-plugins: "+r.Key, boolean); err != nil {
			return err
		}
		pattern := strings.ReplaceAll(regexp.QuoteMeta(m.key), `\*`, `.*`)
		compiled, err := regexp.Compile(`(?i)^` + pattern + `$`)
		if err != nil {
			return errorf(m.line, "config.allow-plugins: %s is no pattern", r.Key)
		}
		c.rules, c.patterns = append(c.rules, r), append(c.patterns, compiled)
	}
	return nil
}

func (c *composerPolicy) judge(p *lockfiles.Package) Verdict {
	for i := range c.rules {
		if c.patterns[i] != nil && !c.patterns[i].MatchString(p.Name) {
			continue
		}
		if c.rules[i].Value == "true" {
			return c.rules[i].verdict(lockfiles.Yes, false)
		}
		return c.rules[i].verdict(lockfiles.No, false)
	}
	if len(c.rules) == 0 {
		return Verdict{Reason: "composer.json has no config.allow-plugins: composer asks a person, and before 2.2 it runs every plugin"}
	}
	return Verdict{Allowed: lockfiles.No, Reason: "composer runs only plugins that config.allow-plugins allows, and none of it names this one"}
}
