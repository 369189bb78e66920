package lockfiles

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// kubernetes reads manifests: in each document with an apiVersion and a kind,
// the images of every list of containers, wherever it stands (a Pod, the
// template of a Deployment, a CronJob or a custom resource). Of a
// kustomization it reads the images that it puts in.
//
// Manifests have any name, so their beginning tells them. Templates of Helm
// are no YAML and are not read; neither are the values of a chart.
type kubernetes struct{}

func (kubernetes) Name() string { return "kubernetes" }

// Match is what kustomize looks for; of other files the content tells.
func (kubernetes) Match(file string) bool {
	return base(file, "kustomization.yaml", "kustomization.yml", "Kustomization")
}

// Plausible: any YAML but the templates of a chart.
func (kubernetes) Plausible(file string) bool {
	ext := path.Ext(file)
	return (ext == ".yaml" || ext == ".yml") && path.Base(path.Dir(file)) != "templates" &&
		!strings.Contains("/"+path.Dir(file)+"/", "/templates/")
}

var (
	kubernetesVersion = pattern.New(`(?m)^apiVersion:[ \t]*["']?[A-Za-z0-9]`)
	kubernetesKind    = pattern.New(`(?m)^kind:[ \t]*["']?([A-Z][A-Za-z0-9]*)`)
	kubernetesImage   = pattern.New(`(?m)^[ \t-]*image:`)
)

// kubernetesPods are the kinds that run containers.
var kubernetesPods = map[string]bool{"Pod": true, "PodTemplate": true, "Deployment": true, "StatefulSet": true, "DaemonSet": true,
	"Job": true, "CronJob": true, "ReplicaSet": true, "ReplicationController": true, "Rollout": true, "List": true, "Kustomization": true}

// MatchContent: a manifest that says at its beginning that it runs something,
// or that is too long to be seen whole.
func (kubernetes) MatchContent(_ string, head []byte) bool {
	whole := len(head) < HeadSize
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if !kubernetesVersion.Match(head) || bytes.Contains(head, []byte("{{")) {
		return false
	}
	kinds := kubernetesKind.FindAllSubmatch(head, -1)
	for _, kind := range kinds {
		if kubernetesPods[string(kind[1])] {
			return true
		}
	}
	return len(kinds) > 0 && (!whole || kubernetesImage.Match(head))
}

func (kubernetes) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	documents, err := yamlDocuments(file, data)
	if err != nil && bytes.Contains(data, []byte("{{")) {
		return Lockfile{}, &ParseError{Path: file, Line: err.(*ParseError).Line, Err: fmt.Errorf("%w\nhint: it looks like a template; only what it is made into can be read", err.(*ParseError).Err)}
	}
	if err != nil {
		return Lockfile{}, err
	}
	k := kubernetesReader{ctx: ctx, lines: newYAMLLines(data)}
	for _, k.doc = range documents {
		k.doc.merges, k.doc.tags = true, true
		if err := k.document(kubernetes{}.Match(file)); err != nil {
			return Lockfile{}, asParseError(file, 1, err)
		}
	}
	return k.book.lockfile(file, nil), nil
}

type kubernetesReader struct {
	ctx   context.Context
	doc   yamlDocument
	lines yamlLines
	book  imageBook
}

func (k *kubernetesReader) document(kustomization bool) error {
	root := k.doc.root
	if isNull(root) {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		return &ParseError{Line: root.Line, Err: fmt.Errorf("found %s where a mapping belongs", yamlKind(root))}
	}
	top, _, err := k.doc.merged(root)
	if err != nil {
		return err
	}
	kind, err := k.doc.scalar(top["kind"])
	if err != nil {
		return err
	}
	switch {
	case kustomization || kind == "Kustomization" && top["images"] != nil:
		return k.doc.elements(top["images"], k.kustomized)
	case kind == "" || top["apiVersion"] == nil:
		return nil
	}
	return k.walk(root, 0)
}

// maxKubernetesDepth bounds the walk; the API server's own bound is far below
// (a structure of 10,000 levels fits in no request).
const maxKubernetesDepth = 200

// walk looks for lists of containers below a node.
func (k *kubernetesReader) walk(node *yaml.Node, depth int) error {
	if err := k.ctx.Err(); err != nil {
		return err
	}
	node, err := k.doc.resolve(node)
	if err != nil || node == nil {
		return err
	}
	if depth > maxKubernetesDepth {
		return &ParseError{Line: node.Line, Err: fmt.Errorf("the manifest is nested deeper than %d levels", maxKubernetesDepth)}
	}
	switch node.Kind {
	case yaml.SequenceNode:
		for _, child := range node.Content {
			if err := k.walk(child, depth+1); err != nil {
				return err
			}
		}
	case yaml.MappingNode:
		members, order, err := k.doc.merged(node)
		if err != nil {
			return err
		}
		for _, key := range order {
			value := members[key]
			switch {
			case value == nil:
				continue
			case value.Kind == yaml.SequenceNode && (key == "containers" || key == "initContainers" || key == "ephemeralContainers"):
				err = k.doc.elements(value, k.container)
			default:
				err = k.walk(value, depth+1)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *kubernetesReader) container(node *yaml.Node) error {
	members, _, err := k.doc.merged(node)
	if err != nil || members["image"] == nil {
		return err
	}
	value := members["image"]
	text, err := k.doc.scalar(value)
	if err != nil || text == "" {
		return err
	}
	i, ok := readImage(text)
	if !ok {
		return &ParseError{Line: value.Line, Err: fmt.Errorf("found %.80q where a container image belongs", text)}
	}
	i.labelled(k.lines.comment(value))
	k.book.add(i, value.Line)
	return nil
}

// kustomized reads one of a kustomization's images: name, newName, newTag,
// digest. One that changes neither tag nor digest pins nothing here.
func (k *kubernetesReader) kustomized(node *yaml.Node) error {
	members, _, err := k.doc.merged(node)
	if err != nil {
		return err
	}
	field := make(map[string]string)
	for _, key := range []string{"name", "newName", "newTag", "digest"} {
		if field[key], err = k.doc.scalar(members[key]); err != nil {
			return err
		}
	}
	text := field["newName"]
	if text == "" {
		text = field["name"]
	}
	if text == "" || field["newName"] == "" && field["newTag"] == "" && field["digest"] == "" {
		return nil
	}
	if field["newTag"] != "" {
		text += ":" + field["newTag"]
	}
	if field["digest"] != "" {
		text += "@" + field["digest"]
	}
	i, ok := readImage(text)
	if !ok {
		return &ParseError{Line: node.Line, Err: fmt.Errorf("found %.80q where a container image belongs", text)}
	}
	k.book.add(i, node.Line)
	return nil
}
