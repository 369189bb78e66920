package checks

import "testing"

// TestBrief: the long text is left out where a summary stands for it.
func TestBrief(t *testing.T) {
	for name, s := range map[string]Sources{"online": acme().sources(t, ""), "offline": {Offline: true, Index: index(t, acme().records)}} {
		_, long, _, _ := run(t, s, change("acme-http", "", "2.0.0"))
		s.Brief = true
		_, brief, _, _ := run(t, s, change("acme-http", "", "2.0.0"))
		if len(long) != 2 || len(brief) != 2 {
			t.Fatalf("%s: %d and %d advisories", name, len(long), len(brief))
		}
		if long[0].Details == "" || brief[0].Details != "" || brief[0].Summary != long[0].Summary {
			t.Errorf("%s: %+v", name, brief[0])
		}
		if brief[1].Summary != "no summary here" {
			t.Errorf("%s: %q", name, brief[1].Summary)
		}
		if brief[0].Seen.Version != "2.0.0" {
			t.Errorf("%s: seen at %q", name, brief[0].Seen.Version)
		}
	}
}
