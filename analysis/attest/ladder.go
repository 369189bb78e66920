package attest

// Rung is how much stands behind who made a release: pnpm's trust ladder
// (trustPolicy: no-downgrade), with two lower rungs that it does not tell apart.
// The zero Rung is unknown, and neither above nor below any other.
type Rung int

// The rungs, the lowest first.
const (
	RungUnknown    Rung = iota
	RungNone            // the registry states that there is nothing
	RungSigned          // an account published it, or the registry signed it
	RungTrusted         // a service published it, by the registry's statement alone
	RungProvenance      // provenance, published with a person's token
	RungService         // provenance, published by a service without a token
	RungApproved        // a person approved what was staged
)

var rungWords = [...]string{"unknown", "nothing", "an account", "trusted publishing", "provenance", "trusted publishing with provenance", "a staged release that a person approved"}

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
	case r.Approver != "":
		return RungApproved
	case r.Attested == Unknown || r.Attested == Refused:
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

// Attests tells whether there are attestations: verified, or as the registry
// says.
func (r *Release) Attests() bool { return r.Attested == Verified || r.Attested == Claimed }

// Without tells that the release positively has no attestations.
func (r *Release) Without() bool { return r.Attested == Absent || r.Attested == NeverHad }

// Steady is how many releases of one line must have stood higher for a fall to
// be more than how that project happens to publish (signal S06).
const Steady = 3

// Loss is what a release does not have and those before it had.
type Loss struct {
	Lost bool
	// Strict: each of the last Steady releases of the line had it.
	Strict bool
	// Last is the newest release that had it, Had how many of the last Looked.
	Last        string
	Had, Looked int
}

// LossOf tells whether the releases of the same major line before a release,
// the newest first, had what it does not have. Only the newest ones are looked
// at: what was given up earlier is no news. had gives false for what is not
// known; such a release makes no loss strict.
func LossOf(line []Release, had func(*Release) bool) (l Loss) {
	l.Looked = min(Steady, len(line))
	for i := range line[:l.Looked] {
		if !had(&line[i]) {
			continue
		}
		if l.Had++; l.Last == "" {
			l.Last = line[i].Version
		}
	}
	l.Strict = l.Had == Steady
	l.Lost = l.Looked > 0 && had(&line[0])
	return l
}

// Fall compares a release with those before it in the same major line, the
// newest first: from is the rung of the newest, and the loss is of that rung or
// a higher one. It is not lost where either is unknown.
func Fall(head *Release, line []Release) (from Rung, l Loss) {
	now := head.Rung()
	if now == RungUnknown || len(line) == 0 {
		return RungUnknown, Loss{}
	}
	from = line[0].Rung()
	if from <= now {
		return from, Loss{}
	}
	// Strict is judged by the lowest of the last ones that is still above: a
	// line that went up a rung with its last release has not become unsteady.
	l = LossOf(line, func(r *Release) bool { return r.Rung() > now })
	return from, l
}
