package lockfiles

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// swiftXcodePath is where Xcode keeps the file inside a workspace.
const swiftXcodePath = "/xcshareddata/swiftpm/Package.resolved"

// readSwiftProjects reads the manifests that belong to the Package.resolved at
// file: Package.swift beside it, or the project or workspace it lies in, with
// the packages of the repository that those hold: a project may leave all that
// it needs to one of them.
func readSwiftProjects(tree fs.FS, file string) []swiftProject {
	inside, xcode := strings.CutSuffix(file, swiftXcodePath)
	switch {
	case !xcode:
		if p, ok := readPackageSwift(tree, path.Dir(file)); ok {
			return []swiftProject{p}
		}
		return nil
	case strings.HasSuffix(inside, ".xcodeproj/project.xcworkspace"):
		return readXcode(tree, []string{path.Dir(inside)})
	}
	data, ok := readManifest(tree, path.Join(inside, "contents.xcworkspacedata"))
	if !ok {
		return nil
	}
	var members []string
	for _, location := range strings.Split(string(data), `location = "`)[1:] {
		location, _, _ = strings.Cut(location, `"`)
		_, relative, _ := strings.Cut(location, ":") // group:, container: and their like
		// Nothing behind the colon is the directory of the workspace.
		if dir, ok := withinTree(path.Dir(inside), path.Join(relative, ".")); ok {
			members = append(members, dir)
		}
	}
	return readXcode(tree, members)
}

var (
	// xcodeRemote and xcodeLocal are the package references of a project; until
	// Xcode 15 a local one was a mere reference to a folder.
	xcodeRemote = pattern.New(`\brepositoryURL = ("[^"\n]*"|[^;\s]*);`)
	xcodeLocal  = pattern.New(`\brelativePath = ("[^"\n]*"|[^;\s]*);`)
	xcodeFolder = pattern.New(`\blastKnownFileType = (?:folder|wrapper|text); (?:name = (?:"[^"\n]*"|[^;\s]*); )?path = ("[^"\n]*"|[^;\s]*); sourceTree = (?:"<group>"|SOURCE_ROOT);`)
)

// readXcode reads the members of a workspace: the package references of each
// project, and the Package.swift of each local package, once.
func readXcode(tree fs.FS, members []string) (projects []swiftProject) {
	var local []string
	for _, member := range members {
		if path.Ext(member) != ".xcodeproj" {
			local = append(local, member)
			continue
		}
		data, ok := readManifest(tree, path.Join(member, "project.pbxproj"))
		if !ok {
			continue
		}
		p := swiftProject{dir: path.Dir(member), name: strings.TrimSuffix(path.Base(member), ".xcodeproj")}
		for _, m := range xcodeRemote.FindAllSubmatch(data, -1) {
			p.deps = append(p.deps, pair{strings.Trim(string(m[1]), `"`), ""})
		}
		projects = append(projects, p)
		for _, m := range append(xcodeLocal.FindAllSubmatch(data, -1), xcodeFolder.FindAllSubmatch(data, -1)...) {
			if dir, ok := withinTree(p.dir, strings.Trim(string(m[1]), `"`)); ok {
				local = append(local, dir)
			}
		}
	}
	slices.Sort(local)
	for _, dir := range slices.Compact(local) {
		if p, ok := readPackageSwift(tree, dir); ok {
			projects = append(projects, p)
		}
	}
	return projects
}
