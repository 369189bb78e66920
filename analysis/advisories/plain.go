package advisories

import "cmp"

// release is a version of exactly three plain numbers. All orders that
// depreview knows agree on those, and comparing them costs a hundredth of
// parsing them: a version meets every range of every record of its package.
type release struct {
	numbers [3]uint64
	ok      bool
}

// plainRelease reads 1.2.3; a leading zero or anything else is not plain.
func plainRelease(version string) (r release) {
	const digitsMost = 18 // fits
	at, digits := 0, 0
	for i := range len(version) {
		c := version[i]
		switch {
		case c >= '0' && c <= '9' && digits < digitsMost && (digits == 0 || r.numbers[at] != 0):
			r.numbers[at] = r.numbers[at]*10 + uint64(c-'0')
			digits++
		case c == '.' && digits > 0 && at < 2:
			at, digits = at+1, 0
		default:
			return release{}
		}
	}
	r.ok = at == 2 && digits > 0
	return r
}

func (r release) compare(other release) int {
	return cmp.Or(cmp.Compare(r.numbers[0], other.numbers[0]), cmp.Compare(r.numbers[1], other.numbers[1]), cmp.Compare(r.numbers[2], other.numbers[2]))
}
