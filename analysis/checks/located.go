package checks

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"

	"golang.org/x/mod/module"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// standing is how well a repository is known to be a package's, the worst
// first.
type standing int

const (
	notLocated   standing = iota
	claimed               // the registry repeats what the publisher wrote
	named                 // it is what the package is called, or where the proxy fetched it
	statedByHost          // the registry states that a workflow of it published the package
	attested              // somebody verified an attestation that names it
)

// source is the repository of one side of a change, and who says that it is.
type source struct {
	repository
	web       string // the forge's address for people
	standing  standing
	claimedBy string               // who says so: a host, or "its name"
	commit    string               // of the version in it: 40 hexadecimal digits, or ""
	doubt     string               // what is not known of the standing, or ""
	known     *registry.Comparison // nil where no registry was asked or answered
}

// how is the standing in words, which are the same wherever they are drawn.
func (s *source) how() string {
	words := "not known"
	switch s.standing {
	case attested:
		words = "attested: " + s.claimedBy + " verified an attestation of this version"
	case statedByHost:
		words = s.claimedBy + " states that a workflow of it published this version"
	case named:
		words = cmp.Or(s.claimedBy, "its name")
		if words != byName {
			words = "Go origin: " + words + " fetched it there"
		}
	case claimed:
		words = "a claim of the publisher in the metadata of " + s.claimedBy
	}
	if s.doubt != "" {
		words += "; " + s.doubt
	}
	return words
}

const byName = "its name"

// attestedBy gives the repository, as an address, and the commit that a
// verified attestation of a version names, and who verified it. It gives ""
// where there is none; an error is why that is not known.
type attestedBy func(ctx context.Context, p *lockfiles.Package) (address, commit, verifier string, err error)

// locator finds the repository of a package: what an attestation says of it,
// then what the registry states, then Go's origin and names that are
// repositories, then the publisher's claim.
type locator struct {
	web      string // the forge's address for people
	compare  func(context.Context, *diff.Change) (*registry.Comparison, error)
	attested attestedBy // nil: nobody is asked
}

var errNotLocated = errors.New("no repository of it is known")

// locate finds the repository of head; of base where there is no head.
func (l locator) locate(ctx context.Context, c *diff.Change) (source, error) {
	return l.side(ctx, c, c.Package())
}

// side finds that of one of the two packages of a change. Beside an error, the
// source may name the forge of a repository that is no owner/name.
func (l locator) side(ctx context.Context, c *diff.Change, p *lockfiles.Package) (source, error) {
	s := source{web: l.web}
	if p.Ecosystem == "githubactions" {
		owner, rest, _ := strings.Cut(p.Name, "/")
		name, _, _ := strings.Cut(rest, "/") // an action below the root is released with its repository
		var ok bool
		if s.repository, ok = newRepository("", owner+"/"+name); !ok {
			return s, analysis.DoesNotApply("it is no repository of the forge")
		}
		s.standing, s.claimedBy, s.commit = named, byName, wholeCommit(p.Version)
		return s, nil
	}
	known, err := l.compare(ctx, c)
	var release *registry.Release
	if err == nil {
		s.known, release = known, known.Head
		if p != c.Head {
			release = known.Base
		}
		if release != nil && release.Detail != nil {
			s.commit = wholeCommit(release.Detail.Commit)
		}
		if l.proven(ctx, p, release, &s) {
			return s, nil
		}
	}
	if path, ok := strings.CutPrefix(p.Name, hostOfWeb(l.web)+"/"); ok && p.Ecosystem == "golang" {
		if s.repository, ok = newRepository("", path); ok {
			s.dir = moduleDir(p.Name)
			s.standing, s.claimedBy = named, byName
			return s, nil
		}
	}
	if err != nil {
		return s, err
	}
	return l.claimed(s, p, known, release)
}

// proven looks for more than a claim.
func (l locator) proven(ctx context.Context, p *lockfiles.Package, release *registry.Release, s *source) bool {
	if release == nil {
		return false
	}
	mayBe := release.Detail == nil || release.Detail.Attested != lockfiles.No
	if l.attested != nil && mayBe {
		address, commit, verifier, err := l.attested(ctx, p)
		r, ok := parseRepository(address)
		switch {
		case err != nil:
			s.doubt = "whether it is attested is not known: " + analysis.Why(err)
		case ok:
			s.repository, s.standing, s.claimedBy = r, attested, verifier
			s.commit, s.dir = cmp.Or(wholeCommit(commit), s.commit), directoryIn(r, s.known, release)
			return true
		case release.Detail != nil && release.Detail.Attested == lockfiles.Yes:
			s.doubt = "the registry holds attestations, which nobody verified here"
		}
	}
	if d := release.Detail; d != nil && d.TrustedRepository != "" {
		if r, ok := parseRepository(d.TrustedRepository); ok {
			s.repository, s.standing, s.claimedBy = r, statedByHost, cmp.Or(s.known.Package.Source, "the registry")
			s.dir = directoryIn(r, s.known, release)
			return true
		}
	}
	return false
}

// claimed reads what the registry repeats of the publisher's words; of a Go
// module it is what the proxy itself says.
func (l locator) claimed(s source, p *lockfiles.Package, known *registry.Comparison, release *registry.Release) (source, error) {
	s.claimedBy = cmp.Or(known.Package.Source, "the registry")
	for _, claim := range repositoryClaims(known, release) {
		r, ok := parseRepository(claim.repository)
		switch {
		case ok:
			s.repository, s.standing = r, claimed
			if p.Ecosystem == "golang" {
				s.standing = named
			}
			s.dir = cmp.Or(claim.directory, r.dir)
			return s, nil
		case r.host != "" && r.host != hostOfWeb(l.web):
			s.repository = r
			return s, errNotLocated
		}
	}
	return s, errNotLocated
}

type repositoryClaim struct{ repository, directory string }

// repositoryClaims are those of the release first, then those of the others.
func repositoryClaims(known *registry.Comparison, of *registry.Release) (all []repositoryClaim) {
	for _, r := range []*registry.Release{of, known.Head, known.Base} {
		if r != nil && r.Detail != nil && r.Detail.Repository != "" {
			all = append(all, repositoryClaim{r.Detail.Repository, r.Detail.Directory})
		}
	}
	if known.Package.Repository != "" {
		all = append(all, repositoryClaim{repository: known.Package.Repository})
	}
	return all
}

// directoryIn is where the publisher says that the package lies in a repository
// of which somebody else says that it is the right one.
func directoryIn(r repository, known *registry.Comparison, release *registry.Release) string {
	for _, claim := range repositoryClaims(known, release) {
		if said, ok := parseRepository(claim.repository); ok && strings.EqualFold(said.name, r.name) {
			return cmp.Or(claim.directory, said.dir)
		}
	}
	return r.dir
}

// moduleDir is where a module lies in its repository: github.com/o/r/sub/v2
// is the directory sub, whose tags are sub/v2.0.0.
func moduleDir(path string) string {
	prefix, _, ok := module.SplitPathVersion(path)
	if !ok {
		prefix = path
	}
	segments := strings.Split(prefix, "/")
	return strings.Join(segments[min(3, len(segments)):], "/")
}

var aCommit = pattern.New(`^[0-9a-f]{40}$`)

// wholeCommit is a commit in lower case, or "" for what is none.
func wholeCommit(text string) string {
	if text = strings.ToLower(text); aCommit.MatchString(text) {
		return text
	}
	return ""
}

func hostOfWeb(web string) string {
	_, host, _ := strings.Cut(web, "://")
	return host
}

// host is the forge that is asked.
func (s source) host() string { return hostOfWeb(s.web) }

// forge is where the repository lies, as other services name it.
func (s source) forge() string { return cmp.Or(s.repository.host, s.host()) }

// link is the address of a page of the repository.
func (s source) link(page string, tags ...string) string {
	for i, tag := range tags {
		parts := strings.Split(tag, "/")
		for j := range parts {
			parts[j] = url.PathEscape(parts[j])
		}
		tags[i] = strings.Join(parts, "/")
	}
	return s.web + "/" + s.name + page + strings.Join(tags, "...")
}
