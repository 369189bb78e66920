package lockfiles

import (
	"path"
	"slices"
	"strings"
)

// image is a container image as a file names it: name[:tag][@digest]. A part
// that only a later program decides (an expression, a variable without a value)
// pins nothing, and is kept as the label.
type image struct {
	written string
	name    string // normalised: docker.io/library/nginx is nginx
	tag     string
	label   string
	digest  Digest
}

// readImage reads name[:tag][@digest]. ok is false for what is no image.
// Variables and expressions (${X}, ${{ x }}) may stand anywhere.
func readImage(text string) (i image, ok bool) {
	mask := maskVariables(text)
	if strings.ContainsAny(mask, " \t\r\n") {
		return image{}, false
	}
	name, tag, digest := text, "", ""
	if at := strings.IndexByte(mask, '@'); at >= 0 {
		name, mask, digest = text[:at], mask[:at], text[at+1:]
		if !dockerDigest.MatchString(digest) && !variable(digest) {
			return image{}, false
		}
	}
	if colon := strings.LastIndexByte(mask, ':'); colon > strings.LastIndexByte(mask, '/') {
		name, tag = name[:colon], name[colon+1:]
		if tag == "" {
			return image{}, false
		}
	}
	if name == "" {
		return image{}, false
	}
	i = image{written: text, name: imageName(name), tag: tag}
	if variable(tag) {
		i.tag, i.label = "", tag
	}
	if variable(digest) {
		i.label = strings.TrimPrefix(i.label+"@"+digest, "@")
	} else if algorithm, value, ok := strings.Cut(digest, ":"); ok {
		i.digest = Digest{algorithm, value}
	}
	return i, true
}

// version is the tag, or the digest where there is no tag; "" pins nothing.
func (i image) version() string {
	if i.tag == "" && !variable(i.label) && i.digest != (Digest{}) {
		return i.digest.Algorithm + ":" + i.digest.Value
	}
	return i.tag
}

// labelled gives an image that has a digest alone the tag in the comment behind
// it, where bots and people write it.
func (i *image) labelled(comment string) {
	if i.tag == "" && i.label == "" && i.digest != (Digest{}) {
		i.label = githubLabel(comment)
	}
}

// variable tells of a part that a program puts in; no part of an image's name
// holds a dollar.
func variable(part string) bool { return strings.Contains(part, "$") }

// maskVariables blanks ${{ ... }} and ${...} byte for byte, so that separators
// inside them do not count.
func maskVariables(text string) string {
	mask := []byte(text)
	for from := 0; ; {
		start := strings.Index(text[from:], "${")
		if start < 0 {
			return string(mask)
		}
		start += from
		closing := "}"
		if strings.HasPrefix(text[start:], "${{") {
			closing = "}}"
		}
		end := strings.Index(text[start:], closing)
		if end < 0 {
			return string(mask)
		}
		from = start + end + len(closing)
		for i := start; i < from; i++ {
			mask[i] = 'x'
		}
	}
}

// imageName writes the names of Docker Hub as people do, as its own tools
// normalise them (github.com/distribution/reference: ParseNormalizedNamed).
func imageName(name string) string {
	host, rest, ok := strings.Cut(name, "/")
	if !ok {
		return name
	}
	switch strings.ToLower(host) {
	case "docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com":
		return hubName(rest)
	case "library":
		return hubName(name)
	}
	if imageHost(host) {
		return strings.ToLower(host) + "/" + rest
	}
	return name
}

func hubName(name string) string {
	if bare, ok := strings.CutPrefix(name, "library/"); ok && bare != "" && !strings.Contains(bare, "/") {
		return bare
	}
	return name
}

// imageHost tells whether the first part of an image's name is a registry.
func imageHost(part string) bool {
	return strings.ContainsAny(part, ".:") && !variable(part) || part == "localhost"
}

// imageBook gathers the images of one file: those that agree in all but their
// spelling are one entry, at the first line that names it.
type imageBook struct {
	images []image
	lines  []int
	used   []int // for each use, in the order of the file, its index in images
	seen   map[image]int
}

func (b *imageBook) add(i image, line int) {
	if b.seen == nil {
		b.seen = make(map[image]int)
	}
	same := i
	same.written = ""
	at, ok := b.seen[same]
	if !ok {
		at = len(b.images)
		b.seen[same], b.images, b.lines = at, append(b.images, i), append(b.lines, line)
	}
	b.used = append(b.used, at)
}

// lockfile is what the book pins. Every image is direct, since the file names
// nothing of what an image was made from.
func (b *imageBook) lockfile(file string, settings []Setting) Lockfile {
	packages := make([]Package, len(b.images))
	keys := make(map[string]int)
	for n, i := range b.images {
		p := Package{ID: ID{"docker", i.name}, Version: i.version(), Label: i.label, Direct: true, Line: b.lines[n]}
		if i.digest != (Digest{}) {
			p.Integrity = []Digest{i.digest}
		}
		packages[n] = p
		keys[p.Key()]++
	}
	for n := range packages {
		if keys[packages[n].Key()] > 1 { // one tag with several digests or variables
			packages[n].Path = b.images[n].written
		}
	}
	root := Root{Path: path.Dir(file)}
	for _, n := range b.used {
		root.Requires = append(root.Requires, Edge{b.images[n].name, packages[n].Version, packages[n].Key()})
	}
	return Lockfile{Packages: packages, Roots: []Root{root}, Settings: slices.Clip(settings)}
}
