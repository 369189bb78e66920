package lockfiles

import "testing"

func FuzzPubspecLock(f *testing.F) { fuzzFormat(f, pubspecLock{}, "pubspec.lock") }

func TestInsideTree(t *testing.T) {
	for _, c := range []struct {
		dir, rel, want string
		ok             bool
	}{
		{".", "pkg/a", "pkg/a", true},
		{"app", "../pkg/a", "pkg/a", true},
		{"app", `..\pkg\a`, "pkg/a", true},
		{"app", "..", ".", true},
		{"app", "../..", "", false},
		{"app", "../../pkg/a", "", false},
		{".", "..a", "..a", true},
		{".", "/opt/a", "", false},
		{".", `C:\a`, "", false},
		{".", "", "", false},
	} {
		got, ok := withinTree(c.dir, c.rel)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("withinTree(%q, %q) = %q, %t", c.dir, c.rel, got, ok)
		}
	}
}
