package settings

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
)

// place is the registry that one setting names.
type place struct {
	base    string
	from    string // "~/.npmrc:3"
	refused string
}

func (p *place) route() clients.NPMRoute {
	return clients.NPMRoute{Base: p.base, From: p.from, Refused: p.refused}
}

// npmLayer is what one source of settings says of npm's registries.
type npmLayer struct {
	registry *place
	scopes   map[string]*place // by scope in lower case: "@acme"
	unread   *place            // a source that could not be read, and may name scopes
}

func (l *npmLayer) scope(name string, at *place) {
	if l.scopes == nil {
		l.scopes = make(map[string]*place)
	}
	l.scopes[strings.ToLower(name)] = at
}

// set takes what a key of an .npmrc says of registries, if it does.
func (l *npmLayer) set(name string, at func() *place) {
	scope, isScope := strings.CutSuffix(name, ":registry")
	switch {
	case name == "registry":
		l.registry = at()
	case isScope && strings.HasPrefix(scope, "@"):
		l.scope(scope, at())
	}
}

// readNPM reads a person's own .npmrc and the environment, where npm's names
// are of any case.
func (p *Person) readNPM(w World) {
	files := make(map[string]string)
	var env []npmKey
	for _, line := range w.Environ {
		name, value, ok := strings.Cut(line, "=")
		key, isNPM := cutPrefixFold(name, "npm_config_")
		if !ok || !isNPM || value == "" {
			continue
		}
		switch lower := strings.ToLower(key); {
		case lower == "userconfig" || lower == "globalconfig":
			files[lower] = value
		case lower == "registry" || strings.HasSuffix(lower, ":registry"):
			key = lower
			p.env.set(key, func() *place { return p.place(value, name) })
		default:
			env = append(env, npmKey{name: key, value: value})
		}
	}
	var secrets []npmKey
	for _, file := range []string{files["globalconfig"], cmp.Or(files["userconfig"], w.home(".npmrc"))} {
		if file == "" {
			continue
		}
		data, ok := p.read(w, file)
		if !ok {
			p.user.registry = &place{from: w.short(file), refused: w.short(file) + " could not be read, so that the npm registry is not known"}
			p.user.unread = p.user.registry
		}
		for _, k := range parseNPMRC(data) {
			name, value := w.expand(k.name), w.expand(k.value)
			p.user.set(name, func() *place { return p.place(value, fmt.Sprintf("%s:%d", w.short(file), k.line)) })
			secrets = append(secrets, npmKey{name: name, value: value})
		}
	}
	p.npmSecrets(append(secrets, env...))
}

// place is a registry that a person's own settings name.
func (p *Person) place(address, from string) *place {
	base, err := p.address(address)
	if err != nil {
		return &place{from: from, refused: fmt.Sprintf("the npm registry that %s names cannot be asked: %s", from, first(err))}
	}
	return &place{base: base, from: from}
}

func cutPrefixFold(text, prefix string) (rest string, ok bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}

// For is what the clients are to be made with for a project. project is asked
// for its registries with the first question of npm, and may be nil.
func (p *Person) For(project *Project) clients.Settings {
	s := clients.Settings{Endpoints: p.Endpoints, Go: p.Go, Closed: p.Closed}
	s.NPM = func(name string) clients.NPMRoute { return p.route(name, project) }
	return s
}

// route picks as npm does: the scope's registry of whoever names one first,
// else the registry of whoever names one first. Where what might name the scope
// could not be read, no later one has a say.
func (p *Person) route(name string, project *Project) clients.NPMRoute {
	layers := []*npmLayer{&p.own, &p.env, project.layer(), &p.user}
	if scope, _, ok := strings.Cut(name, "/"); ok && strings.HasPrefix(name, "@") {
		for _, l := range layers {
			at := l.scopes[strings.ToLower(scope)]
			if at == nil {
				at = l.unread
			}
			if at != nil {
				route := at.route()
				route.Scoped = true
				return route
			}
		}
	}
	for _, l := range layers {
		if l.registry != nil {
			return l.registry.route()
		}
	}
	return clients.NPMRoute{Base: p.Endpoints.NPM}
}
