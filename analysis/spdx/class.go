package spdx

import "strings"

// Class is how much a licence asks of who uses the code: the larger, the more.
// The zero Class is unknown, and is neither more nor less than any other.
type Class int

// The classes.
const (
	ClassUnknown    Class = iota
	Permissive            // keep the notice
	WeakCopyleft          // changes to the code itself are shared
	StrongCopyleft        // what is made with it is shared
	NetworkCopyleft       // what is offered over a network is shared
	Restricted            // some uses are not allowed at all
	NotLicensed           // no use is
)

var classNames = [...]string{"unknown", "permissive", "weak copyleft", "strong copyleft", "network copyleft", "restricted", "not licensed"}

func (c Class) String() string { return classNames[c] }

// ClassOf is the class of an expression: of what OR joins the least, of what
// AND joins the most. Where a licence that decides is of an unknown class, so
// is the whole.
func ClassOf(e *Expression) Class {
	if e == nil {
		return ClassUnknown
	}
	if e.Op == "" {
		return classOf(e)
	}
	class := ClassOf(e.Args[0])
	for _, arg := range e.Args[1:] {
		switch c := ClassOf(arg); {
		case c == ClassUnknown || class == ClassUnknown:
			// One that asks for nothing decides what may be chosen, whatever the
			// others ask for.
			if e.Op == Or && max(c, class) == Permissive {
				class = Permissive
			} else {
				class = ClassUnknown
			}
		case e.Op == Or:
			class = min(class, c)
		default:
			class = max(class, c)
		}
	}
	return class
}

func classOf(e *Expression) Class {
	if e.License == None {
		return NotLicensed
	}
	for _, family := range classes {
		for _, prefix := range strings.Fields(family.prefixes) {
			if e.License == prefix || strings.HasPrefix(e.License, prefix+"-") {
				if family.class == StrongCopyleft && e.Exception != "" && strings.HasPrefix(prefix, "GPL") && linking[e.Exception] {
					return WeakCopyleft
				}
				return family.class
			}
		}
	}
	return ClassUnknown
}

// linking are the exceptions that let the work be used in others.
var linking = map[string]bool{
	"Classpath-exception-2.0": true, "GCC-exception-2.0": true, "GCC-exception-3.1": true, "eCos-exception-2.0": true,
	"GPL-3.0-linking-exception": true, "GPL-3.0-linking-source-exception": true, "OCaml-LGPL-linking-exception": true, "LLVM-exception": true,
}

// classes are the families that are met in registries, by the start of their
// identifiers; the first that fits counts. What is in none is unknown.
var classes = []struct {
	class    Class
	prefixes string
}{
	{Restricted, "SSPL BUSL Elastic PolyForm CC-BY-NC CC-BY-ND CC-BY-NC-SA CC-BY-NC-ND JSON Hippocratic Parity Prosperity RPL Aladdin"},
	{NetworkCopyleft, "AGPL EUPL OSL CPAL"},
	{StrongCopyleft, "GPL CECILL-2.0 CECILL-2.1 CC-BY-SA Sleepycat QPL"},
	{WeakCopyleft, "LGPL MPL EPL CDDL CPL CECILL-C MS-RL APSL IPL ErlPL LGPLLR OFL"},
	{Permissive, "MIT MIT-0 ISC 0BSD BSD Apache Unlicense CC0 CC-BY Zlib zlib-acknowledgement Libpng libpng BSL X11 NCSA PSF Python CNRI-Python BlueOak " +
		"WTFPL PostgreSQL curl Unicode Unicode-DFS ICU Ruby PHP Artistic AFL W3C MS-PL UPL HPND OpenSSL SSLeay OLDAP TCL Vim ZPL CECILL-B MulanPSL " +
		"Beerware NTP FTL IJG Info-ZIP bzip2 MirOS SMLNJ ECL Xnet Zend Naumen EFL Fair CC-PDDC PDDL Bitstream-Vera"},
}
