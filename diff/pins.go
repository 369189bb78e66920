package diff

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// pins compares where two versions of a package come from and how firmly they
// are pinned. Their bytes differ anyway; that they now come from elsewhere, or
// are held by less than before, is what a new version must not hide.
func (c *comparison) pins(b, h *lockfiles.Package) (fields []Field) {
	if !c.samePlace(b, h) {
		fields = append(fields, Field{"origin", b.Origin, h.Origin})
	}
	if c.weaker(b.Integrity, h.Integrity) {
		fields = append(fields, Field{"integrity", joinDigests(b.Integrity), joinDigests(h.Integrity)})
	}
	return fields
}

// bytes compares what says which bytes will be installed. A hash or an origin
// where there was none pins more than before: that is no repin, unless nothing
// holds the bytes to what they were.
func (c *comparison) bytes(b, h *lockfiles.Package) (fields []Field, repinned bool) {
	differs, lost, gained, shared := compareDigests(b.Integrity, h.Integrity)
	if c.converted {
		lost, gained = c.sameFormat && len(b.Integrity) > 0 && len(h.Integrity) == 0, false
	}
	if differs || lost || gained {
		fields = append(fields, Field{"integrity", joinDigests(b.Integrity), joinDigests(h.Integrity)})
		// The strongest algorithm decides: a new one beside the old may hold
		// other bytes, and so may one alone that took another's place.
		repinned = differs || lost || len(b.Integrity) > 0
	}
	if b.Origin != h.Origin && (!c.converted || c.sameFormat && !c.samePlace(b, h)) {
		fields = append(fields, Field{"origin", b.Origin, h.Origin})
		// An origin that is no longer told moves no byte that a hash still pins.
		pinned := shared && !repinned
		repinned = repinned || b.Origin != "" && (h.Origin != "" || !pinned) || !shared && len(h.Integrity) == 0
	}
	return fields, repinned
}

// compareDigests: differs when an algorithm that both sides state has other
// values; lost and gained when one side states an algorithm that the other
// does not; shared when they agree on one.
func compareDigests(base, head []lockfiles.Digest) (differs, lost, gained, shared bool) {
	before, after := digestsByAlgorithm(base), digestsByAlgorithm(head)
	for algorithm, values := range before {
		others, ok := after[algorithm]
		same := ok && slices.Equal(values, others)
		lost, differs, shared = lost || !ok, differs || ok && !same, shared || same
	}
	for algorithm := range after {
		gained = gained || before[algorithm] == nil
	}
	return differs, lost, gained, shared
}

func digestsByAlgorithm(list []lockfiles.Digest) map[string][]string {
	by := make(map[string][]string)
	for _, d := range list {
		by[d.Algorithm] = append(by[d.Algorithm], plainHash(d))
	}
	for algorithm, values := range by {
		slices.Sort(values)
		by[algorithm] = slices.Compact(values)
	}
	return by
}

// plainHash is the hash itself in hexadecimal: one lockfile may write the same
// one both ways, in an origin's fragment and in an integrity field.
func plainHash(d lockfiles.Digest) string {
	raw, err := base64.StdEncoding.DecodeString(d.Value)
	if err != nil || len(raw) != hashSize[d.Algorithm] {
		return d.Value
	}
	return hex.EncodeToString(raw)
}

var hashSize = map[string]int{"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}

func joinDigests(list []lockfiles.Digest) string {
	var texts []string
	for _, d := range list {
		texts = append(texts, d.String())
	}
	return strings.Join(texts, " ")
}

// weaker tells whether head's hashes hold less than base's. Of another schema
// only their end is told, since schemas hash different things; another format
// may not know hashes at all.
func (c *comparison) weaker(base, head []lockfiles.Digest) bool {
	switch {
	case !c.sameFormat:
		return false
	case len(base) == 0 || len(head) == 0 || c.converted:
		return len(base) > 0 && len(head) == 0
	}
	return strength(head) < strength(base)
}

// strength of the strongest hash. Collisions are made for md5 and sha1;
// what is not known here is taken for sound.
func strength(list []lockfiles.Digest) (best int) {
	for _, d := range list {
		switch d.Algorithm {
		case "md5":
			best = max(best, 1)
		case "sha1", "git": // git names a commit by its sha1
			best = max(best, 2)
		default:
			best = max(best, 3)
		}
	}
	return best
}

// samePlace tells whether the two origins are one place, but for the version.
// Two formats write one place differently, two schemas of a format do not,
// except that one may leave out what the other states.
func (c *comparison) samePlace(b, h *lockfiles.Package) bool {
	if b.Origin == h.Origin || c.converted && (!c.sameFormat || b.Origin == "" || h.Origin == "") {
		return true
	}
	return place(b) == place(h)
}

// hashInPath is a hash as a directory, perhaps with the two before it over
// which PyPI spreads its files; hashBehind is a commit, perhaps a short one.
var (
	hashInPath = pattern.New(`(/[0-9a-f]{2}/[0-9a-f]{2})?/([0-9a-f]{60}|[0-9a-f]{40})\b`)
	hashBehind = pattern.New(`([#=@])[0-9a-f]{7,128}\b`)
)

// place is the origin of a package with all that a new version moves masked:
// the version itself, commits and hashes. A file name is kept where it states
// the package, as npm's do; the names of wheels state the platform.
func place(p *lockfiles.Package) string {
	text := p.Origin
	if unescaped, err := url.PathUnescape(text); err == nil {
		text = unescaped
	}
	// The host is not masked: it has no version, but may be made to look so.
	scheme, rest, _ := strings.Cut(text, "://")
	host, file, _ := strings.Cut(rest, "/")
	file = "/" + file
	for _, version := range []string{p.Version, strings.TrimPrefix(p.Version, "v"), humanVersion(p.Label)} {
		if len(version) > 1 && strings.ContainsAny(version[:2], "0123456789") {
			file = strings.ReplaceAll(file, version, "*")
		}
	}
	if dir, name := path.Split(file); p.Ecosystem != "npm" && isArchive(name) {
		file = dir + "*"
	}
	file = hashInPath.ReplaceAllString(file, "/*")
	file = hashBehind.ReplaceAllString(file, "$1*")
	return scheme + "://" + host + file
}

func isArchive(name string) bool {
	name, _, _ = strings.Cut(name, "#")
	return slices.Contains([]string{".whl", ".gz", ".zip", ".bz2", ".tgz", ".egg"}, path.Ext(name))
}
