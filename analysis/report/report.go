// Package report writes a review for programs and for people without a screen:
// one file a format, each a listener of the same stream the screen hears.
//
// It stands beside tui, above analysis. Every report ends with what is not
// known, and is the same byte for byte when the review is.
package report

import (
	"io"
	"strings"

	"github.com/depreview/depreview/analysis"
)

// Format is one way to write a review.
type Format struct {
	Name string // as --format takes it
	// Review writes a review that is done to w.
	Review func(w io.Writer, r *Recording) error
	// Listing writes what one revision pins to w.
	Listing func(w io.Writer, l *analysis.Listing) error
}

// Formats is every report. To add one, write its file and add its line.
var Formats = []Format{
	{"text", writeText, writeTextListing},
	{"json", writeJSONReview, writeJSONListing},
}

// Find is the format of that name; ok is false when there is none.
func Find(name string) (format Format, ok bool) {
	for _, f := range Formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Names lists the formats for a message.
func Names() string {
	var names []string
	for _, f := range Formats {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
