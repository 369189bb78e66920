package report

import (
	"io"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/posture"
)

// Posture is what is known of a repository's own hygiene at one revision.
type Posture struct {
	Revision analysis.Revision
	*posture.Report
	Version string // of depreview
}

// PostureFormat is one way to write it.
type PostureFormat struct {
	Name  string
	Write func(w io.Writer, p *Posture) error
}

// PostureFormats is every one. To add one, write its file and add its line.
var PostureFormats = []PostureFormat{
	{"text", writePostureText},
	{"json", writePostureJSON},
	{"sarif", writePostureSARIF},
}

// FindPosture is the format of that name; ok is false when there is none.
func FindPosture(name string) (format PostureFormat, ok bool) {
	for _, f := range PostureFormats {
		if f.Name == name {
			return f, true
		}
	}
	return PostureFormat{}, false
}

// PostureNames lists the formats for a message.
func PostureNames() string {
	var names []string
	for _, f := range PostureFormats {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
