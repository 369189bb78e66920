package lockfiles

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// githubActions reads workflows and actions of GitHub Actions: there is no
// lockfile, the `uses` lines are the pins. What a pinned action uses itself is
// not written here, so every entry is direct.
//
// An action is of ecosystem "githubactions", named owner/repo, at the ref as
// written; for a commit the tag in the trailing comment is the label. A
// container image is of ecosystem "docker", at its tag, or at its digest where
// it has no tag. Entries that agree in all of that are one entry.
type githubActions struct{}

func (githubActions) Name() string { return "github-actions" }

// Match: GitHub runs workflows from the root's .github/workflows alone, and an
// action from any directory.
func (githubActions) Match(file string) bool {
	return githubWorkflow(file) || base(file, "action.yml", "action.yaml")
}

func githubWorkflow(file string) bool {
	ext := path.Ext(file)
	return path.Dir(file) == ".github/workflows" && (ext == ".yml" || ext == ".yaml")
}

func (githubActions) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	g := githubParser{ctx: ctx, seen: make(map[githubPin]int), root: Root{Path: "."}}
	if !githubWorkflow(file) {
		g.root.Path = path.Dir(file)
	}
	data, err := readLockfile(tree, file)
	if errors.Is(err, errEmpty) {
		return Lockfile{Roots: []Root{g.root}}, nil // it pins nothing, as GitHub sees it
	} else if err != nil {
		return Lockfile{}, err
	}
	documents, err := yamlDocuments(file, data)
	if err != nil {
		return Lockfile{}, err
	}
	g.lines = newYAMLLines(data)
	for _, g.doc = range documents {
		g.doc.merges = true
		if err := g.document(githubWorkflow(file), base(file, "action.yml", "action.yaml")); err != nil {
			return Lockfile{}, asParseError(file, 1, err)
		}
	}
	packages := g.packages()
	for _, i := range g.used {
		g.root.Requires = append(g.root.Requires, Edge{g.pins[i].written, packages[i].Version, packages[i].Key()})
	}
	return Lockfile{Packages: packages, Roots: []Root{g.root}}, nil
}

type githubParser struct {
	ctx   context.Context
	doc   yamlDocument
	lines yamlLines
	root  Root
	pins  []githubPin
	seen  map[githubPin]int
	used  []int // for each use, in the order of the file, its index in pins
}

// maxGitHubMerges bounds << within <<. GitHub refuses merge keys, forks of its
// runner follow them; we follow them too, so that no pin can hide in one.
const maxGitHubMerges = 16

// members calls field for each member of a mapping and of what it merges.
func (g *githubParser) members(node *yaml.Node, depth int, field func(key string, value *yaml.Node) error) error {
	return g.doc.entries(node, func(key string, keyNode, value *yaml.Node) error {
		if key != "<<" {
			return field(key, value)
		}
		if depth == maxGitHubMerges {
			return githubErrorf(keyNode, "merge keys are nested deeper than %d levels", maxGitHubMerges)
		}
		if value.Kind == yaml.SequenceNode {
			return g.doc.elements(value, func(value *yaml.Node) error {
				return g.members(value, depth+1, field)
			})
		}
		return g.members(value, depth+1, field)
	})
}

// document looks for jobs in a workflow and for runs in an action. YAML that
// is neither pins nothing.
func (g *githubParser) document(workflow, action bool) error {
	root, err := g.doc.resolve(g.doc.root)
	if err != nil || root == nil || root.Kind != yaml.MappingNode {
		return err
	}
	return g.members(root, 0, func(key string, value *yaml.Node) error {
		switch {
		case key == "name" && value.Kind == yaml.ScalarNode:
			g.root.Name = value.Value
		case key == "jobs" && workflow:
			return g.members(value, 0, func(_ string, job *yaml.Node) error { return g.job(job) })
		case key == "runs" && action && value.Kind == yaml.MappingNode:
			return g.runs(value)
		}
		return nil
	})
}

func (g *githubParser) job(job *yaml.Node) error {
	if err := g.ctx.Err(); err != nil {
		return err
	}
	return g.members(job, 0, func(key string, value *yaml.Node) error {
		switch key {
		case "uses":
			return g.uses(value)
		case "steps":
			return g.doc.elements(value, g.step)
		case "container":
			return g.container(value)
		case "services":
			if value.Kind == yaml.ScalarNode { // an expression that makes the mapping
				return g.container(value)
			}
			return g.members(value, 0, func(_ string, service *yaml.Node) error { return g.container(service) })
		}
		return nil
	})
}

func (g *githubParser) step(step *yaml.Node) error {
	return g.members(step, 0, func(key string, value *yaml.Node) error {
		if key == "uses" {
			return g.uses(value)
		}
		return nil
	})
}

// container reads an image, written alone or as the member of a mapping.
func (g *githubParser) container(node *yaml.Node) error {
	if node.Kind == yaml.MappingNode {
		return g.members(node, 0, func(key string, value *yaml.Node) error {
			if key == "image" {
				return g.image(value, "")
			}
			return nil
		})
	}
	return g.image(node, "")
}

// runs reads the part of an action.yml that says how it runs.
func (g *githubParser) runs(node *yaml.Node) error {
	return g.members(node, 0, func(key string, value *yaml.Node) error {
		switch key {
		case "steps":
			return g.doc.elements(value, g.step)
		case "image": // docker://image, or a Dockerfile of the action
			text, err := g.doc.scalar(value)
			if err != nil || !strings.HasPrefix(text, githubDocker) {
				return err
			}
			return g.image(value, githubDocker)
		}
		return nil
	})
}

func (g *githubParser) uses(node *yaml.Node) error {
	text, err := g.doc.scalar(node)
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(text, githubDocker):
		return g.image(node, githubDocker)
	case strings.HasPrefix(text, "./") || strings.HasPrefix(text, `.\`) || strings.HasPrefix(text, "$/"):
		return nil // of this very repository, in the workspace or at the commit that runs
	}
	pin, ok := parseGitHubUses(text)
	if !ok {
		return githubErrorf(node, "found %.80q where owner/repo[/path]@ref, ./path, $/path or docker://image belongs", text)
	}
	pin.label = githubLabel(g.lines.comment(node))
	g.add(pin, node)
	return nil
}

func (g *githubParser) image(node *yaml.Node, scheme string) error {
	text, err := g.doc.scalar(node)
	if err != nil || text == "" { // no container
		return err
	}
	pin, ok := parseDockerImage(strings.TrimPrefix(text, scheme))
	if !ok {
		return githubErrorf(node, "found %.80q where a container image belongs", text)
	}
	if pin.label == "" && pin.version == pin.digest.String() { // a digest alone, whose tag people write behind it
		pin.label = githubLabel(g.lines.comment(node))
	}
	g.add(pin, node)
	return nil
}

// add keeps the first of equal pins, and that there were more.
func (g *githubParser) add(pin githubPin, node *yaml.Node) {
	if _, ok := g.seen[pin]; !ok {
		g.seen[pin] = node.Line
		g.pins = append(g.pins, pin)
	}
	g.used = append(g.used, slices.Index(g.pins, pin))
}

func (g *githubParser) packages() []Package {
	keys := make(map[string]int)
	for _, pin := range g.pins {
		keys[pin.key()]++
	}
	packages := make([]Package, 0, len(g.pins))
	for _, pin := range g.pins {
		pkg := Package{ID: pin.id, Version: pin.version, Label: pin.label, Direct: true, Line: g.seen[pin]}
		if pin.digest != (Digest{}) {
			pkg.Integrity = []Digest{pin.digest}
		}
		switch {
		case keys[pin.key()] > 1: // one ref under several labels: at least one of them is wrong
			pkg.Path = strings.TrimSuffix(pin.key()+" # "+pin.label, " # ")
		case pin.key() != pkg.Key():
			pkg.Path = pin.key()
		}
		packages = append(packages, pkg)
	}
	return packages
}

func githubErrorf(node *yaml.Node, format string, args ...any) error {
	return &ParseError{Line: node.Line, Err: fmt.Errorf(format, args...)}
}
