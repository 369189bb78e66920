package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// parse reads the notation of these tests. One line an entry:
//
//	[path: ]name version [flags] [#hash] [@origin] [> edge, edge]
//
// A hash that begins with 1 is a sha1, and another one a sha512.
// path makes it an npm-like entry; flags are direct, dev, optional, script, gem. An
// edge is "name" (the only entry of that name), or "name=key". A line
// "root: edge, edge" gives the project's own requirements.
func parse(t *testing.T, path, format, text string) lockfiles.Lockfile {
	t.Helper()
	l := lockfiles.Lockfile{Path: path, Format: format, Schema: "1"}
	var edges [][]string
	var roots []string
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		left, right, _ := strings.Cut(line, ">")
		var list []string
		for e := range strings.SplitSeq(right, ",") {
			if e = strings.TrimSpace(e); e != "" {
				list = append(list, e)
			}
		}
		if rest, ok := strings.CutPrefix(left, "root:"); ok {
			for e := range strings.SplitSeq(rest, ",") {
				roots = append(roots, strings.TrimSpace(e))
			}
			continue
		}
		p := lockfiles.Package{Line: i + 1}
		if before, after, ok := strings.Cut(left, ": "); ok {
			p.Path, left = before, after
		}
		fields := strings.Fields(left)
		p.ID = lockfiles.ID{Ecosystem: "npm", Name: fields[0]}
		p.Version = fields[1]
		for _, f := range fields[2:] {
			switch {
			case f == "direct":
				p.Direct = true
			case f == "dev":
				p.Dev = true
			case f == "script":
				p.InstallScript = lockfiles.Yes
			case strings.HasPrefix(f, "#1"):
				p.Integrity = append(p.Integrity, lockfiles.Digest{Algorithm: "sha1", Value: f[1:]})
			case f[0] == '#':
				p.Integrity = append(p.Integrity, lockfiles.Digest{Algorithm: "sha512", Value: f[1:]})
			case f[0] == '@':
				p.Origin = f[1:]
			case f[0] == '~':
				p.Label, p.ID.Ecosystem = f[1:], "githubactions"
			case f == "gem":
				p.ID.Ecosystem = f
			default:
				t.Fatalf("unknown flag %q", f)
			}
		}
		l.Packages = append(l.Packages, p)
		edges = append(edges, list)
	}
	resolve := func(text string) lockfiles.Edge {
		name, key, ok := strings.Cut(text, "=")
		for _, p := range l.Packages {
			if !ok && p.Name == name {
				key = p.Key()
			}
		}
		return lockfiles.Edge{Name: name, To: key}
	}
	for i, list := range edges {
		for _, e := range list {
			l.Packages[i].Requires = append(l.Packages[i].Requires, resolve(e))
		}
	}
	if roots != nil {
		root := lockfiles.Root{Path: "."}
		for _, e := range roots {
			root.Requires = append(root.Requires, resolve(e))
		}
		l.Roots = []lockfiles.Root{root}
	}
	return l
}

// describe writes changes as the tests state them.
func describe(changes []Change) string {
	var lines []string
	for _, c := range changes {
		line := fmt.Sprintf("%s %s %s->%s", c.Package().Name, c.Kind, c.From(), c.To())
		if c.Class != NoClass {
			line += " " + c.Class.String()
		}
		if len(c.Instances) > 1 {
			line += fmt.Sprintf(" x%d", len(c.Instances))
		}
		for _, f := range c.Fields {
			line += fmt.Sprintf(" %s:%s|%s", f.Name, f.Base, f.Head)
		}
		switch c.Cause.State {
		case Explained:
			path := c.Cause.HeadPath
			if path == nil {
				path = c.Cause.BasePath
			}
			line += " by " + strings.Join(path, ">")
		default:
			line += " " + c.Cause.State.String()
			if c.Cause.State == Unexplained && c.Cause.HeadPath != nil {
				line += " by " + strings.Join(c.Cause.HeadPath, ">")
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// commits writes hashes short.
var commits = strings.NewReplacer("C1", strings.Repeat("1", 40), "C2", strings.Repeat("2", 40))

func TestBetween(t *testing.T) {
	for _, c := range []struct{ name, base, head, want string }{
		{"nothing moved", "a 1.0.0 direct", "a 1.0.0 direct", ""},
		{"a direct bump and what it pulled in",
			"a 1.0.0 direct > b\nb 1.0.0\nc 1.0.0",
			"a 1.1.0 direct > b, d\nb 1.0.1 > c\nc 1.0.0\nd 0.1.0",
			"a upgraded 1.0.0->1.1.0 minor direct\nb upgraded 1.0.0->1.0.1 patch by a>b\nd added ->0.1.0 by a>d"},
		{"an unmoved package in between explains nothing",
			"a 1.0.0 direct > m\nm 1.0.0 > x\nx 1.0.0",
			"a 1.1.0 direct > m\nm 1.0.0 > x\nx 1.0.1",
			"a upgraded 1.0.0->1.1.0 minor direct\nx upgraded 1.0.0->1.0.1 patch unexplained"},
		{"what an unexplained change pulled in is gathered under it",
			"a 1.0.0 direct > m\nm 1.0.0 > x\nx 1.0.0 > y\ny 1.0.0",
			"a 1.0.0 direct > m\nm 1.0.0 > x\nx 1.0.1 > y\ny 1.0.1",
			"x upgraded 1.0.0->1.0.1 patch unexplained\ny upgraded 1.0.0->1.0.1 patch unexplained by x>y"},
		{"a hash where there was none is no repin", "a 1.0.0 direct", "a 1.0.0 direct #aa @https://one.example/a",
			"a edited 1.0.0->1.0.0 integrity:|sha512-aa origin:|https://one.example/a direct"},
		{"removed with its parent",
			"a 1.0.0 direct > b\nb 1.0.0 > c\nc 1.0.0\nz 1.0.0 direct > z2\nz2 1.0.0",
			"z 1.0.0 direct > z2\nz2 1.0.0",
			"a removed 1.0.0-> direct\nb removed 1.0.0-> by a>b\nc removed 1.0.0-> by a>b>c"},
		{"a lockfile without edges cannot miss an explanation",
			"a 1.0.0\nb 1.0.0 direct", "a 1.0.1\nb 1.0.0 direct",
			"a upgraded 1.0.0->1.0.1 patch unknown"},
		{"no move explains other bytes of the same version",
			"d 1.0.0 direct > a\na 1.0.0 #aa", "d 1.1.0 direct > a\na 1.0.0 #bb",
			"a repinned 1.0.0->1.0.0 integrity:sha512-aa|sha512-bb unexplained\nd upgraded 1.0.0->1.1.0 minor direct"},
		{"same version, other hash", "a 1.0.0 direct #aa", "a 1.0.0 direct #bb",
			"a repinned 1.0.0->1.0.0 integrity:sha512-aa|sha512-bb direct"},
		{"same version, hash gone", "a 1.0.0 direct #aa", "a 1.0.0 direct",
			"a repinned 1.0.0->1.0.0 integrity:sha512-aa| direct"},
		{"same version, one hash more", "a 1.0.0 direct #aa", "a 1.0.0 direct #aa #bb",
			"a repinned 1.0.0->1.0.0 integrity:sha512-aa|sha512-aa sha512-bb direct"},
		{"same version, other origin", "a 1.0.0 direct @https://one.example/a", "a 1.0.0 direct @https://two.example/a",
			"a repinned 1.0.0->1.0.0 origin:https://one.example/a|https://two.example/a direct"},
		{"a new version from another host", "a 1.0.0 direct @https://one.example/a-1", "a 1.0.1 direct @https://two.example/a-1.0.1",
			"a upgraded 1.0.0->1.0.1 patch origin:https://one.example/a-1|https://two.example/a-1.0.1 direct"},
		{"flags moved", "a 1.0.0 direct dev", "a 1.0.0 script", "a edited 1.0.0->1.0.0 direct:true|false dev:true|false install_script:unknown|yes direct"},
		{"edges moved", "a 1.0.0 direct > b\nb 1.0.0\nc 1.0.0 direct", "a 1.0.0 direct > c\nb 1.0.0\nc 1.0.0 direct",
			"a edited 1.0.0->1.0.0 requires:b|c direct"},
		{"a downgrade", "a 2.0.0 direct", "a 1.9.0 direct", "a downgraded 2.0.0->1.9.0 major direct"},
		{"prereleases", "a 1.0.0-rc.1 direct", "a 1.0.0 direct", "a upgraded 1.0.0-rc.1->1.0.0 prerelease direct"},
		{"two commits with human names",
			"x/y 1111111111111111111111111111111111111111 direct ~v4.1.6", "x/y 2222222222222222222222222222222222222222 direct ~v4.2.0",
			"x/y upgraded 1111111111111111111111111111111111111111->2222222222222222222222222222222222222222 minor direct"},
		{"a tag became a commit with its name",
			"x/y v4 direct ~", "x/y 2222222222222222222222222222222222222222 direct ~v5.1.0",
			"x/y upgraded v4->2222222222222222222222222222222222222222 major direct"},
		{"two commits without names",
			"x/y 1111111111111111111111111111111111111111 direct", "x/y 2222222222222222222222222222222222222222 direct",
			"x/y changed 1111111111111111111111111111111111111111->2222222222222222222222222222222222222222 direct"},
		{"forty copies are one row",
			"p/a: a 1.0.0\nq/a: a 1.0.0\nr/a: a 1.0.0\ns: s 1.0.0 direct > a=p/a",
			"p/a: a 1.0.1\nq/a: a 1.0.1\nr/a: a 1.0.1\ns: s 1.0.1 direct > a=p/a",
			"a upgraded 1.0.0->1.0.1 patch x3 by s>a\ns upgraded 1.0.0->1.0.1 patch direct"},
		{"a deduplication is one row",
			"n/a: a 2.0.0 direct\np/a: a 1.0.0\nq/a: a 1.0.0\np: p 1.0.0 direct > a=p/a\nq: q 1.0.0 direct > a=q/a",
			"n/a: a 2.0.0 direct\np: p 2.0.0 direct > a=n/a\nq: q 2.0.0 direct > a=n/a",
			"a upgraded 1.0.0->2.0.0 major direct:false|true direct\np upgraded 1.0.0->2.0.0 major direct\nq upgraded 1.0.0->2.0.0 major direct"},
		{"the project moved on, another package stays behind",
			"n/a: a 1.0.0 direct\nroot: a=n/a\nn/b: b 1.0.0 > a=n/a",
			"n/a: a 2.0.0 direct\nn/b/a: a 1.0.0\nroot: a=n/a\nn/b: b 1.0.0 > a=n/b/a",
			"a upgraded 1.0.0->2.0.0 major direct"},
		{"the project moved to a version that was there before",
			"x: a 1.0.0 direct\ny: a 2.0.0\nroot: a=x", "x: a 1.0.0\ny: a 2.0.0 direct\nroot: a=y",
			"a upgraded 1.0.0->2.0.0 major direct"},
		{"several lines pair within their line",
			"a 1.0.0 direct\na 2.0.0\na 3.0.0", "a 1.0.5 direct\na 2.4.0\na 3.0.1",
			"a upgraded 1.0.0->1.0.5 patch direct\na upgraded 2.0.0->2.4.0 minor unknown\na upgraded 3.0.0->3.0.1 patch unknown"},
		{"the requirer pairs across lines",
			"d 1.0.0 direct > a=a@1.0.0\ne 1.0.0 direct > a=a@4.0.0\na 1.0.0\na 4.0.0",
			"d 1.1.0 direct > a=a@4.5.0\ne 1.0.1 direct > a=a@1.9.0\na 4.5.0\na 1.9.0",
			"a upgraded 1.0.0->4.5.0 major by d>a\na downgraded 4.0.0->1.9.0 major by e>a\nd upgraded 1.0.0->1.1.0 minor direct\ne upgraded 1.0.0->1.0.1 patch direct"},
		{"each version of a requirer pairs for itself",
			"d 1.0.0 direct > a=a@5.7.1\ne 1.0.0 direct > d=d@0.9.0\nd 0.9.0 > a=a@6.3.0\na 5.7.1\na 6.3.0",
			"d 1.0.0 direct > a=a@5.7.2\ne 1.0.0 direct > d=d@0.9.0\nd 0.9.0 > a=a@6.3.1\na 5.7.2\na 6.3.1",
			"a upgraded 5.7.1->5.7.2 patch unexplained\na upgraded 6.3.0->6.3.1 patch unexplained"},
		{"a copy hoisted into the place of another is no downgrade",
			"n/p: p 1.0.0 direct > a=n/a\nn/a: a 4.0.0\nn/q: q 1.0.0 direct > a=n/q/a\nn/q/a: a 2.0.0",
			"n/q: q 1.0.0 direct > a=n/a\nn/a: a 2.0.0",
			"a removed 4.0.0-> by p>a\np removed 1.0.0-> direct"},
		{"what went with one version of a requirer is not replaced by what another always had",
			"d 1.0.0 direct > w=w@0.60.0\ne 1.0.0 direct > w=w@0.59.0\nw 0.59.0 > t=t@0.52.6\nw 0.60.0 > t=t@0.53.5\nt 0.52.6\nt 0.53.5",
			"d 2.0.0 direct > w=w@0.59.0\ne 1.0.0 direct > w=w@0.59.0\nw 0.59.0 > t=t@0.52.6\nt 0.52.6",
			"d upgraded 1.0.0->2.0.0 major direct\nt removed 0.53.5-> by d>w>t\nw downgraded 0.60.0->0.59.0 minor by d>w"},
		{"a gem pairs within its platform",
			"r 1.0.0 direct gem > a=a@1.0-x86_64-linux\na 1.0-arm64-darwin gem\na 1.0-x86_64-linux gem\na 1.0 gem",
			"r 1.0.0 direct gem > a=a@1.1\na 1.1 gem\na 1.1-arm64-darwin gem\na 1.1-musl gem\na 1.1-x86_64-linux gem",
			"a added ->1.1-musl unexplained\na upgraded 1.0->1.1 minor unexplained\n" +
				"a upgraded 1.0-arm64-darwin->1.1-arm64-darwin minor unexplained\na upgraded 1.0-x86_64-linux->1.1-x86_64-linux minor unexplained"},
		{"two pins of a workflow become one",
			"x/y v6 direct ~\nx/y v7 direct ~", "x/y v8 direct ~",
			"x/y upgraded v6->v8 major direct\nx/y upgraded v7->v8 major direct"},
		{"a pin becomes like its neighbour",
			"x/y v7 direct ~\nx/y v8 direct ~\nroot: x/y=x/y@v7, x/y=x/y@v8", "x/y v8 direct ~\nroot: x/y=x/y@v8, x/y=x/y@v8",
			"x/y upgraded v7->v8 major direct"},
		{"a pin is removed beside its neighbour",
			"x/y v7 direct ~\nx/y v8 direct ~\nroot: x/y=x/y@v7, x/y=x/y@v8", "x/y v8 direct ~\nroot: x/y=x/y@v8",
			"x/y removed v7-> direct"},
		{"a label becomes like its neighbour",
			"p: x/y C1 direct ~v4\nq: x/y C1 direct ~v4.2.2", "x/y C1 direct ~v4.2.2",
			"x/y edited C1->C1 label:v4|v4.2.2 direct"},
		{"one commit under several labels moved with the label that did",
			"p: x/y C1 direct ~v4\nq: x/y C1 direct ~v5", "p: x/y C2 direct ~v4\nr: x/y C2 direct ~v6",
			"x/y upgraded C1->C2 major x2 direct"},
		{"one hash, written twice and otherwise",
			"a 1.0.0 direct #pKvURIxJVi2CgRXROh/M6pJ/UrTVRZKX+LQ+QtqJI4vBNibkPcs43bCCSIkn7JBPtCBXRDmD6IWFF51QVRr+Yg==", "a 1.0.0 direct #a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da89238bc13626e43dcb38ddb082488927ec904fb42057443983e88585179d50551afe62", ""},
		{"an origin that is no longer told moves no byte",
			"a 1.0.0 direct #aa @https://one.example/simple", "a 1.0.0 #aa",
			"a edited 1.0.0->1.0.0 origin:https://one.example/simple| direct:true|false direct"},
	} {
		c.base, c.head, c.want = commits.Replace(c.base), commits.Replace(c.head), commits.Replace(c.want)
		t.Run(c.name, func(t *testing.T) {
			d := Between([]lockfiles.Lockfile{parse(t, "l", "f", c.base)}, []lockfiles.Lockfile{parse(t, "l", "f", c.head)})
			if got := describe(d.Changes); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestBetweenFiles(t *testing.T) {
	three := "a 1.0.0 direct #aa\nb 1.0.0\nc 1.0.0"
	t.Run("a lockfile that moved", func(t *testing.T) {
		d := Between([]lockfiles.Lockfile{parse(t, "old/l", "f", three)}, []lockfiles.Lockfile{parse(t, "new/l", "f", strings.Replace(three, "b 1.0.0", "b 1.0.1", 1))})
		if got, want := describe(d.Changes), "b upgraded 1.0.0->1.0.1 patch unknown"; got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		if f := d.Files[0]; len(d.Files) != 1 || !f.Moved() || f.Converted() {
			t.Errorf("files: %+v", d.Files)
		}
	})
	t.Run("another package manager", func(t *testing.T) {
		other := parse(t, "other", "g", strings.NewReplacer("#aa", "", "b 1.0.0", "b 2.0.0").Replace(three))
		d := Between([]lockfiles.Lockfile{parse(t, "l", "f", three)}, []lockfiles.Lockfile{other})
		if got, want := describe(d.Changes), "b upgraded 1.0.0->2.0.0 major unknown"; got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		if f := d.Files[0]; len(d.Files) != 1 || !f.Converted() {
			t.Errorf("files: %+v", d.Files)
		}
	})
	t.Run("a new lockfile of other packages", func(t *testing.T) {
		d := Between([]lockfiles.Lockfile{parse(t, "l", "f", three)}, []lockfiles.Lockfile{parse(t, "m", "f", "x 1.0.0 direct > y\ny 1.0.0")})
		want := "a removed 1.0.0-> direct\nb removed 1.0.0-> unknown\nc removed 1.0.0-> unknown\nx added ->1.0.0 direct\ny added ->1.0.0 by x>y"
		if got := describe(d.Changes); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	})
	t.Run("an override that changed explains", func(t *testing.T) {
		text := "a 1.0.0 direct > m\nm 1.0.0 > x\nx 1.0.0 > y\ny 1.0.0"
		base, head := parse(t, "l", "f", text), parse(t, "l", "f", strings.NewReplacer("x 1.0.0 >", "x 2.0.0 >", "y 1.0.0", "y 1.1.0").Replace(text))
		head.Settings = []lockfiles.Setting{{Name: "overrides", Value: "m@1>x@<2: 2.0.0"}}
		d := Between([]lockfiles.Lockfile{base}, []lockfiles.Lockfile{head})
		if got, want := describe(d.Changes), "x upgraded 1.0.0->2.0.0 major by x\ny upgraded 1.0.0->1.1.0 minor by x>y"; got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		if by := d.Changes[0].Cause.By; by.String() != "overrides" {
			t.Errorf("by %q", by)
		}
	})
	t.Run("settings", func(t *testing.T) {
		base, head := parse(t, "l", "f", three), parse(t, "l", "f", three)
		base.Settings = []lockfiles.Setting{{Name: "index", Value: "https://one.example"}}
		head.Settings = []lockfiles.Setting{{Name: "index", Value: "https://one.example"}, {Name: "index", Value: "https://two.example"}}
		d := Between([]lockfiles.Lockfile{base}, []lockfiles.Lockfile{head})
		if want := []Field{{"index", "", "https://two.example"}}; !slices.Equal(d.Files[0].Settings, want) {
			t.Errorf("settings %v, want %v", d.Files[0].Settings, want)
		}
	})
}

// TestBetweenIsStable holds promise 7: the same input, the same answer.
func TestBetweenIsStable(t *testing.T) {
	var base, head strings.Builder
	for i := range 60 {
		fmt.Fprintf(&base, "n%d/a: a %d.0.0\n", i, i%7)
		fmt.Fprintf(&head, "n%d/a: a %d.1.0\n", i, i%5)
		fmt.Fprintf(&base, "p%d 1.0.0 direct > a=n%d/a\n", i, i)
		fmt.Fprintf(&head, "p%d 1.0.1 direct > a=n%d/a\n", i, i)
	}
	b, h := parse(t, "l", "f", base.String()), parse(t, "l", "f", head.String())
	want := describe(Between([]lockfiles.Lockfile{b}, []lockfiles.Lockfile{h}).Changes)
	for range 20 {
		if got := describe(Between([]lockfiles.Lockfile{b}, []lockfiles.Lockfile{h}).Changes); got != want {
			t.Fatalf("two runs differ:\n%s\n\n%s", got, want)
		}
	}
}

func TestPaths(t *testing.T) {
	l := parse(t, "l", "f", "a 1.0.0 direct > m\nb 1.0.0 direct > x\nm 1.0.0 > x\nx 1.0.0\nroot: a, b")
	var got []string
	for _, p := range NewGraph(&l).Paths("x@1.0.0", 10) {
		got = append(got, p.Root+": "+strings.Join(p.Steps, " > "))
	}
	want := []string{".: b@1.0.0 > x@1.0.0", ".: a@1.0.0 > m@1.0.0 > x@1.0.0"}
	if !slices.Equal(got, want) {
		t.Errorf("paths %q, want %q", got, want)
	}
}

func TestOverriddenName(t *testing.T) {
	for text, want := range map[string]string{
		"x: 1.0.0": "x", "@s/x: 1.0.0": "@s/x", "x@<3: 3.0.0": "x", "@s/x@>=2 <3: 3.0.0": "@s/x", "a>x: 1": "x", "a@1>@s/x@2: 1": "@s/x",
		"x@>2: 3.0.0": "x", "name = x, specifier = ==0.4": "x", "odd": "",
	} {
		if got := overriddenName(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
