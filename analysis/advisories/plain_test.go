package advisories

import (
	"testing"

	"github.com/google/osv-scalibr/semantic"
)

func TestPlainReleases(t *testing.T) {
	for version, want := range map[string]bool{
		"1.2.3": true, "0.0.0": true, "10.200.3000": true, "20260101.0.1": true, "123456789012345678.0.0": true,
		"": false, "1": false, "1.2": false, "1.2.3.4": false, "1.2.": false, ".1.2": false, "1..2": false, "v1.2.3": false, "1.2.3-a": false,
		"01.2.3": false, "1.00.3": false, "1.2.3 ": false, "1234567890123456789.0.0": false, "1.2.x": false,
	} {
		if got := plainRelease(version).ok; got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
}

// FuzzPlainReleases holds the short cut against the order of every ecosystem.
func FuzzPlainReleases(f *testing.F) {
	for _, pair := range [][2]string{{"1.2.3", "1.2.10"}, {"0.0.0", "0.0.1"}, {"2.0.0", "10.0.0"}, {"1.0.0", "1.0.0"}, {"1.10.0", "1.9.9"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := plainRelease(a), plainRelease(b)
		if !x.ok || !y.ok {
			return
		}
		for _, e := range ecosystems {
			if e.order == "" {
				continue
			}
			parsed, err := semantic.Parse(a, e.order)
			if err != nil {
				t.Fatalf("%s: %s: %v", e.osv, a, err)
			}
			if order, err := parsed.CompareStr(b); err != nil || order != x.compare(y) {
				t.Errorf("%s: %s and %s: %d, not %d, %v", e.osv, a, b, x.compare(y), order, err)
			}
		}
	})
}
