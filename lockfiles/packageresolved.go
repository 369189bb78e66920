package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"strings"
)

// packageResolved reads Package.resolved of Swift's package manager, versions
// 1 to 3, beside a Package.swift or inside an Xcode project or workspace. A
// package is named as in OSV's SwiftURL, by host and path of its repository;
// one from a registry by its identity. A pin without a version is at its
// commit, labelled by its branch. The file holds no edges.
type packageResolved struct{}

func (packageResolved) Name() string           { return "Package.resolved" }
func (packageResolved) Match(file string) bool { return base(file, "Package.resolved") }

// Companions: the manifest alone says what is direct.
func (packageResolved) Companions() []string { return []string{"Package.swift"} }

func (packageResolved) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	s := swiftPins{ctx: ctx}
	// The version stands at the end; the pins are judged when it is known.
	version, line := "", 1
	err = parseJSON(file, data, func(r *jsonReader, key string) (err error) {
		switch key {
		case "version":
			version, err = r.scalar()
			line = r.line()
		case "pins":
			err = s.read(r, false)
		case "object":
			err = r.object(func(key string) error {
				if key != "pins" {
					return r.skip()
				}
				return s.read(r, true)
			})
		default: // originHash, and what SwiftPM would pass over too
			err = r.skip()
		}
		return err
	})
	if err != nil {
		return Lockfile{}, err
	}
	switch version {
	case "1", "2", "3":
	case "":
		return Lockfile{}, parseErrorf(file, 1, "the file states no version")
	default:
		return Lockfile{}, unsupported(file, line, "Package.resolved version", version, "1, 2, 3")
	}
	if (version == "1") != s.nested || !s.found {
		return Lockfile{}, parseErrorf(file, line, "the pins are not where version %s holds them", version)
	}
	packages, err := s.packages(file)
	if err != nil {
		return Lockfile{}, err
	}
	out := Lockfile{Schema: version, Packages: packages}
	out.Roots = swiftRoots(readSwiftProjects(tree, file), packages)
	if len(out.Roots) == 0 {
		out.Roots = []Root{{Path: path.Dir(file)}}
	}
	return out, nil
}

// swiftPin is one pin of any version.
type swiftPin struct {
	identity, kind, location  string
	version, revision, branch string
	line                      int
}

type swiftPins struct {
	ctx           context.Context
	pins          []swiftPin
	found, nested bool
}

func (s *swiftPins) read(r *jsonReader, nested bool) error {
	if s.found {
		return r.errorf("the file holds two lists of pins")
	}
	s.found, s.nested = true, nested
	return r.array(func(int) error {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		pin := swiftPin{}
		err := r.object(func(key string) (err error) {
			if pin.line == 0 {
				pin.line = r.line()
			}
			switch key {
			case "identity", "package":
				pin.identity, err = r.str()
			case "kind":
				pin.kind, err = r.str()
			case "location", "repositoryURL":
				pin.location, err = r.str()
			case "state":
				err = pin.state(r)
			default:
				err = r.skip()
			}
			return err
		})
		s.pins = append(s.pins, pin)
		if err == nil && pin.line == 0 {
			err = r.errorf("a pin is empty")
		}
		return err
	})
}

func (pin *swiftPin) state(r *jsonReader) error {
	return r.object(func(key string) (err error) {
		switch key {
		case "version":
			pin.version, err = r.str()
		case "revision":
			pin.revision, err = r.str()
		case "branch":
			pin.branch, err = r.str()
		default:
			err = r.skip()
		}
		return err
	})
}

func (s *swiftPins) packages(file string) ([]Package, error) {
	packages := make([]Package, 0, len(s.pins))
	seen := make(map[string]bool)
	for _, pin := range s.pins {
		pkg := Package{ID: ID{"swift", pin.identity}, Version: pin.version, Label: pin.branch, Line: pin.line}
		remote := pin.kind == "" || pin.kind == "remoteSourceControl" // version 1 knows no kinds
		switch {
		case remote && pin.location != "":
			pkg.Name = swiftName(pin.location)
		case remote:
			return nil, parseErrorf(file, pin.line, "pin %q has no location", pin.identity)
		case pin.kind != "registry" && pin.kind != "localSourceControl":
			return nil, parseErrorf(file, pin.line, "pin %q is of an unknown kind %q", pin.identity, pin.kind)
		}
		if pkg.Name == "" {
			return nil, parseErrorf(file, pin.line, "a pin has no name")
		}
		// SwiftPM compares both without regard to case.
		identity, name := "identity "+strings.ToLower(pin.identity), "name "+strings.ToLower(pkg.Name)
		if seen[identity] || seen[name] {
			return nil, parseErrorf(file, pin.line, "duplicate pin %q", pin.identity)
		}
		seen[identity], seen[name] = true, true
		pkg.Origin = pin.location
		if pin.revision != "" {
			pkg.Origin += "#" + pin.revision
			pkg.Integrity = []Digest{{"git", pin.revision}}
		}
		if pkg.Version == "" {
			pkg.Version = pin.revision
		}
		if pkg.Version == "" {
			return nil, parseErrorf(file, pin.line, "pin %q has neither version nor revision", pin.identity)
		}
		packages = append(packages, pkg)
	}
	return packages, nil
}

// swiftName is host/path of a repository: without scheme, user, port and .git.
func swiftName(location string) string {
	name := strings.TrimSpace(location)
	scheme, rest, ok := strings.Cut(name, "://")
	if ok {
		name = rest
	}
	host, rest, slash := strings.Cut(name, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	if before, after, colon := strings.Cut(host, ":"); colon {
		host = before
		if scheme == name { // git@host:path, where no scheme says that a port follows
			rest, slash = strings.TrimSuffix(after+"/"+rest, "/"), true
		}
	}
	if slash {
		host = strings.ToLower(host) + "/" + rest
	}
	return strings.TrimSuffix(strings.TrimRight(host, "/"), ".git")
}

// swiftRoots marks what the projects name, and gives them as roots.
func swiftRoots(projects []swiftProject, packages []Package) (roots []Root) {
	index := make(map[string]int, len(packages))
	for i, pkg := range packages {
		index[strings.ToLower(pkg.Name)] = i
	}
	for _, project := range projects {
		root := Root{Path: project.dir, Name: project.name}
		for _, d := range project.deps {
			edge := Edge{Name: d.key, Constraint: d.value}
			i, ok := index[strings.ToLower(d.key)]
			if !ok {
				i, ok = index[strings.ToLower(swiftName(d.key))]
			}
			if ok {
				packages[i].Direct = true
				edge.To = packages[i].Key()
			}
			root.Requires = append(root.Requires, edge)
		}
		roots = append(roots, root)
	}
	return roots
}
