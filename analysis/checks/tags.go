package checks

import (
	"slices"
	"strings"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// tagScheme reads the versions of one package in the tags of its repository,
// which may hold those of others: acme-http@1.7.4, acme-http-v1.7.4,
// packages/http/v1.7.4, v1.7.4.
type tagScheme struct {
	ecosystem string
	names     []string // prefixes that are the package's own; longest first
	own       bool     // its own prefix is used, so that plain v1.7.4 is another's
	never     bool     // a plain tag is never the package's: a Go module below the root
}

// newTagScheme finds out how the tags of a repository name a package whose
// source lies in dir ("" is the root, or not known).
func newTagScheme(ecosystem, name, dir string, tags []string) *tagScheme {
	s := &tagScheme{ecosystem: ecosystem, never: ecosystem == "golang" && dir != ""}
	add := func(names ...string) {
		for _, n := range names {
			if n != "" && n != "." && !slices.Contains(s.names, n) {
				s.names = append(s.names, n)
			}
		}
	}
	add(dir)
	if ecosystem != "golang" { // its tags are directories and nothing else
		add(name, strings.TrimPrefix(name, "@"), lastSegment(name), lastSegment(dir))
		if _, artifact, ok := strings.Cut(name, ":"); ok {
			add(artifact)
		}
	}
	slices.SortStableFunc(s.names, func(a, b string) int { return len(b) - len(a) })
	s.own = slices.ContainsFunc(tags, func(tag string) bool {
		_, own, ok := s.parse(tag)
		return ok && own
	})
	return s
}

func lastSegment(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// version is the version of the package that a tag names; ok is false for
// what is none, or of another package.
func (s *tagScheme) version(tag string) (version string, ok bool) {
	version, own, ok := s.parse(tag)
	return version, ok && (own || !s.own && !s.never)
}

var (
	tagNumber = pattern.New(`^\d+(\.\d+)*([.+_-]?[0-9A-Za-z][0-9A-Za-z.+_-]*)?$`)
	plainTag  = []string{"", "release-", "release/", "releases/", "version-", "rel-"}
)

func (s *tagScheme) parse(tag string) (version string, own, ok bool) {
	for _, name := range s.names {
		rest, has := strings.CutPrefix(tag, name)
		if !has || rest == "" || !strings.ContainsRune("@-_/", rune(rest[0])) {
			continue
		}
		if v, ok := s.number(rest[1:]); ok {
			return v, true, true
		}
	}
	for _, prefix := range plainTag {
		if rest, has := strings.CutPrefix(tag, prefix); has {
			if v, ok := s.number(rest); ok {
				return v, false, true
			}
		}
	}
	return "", false, false
}

// number strips the v, which Go's versions keep.
func (s *tagScheme) number(text string) (string, bool) {
	bare := strings.TrimPrefix(strings.TrimPrefix(text, "v"), "V")
	if !tagNumber.MatchString(bare) {
		return "", false
	}
	if s.ecosystem == "golang" && bare != text {
		return text, true
	}
	return bare, true
}

// tagged is a version of the package with the tag that names it.
type tagged struct{ tag, version string }

// read picks the package's versions out of the tags, in their order.
func (s *tagScheme) read(tags []string) (versions []tagged) {
	for _, tag := range tags {
		if v, ok := s.version(tag); ok {
			versions = append(versions, tagged{tag, v})
		}
	}
	return versions
}

// find is the tag of a version, or "".
func (s *tagScheme) find(version string, among []tagged) string {
	version = s.plain(version)
	for _, one := range among {
		if s.plain(one.version) == version {
			return one.tag
		}
	}
	if version == "" || !spelledLoosely[s.ecosystem] {
		return ""
	}
	for _, one := range among {
		if s.same(one.version, version) {
			return one.tag
		}
	}
	return ""
}

// spelledLoosely are the ecosystems in which 2.2 and 2.2.0 are one version.
var spelledLoosely = map[string]bool{"pypi": true, "gem": true, "nuget": true, "maven": true, "composer": true}

// same tells whether two spellings are one version.
func (s *tagScheme) same(a, b string) bool {
	a, b = s.plain(a), s.plain(b)
	if a == b {
		return true
	}
	order, ok := diff.Compare(s.ecosystem, a, b)
	return ok && order == 0 && spelledLoosely[s.ecosystem]
}

// between tells whether v is newer than old and not newer than new; an old of
// "" lets in new alone.
func (s *tagScheme) between(v, old, new string) bool {
	if s.same(v, new) {
		return true
	}
	if old == "" {
		return false
	}
	v, old, new = s.plain(v), s.plain(old), s.plain(new)
	if s.ecosystem == "githubactions" { // a floating v4 is all of 4.x
		switch {
		case strings.HasPrefix(v, new+"."):
			return true
		case strings.HasPrefix(v, old+"."):
			return false
		}
	}
	above, ok := diff.Compare(s.ecosystem, v, old)
	below, also := diff.Compare(s.ecosystem, v, new)
	return ok && also && above > 0 && below < 0
}

// plain is a version as tags write it.
func (s *tagScheme) plain(version string) string {
	if s.ecosystem == "golang" {
		return strings.TrimSuffix(version, "+incompatible")
	}
	return strings.TrimPrefix(version, "v")
}
