package spdx

import (
	"strings"
	"sync"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// fold brings the ways to write one name together: no case, no punctuation, no
// words that say nothing, no v before a number and no .0 behind it.
func fold(name string) string {
	name = strings.ToLower(name)
	name = later.ReplaceAllString(name, "+")
	for _, long := range longNames {
		name = strings.ReplaceAll(name, long[0], long[1])
	}
	name = filler.ReplaceAllString(name, " ")
	name = between.ReplaceAllString(name, "")
	name = versionMark.ReplaceAllString(name, "$1$2")
	return zeros.ReplaceAllString(name, "$1$2")
}

var (
	filler      = pattern.New(`\b(the|licen[sc]es?|version|ver|gnu|only)\b`)
	between     = pattern.New(`[^\p{L}\p{N}.+]+|\.$`)
	versionMark = pattern.New(`([\p{L}])v\.?(\d)`)
	zeros       = pattern.New(`(\d)\.0(\D|$)`)
)

var longNames = [][2]string{
	{"lesser general public", "lgpl"}, {"library general public", "lgpl"},
	{"affero general public", "agpl"}, {"affero gpl", "agpl"}, {"general public", "gpl"}, {"lesser gpl", "lgpl"},
	{"mozilla public", "mpl"}, {"eclipse public", "epl"}, {"common public", "cpl"}, {"european union public", "eupl"},
	{"common development and distribution", "cddl"}, {"boost software", "bsl"}, {"academic free", "afl"}, {"open software", "osl"},
	{"apache software", "apache"}, {"creative commons", "cc"}, {"do what the fuck you want to public", "wtfpl"},
}

// names are what people call a licence, folded, that no identifier folds to.
// The GNU ones are the old identifiers, which take a + for later versions.
var names = map[string]string{
	"mitx11": "MIT", "x11mit": "MIT", "expat": "MIT", "mitexpat": "MIT", "mitnoattribution": "MIT-0",
	"asl2": "Apache-2.0", "al2": "Apache-2.0", "asl1.1": "Apache-1.1",
	"bsd3": "BSD-3-Clause", "3clausebsd": "BSD-3-Clause", "newbsd": "BSD-3-Clause", "bsdnew": "BSD-3-Clause", "modifiedbsd": "BSD-3-Clause",
	"revisedbsd": "BSD-3-Clause", "bsdrevised": "BSD-3-Clause", "bsd3cl": "BSD-3-Clause", "threeclausebsd": "BSD-3-Clause", "bsdthreeclause": "BSD-3-Clause",
	"bsd2": "BSD-2-Clause", "2clausebsd": "BSD-2-Clause", "simplifiedbsd": "BSD-2-Clause", "bsdsimplified": "BSD-2-Clause", "freebsd": "BSD-2-Clause", "twoclausebsd": "BSD-2-Clause",
	"bsd4": "BSD-4-Clause", "4clausebsd": "BSD-4-Clause", "originalbsd": "BSD-4-Clause",
	"bsdzeroclause": "0BSD", "zeroclausebsd": "0BSD", "0clausebsd": "0BSD", "iscl": "ISC", "isciscl": "ISC",
	"ccby4": "CC-BY-4.0", "ccbysa4": "CC-BY-SA-4.0", "cc0": "CC0-1.0", "cc01universal": "CC0-1.0", "cczero": "CC0-1.0", "cczero1": "CC0-1.0",
	"bsd3clauseneworrevised": "BSD-3-Clause", "bsd2clausesimplified": "BSD-2-Clause",
	"zliblibpng": "Zlib", "bsl1": "BSL-1.0", "bslboost1": "BSL-1.0",
	"gpl1": "GPL-1.0", "gpl2": "GPL-2.0", "gpl3": "GPL-3.0", "lgpl2": "LGPL-2.0", "lgpl2.1": "LGPL-2.1", "lgpl3": "LGPL-3.0",
	"agpl3": "AGPL-3.0", "psf2": "PSF-2.0",
}

// ambiguous are names of several licences, folded; who wrote one has not said
// which. PEP 639 lists those among the classifiers of PyPI.
var ambiguous = map[string]string{
	"bsd": "of two, three or four clauses", "bsdlike": "any of that kind", "bsdstyle": "any of that kind",
	"apache": "of any version", "asf": "of any version", "asl": "of any version",
	"gpl": "of any version", "lgpl": "of any version", "agpl": "of any version", "afl": "of any version", "mpl": "of any version", "epl": "of any version",
	"gfdl": "of any version", "freedocumentation": "of any version", "gpl+": "of any version", "lgpl+": "of any version",
	"artistic": "of any version", "osl": "of any version", "cddl": "of any version", "eupl": "of any version", "psf": "of any version",
	"pythonsoftwarefoundation": "of any version", "cc": "any of that family", "publicdomain": "anything: it is no licence",
	"free": "anything", "freeforuse": "anything", "freeware": "anything", "opensource": "anything", "osiapproved": "anything", "dual": "any two",
}

type foldedNames struct{ licenses, exceptions map[string]string }

// folded is what every identifier folds to, and the names beside them. Where
// two identifiers fold to one, neither is meant.
var folded = sync.OnceValue(func() foldedNames {
	ids := foldAll(licenses())
	for name, id := range names {
		ids[name] = id
	}
	for name := range ambiguous {
		delete(ids, name)
	}
	return foldedNames{ids, foldAll(exceptions())}
})

func foldAll(list known) map[string]string {
	all := make(map[string]string, len(list))
	for _, id := range list {
		key := fold(id)
		if _, twice := all[key]; twice {
			all[key] = ""
			continue
		}
		all[key] = id
	}
	for key, id := range all {
		if id == "" {
			delete(all, key)
		}
	}
	return all
}
