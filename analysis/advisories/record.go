package advisories

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxRecord is the size in bytes beyond which a record is refused. The largest
// that OSV publishes are kernels' with some megabytes of commits.
const MaxRecord = 32 << 20

// Record is an OSV record (schema 1.7), without what no reviewer needs:
// credits, and the database's own fields but a few. Its JSON form is again an
// OSV record. Texts are a stranger's and have not passed the gate.
type Record struct {
	ID         string      `json:"id"`
	Modified   time.Time   `json:"modified"`
	Published  time.Time   `json:"published,omitzero"`
	Withdrawn  time.Time   `json:"withdrawn,omitzero"` // when the record was taken back, or zero
	Aliases    []string    `json:"aliases,omitempty"`  // other names of the same vulnerability
	Upstream   []string    `json:"upstream,omitempty"`
	Related    []string    `json:"related,omitempty"`
	Scores     []Score     `json:"severity,omitempty"`
	Affected   []Affected  `json:"affected,omitempty"`
	Specific   Specific    `json:"database_specific,omitzero"`
	Summary    string      `json:"summary,omitzero"`
	Details    string      `json:"details,omitzero"` // CommonMark
	References []Reference `json:"references,omitempty"`

	// Unread is why the record could not be read, so that only its ID is known,
	// and who lists it; "" for every record that was read.
	Unread string `json:"-"`

	number uint32 // in the index it was read from
}

// Score is a severity as a record states it.
type Score struct {
	Type  string `json:"type"`  // CVSS_V2, CVSS_V3 (3.0 and 3.1), CVSS_V4, Ubuntu
	Score string `json:"score"` // the vector; a word where the type is Ubuntu
}

// Affected is what a record says of one package. A record may name one
// package several times.
type Affected struct {
	Package   Package  `json:"package,omitzero"`
	Scores    []Score  `json:"severity,omitempty"` // in place of the record's
	Ranges    []Range  `json:"ranges,omitempty"`
	Versions  []string `json:"versions,omitempty"`
	Ecosystem Specific `json:"ecosystem_specific,omitzero"`
	Database  Specific `json:"database_specific,omitzero"`
}

// Package is a package as OSV names it.
type Package struct {
	Ecosystem string `json:"ecosystem"` // with its suffix: "Debian:12"
	Name      string `json:"name"`
}

// Range is a set of versions, told by the events along their order.
type Range struct {
	Type   string  `json:"type"` // SEMVER, ECOSYSTEM, GIT
	Repo   string  `json:"repo,omitzero"`
	Events []Event `json:"events"`
}

// Event has exactly one field set.
type Event struct {
	Introduced   string `json:"introduced,omitzero"` // "0" is before every version
	Fixed        string `json:"fixed,omitzero"`
	LastAffected string `json:"last_affected,omitzero"`
	Limit        string `json:"limit,omitzero"` // "*" is behind every version
}

// Reference is a link: ADVISORY, FIX, REPORT, WEB and so on.
type Reference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

// Specific is what depreview knows of the fields that databases define for
// themselves. A field of another shape than expected is left out, and never
// makes a record unreadable.
type Specific struct {
	Severity      string   `json:"severity,omitzero"` // a word: LOW, MODERATE, ...
	CVSS          string   `json:"cvss,omitzero"`     // RustSec's vector
	CWEs          []string `json:"cwe_ids,omitempty"`
	Informational string   `json:"informational,omitzero"` // RustSec: unmaintained, unsound, notice
	Imports       []Import `json:"imports,omitempty"`
	Origins       []Origin `json:"malicious-packages-origins,omitempty"`
}

// Import is a Go package and the symbols of it that are vulnerable; no symbols
// mean all of them.
type Import struct {
	Path    string   `json:"path"`
	Symbols []string `json:"symbols,omitempty"`
}

// Origin is who reported a malicious package.
type Origin struct {
	Source string `json:"source"`
}

// IsZero tells whether nothing is stated.
func (s Specific) IsZero() bool {
	return s.Severity == "" && s.CVSS == "" && s.Informational == "" && len(s.CWEs)+len(s.Imports)+len(s.Origins) == 0
}

// UnmarshalJSONFrom reads the known fields and leaves out the others.
func (s *Specific) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != jsontext.KindBeginObject {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndObject {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		var into any
		switch name.String() {
		case "severity":
			into = &s.Severity
		case "cvss":
			into = &s.CVSS
		case "cwe_ids":
			into = &s.CWEs
		case "informational":
			into = &s.Informational
		case "imports":
			into = &s.Imports
		case "malicious-packages-origins":
			into = &s.Origins
		default:
			if err := dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		_ = json.Unmarshal(value, into) // another shape: another database's meaning
	}
	_, err := dec.ReadToken()
	return err
}

// Parse reads one OSV record. Duplicate keys, keys in another case and text
// that is no UTF-8 are errors: two readers must not see two records.
func Parse(data []byte) (*Record, error) {
	if len(data) > MaxRecord {
		return nil, fmt.Errorf("read an advisory: it is larger than %d bytes", MaxRecord)
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("read an advisory: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if r.ID == "" {
		return nil, errors.New("read an advisory: it has no id")
	}
	return &r, nil
}

// Malware tells whether the record is of a package made or changed to do harm.
func (r *Record) Malware() bool {
	return strings.HasPrefix(r.ID, "MAL-") || len(r.Specific.Origins) > 0
}

// IsWithdrawn tells whether its database took the record back.
func (r *Record) IsWithdrawn() bool { return !r.Withdrawn.IsZero() }

// URL is where a person reads the record.
func (r *Record) URL() string { return "https://osv.dev/vulnerability/" + r.ID }
