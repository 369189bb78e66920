package lockfiles

import "testing"

func FuzzCargolock(f *testing.F) { fuzzFormat(f, cargolock{}, "Cargo.lock") }

func TestCargoMayMatch(t *testing.T) {
	for _, c := range []struct {
		constraint, version string
		want                bool
	}{
		{"1", "1.9.0", true},
		{"1", "2.0.0", false},
		{"1.2.3", "1.9.0", true},
		{"0.3", "0.3.7", true},
		{"0.3", "0.4.0", false},
		{"^0.0.3", "0.0.4", false},
		{"0.0", "0.0.9", true},
		{"0", "0.9.1", true},
		{"~1.2.3", "1.2.9", true},
		{"~1.2", "1.3.0", false},
		{"= 1.2.3", "1.2.3+build", true},
		{"=1.2.3", "1.2.4", false},
		{"1.0.0-rc.1", "1.0.0-rc.2", true},
		{">=1, <3", "9.0.0", true}, // not read: it may
		{"1.*", "2.0.0", true},     // not read: it may
		{"", "2.0.0", true},
		{"1.2.3.4", "1.2.3", true},
	} {
		if got := cargoMayMatch(c.constraint, c.version); got != c.want {
			t.Errorf("%q may match %q: %v, want %v", c.constraint, c.version, got, c.want)
		}
	}
}
