package attest

import "slices"

// Rung is how much stands behind who made a release: pnpm's trust ladder
// (trustPolicy: no-downgrade), with two lower rungs that it does not tell apart.
// The zero Rung is unknown, and neither above nor below any other.
type Rung int

// The rungs, the lowest first.
const (
	RungUnknown    Rung = iota
	RungNone            // no attestation, and nobody says who published it
	RungSigned          // an account published it, or the registry signed it
	RungTrusted         // a service published it, by the registry's statement alone
	RungProvenance      // provenance, published with a person's token
	RungService         // provenance, published by a service without a token
	RungApproved        // a person approved what was staged
)

var rungWords = [...]string{"unknown", "nothing stated", "an account", "trusted publishing", "provenance", "trusted publishing with provenance", "a staged release that a person approved"}

// String is the rung in words.
func (r Rung) String() string {
	if r < 0 || int(r) >= len(rungWords) {
		return rungWords[0]
	}
	return rungWords[r]
}

// Rung is where the release stands. What a mirror leaves out is unknown; so is
// what is there and was refused, which is worse than a low rung and no rung.
func (r *Release) Rung() Rung {
	switch {
	case r.Attested == Refused:
		return RungUnknown
	case r.Approver != "":
		return RungApproved
	case r.Attested == Unknown:
		return RungUnknown
	case r.Attests() && r.Service != "":
		return RungService
	case r.Attests():
		return RungProvenance
	case r.Service != "":
		return RungTrusted
	case r.Publisher != "" || r.Signature.Standing == Verified || r.Signature.Standing == Claimed:
		return RungSigned
	}
	return RungNone
}

// AtLeast tells whether the release is known to stand on that rung or higher.
func (r *Release) AtLeast(rung Rung) bool { return r.Rung() >= rung }

// Attests tells whether there are attestations: verified, or as the registry
// says.
func (r *Release) Attests() bool { return r.Attested == Verified || r.Attested == Claimed }

// Doubt is what is missing, in words, of attestations that are only claimed.
func (r *Release) Doubt() string {
	if slices.ContainsFunc(r.Proofs, func(p Proof) bool { return p.Standing == Verified }) {
		return "not all of it was verified"
	}
	return "nothing was verified"
}

// Without tells that the release positively has no attestations.
func (r *Release) Without() bool { return r.Attested == Absent || r.Attested == NeverHad }

// Steady is how many releases of one line must have stood higher for a fall to
// be more than how that project happens to publish (signal S06).
const Steady = 3

// Loss is what a release does not have and those before it had.
type Loss struct {
	Lost bool
	// Strict: each of the last Steady releases of the line stood as high.
	Strict bool
	// Last is the newest release that had it, Had how many of the last Looked.
	Last        string
	Had, Looked int
}

// LossOf tells whether the releases of the same major line before a release,
// the newest first, had what it does not have: it is lost when the newest had
// it, for what was given up earlier is no news, and strictly so when each of the
// last Steady stood on that rung or higher. had gives false for what is not
// known, whose rung is unknown too, so that it makes no loss strict.
func LossOf(line []Release, rung Rung, had func(*Release) bool) (l Loss) {
	l.Looked = min(Steady, len(line))
	high := 0
	for i := range line[:l.Looked] {
		if line[i].AtLeast(rung) {
			high++
		}
		if !had(&line[i]) {
			continue
		}
		if l.Had++; l.Last == "" {
			l.Last = line[i].Version
		}
	}
	l.Lost = l.Looked > 0 && had(&line[0])
	l.Strict = l.Lost && high == Steady
	return l
}
