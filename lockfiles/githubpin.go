package lockfiles

import (
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// githubDocker is the scheme of a container image in `uses`; GitHub's runner
// knows it in lower case alone.
const githubDocker = "docker://"

// githubPin is what makes two pins of a file the same entry.
type githubPin struct {
	id      ID
	written string // name with the path inside the repository, or the image without its scheme
	version string
	label   string
	digest  Digest
}

// key tells pins of a file apart, labels aside. An image's begins with its
// scheme: an action may be called like an image.
func (p githubPin) key() string {
	if p.id.Ecosystem == "docker" {
		return githubDocker + p.written
	}
	return p.written + "@" + p.version
}

var githubCommit = pattern.New(`^[0-9a-fA-F]{40}$`)

// parseGitHubUses reads owner/repo[/path]@ref as GitHub's runner does: either
// slash separates, empty parts do not count, and there is one @.
func parseGitHubUses(text string) (pin githubPin, ok bool) {
	name, ref, ok := strings.Cut(text, "@")
	if !ok || ref == "" || strings.ContainsAny(ref, "@ \t\n") || strings.ContainsAny(name, " \t\n") || strings.Contains(text, "${{") {
		return pin, false
	}
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '\\' })
	if len(parts) < 2 {
		return pin, false
	}
	// The path is part of the name: it is what bots and people call the action,
	// and several actions of one repository are pinned apart.
	name = strings.Join(parts, "/")
	pin = githubPin{
		id:      ID{"githubactions", name},
		written: name,
		version: ref,
	}
	if githubCommit.MatchString(ref) {
		pin.digest = Digest{"git", ref}
	}
	return pin, true
}

var dockerDigest = pattern.New(`^[a-z0-9]+([+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$`)

// parseDockerImage reads an image as every format here does; what an expression
// decides at run time pins nothing and becomes the label.
func parseDockerImage(text string) (pin githubPin, ok bool) {
	i, ok := readImage(text)
	if !ok {
		return pin, false
	}
	return githubPin{id: ID{"docker", i.name}, written: text, version: i.version(), label: i.label, digest: i.digest}, true
}

var (
	// githubVersion is a tag: v4, 4.1, v4.1.7-rc.1, codeql-bundle-v2.3, release/v1.
	githubVersion = pattern.New(`^(?:[A-Za-z][\w.]*[-/])*[vV]?\d+(?:\.\d+)*(?:[-+.][\w.+-]*)?$`)
	// githubClearly is one that prose does not hold by chance.
	githubClearly = pattern.New(`[vV]\d|\d\.\d`)
	// githubBare is a comment of one word that may name a branch: "stable".
	githubBare = pattern.New(`^[A-Za-z][\w./-]*$`)
)

// githubLabel finds the version in the comment behind a pin, in the notations
// of Dependabot and Renovate (v4.1.7, tag=v4, pin@v4, renovate: tag=v4),
// ratchet (ratchet:actions/checkout@v4) and people (pinned to v4). "" if there
// is none.
func githubLabel(comment string) string {
	words := strings.Fields(strings.TrimLeft(comment, "#"))
	for i, word := range words {
		if at := strings.LastIndexAny(word, "@=:"); at >= 0 {
			word = word[at+1:]
		}
		word = strings.Trim(word, "()[],;'\"")
		word = strings.TrimSuffix(word, ".")
		if githubVersion.MatchString(word) && (i == 0 || githubClearly.MatchString(word)) {
			return word
		}
	}
	if len(words) == 1 && githubBare.MatchString(words[0]) {
		return words[0]
	}
	return ""
}
