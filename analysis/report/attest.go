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
	// Root is the root of trust that it was verified by.
	Root   attest.Root
	Now    time.Time // the age of the root is told as of it
	Key    bool      // a key was named, and bundles must be signed by it
	Proofs []attest.Proof
	Notes  []string // what is to be known beside the proofs
	// Err is why the document could not be taken apart.
	Err error
	// Entry is the lockfile's, where a package was named and not a file.
	Entry *AttestedEntry
}

// Why is the reason for which the document is not verified, or "": every proof
// in it must hold, and there must be one.
func (a *Attestation) Why() string {
	if a.Err != nil {
		return a.Err.Error()
	}
	if a.Entry != nil {
		return a.Entry.verdict()
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
