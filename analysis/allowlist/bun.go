package allowlist

import (
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/depreview/depreview/lockfiles"
)

// bun reads trustedDependencies of package.json: names alone. Where it is
// absent bun trusts a list of its own, for packages of the registry; depreview
// does not know that list. An empty trustedDependencies trusts nothing.
// (Source: Lockfile.hasTrustedDependency of oven-sh/bun.)
type bun struct{}

func (bun) Name() string           { return "bun" }
func (bun) Serves(p *Project) bool { return p.Format == "bun.lock" }

func (bun) Read(p *Project) (Section, error) {
	var b book
	file := p.path("package.json")
	pkg, err := p.json(file)
	if err != nil {
		return Section{}, err
	}
	trusted := pkg.get("trustedDependencies")
	if trusted != nil {
		if err := trusted.is("trustedDependencies", list); err != nil {
			return Section{}, at(file, err)
		}
		for _, item := range trusted.items {
			if err := item.is("trustedDependencies", text); err != nil {
				return Section{}, at(file, err)
			}
			b.add(Rule{File: file, Line: item.line, Setting: "trustedDependencies", Key: bounded(item.text)}, item.text, entry{allow: true})
		}
	}
	ignore, err := bunIgnores(p, &b)
	if err != nil {
		return Section{}, err
	}
	judge := func(p *lockfiles.Package) Verdict {
		var otherwise Verdict
		switch {
		case ignore != nil:
			return ignore.verdict(lockfiles.No, false)
		case trusted != nil:
			otherwise = Verdict{Allowed: lockfiles.No, Reason: "bun runs only what trustedDependencies names"}
		case p.Version == "" || strings.HasPrefix(p.Label, "github:") || strings.HasPrefix(p.Origin, "git"):
			otherwise = Verdict{Allowed: lockfiles.No, Reason: "bun trusts on its own only packages of the registry"}
		default:
			otherwise = Verdict{Reason: "bun trusts a list of its own where package.json has no trustedDependencies; that list is not known here"}
		}
		return b.look(p.Name, p.Version).verdict(otherwise)
	}
	return Section{Rules: b.rules, judge: judge}, nil
}

// bunIgnores reads install.ignoreScripts of bunfig.toml.
func bunIgnores(p *Project, b *book) (*Rule, error) {
	file := p.path("bunfig.toml")
	data, ok, err := p.bytes(file)
	if err != nil || !ok {
		return nil, err
	}
	var config struct {
		Install struct {
			IgnoreScripts bool `toml:"ignoreScripts"`
		} `toml:"install"`
	}
	if strings.Count(string(data), "[")+strings.Count(string(data), "{") > 10_000 || strings.Count(string(data), "=") > 10_000 {
		return nil, at(file, errorf(0, "the file holds more tables than depreview reads"))
	}
	if err := toml.Unmarshal(data, &config); err != nil {
		return nil, at(file, errorf(0, "invalid TOML: %s", strings.TrimPrefix(bounded(err.Error()), "toml: ")))
	}
	if !config.Install.IgnoreScripts {
		return nil, nil
	}
	r := Rule{File: file, Setting: "install.ignoreScripts", Value: "true"}
	b.add(r, "", entry{})
	return &r, nil
}
