package lockfiles

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// pnpmEntry is an instance of a package: an entry of packages in the old
// layouts, of snapshots together with its entry of packages in the new one.
type pnpmEntry struct {
	key           string
	line          int
	name, version string // as the fields state them, "" where the key does
	integrity     []Digest
	origin        string
	commit        string // of a git resolution
	directory     string // of a directory resolution, relative to the lockfile
	build         bool   // 5.x and 6.x: runs scripts when it is installed
	optional      bool
	deps          []pnpmDep
	peers         []pair
	bundled       []string
}

// The sections that an entry's fields belong to: pnpm lays the fields of
// packages over those of snapshots, so that one in the wrong place would win.
const (
	pnpmInPackages = 1 << iota
	pnpmInSnapshots
	pnpmInBoth = pnpmInPackages | pnpmInSnapshots
)

func (d *pnpmDocument) readEntries(packages, snapshots *yaml.Node) error {
	switch {
	case d.major < 7 && snapshots != nil:
		return pnpmErrorf(snapshots.Line, "snapshots belong to lockfileVersion 9.0, not %s", d.schema)
	case d.major < 9 && snapshots == nil:
		return d.section(packages, pnpmInBoth, func(e pnpmEntry) error {
			d.list = append(d.list, e)
			return nil
		})
	}
	infos := make(map[string]*pnpmEntry)
	var order []*pnpmEntry
	err := d.section(packages, pnpmInPackages, func(e pnpmEntry) error {
		order = append(order, &e)
		infos[e.key] = &e
		return nil
	})
	if err != nil {
		return err
	}
	used := make(map[string]bool, len(infos))
	err = d.section(snapshots, pnpmInSnapshots, func(e pnpmEntry) error {
		id := pnpmKeyID(e.key)
		info := infos[id]
		if info == nil {
			return pnpmErrorf(e.line, "snapshot %q has no entry %q in packages", e.key, id)
		}
		used[id] = true
		// The line is that of packages: there the version and its hash stand.
		merged := *info
		merged.key, merged.deps, merged.optional = e.key, e.deps, e.optional
		d.list = append(d.list, merged)
		return nil
	})
	// pnpm installs no entry without a snapshot, but a reviewer sees it.
	for _, info := range order {
		if !used[info.key] {
			d.list = append(d.list, *info)
		}
	}
	if err == nil && isNull(snapshots) && len(order) > 0 {
		return pnpmErrorf(order[0].line, "the file holds packages and no snapshots: it may be cut off")
	}
	return err
}

func (d *pnpmDocument) section(node *yaml.Node, section int, add func(pnpmEntry) error) error {
	return d.entries(node, func(key string, keyNode, value *yaml.Node) error {
		e := pnpmEntry{key: key, line: keyNode.Line}
		if key == "" {
			return pnpmErrorf(e.line, "an entry has no name")
		}
		if err := d.readEntry(&e, value, section); err != nil {
			return err
		}
		return add(e)
	})
}

func (d *pnpmDocument) readEntry(e *pnpmEntry, node *yaml.Node, section int) error {
	resolved := false
	err := d.entries(node, func(key string, keyNode, value *yaml.Node) (err error) {
		belongs := pnpmInPackages
		switch key {
		case "resolution":
			resolved = true
			err = d.readResolution(e, value)
		case "name":
			e.name, err = d.scalar(value)
		case "version":
			e.version, err = d.scalar(value)
		case "requiresBuild", "prepare":
			build, buildErr := d.boolean(value)
			e.build, err = e.build || build, buildErr
		case "peerDependencies":
			err = d.entries(value, func(name string, _, value *yaml.Node) error {
				text, err := d.scalar(value)
				e.peers = append(e.peers, pair{name, text})
				return err
			})
		case "bundledDependencies", "bundleDependencies":
			err = d.readBundled(e, value)
		case "dependencies", "optionalDependencies":
			belongs = pnpmInSnapshots
			err = d.readDeps(e, value)
		case "optional":
			belongs = pnpmInSnapshots
			e.optional, err = d.boolean(value)
		default:
			belongs = section
			err = d.ignore(value)
		}
		if err == nil && belongs&section == 0 {
			err = pnpmErrorf(keyNode.Line, "%s of %q stands in the wrong section", key, e.key)
		}
		return err
	})
	if err == nil && !resolved && section&pnpmInPackages != 0 {
		return pnpmErrorf(e.line, "entry %q has no resolution", e.key)
	}
	return err
}

func (d *pnpmDocument) readDeps(e *pnpmEntry, node *yaml.Node) error {
	return d.entries(node, func(name string, keyNode, value *yaml.Node) error {
		ref, err := d.scalar(value)
		if err == nil && ref == "" {
			return pnpmErrorf(keyNode.Line, "no version of %s is pinned", name)
		}
		e.deps = append(e.deps, pnpmDep{name: name, constraint: ref, ref: ref, line: keyNode.Line})
		return err
	})
}

// readBundled reads a list of names, or true, which names none.
func (d *pnpmDocument) readBundled(e *pnpmEntry, node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		_, err := d.boolean(node)
		return err
	}
	return d.elements(node, func(value *yaml.Node) error {
		name, err := d.scalar(value)
		e.bundled = append(e.bundled, name)
		return err
	})
}

// readResolution reads where the bytes come from and what they hash to:
//
//	{integrity}                              the registry
//	{tarball, integrity?, path?, registry?}  a URL
//	{type: git, repo, commit, path?}
//	{type: directory, directory}
//	{type: binary, url, integrity, ...}      a runtime: node, deno, bun
//	{type: variations, variants}             one of the above for each platform
//	{type: custom:...}                       whatever a resolver of the project's wrote
func (d *pnpmDocument) readResolution(e *pnpmEntry, node *yaml.Node) error {
	fields := make(map[string]string, 2)
	var rest []string
	err := d.entries(node, func(key string, keyNode, value *yaml.Node) (err error) {
		switch {
		case key == "integrity":
			return d.readIntegrity(e, value)
		case key == "variants":
			return d.readVariants(e, value)
		case value.Kind == yaml.ScalarNode:
			fields[key], err = d.scalar(value)
		}
		if err != nil {
			return err
		}
		return d.leaves([]string{key}, value, keyNode.Line, 0, func(within []string, text string, _ int) {
			rest = append(rest, strings.Join(within, ".")+"="+text)
		})
	})
	if err == nil && isNull(node) {
		return pnpmErrorf(e.line, "entry %q has no resolution", e.key)
	}
	if err != nil || len(fields) == 0 {
		return err
	}
	kind := fields["type"]
	if wants := map[string]string{"git": "repo", "directory": "directory", "binary": "url"}[kind]; fields[wants] == "" && wants != "" {
		return pnpmErrorf(node.Line, "the %s resolution of %q names no %s", kind, e.key, wants)
	}
	origin := ""
	switch {
	case kind == "git":
		e.commit = fields["commit"]
		origin = fields["repo"] + "#" + e.commit
		if fields["path"] != "" {
			origin += "&path:" + fields["path"]
		}
	case kind == "directory":
		e.directory = fields["directory"]
		origin = "file:" + e.directory
	case kind == "binary":
		origin = fields["url"]
	case kind == "variations":
	case kind != "":
		origin = strings.Join(rest, " ")
	case fields["tarball"] != "":
		origin = fields["tarball"]
		if fields["path"] != "" {
			origin += "#path:" + fields["path"]
		}
	default:
		origin = fields["registry"]
	}
	if origin != "" && e.origin != "" {
		origin = " " + origin // variants: every URL counts
	}
	e.origin += origin
	return nil
}

func (d *pnpmDocument) readIntegrity(e *pnpmEntry, node *yaml.Node) error {
	text, err := d.scalar(node)
	if err != nil {
		return err
	}
	digests := ParseSRI(text)
	if len(digests) == 0 || len(digests) != len(strings.Fields(text)) {
		return pnpmErrorf(node.Line, "the integrity of %q is no list of algorithm-hash", e.key)
	}
	e.integrity = append(e.integrity, digests...)
	return nil
}

// readVariants collects the hashes and URLs of every platform.
func (d *pnpmDocument) readVariants(e *pnpmEntry, node *yaml.Node) error {
	return d.elements(node, func(variant *yaml.Node) error {
		return d.entries(variant, func(key string, keyNode, value *yaml.Node) error {
			if key != "resolution" {
				return d.ignore(value)
			}
			if value != nil && d.child(value, "variants") != nil {
				return pnpmErrorf(keyNode.Line, "the variants of %q are nested", e.key)
			}
			return d.readResolution(e, value)
		})
	})
}
