package report

import (
	"io"
	"strings"

	"github.com/depreview/depreview/analysis/exposure"
)

// Audit is one way to write what is known to be wrong with everything that one
// revision pins.
type Audit struct {
	Name  string // as --format takes it
	Write func(w io.Writer, x *exposure.Exposure) error
}

// Audits is every report of an audit. To add one, write its file and add its
// line.
var Audits = []Audit{
	{"text", writeTextAudit},
	{"json", writeJSONAudit},
}

// FindAudit is the format of that name; ok is false when there is none.
func FindAudit(name string) (format Audit, ok bool) {
	for _, f := range Audits {
		if f.Name == name {
			return f, true
		}
	}
	return Audit{}, false
}

// AuditNames lists the formats for a message.
func AuditNames() string {
	var names []string
	for _, f := range Audits {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
