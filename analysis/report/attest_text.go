package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/untrusted"
)

// writeAttestationText writes a proof after the other and the verdict at the
// end, where a person looks.
func writeAttestationText(w io.Writer, a *Attestation) error {
	var b strings.Builder
	held := 0
	if a.Entry != nil {
		b.WriteString(a.Entry.head(a.Document))
	}
	for _, p := range a.all() {
		if p.Standing == attest.Verified {
			held++
		}
		fmt.Fprintf(&b, "%s  %s", p.Standing, p.Kind)
		if p.PredicateType != "" {
			fmt.Fprintf(&b, "  %s", untrusted.Line(p.PredicateType))
		}
		b.WriteString("\n")
		for _, row := range rowsOf(p) {
			if row[1] != "" {
				fmt.Fprintf(&b, "  %-10s  %s\n", row[0], untrusted.Line(row[1]))
			}
		}
		b.WriteString("\n")
	}
	for _, n := range a.Notes {
		fmt.Fprintf(&b, "%s\n", untrusted.Line(n))
	}
	if why := a.Why(); why != "" {
		fmt.Fprintf(&b, "not verified: %s\n", untrusted.Line(why))
	} else if a.Entry != nil {
		b.WriteString(a.Entry.held(a))
	} else {
		fmt.Fprintf(&b, "verified: %d of %d hold for %s\n", held, len(a.Proofs), untrusted.Line(digestsOf(a)))
	}
	switch {
	case a.Why() != "":
	case a.Key:
		b.WriteString("Who holds the key is not known: a key names nobody.\n")
	case a.Entry != nil && a.Entry.Signed:
	case a.Anybody():
		b.WriteString("Only the cryptography was checked: no identity was asked for, and anybody may sign.\n")
	}
	fmt.Fprintf(&b, "By the %s.\n", a.Root)
	if a.Root.Problem != "" {
		fmt.Fprintf(&b, "%s.\n", untrusted.Line(a.Root.Problem))
	}
	if a.Root.Old(a.Now) {
		b.WriteString("It is older than a year: what was signed under a newer key does not verify. depreview db update refreshes it.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func digestsOf(a *Attestation) string {
	var all []string
	for _, d := range a.Want.Digests {
		all = append(all, d.String())
	}
	return strings.Join(all, ", ")
}

// rowsOf are what is known of a proof, in the order of a reader's questions.
func rowsOf(p attest.Proof) [][2]string {
	id := p.Identity
	rows := [][2]string{{"reason", p.Reason}}
	for i, s := range p.Subjects {
		if i == 3 && len(p.Subjects) > 4 {
			rows = append(rows, [2]string{"about", fmt.Sprintf("%d more", len(p.Subjects)-3)})
			break
		}
		name := s.Name
		if name == "" && len(s.Digest) > 0 {
			name = s.Digest[0].String()
		}
		rows = append(rows, [2]string{"about", name})
	}
	repository := id.Repository
	if id.RepositoryID != "" {
		repository += " (number " + id.RepositoryID + ", of owner " + id.OwnerID + ")"
	}
	rows = append(rows, [][2]string{
		{"identity", id.SAN}, {"issuer", id.Issuer}, {"key", id.Key}, {"repository", repository}, {"workflow", id.Workflow},
		{"signer", id.Signer}, {"ref", id.Ref}, {"commit", id.Commit}, {"trigger", id.Trigger}, {"runner", id.Runner}, {"run", id.Run},
		{"builder", id.Builder},
	}...)
	if !p.Signed.IsZero() {
		rows = append(rows, [2]string{"signed", p.Signed.UTC().Format(time.RFC3339)})
	}
	return append(rows, [2]string{"log", p.Log})
}
