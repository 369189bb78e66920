package registry

import (
	"regexp"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// pypiBook is a release and its files.
type pypiBook struct {
	version string
	files   []clients.PyPIFile
}

// pypiBooks sorts the files of a project by version, in the order of the
// index. Its list of versions has those without a file too; an index of before
// PEP 700 has no list, and then the names of the files tell.
func pypiBooks(name string, project *clients.PyPIProject) []pypiBook {
	var books []pypiBook
	known := make(map[string]int)
	add := func(version string) int {
		known[pypiVersion(version)] = len(books)
		books = append(books, pypiBook{version: version})
		return len(books) - 1
	}
	for _, version := range project.Versions {
		if _, twice := known[pypiVersion(version)]; !twice {
			add(version)
		}
	}
	for _, f := range project.Files {
		version := pypiFileVersion(name, f.Filename)
		i, ok := known[pypiVersion(version)]
		if !ok {
			// Installers of the old days have names of many kinds.
			if project.Versions != nil || !isWheel(f.Filename) && !isSdist(f.Filename) || !pep440.MatchString(strings.ToLower(version)) {
				continue
			}
			i = add(version)
		}
		books[i].files = append(books[i].files, f)
	}
	return books
}

var (
	sdistEnd = regexp.MustCompile(`(?i)\.(tar\.gz|zip|tar\.bz2|tar\.xz|tgz|tar\.Z|tar)$`)
	// A built distribution of old names the platform or the Python last.
	builtEnd = regexp.MustCompile(`(?i)(-py\d[\d.]*(-[\w.-]+)?\.egg|\.(win32|win-amd64|linux-\w+|macosx-[\w.]+)(-py\d[\d.]*)?\.\w+|-\d+\.(noarch|src|\w+)\.rpm)$`)
)

// pypiFileVersion is the version in the name of a file, or "". The name of the
// project in it may be spelt otherwise, and hold hyphens.
func pypiFileVersion(name, file string) string {
	for i, r := range file {
		if r != '-' || lockfiles.NormalizePyPI(file[:i]) != name {
			continue
		}
		rest := file[i+1:]
		if wheel, ok := strings.CutSuffix(rest, ".whl"); ok {
			version, _, _ := strings.Cut(wheel, "-")
			return version
		}
		return sdistEnd.ReplaceAllString(builtEnd.ReplaceAllString(rest, ""), "")
	}
	return ""
}

func isWheel(file string) bool { return strings.HasSuffix(file, ".whl") }

func isUniversalWheel(file string) bool { return strings.HasSuffix(file, "-none-any.whl") }

func isSdist(file string) bool {
	return sdistEnd.MatchString(file) && !builtEnd.MatchString(file)
}

func (b pypiBook) attested() bool {
	return slices.ContainsFunc(b.files, func(f clients.PyPIFile) bool { return f.Provenance != "" })
}

func (b pypiBook) has(kind func(string) bool) bool {
	return slices.ContainsFunc(b.files, func(f clients.PyPIFile) bool { return kind(f.Filename) })
}

// release: it was published with its first file, and is yanked when no file
// of it is left.
func (b pypiBook) release() Release {
	r := Release{Version: b.version}
	for i, f := range b.files {
		if !f.Uploaded.IsZero() && (r.Published.IsZero() || f.Uploaded.Before(r.Published)) {
			r.Published = f.Uploaded
		}
		switch {
		case !f.Yanked:
			r.Withdrawn = lockfiles.No
		case i == 0:
			r.Withdrawn = lockfiles.Yes
		}
		if f.Yanked && r.WithdrawnReason == "" {
			r.WithdrawnReason = f.YankedReason
		}
	}
	if r.Withdrawn != lockfiles.Yes {
		r.WithdrawnReason = ""
	}
	return r
}

// detail is what the files tell. Attests: the index is one that tells of
// attestations, so that none is no.
func (b pypiBook) detail(attests bool) *Detail {
	d := &Detail{}
	for _, f := range b.files {
		d.Digests = append(d.Digests, hexDigest("sha256", f.SHA256)...)
	}
	d.Attested = b.says(attests)
	d.Scripts, d.ScriptsLimit = b.scripts()
	return d
}

// says tells whether the index says that the release is attested. Attests: it
// is one that says so of another release; or it has the field of every file.
func (b pypiBook) says(attests bool) lockfiles.Tri {
	silent := slices.ContainsFunc(b.files, func(f clients.PyPIFile) bool { return !f.TellsProvenance })
	if len(b.files) == 0 || silent && !attests {
		return lockfiles.Unclaimed
	}
	return yesNo(b.attested())
}

// scripts: a wheel is unpacked, and nothing of it runs; an sdist is built
// first, by code that it brings.
func (b pypiBook) scripts() (scripts map[string]string, limit string) {
	sdist := ""
	for _, f := range b.files {
		if isSdist(f.Filename) {
			sdist = f.Filename
		}
	}
	switch {
	case b.has(isUniversalWheel):
		return map[string]string{}, ""
	case b.has(isWheel) && sdist != "":
		return map[string]string{}, "where no wheel fits the platform, " + sdist + " is built by code that it brings"
	case b.has(isWheel):
		return map[string]string{}, ""
	case sdist != "":
		return map[string]string{"sdist": sdist}, ""
	}
	return nil, "the index names no file that pip installs"
}

// describePyPI adds what the JSON of a release tells.
func describePyPI(p *Package, r *Release, said *clients.PyPIRelease) {
	d := r.Detail
	d.License, d.Repository = pypiLicense(said), pypiRepository(said.ProjectURLs)
	d.Requires = pypiRequires(said.RequiresDist)
	if p.Repository == "" {
		p.Repository = d.Repository
	}
	if said.Owners != nil {
		p.Maintainers = make([]string, 0, len(said.Owners))
		for _, owner := range said.Owners {
			if owner.User != "" && !slices.Contains(p.Maintainers, owner.User) {
				p.Maintainers = append(p.Maintainers, owner.User)
			}
		}
	}
	if said.Yanked && r.Withdrawn == lockfiles.Unclaimed {
		r.Withdrawn, r.WithdrawnReason = lockfiles.Yes, said.YankedReason
	}
}

// pypiLicense: the expression, else the classifiers, else what was written in
// its place, unless that is the licence itself.
func pypiLicense(said *clients.PyPIRelease) string {
	if said.LicenseExpression != "" {
		return said.LicenseExpression
	}
	var classified []string
	for _, c := range said.Classifiers {
		if strings.HasPrefix(c, "License :: ") && c != "License :: OSI Approved" {
			classified = append(classified, c)
		}
	}
	const short = 100
	if text := strings.TrimSpace(said.License); len(classified) == 0 && len(text) <= short && !strings.Contains(text, "\n") {
		return text
	}
	return joinLicenses(classified)
}

// pypiRepository is the address whose label says that it is the source, by the
// labels that PyPI itself knows, else a home page on a forge.
func pypiRepository(urls map[string]string) string {
	labels := make(map[string]string, len(urls))
	for label, address := range urls {
		label = strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "", ".", "").Replace(label))
		labels[label] = max(labels[label], address)
	}
	for _, label := range []string{"source", "sourcecode", "repository", "github", "code", "gitlab"} {
		if address := labels[label]; address != "" {
			return repository(address)
		}
	}
	for _, label := range []string{"homepage", "home"} {
		switch host := hostOf(labels[label]); host {
		case "github.com", "gitlab.com", "codeberg.org", "bitbucket.org":
			return repository(labels[label])
		}
	}
	return ""
}

var requirement = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)`)

// pypiRequires leaves out what only an extra needs.
func pypiRequires(list []string) []string {
	if list == nil {
		return nil
	}
	names := []string{}
	for _, one := range list {
		_, marker, _ := strings.Cut(one, ";")
		if match := requirement.FindStringSubmatch(one); match != nil && !strings.Contains(marker, "extra") {
			names = append(names, lockfiles.NormalizePyPI(match[1]))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
