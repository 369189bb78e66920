package settings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// Tree is a revision of the project; diff/revision's are.
type Tree interface {
	fs.FS
	Paths(ctx context.Context, match func(path string) bool) ([]string, error)
}

// Project is what the files of one revision say of npm's registries. Nothing is
// read before it is asked; tokens and variables in it count for nothing. A nil
// Project says nothing.
type Project struct {
	read func() npmLayer
}

// ReadProject is the project at a revision; name is how a person knows that
// revision ("main"). For the reviewed branch itself it is only for showing what
// it changes: whom to ask is base's to say.
func ReadProject(ctx context.Context, tree Tree, name string) *Project {
	return &Project{read: sync.OnceValue(func() npmLayer { return readTree(ctx, tree, name) })}
}

func (p *Project) layer() *npmLayer {
	if p == nil {
		return &npmLayer{}
	}
	l := p.read()
	return &l
}

// projectFiles reads what each tool keeps beside its manifest.
var projectFiles = map[string]func(data []byte, found func(key, address string, line int)) error{
	".npmrc": func(data []byte, found func(string, string, int)) error {
		for _, k := range parseNPMRC(data) {
			found(k.name, k.value, k.line)
		}
		return nil
	},
	".yarnrc.yml":         yarnRegistries,
	"pnpm-workspace.yaml": pnpmRegistries,
	"bunfig.toml":         bunRegistries,
}

var npmLockfiles = map[string]bool{
	"package-lock.json": true, "npm-shrinkwrap.json": true, "yarn.lock": true, "pnpm-lock.yaml": true, "bun.lock": true, "deno.lock": true,
}

// readTree reads the settings at the root and beside each lockfile of npm's
// world. Files that disagree leave open whom to ask, and then nobody is asked.
func readTree(ctx context.Context, tree Tree, revision string) npmLayer {
	var all npmLayer
	paths, err := tree.Paths(ctx, func(p string) bool {
		return (npmLockfiles[path.Base(p)] || projectFiles[path.Base(p)] != nil) && !lockfiles.Vendored(p)
	})
	if err != nil {
		all.registry = &place{refused: fmt.Sprintf("the project's registries are not known: %s", first(err))}
		all.unread = all.registry
		return all
	}
	wanted := map[string]bool{".": true}
	for _, p := range paths {
		if npmLockfiles[path.Base(p)] {
			wanted[path.Dir(p)] = true
		}
	}
	for _, p := range paths {
		read := projectFiles[path.Base(p)]
		if read == nil || !wanted[path.Dir(p)] {
			continue
		}
		var one npmLayer
		data, err := readSmall(tree, p)
		if err == nil {
			err = read(data, func(key, address string, line int) {
				one.set(key, func() *place { return projectPlace(address, fmt.Sprintf("%s:%d at %s", p, line, revision)) })
			})
		}
		if err != nil {
			all.unread = &place{from: p, refused: fmt.Sprintf("the registries in %s at %s could not be read", p, revision)}
			all.merge("registry", all.unread)
			continue
		}
		if one.registry != nil {
			all.merge("registry", one.registry)
		}
		for scope, at := range one.scopes {
			all.merge(scope, at)
		}
	}
	return all
}

func readSmall(tree Tree, p string) ([]byte, error) {
	info, err := fs.Stat(tree, p)
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, errors.New("it is larger than 1 MB")
	}
	return fs.ReadFile(tree, p)
}

// merge adds what another file of the project says.
func (l *npmLayer) merge(name string, at *place) {
	before := l.scopes[name]
	if name == "registry" {
		before = l.registry
	}
	if before != nil && before.refused != "" {
		return
	}
	if before != nil && before.base == at.base && at.refused == "" {
		return
	}
	if before != nil && at.refused == "" {
		at = &place{from: before.from, refused: fmt.Sprintf("whom to ask is not clear: %s and %s name different registries", before.from, at.from)}
	}
	if name == "registry" {
		l.registry = at
		return
	}
	l.scope(name, at)
}

// variable is what some tool would put the environment's value in place of.
var variable = pattern.New(`\$[{A-Za-z_]`)

// projectPlace is a registry that a file of the project names. The environment
// is none of a project's business: what it names by a variable is not known.
func projectPlace(address, from string) *place {
	refuse := func(why string) *place {
		return &place{from: from, refused: fmt.Sprintf("the npm registry that %s names cannot be asked: %s", from, why)}
	}
	if variable.MatchString(address) {
		return refuse("variables of the environment are not for a project to read")
	}
	if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(address)), "https://") {
		return refuse("it is not https")
	}
	base, err := clients.CheckBase(address)
	if err != nil {
		return refuse(first(err))
	}
	return &place{base: base, from: from}
}

// yarnRegistries reads .yarnrc.yml of yarn 2 and later.
func yarnRegistries(data []byte, found func(key, address string, line int)) error {
	doc, err := document(data)
	pairs(doc, func(key string, value *yaml.Node) {
		switch key {
		case "npmRegistryServer":
			found("registry", value.Value, value.Line)
		case "npmScopes":
			pairs(value, func(scope string, settings *yaml.Node) {
				pairs(settings, func(key string, value *yaml.Node) {
					if key == "npmRegistryServer" {
						found("@"+scope+":registry", value.Value, value.Line)
					}
				})
			})
		}
	})
	return err
}

// pnpmRegistries reads "registries" of pnpm-workspace.yaml: "default" or a scope,
// and the address.
func pnpmRegistries(data []byte, found func(key, address string, line int)) error {
	doc, err := document(data)
	pairs(doc, func(key string, value *yaml.Node) {
		if key != "registries" {
			return
		}
		pairs(value, func(name string, address *yaml.Node) {
			switch {
			case address.Kind != yaml.ScalarNode:
			case name == "default":
				found("registry", address.Value, address.Line)
			default:
				found(name+":registry", address.Value, address.Line)
			}
		})
	})
	return err
}

func document(data []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) != 1 {
		return nil, err
	}
	return doc.Content[0], nil
}

func pairs(node *yaml.Node, each func(key string, value *yaml.Node)) {
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		each(node.Content[i].Value, node.Content[i+1])
	}
}

// bunRegistries reads [install] of bunfig.toml: an address, or a table with url.
func bunRegistries(data []byte, found func(key, address string, line int)) error {
	var file struct {
		Install struct {
			Registry any            `toml:"registry"`
			Scopes   map[string]any `toml:"scopes"`
		} `toml:"install"`
	}
	if err := toml.Unmarshal(data, &file); err != nil {
		return err
	}
	address := func(value any) (string, bool) {
		if table, ok := value.(map[string]any); ok {
			value = table["url"]
		}
		text, ok := value.(string)
		return text, ok
	}
	line := func(text string) int {
		return 1 + strings.Count(string(data[:max(0, strings.Index(string(data), text))]), "\n")
	}
	if text, ok := address(file.Install.Registry); ok {
		found("registry", text, line(text))
	}
	for scope, value := range file.Install.Scopes {
		if text, ok := address(value); ok {
			found("@"+strings.TrimPrefix(scope, "@")+":registry", text, line(text))
		}
	}
	return nil
}
