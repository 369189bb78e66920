package registry

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

func pkg(ecosystem, name, version, origin string) *lockfiles.Package {
	return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: ecosystem, Name: name}, Version: version, Origin: origin}
}

// TestRefused: what does not come from the registry is not asked there.
func TestRefused(t *testing.T) {
	c, s := serving(t, nil)
	r := New(c)
	bundled := pkg("npm", "event-flow", "1.0.0", "")
	bundled.Bundled = true
	const not = ", not from the registry that was asked"
	for _, test := range []struct {
		p    *lockfiles.Package
		want string
	}{
		{pkg("npm", "event-flow", "1.0.0", "https://user:secret@packages.acme.invalid/event-flow-1.0.0.tgz"), "its bytes come from packages.acme.invalid" + not},
		{pkg("npm", "event-flow", "1.0.0", "git+ssh://git@git.acme.invalid/a/b.git#00"), "its bytes come from a repository on git.acme.invalid" + not},
		{pkg("npm", "event-flow", "1.0.0", "file:../event-flow"), "its bytes come from the project's own disk" + not},
		{pkg("npm", "event-flow", "1.0.0", "../event-flow"), "its bytes come from the project's own disk" + not},
		{pkg("npm", "event-flow", "1.0.0", "patch:other@npm%3A1.0.0#x"), "its bytes come from a patch" + not},
		{pkg("npm", "event-flow", "", ""), "the lockfile pins no version of it"},
		{bundled, "its bytes come inside another package's archive, not from the registry"},
		{pkg("pypi", "acme", "1.0", clients.DefaultEndpoints().PyPI+"/simple https://files.acme.invalid/acme.whl"), "its bytes come from files.acme.invalid" + not},
		{pkg("pypi", "acme", "1.0", "https://${TOKEN}@files.acme.invalid/acme%zz.whl"), "its bytes come from files.acme.invalid" + not},
		{pkg("cargo", "acme", "1.0.0", "path+../acme"), "its bytes come from the project's own disk" + not},
		{pkg("gem", "acme", "1.0.0", clients.DefaultEndpoints().RubyGems+"/, https://gems.acme.invalid/"), "its bytes come from gems.acme.invalid" + not},
		{pkg("golang", "forge.example/acme", "v1.0.0", "replaced by fork.example/acme"), "its bytes come from another package, which replaces it" + not},
		{pkg("npm", "event-flow", "1.0.0", "https://"+strings.Repeat("x", 500)+"/"), "its bytes come from " + strings.Repeat("x", 100) + "..." + not},
		{pkg("npm", "event-flow", "1.0.0", "jsr:@acme/event-flow@1.0.0"), "its bytes come from jsr" + not},
		{pkg("npm", "event-flow", "1.0.0", "git@git.acme.invalid:acme/event-flow.git"), "its bytes come from a repository on git.acme.invalid" + not},
		{pkg("pypi", "acme", "1.0", "wheels/acme-1.0-py3-none-any.whl"), "its bytes come from the project's own disk" + not},
		{pkg("golang", "forge.example/acme", "v1.0.0", "replaced by ../acme"), "its bytes come from the project's own disk" + not},
		{pkg("terraform", "acme", "1.0.0", ""), "no registry of terraform is known"},
	} {
		_, err := r.Compare(t.Context(), &diff.Change{Head: test.p})
		if !reflect.DeepEqual(err, analysis.Unsupported(test.want)) {
			t.Errorf("%v from %q: %v", test.p.ID, test.p.Origin, err)
		}
	}
	if s.total() != 0 {
		t.Errorf("names were told to the registry: %v", s.asked)
	}
}

type privately string

func (p privately) Private(path string) bool { return strings.HasPrefix(path, string(p)) }

func TestPrivateModules(t *testing.T) {
	if !private(privately("acme.invalid/"), "acme.invalid/http") || private(privately("acme.invalid/"), "forge.example/http") || private(1, "acme.invalid/http") {
		t.Error("GOPRIVATE is the Go client's to know")
	}
}

func TestCompare(t *testing.T) {
	c, s := serving(t, map[string]string{"npm.invalid/event-flow": eventFlow})
	r := New(c)
	old, now := pkg("npm", "event-flow", "1.0.1", ""), pkg("npm", "event-flow", "2.0.0", "https://npm.invalid/event-flow/-/event-flow-2.0.0.tgz")
	fork := pkg("npm", "event-flow", "1.0.1", "git+https://git.example/fork.git#00")
	for name, test := range map[string]struct {
		change     diff.Change
		base, head string
		unasked    bool
	}{
		"upgraded":        {diff.Change{Base: old, Head: now}, "1.0.1", "2.0.0", false},
		"added":           {diff.Change{Head: now}, "", "2.0.0", false},
		"removed":         {diff.Change{Base: old}, "1.0.1", "", false},
		"repinned":        {diff.Change{Base: now, Head: now}, "2.0.0", "2.0.0", false},
		"from a fork":     {diff.Change{Base: fork, Head: now}, "", "2.0.0", true},
		"not in the list": {diff.Change{Base: old, Head: pkg("npm", "event-flow", "3.0.0", "")}, "1.0.1", "", false},
	} {
		got, err := r.Compare(t.Context(), &test.change)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		version := func(r *Release) string {
			if r == nil {
				return ""
			}
			if r.Detail == nil {
				t.Errorf("%s: %s has no detail", name, r.Version)
			}
			return r.Version
		}
		if version(got.Base) != test.base || version(got.Head) != test.head || (got.BaseUnasked != "") != test.unasked {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, err := r.Compare(t.Context(), &diff.Change{Base: now, Head: fork}); err == nil {
		t.Error("what comes from a fork now was asked at the registry")
	}
	before := s.total()
	if _, err := r.Compare(t.Context(), &diff.Change{Head: pkg("npm", "nothing", "1.0.0", "")}); !errors.Is(err, clients.ErrAbsent) || s.total() == before {
		t.Error(err)
	}
}

func TestSpellings(t *testing.T) {
	for _, test := range []struct {
		ecosystem, a, b string
		same            bool
	}{
		{"pypi", "1.0", "1.0.0", true}, {"pypi", "1.0", "v1", true}, {"pypi", "1.0a1", "1.0-alpha.1", true}, {"pypi", "1.0rc", "1.0c0", true},
		{"pypi", "1.0-1", "1.0.post1", true}, {"pypi", "1.0.dev", "1.0dev0", true}, {"pypi", "0!1.0", "1", true}, {"pypi", "1!1.0", "1", false},
		{"pypi", "1.0+Ubuntu-1", "1.0.0+ubuntu.1", true}, {"pypi", "1.0", "1.0.1", false}, {"pypi", "1.10", "1.1", false}, {"pypi", "2024.01.02", "2024.1.2", true},
		{"pypi", "1.0.post", "1.0.post0", true}, {"pypi", "snapshot", "Snapshot", true}, {"pypi", "1.0a1", "1.0b1", false}, {"pypi", "10", "1", false}, {"pypi", "0.0", "0", true},
		{"npm", "1.0.0", "1.0.0+b1", true}, {"npm", "v1.0.0", "1.0.0", true}, {"npm", "1.0.0-a", "1.0.0-b", false},
		{"gem", "1.0", "1.0.0", true}, {"gem", "1.0-java", "1.0.0-java", true}, {"gem", "1.0-java", "1.0", false}, {"gem", "10", "1", false},
		{"golang", "v1.0.0", "1.0.0", true}, {"golang", "v2.0.0+incompatible", "v2.0.0", true}, {"golang", "v1.0.0", "v1.0.1", false},
		{"cargo", "1.0.0+z1", "1.0.0", true}, {"cargo", "1.0.0", "1.0", false},
		{"other", "1.0", "1.0.0", false},
	} {
		p := &Package{ID: lockfiles.ID{Ecosystem: test.ecosystem}, Releases: []Release{{Version: test.b}}}
		if got := p.Find(test.a) != nil; got != test.same {
			t.Errorf("%s: %s is %s: %t", test.ecosystem, test.a, test.b, got)
		}
	}
	p := &Package{ID: lockfiles.ID{Ecosystem: "npm"}, Releases: []Release{{Version: "1.0.0+a"}, {Version: "1.0.0+b"}}}
	if p.Find("1.0.0+b") != &p.Releases[1] || p.Find("") != nil {
		t.Error("the very spelling comes first")
	}
}

func FuzzPyPIVersion(f *testing.F) {
	for _, seed := range []string{"1.0", "1!2.3a4.post5.dev6+local.7", "v1-1", "", "١.٢", "1.0.0-", "00.0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, version string) {
		once := pypiVersion(version)
		if twice := pypiVersion(once); twice != once {
			t.Errorf("%q is %q, which is %q", version, once, twice)
		}
	})
}
