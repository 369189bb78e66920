package lockfiles

import "testing"

func FuzzPoetry(f *testing.F) { fuzzFormat(f, poetry{}, "poetry.lock") }

func TestPoetryFileHas(t *testing.T) {
	for _, c := range []struct {
		file, version string
		want          bool
	}{
		{"slate-2.0.0-py3-none-any.whl", "2.0.0", true},
		{"slate-2.0.0.tar.gz", "2.0.0", true},
		{"slate-2.0.0.zip", "2.0.0", true},
		{"slate-2.0.0.post1.tar.gz", "2.0.0", false},
		{"slate-12.0.0.tar.gz", "2.0.0", false},
		{"slate.bin", "2.0.0", false},
	} {
		if got := poetryFileHas(c.file, c.version); got != c.want {
			t.Errorf("poetryFileHas(%q, %q) = %v", c.file, c.version, got)
		}
	}
}

func TestPoetryVersion(t *testing.T) {
	for version, ok := range map[string]bool{"1.0": true, "1.1": true, "2.0": true, "2.1": true, "2.2": true, "3.0": false, "0.9": false, "22": false, "": true, "x": false} {
		table := &tomlNode{line: 7}
		table.set("lock-version", &tomlNode{line: 8, text: version})
		if err := poetryVersion("poetry.lock", table, version); (err == nil) != ok {
			t.Errorf("poetryVersion(%q) = %v", version, err)
		}
	}
}
