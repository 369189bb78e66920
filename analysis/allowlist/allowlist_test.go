package allowlist

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/lockfiles"
)

// read is the list of a project at the root; files are name and content in
// turn.
func read(format, schema string, files ...string) *List {
	return Read(tree(files...), &lockfiles.Lockfile{Path: format, Format: format, Schema: schema})
}

func tree(files ...string) fstest.MapFS {
	fsys := make(fstest.MapFS)
	for i := 0; i+1 < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

// pack is an npm package as package-lock.json has it.
func pack(name, version string) *lockfiles.Package {
	file := name[strings.LastIndexByte(name, '/')+1:]
	return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: version,
		Origin: fmt.Sprintf("https://registry.example/%s/-/%s-%s.tgz", name, file, version)}
}

func from(p *lockfiles.Package, origin string) *lockfiles.Package {
	p.Origin = origin
	return p
}

// said is a verdict in one line: "yes pinned package.json:3 allowScripts: ...",
// "no: the reason" where no rule decides, "unknown: the reason".
func said(v Verdict) string {
	if v.Allowed == lockfiles.Unclaimed || v.Rule == "" {
		text := v.Allowed.String() + ": " + v.Reason
		if v.Stale != "" {
			text += "; stale " + v.Stale
		}
		return text
	}
	pinned := ""
	if v.Pinned {
		pinned = " pinned"
	}
	return fmt.Sprintf("%s%s %s:%d %s", v.Allowed, pinned, v.File, v.Line, v.Rule)
}

// verdictTest is one question to a list; want is the beginning of said.
type verdictTest struct {
	of   *lockfiles.Package
	want string
}

func check(t *testing.T, l *List, tests ...verdictTest) {
	t.Helper()
	for _, test := range tests {
		if got := said(l.Says(test.of)); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s %s from %s:\n got %s\nwant %s", test.of.Name, test.of.Version, test.of.Origin, got, test.want)
		}
	}
}

func TestNpm(t *testing.T) {
	policy := `{"packageManager": "npm@12.1.0",
 "allowScripts": {
  "event-flow": true,
  "left-padz@1.0.0 || 1.0.1": true,
  "left-padz@1.0.1": false,
  "@acme/http@2.0.0": true,
  "wide@^1.0.0": true,
  "tagged@latest": true,
  "star@*": true,
  "other@npm:left-padz@1.0.0": true,
  "acme/tool#abc123": true,
  "git+ssh://git@git.example/acme/kit.git": true,
  "https://files.example/a-1.0.0.tgz": true,
  "refused": false,
  "event-flow@6.6.6": false
 }}`
	check(t, read("package-lock.json", "3", "package.json", policy),
		verdictTest{pack("event-flow", "1.0.0"), "yes package.json:3 allowScripts: event-flow: true"},
		verdictTest{pack("event-flow", "6.6.6"), "no package.json:15 allowScripts: event-flow@6.6.6: false"},
		verdictTest{pack("left-padz", "1.0.0"), "yes pinned package.json:4"},
		verdictTest{pack("left-padz", "1.0.1"), "no package.json:5"},
		verdictTest{pack("left-padz", "1.1.0"), "no: npm 12.1 runs only what allowScripts allows, and no entry names it; stale allowScripts: left-padz@1.0.0 || 1.0.1: true"},
		verdictTest{pack("@acme/http", "2.0.0"), "yes pinned package.json:6"},
		verdictTest{pack("wide", "1.0.0"), "no: npm 12.1 runs only"},
		verdictTest{pack("tagged", "3.0.0"), "yes package.json:8"},
		verdictTest{pack("star", "3.0.0"), "yes package.json:9"},
		verdictTest{pack("other", "1.0.0"), "no: npm 12.1"},
		verdictTest{pack("refused", "1.0.0"), "no package.json:14"},
		verdictTest{from(pack("tool", "1.0.0"), "git+ssh://git@github.com/Acme/tool.git#abc123def4567890abc123def4567890abc12345"), "yes pinned package.json:11"},
		verdictTest{from(pack("tool", "1.0.0"), "git+ssh://git@github.com/acme/tool.git#fff123def4567890abc123def4567890abc12345"), "no: npm 12.1"},
		verdictTest{from(pack("kit", "1.0.0"), "git+ssh://git@git.example/acme/kit.git#fff123d"), "yes package.json:12"},
		verdictTest{from(pack("kit", "1.0.0"), "git+https://git.example/acme/kit.git#fff123d"), "no: npm 12.1"},
		verdictTest{from(pack("a", "1.0.0"), "https://files.example/a-1.0.0.tgz"), "yes pinned package.json:13"},
		// The name is that of the registry's URL, not the one the lockfile gives the entry.
		verdictTest{from(pack("event-flow", "1.0.0"), "https://registry.example/evil/-/evil-1.0.0.tgz"), "no: npm 12.1"},
		verdictTest{from(pack("event-flow", "1.0.0"), "https://evil.example/-/event-flow-1.0.0.tgz"), "no: npm 12.1"},
		// Without a URL only names match.
		verdictTest{from(pack("event-flow", "1.0.0"), ""), "yes package.json:3"},
		verdictTest{from(pack("left-padz", "1.0.0"), ""), "no: npm 12.1"},
		verdictTest{&lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: "event-flow"}, Version: "1.0.0", Bundled: true}, "no: npm 12.1 never runs scripts of bundled packages"},
	)
}

func TestNpmVersions(t *testing.T) {
	p := pack("event-flow", "1.0.0")
	for _, test := range []struct{ name, manifest, rc, want string }{
		{"a dependency that stands twice", `{"dependencies": {"a": "1", "a": "2"}, "packageManager": "npm@12.0.0"}`, "", "no: npm 12.0 runs only"},
		{"pins nothing", `{}`, "", "unknown: npm 11 and earlier run it, npm 12 does not"},
		{"no manifest", "", "", "unknown: npm 11 and earlier run it"},
		{"another manager", `{"packageManager": "yarn@4.0.0"}`, "", "unknown: npm 11 and earlier"},
		{"a range is no version", `{"packageManager": "npm@^12"}`, "", "unknown: npm 11 and earlier"},
		{"before the policy", `{"packageManager": "npm@11.15.0", "allowScripts": {"event-flow": false}}`, "", "yes: npm 11.15 runs what nothing refuses"},
		{"warns", `{"packageManager": "npm@11.16.0+sha512.abc"}`, "", "yes: npm 11.16 runs what nothing refuses"},
		{"refusal is heeded", `{"packageManager": "npm@11.16.0", "allowScripts": {"event-flow": false}}`, "", "no package.json:1"},
		{"refusal without a version", `{"allowScripts": {"event-flow": false}}`, "", "no package.json:1"},
		{"devEngines", `{"devEngines": {"packageManager": {"name": "npm", "version": "12.0.0"}}}`, "", "no: npm 12.0 runs only"},
		{"ignore-scripts", `{"allowScripts": {"event-flow": true}}`, "; mine\nignore-scripts = true # all\n", "no .npmrc:2 ignore-scripts: true"},
		{"ignore-scripts off", `{"packageManager": "npm@12.0.0"}`, "ignore-scripts=true\nignore-scripts=false", "no: npm 12.0 runs only"},
		{"ignore-scripts alone", `{}`, "ignore-scripts", "no .npmrc:1"},
		{"environment decides", `{}`, "ignore-scripts=${SKIP}", "unknown: ignore-scripts: ${SKIP} is set by the environment"},
		{"everything", `{"packageManager": "npm@12.0.0"}`, "dangerously-allow-all-scripts=true", "yes .npmrc:1 dangerously-allow-all-scripts: true"},
		{"everything, too early", `{"packageManager": "npm@11.2.0"}`, "dangerously-allow-all-scripts=true", "yes: npm 11.2"},
		{"list of .npmrc", `{"packageManager": "npm@12.0.0"}`, "allow-scripts=left-padz, event-flow@1.0.0", "yes pinned .npmrc:1 allow-scripts: event-flow@1.0.0"},
		{"the manifest's list wins whole", `{"packageManager": "npm@12.0.0", "allowScripts": {"left-padz": true}}`, "allow-scripts=event-flow", "no: npm 12.0"},
		{"a section ends the settings", `{}`, "[other]\nignore-scripts=true", "unknown: npm 11"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := []string{".npmrc", test.rc}
			if test.manifest != "" {
				files = append(files, "package.json", test.manifest)
			}
			check(t, read("package-lock.json", "3", files...), verdictTest{p, test.want})
		})
	}
}

func TestProjectInADirectory(t *testing.T) {
	l := Read(tree(
		"package.json", `{"packageManager": "npm@12.0.0", "allowScripts": {"event-flow": true}}`,
		"web/package.json", `{"allowScripts": {"left-padz": true}}`,
	), &lockfiles.Lockfile{Path: "web/package-lock.json", Format: "package-lock.json"})
	check(t, l,
		verdictTest{pack("left-padz", "1.0.0"), "yes web/package.json:1"},
		verdictTest{pack("event-flow", "1.0.0"), "no: npm 12.0"})
	if l.Manager != "npm@12.0" {
		t.Errorf("the manager is %q, not the one that the directory above pins", l.Manager)
	}
}

func TestTools(t *testing.T) {
	dominykas := `{"allowScripts": {"event-flow": "1.x.x - 2.x.x", "left-padz": "1.0.0", "mine": true, "refused": false}}`
	off := "ignore-scripts=true"
	check(t, read("package-lock.json", "3", "package.json", dominykas, ".npmrc", off),
		verdictTest{pack("event-flow", "1.2.0"), "yes package.json:1 allowScripts: event-flow: 1.x.x - 2.x.x"},
		verdictTest{pack("event-flow", "3.0.0"), "no .npmrc:1"},
		verdictTest{pack("left-padz", "1.0.0"), "yes pinned package.json:1"},
		verdictTest{pack("mine", "9.0.0"), "yes package.json:1"},
		verdictTest{pack("unlisted", "9.0.0"), "no .npmrc:1"})
	// Booleans alone are npm's: with ignore-scripts they run nothing.
	check(t, read("package-lock.json", "3", "package.json", `{"allowScripts": {"mine": true}}`, ".npmrc", off),
		verdictTest{pack("mine", "9.0.0"), "no .npmrc:1"})

	lava := `{"lavamoat": {"allowScripts": {
  "event-flow#1.0.0": true,
  "acme-http>left-padz#2.0.0": true,
  "refused#1.0.0": false,
  "old": true}}}`
	check(t, read("yarn.lock", "1", "package.json", lava, ".yarnrc", "ignore-scripts true\n"),
		verdictTest{pack("event-flow", "1.0.0"), "yes pinned package.json:2 lavamoat.allowScripts: event-flow#1.0.0: true"},
		verdictTest{pack("event-flow", "1.0.1"), "no .yarnrc:1"},
		verdictTest{pack("left-padz", "2.0.0"), "yes pinned package.json:3"},
		verdictTest{pack("refused", "1.0.0"), "no .yarnrc:1"},
		verdictTest{pack("old", "3.0.0"), "yes package.json:5"})
	if v := read("yarn.lock", "1", "package.json", lava, ".yarnrc", "ignore-scripts true\n").Says(pack("event-flow", "1.0.1")); v.Stale == "" {
		t.Error("an approval of another version is not told")
	}
	// Without ignore-scripts the manager runs them whatever the tool says.
	check(t, read("yarn.lock", "1", "package.json", lava),
		verdictTest{pack("refused", "1.0.0"), "yes: yarn 1 runs every script"})
}
