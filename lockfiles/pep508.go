package lockfiles

import (
	"errors"
	"fmt"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// pep508 is a requirement: `name[extras]specifier ; marker` or
// `name[extras] @ url ; marker`.
type pep508 struct {
	written   string // the name as written
	name      string // normalised
	extras    string // "a,b", or ""
	specifier string // ">=1,<2", without surrounding parentheses
	url       string
	marker    string
}

var (
	pep508Head = pattern.New(`^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*(?:\[([A-Za-z0-9._, \t-]*)\])?[ \t]*(.*)$`)
	// pep508Clause is looser than PEP 440 in what a version may be: package
	// managers of different ages accept different spellings of it.
	pep508Clause  = pattern.New(`^(===|==|~=|!=|<=|>=|<|>)[ \t]*([^\s=<>!~,;()\[\]]\S*)$`)
	pep508Version = pattern.New(`^[A-Za-z0-9][A-Za-z0-9.!+_-]*(\.\*)?$`)
	// pep508Variable is what pip replaces by the environment. We never do.
	pep508Variable = pattern.New(`\$\{[A-Z0-9_]+\}`)
)

// parsePEP508 reads a requirement whose marker begins at the first semicolon,
// which is how pip reads it.
func parsePEP508(text string) (pep508, error) {
	text, marker, _ := strings.Cut(text, ";")
	text = strings.Trim(text, " \t")
	m := pep508Head.FindStringSubmatch(text)
	if m == nil {
		if pep508Variable.MatchString(text) {
			return pep508{}, fmt.Errorf("%.80q takes its name from an environment variable, so nothing is known of it", text)
		}
		return pep508{}, fmt.Errorf("%.80q is no requirement", text)
	}
	req := pep508{written: m[1], name: NormalizePyPI(m[1]), marker: strings.TrimSpace(marker)}
	req.extras = pep508Extras(m[2])
	rest := m[3]
	if url, ok := strings.CutPrefix(rest, "@"); ok {
		req.url = strings.TrimSpace(url)
		if req.url == "" || strings.ContainsAny(req.url, " \t") {
			return pep508{}, fmt.Errorf("%.80q is no requirement: one URL belongs after @", text)
		}
		return req, nil
	}
	if strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")") {
		rest = strings.TrimSpace(rest[1 : len(rest)-1])
	}
	req.specifier = rest
	_, err := pep508Pin(rest)
	return req, err
}

// pep508Extras is the list without spaces, in its order.
func pep508Extras(list string) string {
	var extras []string
	for extra := range strings.SplitSeq(list, ",") {
		if extra = strings.TrimSpace(extra); extra != "" {
			extras = append(extras, extra)
		}
	}
	return strings.Join(extras, ",")
}

// pep508Pin is the one version that a specifier allows, or "" when it allows a
// range. `==1.*` is a range; `===` compares text and so names one version.
func pep508Pin(specifier string) (string, error) {
	pin, unknown := "", false
	for clause := range strings.SplitSeq(specifier, ",") {
		clause = strings.TrimSpace(clause)
		if clause == "" {
			continue
		}
		m := pep508Clause.FindStringSubmatch(clause)
		if m == nil {
			if strings.HasPrefix(clause, "=") {
				return "", fmt.Errorf("%.80q is no version specifier (= is no operator; == is)", clause)
			}
			return "", fmt.Errorf("%.80q is no version specifier", clause)
		}
		operator, version := m[1], m[2]
		if pep508Variable.MatchString(version) {
			unknown = true // known to the machine that installs, not to us
			continue
		}
		if operator != "===" && !pep508Version.MatchString(version) {
			return "", fmt.Errorf("%.80q is no version", version)
		}
		if operator != "===" && (operator != "==" || strings.HasSuffix(version, ".*")) {
			continue
		}
		unknown = unknown || pin != "" && pin != version
		pin = version
	}
	if unknown {
		return "", nil
	}
	return pin, nil
}

// pep508Link is what the URL of a requirement tells of its package.
type pep508Link struct {
	name, version string
	label         string // what the URL names instead of a version: a branch, a file
	origin        string
	digests       []Digest
}

var (
	pep508VCS     = pattern.New(`^(?i)((git|hg|svn|bzr)\+|git:)`)
	pep508Scheme  = pattern.New(`^(?i)((https?|ftp|file|git|ssh|lp):|(git|hg|svn|bzr)\+)`)
	pep508Commit  = pattern.New(`^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$`)
	pep508Archive = pattern.New(`(?i)\.(whl|zip|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz|tlz|tar\.lz|tar\.lzma|tar)$`)
	pep508Numeric = pattern.New(`^[0-9][A-Za-z0-9.!+_]*$`)
)

// parsePEP508Link reads a URL. wanted is the name that the requirement gives
// the package, or "" when the URL must tell it.
func parsePEP508Link(url, wanted string) (pep508Link, error) {
	link := pep508Link{name: wanted, origin: url}
	address, fragment, _ := strings.Cut(url, "#")
	subdirectory := ""
	for part := range strings.SplitSeq(fragment, "&") {
		key, value, _ := strings.Cut(part, "=")
		switch strings.ToLower(key) {
		case "egg":
			if m := pep508Head.FindStringSubmatch(value); m != nil && link.name == "" {
				link.name = NormalizePyPI(m[1])
			}
		case "subdirectory":
			subdirectory = value
		case "md5", "sha1", "sha224", "sha256", "sha384", "sha512":
			link.digests = append(link.digests, Digest{strings.ToLower(key), value})
		}
	}
	if pep508VCS.MatchString(address) {
		repository, ref := pep508CutRef(address)
		link.setRef(ref)
		link.origin = pythonVCSOrigin("", repository, ref, subdirectory)
		if link.name == "" {
			link.name = NormalizePyPI(strings.TrimSuffix(lastSegment(repository), ".git"))
		}
	} else {
		link.setFile(address)
	}
	if !pypiName(link.name) {
		return link, errors.New("nothing tells which package this is\nhint: write it as `name @ URL`")
	}
	return link, nil
}

// setRef takes a full commit as the version, for it pins the bytes as exactly;
// any other ref can move and is only a label.
func (l *pep508Link) setRef(ref string) {
	if pep508Commit.MatchString(ref) {
		l.version = ref
	} else {
		l.label = ref
	}
}

// setFile takes name and version from the file's name, as pip does, unless
// the requirement gives the package another name.
func (l *pep508Link) setFile(address string) {
	address, _, _ = strings.Cut(address, "?")
	file := lastSegment(address)
	name, version := pythonFileName(file)
	switch {
	case version != "" && (l.name == "" || l.name == name):
		l.name, l.version = name, version
	case l.name == "":
		if l.name = NormalizePyPI(pep508Archive.ReplaceAllString(file, "")); l.name != file {
			l.label = file
		}
	case NormalizePyPI(file) != l.name:
		l.label = file
	}
}

// pep508CutRef splits repository@ref; an @ before the path is a user's.
func pep508CutRef(address string) (repository, ref string) {
	start := strings.Index(address, "://") + len("://")
	if start < len("://") {
		start = 0
	}
	slash := strings.IndexByte(address[start:], '/')
	at := strings.LastIndexByte(address, '@')
	if slash < 0 || at < start+slash {
		return address, ""
	}
	return address[:at], address[at+1:]
}

// pythonVCSOrigin is a repository in one notation for all Python formats:
// git+https://host/repository#ref&subdirectory=directory.
func pythonVCSOrigin(kind, repository, ref, subdirectory string) string {
	if kind != "" && !strings.HasPrefix(repository, kind+"+") {
		repository = kind + "+" + repository
	}
	if ref != "" {
		repository += "#" + ref
	}
	if subdirectory != "" {
		if ref == "" {
			repository += "#"
		} else {
			repository += "&"
		}
		repository += "subdirectory=" + subdirectory
	}
	return repository
}

// pythonFileName is the package that a wheel or an sdist is called after. Both
// are "" when the name does not tell.
func pythonFileName(file string) (name, version string) {
	file = strings.NewReplacer("%2B", "+", "%2b", "+", "%21", "!").Replace(file)
	stem := pep508Archive.ReplaceAllString(file, "")
	if len(stem) == len(file) {
		return "", ""
	}
	if strings.EqualFold(file[len(stem):], ".whl") {
		if parts := strings.Split(stem, "-"); (len(parts) == 5 || len(parts) == 6) && pypiName(parts[0]) {
			return NormalizePyPI(parts[0]), parts[1]
		}
		return "", ""
	}
	if i := strings.LastIndexByte(stem, '-'); i > 0 && pypiName(stem[:i]) && pep508Numeric.MatchString(stem[i+1:]) {
		return NormalizePyPI(stem[:i]), stem[i+1:]
	}
	return "", ""
}

func pypiName(name string) bool {
	m := pep508Head.FindStringSubmatch(name)
	return m != nil && m[1] == name
}

func lastSegment(address string) string {
	address = strings.TrimRight(address, "/")
	return address[strings.LastIndexByte(address, '/')+1:]
}
