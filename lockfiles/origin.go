package lockfiles

import (
	"net/url"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// OriginKind is the kind of place that an Origin names.
type OriginKind int

// The kinds. The zero OriginKind is an Origin that names no place.
const (
	OriginUnstated OriginKind = iota
	OriginAddress             // an archive, an index or a registry by its URL, its host or its name
	OriginGit                 // a repository, or the archive that a forge makes of one of its commits
	OriginDisk                // a file or directory beside the project
	OriginPatch               // what yarn patches on the project's own disk
	OriginReplaced            // another package, which the lockfile puts in its place
)

// OriginPlaces are the places that an Origin names: several indexes stand in
// one, with spaces or commas between them.
func OriginPlaces(origin string) []string {
	if strings.HasPrefix(origin, replacedBy) {
		return []string{origin}
	}
	return strings.FieldsFunc(origin, func(r rune) bool { return r == ' ' || r == ',' })
}

const replacedBy = "replaced by "

// ReplacedBy is what stands in a package's place by its Origin, or "".
func ReplacedBy(origin string) string {
	by, ok := strings.CutPrefix(origin, replacedBy)
	if !ok {
		return ""
	}
	return by
}

var (
	diskNotation = pattern.New(`^(?:(?:file|link|portal|workspace):|path\+|\.{0,2}[/\\]|[A-Za-z]:[/\\])`)
	gitScheme    = pattern.New(`^(?:(?:git|hg|svn|bzr)\+|git@|(?:git|ssh|github|gitlab|bitbucket|gist):)`)
	scpAddress   = pattern.New(`^[A-Za-z0-9._-]+@([A-Za-z0-9.-]+):`)
	commitHash   = pattern.New(`^(?:[0-9a-f]{40}|[0-9a-f]{64})\b`)
	archiveName  = pattern.New(`(?i)\.(?:tgz|tar\.[a-z0-9]+|zip|whl|gem|crate|nupkg)$`)
)

// shorthandHosts are the forges of npm's shorthands.
var shorthandHosts = map[string]string{"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com"}

// OriginPlace tells what kind of place one of OriginPlaces is, and its host
// where it has one: never a user, a password, a name or a version. The
// ecosystem matters because yarn writes the hash of an archive where others
// write a commit.
func OriginPlace(ecosystem, place string) (kind OriginKind, host string) {
	by, replaced := strings.CutPrefix(place, replacedBy)
	switch {
	case place == "":
		return OriginUnstated, ""
	case diskNotation.MatchString(by):
		return OriginDisk, ""
	case replaced:
		return OriginReplaced, ""
	case strings.HasPrefix(place, "patch:"):
		return OriginPatch, ""
	}
	scheme, rest, isURL := strings.Cut(place, "://")
	if !isURL {
		return wordPlace(place)
	}
	path, fragment := "", ""
	if u, err := url.Parse(place); err == nil {
		host, path, fragment = u.Host, u.Path, u.Fragment
	} else { // a name of the environment in it, which no lockfile should have
		rest, fragment, _ = strings.Cut(rest, "#")
		host, path, _ = strings.Cut(rest, "/")
		host = host[strings.LastIndexByte(host, '@')+1:]
	}
	path, _, _ = strings.Cut(path, "@") // of a Python requirement: name.git@ref
	switch {
	case gitScheme.MatchString(scheme + ":"), strings.HasSuffix(path, ".git"), strings.HasPrefix(host, "codeload."):
		return OriginGit, host
	case commitHash.MatchString(fragment) && !archiveName.MatchString(path) && (ecosystem != "npm" || onForge(host, path)):
		return OriginGit, host
	}
	return OriginAddress, host
}

// wordPlace is one without a scheme's slashes.
func wordPlace(place string) (OriginKind, string) {
	if found := scpAddress.FindStringSubmatch(place); found != nil {
		return OriginGit, found[1]
	}
	word, _, _ := strings.Cut(place, ":")
	switch {
	case gitScheme.MatchString(place):
		return OriginGit, shorthandHosts[word]
	case strings.ContainsAny(word, `/\`):
		return OriginDisk, "" // Python's lockfiles write wheels/name.whl
	case strings.Contains(word, "@"):
		return OriginAddress, "" // name@version of something
	}
	return OriginAddress, word
}

// onForge tells a repository's page, owner/name, from an archive.
func onForge(host, path string) bool {
	for _, forge := range shorthandHosts {
		if host == forge {
			return strings.Count(strings.Trim(path, "/"), "/") == 1
		}
	}
	return false
}
