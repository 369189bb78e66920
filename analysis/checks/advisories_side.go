package checks

import (
	"errors"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// side is one version of a change, as advisories see it. A nil side is a
// package that is not there.
type side struct {
	pkg    *lockfiles.Package
	target advisories.Target
	query  clients.OSVQuery // zero when OSV cannot be asked at all
	// limited is why what OSV says of it is not all, or "".
	limited string
	listed  map[string]bool // ids that OSV lists for it
}

var (
	gitCommit  = pattern.New(`\b[0-9a-f]{40}\b`)
	wholeHash  = pattern.New(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
	beginsLike = pattern.New(`^[vV]?\d`)
)

func newSide(p *lockfiles.Package) *side {
	if p == nil {
		return nil
	}
	s := &side{pkg: p, listed: make(map[string]bool)}
	id, version := p.ID, p.Version
	kind := lockfiles.OriginUnstated
	if places := lockfiles.OriginPlaces(p.Origin); len(places) > 0 {
		kind, _ = lockfiles.OriginPlace(p.Ecosystem, places[0])
	}
	if kind == lockfiles.OriginReplaced {
		if p.Ecosystem == "golang" {
			id.Name = lockfiles.ReplacedBy(p.Origin) // the bytes are those of the other module
		} else {
			s.limited = "the lockfile replaces it with another package"
		}
	}
	if p.Ecosystem == "githubactions" && wholeHash.MatchString(version) && beginsLike.MatchString(p.Label) {
		version = p.Label // the tag in the comment; the advisories name tags
	}
	s.target = advisories.NewTarget(id, version)
	switch {
	case kind == lockfiles.OriginDisk:
		s.limited = "it comes from a path, of which OSV has no advisories"
		s.target = s.target.AtCommit()
		return s
	case hasGitOrigins[p.Ecosystem] && kind == lockfiles.OriginGit:
		s.limited = "it comes from a commit, and most advisories name none"
		s.target = s.target.AtCommit()
		s.query.Commit = firstOf(gitCommit.FindString(p.Origin), gitCommit.FindString(p.Version))
		return s
	}
	s.query.Ecosystem, s.query.Name, s.query.Version = s.target.Question()
	// Of a version without a place, OSV may have one advisory or another; only
	// those that mean every version are sure.
	s.query.Every = s.query.Version == ""
	if p.Version == "" {
		s.limited = "the lockfile pins no version"
	}
	return s
}

// hasGitOrigins: elsewhere a repository is where every package comes from, and
// the version counts.
var hasGitOrigins = map[string]bool{"npm": true, "pypi": true, "cargo": true, "gem": true, "pub": true, "hex": true}

// outside tells whether there is nothing that OSV could be asked.
func (s *side) outside() bool { return s == nil || s.query == clients.OSVQuery{} }

func (s *side) limit() string {
	if s == nil {
		return ""
	}
	return s.limited
}

// incomplete is the reason for unknown of what OSV cannot know.
func (s *side) incomplete() error {
	if s.limit() == "" {
		return nil
	}
	return errors.New(s.limited)
}

// seen is the side as records are held against it.
func (s *side) seen() *advisories.Target {
	if s == nil {
		return nil
	}
	t := s.target.Listed(s.listed)
	return &t
}
