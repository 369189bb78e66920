package attest

import (
	"slices"
	"strings"
)

// npmSubject is the name npm gives a subject: a package URL whose scope has its
// at sign escaped.
func npmSubject(name, version string) string {
	if rest, scoped := strings.CutPrefix(name, "@"); scoped {
		name = "%40" + rest
	}
	return "pkg:npm/" + name + "@" + version
}

// sameName compares as written, and the names of Python distributions by their
// parts: PEP 740 lets 'Acme_HTTP-1.0.tar.gz' be 'acme-http-1.0.tar.gz'.
func sameName(want, got string, python bool) bool {
	if want == got {
		return true
	}
	a, ok := distribution(want)
	b, also := distribution(got)
	return python && ok && also && a == b
}

// distribution is a normal form of the file name of a wheel or of a source
// distribution. Tags are compared as sets, and versions but for their case and
// the separators PEP 440 treats alike; another spelling of one version is
// another file here, which refuses and never accepts.
func distribution(file string) (string, bool) {
	if stem, ok := strings.CutSuffix(file, ".whl"); ok {
		parts := strings.Split(stem, "-")
		if len(parts) != 5 && len(parts) != 6 {
			return "", false
		}
		tags := parts[len(parts)-3:]
		for i := range tags {
			set := strings.Split(strings.ToLower(tags[i]), ".")
			slices.Sort(set)
			tags[i] = strings.Join(slices.Compact(set), ".")
		}
		build := ""
		if len(parts) == 6 {
			build = parts[2]
		}
		return strings.Join(append([]string{"wheel", project(parts[0]), release(parts[1]), build}, tags...), " "), true
	}
	for _, suffix := range []string{".tar.gz", ".zip"} {
		stem, ok := strings.CutSuffix(file, suffix)
		if !ok {
			continue
		}
		at := strings.LastIndexByte(stem, '-')
		if at <= 0 || at == len(stem)-1 {
			return "", false
		}
		return strings.Join([]string{"source", suffix, project(stem[:at]), release(stem[at+1:])}, " "), true
	}
	return "", false
}

func project(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return strings.Join(parts, "-")
}

func release(version string) string {
	return strings.ReplaceAll(strings.ToLower(version), "_", "-")
}
