package lockfiles

import "testing"

func FuzzUV(f *testing.F) { fuzzFormat(f, uv{}, "uv.lock") }

func TestUVMatch(t *testing.T) {
	for path, want := range map[string]bool{"uv.lock": true, "a/uv.lock": true, "tools/run.py.lock": true, "poetry.lock": false, "py.lock": false, "uv.lock.bak": false} {
		if got := (uv{}).Match(path); got != want {
			t.Errorf("Match(%q) = %v", path, got)
		}
	}
}

// An archive that is not where its index keeps archives is the origin.
func TestUVStrayed(t *testing.T) {
	for _, c := range []struct{ kind, index, archive, want string }{
		{"registry", pypiIndex + "simple", pypiFiles + "packages/a.whl", pypiIndex + "simple"},
		{"registry", pypiIndex + "simple", "https://evil.invalid/a.whl", "https://evil.invalid/a.whl"},
		{"registry", pypiIndex + "simple", "http" + pypiFiles[len("https"):] + "a.whl", "http" + pypiFiles[len("https"):] + "a.whl"},
		{"registry", "https://pypi.quarry.invalid/simple", pypiFiles + "a.whl", pypiFiles + "a.whl"},
		{"registry", "https://pypi.quarry.invalid/simple", "https://pypi.quarry.invalid/f/a.whl", "https://pypi.quarry.invalid/simple"},
		{"registry", "https://pypi.quarry.invalid", "https://pypi.quarry.invalid.evil.invalid/a.whl", "https://pypi.quarry.invalid.evil.invalid/a.whl"},
		{"url", "https://files.quarry.invalid/a.whl", "https://other.invalid/a.whl", "https://files.quarry.invalid/a.whl"},
	} {
		p := Package{Origin: c.index}
		(&uvReader{}).strayed(&p, uvSource{kind: c.kind, where: c.index, origin: c.index}, c.archive)
		if p.Origin != c.want {
			t.Errorf("%s of %s has the origin %s, want %s", c.archive, c.index, p.Origin, c.want)
		}
	}
}

func TestSameWheelVersion(t *testing.T) {
	for _, c := range []struct {
		version, wheel string
		want           bool
	}{
		{"1.0", "1.0", true}, {"1.0", "1.0.0", true}, {"1.0.post1", "1.0.post1", true}, {"2.0+cpu", "2.0", true},
		{"2.0+cpu", "2.0+cpu", true}, {"2.0", "2.0+cpu", false}, {"1.0", "1.0.1", false}, {"1.0", "1.0rc1", false},
	} {
		if got := sameWheelVersion(c.version, c.wheel); got != c.want {
			t.Errorf("sameWheelVersion(%q, %q) = %v", c.version, c.wheel, got)
		}
	}
}

func TestWithExtra(t *testing.T) {
	for rest, want := range map[string]string{
		"":                      "; extra == 'x'",
		">=1":                   ">=1 ; extra == 'x'",
		">=1 ; a == 'b'":        ">=1 ; a == 'b' and extra == 'x'",
		"; a == 'b' or c > 'd'": "; (a == 'b' or c > 'd') and extra == 'x'",
	} {
		if got := withExtra(rest, "x"); got != want {
			t.Errorf("withExtra(%q) = %q, want %q", rest, got, want)
		}
	}
}
