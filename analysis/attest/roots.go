package attest

import (
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
)

// The embedded roots; roots/README.md says where they are from and their sums.
var (
	//go:embed roots/public-good.json
	embeddedRoot []byte
	//go:embed roots/npm-keys.json
	embeddedNPMKeys []byte
)

// embeddedDate is when Sigstore's TUF repository last said that these are its
// targets: the date of its timestamp 762.
var embeddedDate = time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC)

// Roots are roots of trust that are newer than the embedded ones: what TUF
// verified, of analysis/attest/roots.
type Roots struct {
	// Sigstore is the trusted_root.json of the public-good instance, NPMKeys the
	// target registry.npmjs.org/keys.json. Both are used, or, where one is nil or
	// Date is before the embedded date, neither.
	Sigstore, NPMKeys []byte
	// Date is when their TUF repository last confirmed them.
	Date time.Time
	// GitHub is the trusted_root.json of GitHub's own instance; nil is not there,
	// and then what that instance signed is unknown.
	GitHub []byte
	// Problem is why what is kept is not used; "" is no problem. One line.
	Problem string
}

// From says where a root of trust is from. The zero From is Embedded.
type From int

// The origins of a root.
const (
	Embedded  From = iota // in this program
	Refreshed             // kept on this machine, verified by TUF
	Named                 // a file that somebody named
)

var fromWords = [...]string{"embedded", "refreshed", "named"}

// String is the word for it.
func (f From) String() string { return fromWords[max(0, min(int(f), len(fromWords)-1))] }

// Root is the root of trust by which something was verified, for outputs.
type Root struct {
	From From
	// Date is when who publishes it last confirmed it: what was signed under a
	// later key does not verify with it. Zero where it was named.
	Date time.Time
	// Problem is why a newer one, which is kept, was not used; or "".
	Problem string
}

// EmbeddedRoot is the one that this program was built with.
func EmbeddedRoot() Root { return Root{Date: embeddedDate} }

const oldRoot = 365 * 24 * time.Hour

// String is the root in a line: "trusted root of 2026-08-21, embedded".
func (r Root) String() string {
	if r.From == Named {
		return "trusted root that was named"
	}
	return "trusted root of " + r.Date.UTC().Format(time.DateOnly) + ", " + r.From.String()
}

// Old tells whether it was last confirmed more than a year ago.
func (r Root) Old(now time.Time) bool { return r.From != Named && now.Sub(r.Date) > oldRoot }

// CheckTrustedRoot tells why data is no trusted_root.json that this program can
// verify with, or nil.
func CheckTrustedRoot(data []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading the trusted root: the library failed: %v", p)
		}
	}()
	if err := bounded(data); err != nil {
		return fmt.Errorf("reading the trusted root: %w", err)
	}
	material, err := root.NewTrustedRootFromJSON(data)
	if err != nil {
		return fmt.Errorf("reading the trusted root: %w", err)
	}
	if len(material.FulcioCertificateAuthorities()) == 0 {
		return errors.New("reading the trusted root: it names no authority")
	}
	_, err = verifierFor(material)
	return err
}

// CheckNPMKeys does the same for a document of npm's keys.
func CheckNPMKeys(data []byte) error {
	keys, err := parseNPMKeys(data)
	if err == nil && len(keys.signatures) == 0 {
		err = errors.New("reading the registry's keys: none of them can be used")
	}
	return err
}

// roots are what Options name, once they are looked up.
type roots struct {
	sigstore, keys, github []byte
	root                   Root
}

func (o Options) roots() roots {
	r := roots{sigstore: embeddedRoot, keys: embeddedNPMKeys, root: EmbeddedRoot()}
	if o.TrustedRoot == nil && o.Roots != nil {
		kept := o.Roots()
		r.github, r.root.Problem = kept.GitHub, kept.Problem
		if kept.Sigstore != nil && kept.NPMKeys != nil && kept.Date.After(embeddedDate) {
			r.sigstore, r.keys, r.root = kept.Sigstore, kept.NPMKeys, Root{From: Refreshed, Date: kept.Date, Problem: kept.Problem}
		}
	}
	if o.TrustedRoot != nil {
		r.sigstore, r.root = o.TrustedRoot, Root{From: Named}
	}
	if o.NPMKeys != nil {
		r.keys = o.NPMKeys
	}
	return r
}
