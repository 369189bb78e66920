// Package lockfiles reads the files in which package managers pin what they
// will install, and keeps every field that tells a reviewer something: hashes,
// origins, install paths, edges, flags and line numbers.
//
// It stands on the lowest floor but one (assets is below, diff above), reads
// through an fs.FS alone, and never touches the network or starts a program.
// A format is one file here and one line in formats.go.
package lockfiles

import (
	"cmp"
	"context"
	"io/fs"
	"strings"
)

// Format is one kind of lockfile. Implementations hold no state, so one value
// serves many goroutines.
type Format interface {
	// Name is stable: it appears in reports, policy and the README.
	Name() string
	// Match tells whether the file at path (slash-separated, relative to the
	// root of the revision) is of this format, by its name alone. When two
	// formats match, the first one in Formats is asked.
	Match(path string) bool
	// Parse reads the lockfile at path. tree is the whole revision, for the
	// manifests beside the lockfile and in its workspaces; a manifest that is
	// absent or unreadable leaves Direct and its like as the lockfile states
	// them and never fails the lockfile. Every error is a *ParseError; an
	// unknown schema wraps ErrUnsupportedVersion and names the version.
	Parse(ctx context.Context, tree fs.FS, path string) (Lockfile, error)
}

// Companion is a Format whose reading depends on other files of the lockfile's
// directory, so that a change in one of them alone is a change to review:
// go.sum for go.mod, package.json for yarn.lock.
type Companion interface {
	Format
	// Companions are base names, in no particular order.
	Companions() []string
}

// Lockfile is what one lockfile pins at one revision.
type Lockfile struct {
	Path   string // slash-separated, from the root of the revision
	Format string // Format.Name
	Schema string // the schema version as the file states it ("3", "9.0"); "" where it states none
	// Packages in the order of the file. Two entries may share name and
	// version (two install paths, two markers); Key tells them apart.
	Packages []Package
	// Roots are the projects that the lockfile serves, with their direct
	// dependencies: one for a plain project, several for a workspace.
	Roots []Root
	// Settings are statements of the file that pin no package but change what
	// is installed: registries, indexes, overrides, checksums of hooks.
	Settings []Setting
}

// Root is a project that a lockfile serves.
type Root struct {
	Path     string // directory from the root of the revision; "." is the root itself
	Name     string // as its manifest or the lockfile calls it, or ""
	Requires []Edge
}

// Label is what to call the project: its name, else its directory.
func (r Root) Label() string { return cmp.Or(r.Name, r.Path) }

// Setting is a statement of a lockfile about how packages are found.
type Setting struct {
	Name  string // as the file writes it: "--extra-index-url", "overrides"
	Value string
	Line  int
}

// ID names a package without its version.
type ID struct {
	Ecosystem string // the package-url type: npm, pypi, golang, cargo, gem, ...
	Name      string // as its registry spells it; PyPI names are normalised as in PEP 503
}

func (id ID) String() string { return strings.TrimPrefix(id.Ecosystem+" "+id.Name, " ") }

// Package is one entry of a lockfile: something that will be installed.
type Package struct {
	ID
	Version string // exact; "" when the file pins none (a range, a branch)
	// Label is the human name beside an opaque version: the tag in
	// `uses: x@<commit> # v4.1.7`, the range of an unpinned requirement.
	Label     string
	Integrity []Digest // every hash the lockfile pins, in its order
	Origin    string   // where the lockfile says the bytes come from (URL, index, git), or ""
	// Path is the install path or instance key where the format has one
	// (node_modules/a/node_modules/b; the pnpm snapshot key), else "".
	Path string
	// Direct: a manifest of the project names it. Dev: needed for development
	// alone. Optional: may be left out without an error. Bundled: its bytes
	// come inside another package's archive.
	Direct, Dev, Optional, Bundled bool
	InstallScript                  Tri    // what the lockfile itself claims
	Requires                       []Edge // as the lockfile states them, in its order
	Line                           int    // 1-based line of the entry; 0 if unknown
}

// Key identifies the entry within its lockfile, and is what Edge.To refers to.
func (p Package) Key() string {
	if p.Path != "" {
		return p.Path
	}
	return p.Name + "@" + p.Version
}

// Edge is a dependency as the lockfile states it.
type Edge struct {
	Name       string // as the dependant writes it (an alias stays an alias)
	Constraint string // range or version as written, or ""
	// To is the Key of the entry that satisfies the edge, or "" when the
	// lockfile holds none (an optional dependency left out, a peer not met).
	To string
}

// Tri is a claim that may be absent. The zero value is Unclaimed.
type Tri int

// The three answers of a lockfile that may say nothing.
const (
	Unclaimed Tri = iota
	No
	Yes
)

func (t Tri) String() string {
	switch t {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "unknown"
}

// Digest is a hash that a lockfile pins, kept as the lockfile encodes it.
type Digest struct {
	Algorithm string // lower case: sha512, sha256, sha1, h1 (Go and Terraform dirhash), zh, ...
	Value     string // base64 or hexadecimal, as written
}

// String is the notation of the digest's own world: SRI's sha512-<base64>, and
// alg:value for hexadecimal and for dirhash.
func (d Digest) String() string {
	if isHex(d.Value) || !isSRI(d.Algorithm) {
		return d.Algorithm + ":" + d.Value
	}
	return d.Algorithm + "-" + d.Value
}

func isSRI(algorithm string) bool {
	switch algorithm {
	case "sha1", "sha256", "sha384", "sha512", "md5":
		return true
	}
	return false
}

func isHex(s string) bool {
	switch len(s) {
	case 32, 40, 64, 96, 128: // md5, sha1, sha256, sha384, sha512
	default:
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'f') && (r < 'A' || r > 'F')
	}) < 0
}

// ParseSRI reads a Subresource Integrity string: one or more hashes separated
// by white space, each "algorithm-base64" with an optional "?options" tail.
// What is no hash is left out.
func ParseSRI(s string) []Digest {
	digests, _ := parseSRI(s)
	return digests
}

// parseSRI is ParseSRI; ok is false when something was left out.
func parseSRI(s string) (digests []Digest, ok bool) {
	// Nearly always it is one hash in lower case, and this is called for each
	// entry of a large lockfile.
	if algorithm, value, one := strings.Cut(s, "-"); one && !strings.ContainsAny(s, " \t\r\n\v\f?") {
		return []Digest{{strings.ToLower(algorithm), value}}, true
	}
	ok = true
	for _, field := range strings.Fields(s) {
		algorithm, value, isHash := strings.Cut(field, "-")
		if !isHash {
			ok = false
			continue
		}
		value, _, _ = strings.Cut(value, "?")
		digests = append(digests, Digest{strings.ToLower(algorithm), value})
	}
	return digests, ok
}

// ParseDigest reads the "algorithm:value" notation of pip, Cargo and Go.
func ParseDigest(s string) (Digest, bool) {
	algorithm, value, ok := strings.Cut(s, ":")
	if !ok || algorithm == "" || value == "" {
		return Digest{}, false
	}
	return Digest{strings.ToLower(algorithm), value}, true
}
