package report

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/attest"
)

// Attestation is what became of verifying one document.
type Attestation struct {
	Document string // as it was named: a file, a package URL
	Want     attest.Want
	// Root is the date of the embedded root; zero where another one was named.
	Root   time.Time
	Key    bool // a key was named, and bundles must be signed by it
	Proofs []attest.Proof
	// Reason is why the whole is not verified where the proofs do not tell: of a
	// package that is pinned. Notes are what is to be known beside them.
	Reason string
	Notes  []string
	// Err is why the document could not be taken apart.
	Err error
}

// Why is the reason for which the document is not verified, or "": every proof
// in it must hold, and there must be one.
func (a *Attestation) Why() string {
	if a.Err != nil {
		return a.Err.Error()
	}
	if a.Reason != "" {
		return a.Reason
	}
	if len(a.Proofs) == 0 {
		return "the document holds no attestation"
	}
	for _, p := range a.Proofs {
		if p.Standing == attest.Verified {
			continue
		}
		if p.Reason == "" {
			return "the " + string(p.Kind) + " is " + p.Standing.String()
		}
		return p.Reason
	}
	return ""
}

// Anybody tells whether no identity was asked for.
func (a *Attestation) Anybody() bool { return a.Want.Identity == attest.IdentityPolicy{} }

// WriteAttestation writes it as "text" or "json"; "" is text.
func WriteAttestation(w io.Writer, format string, a *Attestation) error {
	switch format {
	case "", "text":
		return writeAttestationText(w, a)
	case "json":
		return writeAttestationJSON(w, a)
	}
	return errors.New("unknown format \"" + format + "\"\nhint: the formats of attest are " + strings.Join(AttestationFormats, ", "))
}

// AttestationFormats are the names of the formats.
var AttestationFormats = []string{"text", "json"}
