package cooldown

import (
	"testing"
	"testing/fstest"
	"time"
)

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		text string
		bare time.Duration
		want time.Duration
		ok   bool
	}{
		{"3 days", 0, 3 * day, true},
		{"3d", 0, 3 * day, true},
		{"1 week 2 days", 0, 9 * day, true},
		{"1.5h", 0, 90 * time.Minute, true},
		{"2 months", 0, 60 * day, true},
		{"1 ms", 0, time.Millisecond, true},
		{"P3DT12H", 0, 84 * time.Hour, true},
		{"P1W", 0, 7 * day, true},
		{"7", day, 7 * day, true},
		{"0", 0, 0, true},
		{"7", 0, 0, false},
		{"-1", day, 0, false},
		{"NaN", day, 0, false},
		{"1e300", day, 0, false},
		{"99999999 years", 0, 0, false},
		{"P", 0, 0, false},
		{"", day, 0, false},
		{"3 fortnights", 0, 0, false},
		{"three days", 0, 0, false},
	} {
		got, ok := span(c.text, c.bare)
		if got != c.want || ok != c.ok {
			t.Errorf("span(%q, %s) = %s, %v, want %s, %v", c.text, c.bare, got, ok, c.want, c.ok)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		strict, want  bool
	}{
		{"acme-http", "acme-http", true, true},
		{"acme-http", "acme-http2", true, false},
		{"@acme/*", "@acme/http", true, true},
		{"*", "@acme/http", true, false},
		{"*", "@acme/http", false, true},
		{"**", "@acme/http", true, true},
		{"{left,right}-pad", "right-pad", true, true},
		{"acme.http*", "acmexhttp", false, false},
		{"*(", "acme(", false, true},
	} {
		if got := glob(c.pattern, c.name, c.strict); got != c.want {
			t.Errorf("glob(%q, %q, %v) = %v", c.pattern, c.name, c.strict, got)
		}
	}
}

// FuzzRead holds that no settings file, however broken, stops the reader, and
// that one which cannot be parsed is never taken for one that demands nothing.
func FuzzRead(f *testing.F) {
	f.Add(".npmrc", "package-lock.json", []byte("min-release-age=7\n[x]\n"))
	f.Add("renovate.json", "yarn.lock", []byte(`{"extends":["a"],packageRules:[{"matchPackageNames":"x","minimumReleaseAge":null}]}`))
	f.Add(".github/dependabot.yml", "yarn.lock", []byte(dependabot))
	f.Add("pyproject.toml", "uv.lock", []byte("[[tool.uv.index]]\nurl='x'\n[[tool.uv.index]]\nurl='y'\nexclude-newer=2026-01-01\n"))
	f.Add("uv.toml", "uv.lock", []byte("exclude-newer-package={a=false,b='3 days'}"))
	f.Add("deno.json", "deno.lock", []byte(`{"minimumDependencyAge":{"age":"P3D","exclude":["npm:a"]}}`))
	f.Add(".yarnrc.yml", "yarn.lock", []byte("a: &x [*x]\nnpmMinimalAgeGate: *x\n"))
	f.Add("bunfig.toml", "bun.lock", []byte("install.minimumReleaseAge=1\n"))
	f.Fuzz(func(t *testing.T, name, lockfile string, data []byte) {
		demands, problems := Read(fstest.MapFS{name: {Data: data}}, lockfile).For(npmQuery("acme-http"))
		for _, d := range demands {
			if d.Age < 0 || d.Line < 0 || d.File == "" || d.Tool == "" {
				t.Errorf("demand %+v", d)
			}
		}
		for _, p := range problems {
			if p.Reason == "" || p.File == "" {
				t.Errorf("problem %+v", p)
			}
		}
	})
}
