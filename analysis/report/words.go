package report

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// ecosystemNames are the ecosystems that people know by another name than
// their package-url type.
var ecosystemNames = map[string]string{"golang": "go", "githubactions": "actions", "docker": "images"}

func ecosystemName(ecosystem string) string {
	return cmp.Or(ecosystemNames[ecosystem], ecosystem)
}

// Move is what happened to a package in a few words: "1.7.2 -> 1.7.4".
func Move(c *diff.Change) string {
	switch c.Kind {
	case diff.Added, diff.Removed:
		return c.Kind.String() + " " + Version(c.Package())
	case diff.Repinned, diff.Edited:
		return Version(c.Head) + " " + c.Kind.String()
	}
	move := Version(c.Base) + " -> " + Version(c.Head)
	if Version(c.Base) == Version(c.Head) {
		// Seven digits of a commit are cheap to make anew.
		move = c.From() + " -> " + c.To()
	}
	if c.Kind == diff.Downgraded || c.Kind == diff.Changed {
		move += " " + c.Kind.String()
	}
	return move
}

// Version is how a person reads a version: a commit by its human name.
func Version(p *lockfiles.Package) string {
	switch {
	case p.Version == "" && p.Label == "":
		return "unpinned"
	case p.Version == "":
		return shorten(p.Label) + " (unpinned)"
	case p.Label != "" && len(p.Version) >= 40:
		return fmt.Sprintf("%s (%.7s)", shorten(p.Label), strings.TrimPrefix(p.Version, "sha256:"))
	}
	return shorten(p.Version)
}

// properties are those of a package in words, what matters most first.
func properties(p *lockfiles.Package, direct bool) (words []string) {
	for _, m := range []struct {
		set  bool
		text string
	}{
		{direct && p.Direct, "direct"}, {p.InstallScript == lockfiles.Yes, "install script"},
		{p.Dev, "dev"}, {p.Optional, "optional"}, {p.Bundled, "bundled"},
	} {
		if m.set {
			words = append(words, m.text)
		}
	}
	return words
}

// marks are the properties of a change that no field of it states anyway.
func marks(c *diff.Change) (words []string) {
	if c.Class != diff.NoClass {
		words = append(words, c.Class.String())
	}
	for _, word := range properties(c.Package(), false) {
		if !slices.ContainsFunc(c.Fields, func(f diff.Field) bool { return strings.ReplaceAll(f.Name, "_", " ") == word }) {
			words = append(words, word)
		}
	}
	if n := len(c.Instances); n > 1 {
		words = append(words, fmt.Sprintf("%d copies", n))
	}
	return words
}

// describeField says in words what differs besides the version.
func describeField(c *diff.Change, f diff.Field) string {
	switch f.Name {
	case "origin":
		if head := parseURL(f.Head); f.Base == "" && head != nil {
			return untrusted.Line("origin now at " + shorten(head.Host))
		}
		// Of another version the rest of the address is another one anyway.
		if base, head := parseURL(f.Base), parseURL(f.Head); c.Kind != diff.Repinned && base != nil && head != nil {
			return movedHost(base, head)
		}
	case "integrity":
		if f.Base == "" {
			return "hash now pinned"
		}
		return describeHashes(strings.Fields(f.Base), strings.Fields(f.Head))
	case "direct", "dev", "optional", "bundled":
		switch {
		case f.Base == "false" && f.Head == "true":
			return "now " + f.Name
		case f.Base == "true" && f.Head == "false":
			return "no longer " + f.Name
		}
	case "requires":
		switch {
		case f.Base == "":
			return "now requires " + untrusted.Line(shorten(f.Head))
		case f.Head == "":
			return "no longer requires " + untrusted.Line(shorten(f.Base))
		}
	}
	return untrusted.Line(strings.ReplaceAll(f.Name, "_", " ")) + ": " + between(f.Base, f.Head)
}

// pinned tells whether a requirement says but what the versions say already.
func pinned(c *diff.Change, f diff.Field) bool {
	is := func(requirement, version string) bool { return strings.TrimLeft(requirement, "= ") == version }
	return f.Name == "requirement" && is(f.Base, c.From()) && is(f.Head, c.To())
}

func between(base, head string) string {
	if shorten(base) == shorten(head) { // somebody made two that look alike
		return untrusted.Line(base) + " -> " + untrusted.Line(head)
	}
	return untrusted.Line(shorten(cmp.Or(base, "none"))) + " -> " + untrusted.Line(shorten(cmp.Or(head, "none")))
}

// describeHashes shortens one hash, and counts many: sixty of them side by side
// are read by nobody. The JSON report has them all.
func describeHashes(base, head []string) string {
	if len(base) <= 1 && len(head) <= 1 {
		text := "hash: " + between(strings.Join(base, ""), strings.Join(head, ""))
		if len(base) == 1 && len(head) == 1 && algorithm(base[0]) != algorithm(head[0]) {
			text += " (another algorithm)"
		}
		return text
	}
	kept := 0
	for _, hash := range base {
		if slices.Contains(head, hash) {
			kept++
		}
	}
	if len(head) == 0 {
		return fmt.Sprintf("hashes: %d -> none", len(base))
	}
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{len(head) - kept, "new"}, {len(base) - kept, "gone"}, {kept, "as before"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	return "hashes: " + strings.Join(parts, ", ")
}

func algorithm(digest string) string {
	if i := strings.IndexAny(digest, "-:"); i >= 0 {
		return digest[:i]
	}
	return digest
}

// otherOrigin says of a repinned package that nothing but its origin differs,
// or is "". A registry's mirror is named for each package of a lockfile.
func otherOrigin(c *diff.Change) string {
	if len(c.Fields) != 1 || c.Fields[0].Name != "origin" {
		return ""
	}
	text := describeField(c, c.Fields[0])
	if base, head := parseURL(c.Fields[0].Base), parseURL(c.Fields[0].Head); base != nil && head != nil && base.Scheme == head.Scheme {
		moved := *base
		if moved.Host = head.Host; moved.String() == head.String() {
			text = movedHost(base, head)
		}
	}
	if len(c.Head.Integrity) == 0 {
		return text + ", and no hash is pinned"
	}
	return text + ", the hash as before"
}

// parseURL is nil for what names no server.
func parseURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

func movedHost(base, head *url.URL) string {
	return untrusted.Line("from " + shorten(base.Host) + " to " + shorten(head.Host))
}

const (
	shortHash = 12
	longest   = 120 // of one text in a report for people
)

var (
	longHex = pattern.New(`[0-9a-f]{40,}`)
	longSRI = pattern.New(`\b(sha\d+|md5)-[A-Za-z0-9+/]{16,}=*`)
)

// shorten cuts hashes to what tells them apart, and a text that is longer than
// any honest one in its middle: both ends of a URL say something.
func shorten(text string) string {
	if len(text) <= 20 {
		return text
	}
	text = longHex.ReplaceAllStringFunc(text, func(hash string) string { return hash[:shortHash] })
	text = longSRI.ReplaceAllStringFunc(text, func(hash string) string {
		return hash[:strings.IndexByte(hash, '-')+1+shortHash]
	})
	if r := []rune(text); len(r) > longest {
		text = string(r[:longest/2]) + "..." + string(r[len(r)-longest/2:])
	}
	return text
}
