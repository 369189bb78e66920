package allowlist

import (
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// of is a package as pnpm-lock.yaml and others have it: without a URL.
func of(name, version string) *lockfiles.Package {
	return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: version, Path: name + "@" + version}
}

func at9(name, place string) *lockfiles.Package {
	return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: "1.0.0", Origin: place, Path: name + "@" + place}
}

func pinnedPnpm(version string) string { return `{"packageManager": "pnpm@` + version + `"}` }

func TestPnpm(t *testing.T) {
	allow := `allowBuilds:
  event-flow: true
  left-padz@1.0.0 || 1.0.1: true
  refused: false
  wide@^1.0.0: true
  pending: set this to true or false
  kit@git+https://git.example/kit.git#abc123: true
  tool: true
`
	check(t, read("pnpm-lock.yaml", "9.0", "package.json", pinnedPnpm("11.2.0"), "pnpm-workspace.yaml", allow),
		verdictTest{of("event-flow", "1.0.0"), "yes pnpm-workspace.yaml:2 allowBuilds: event-flow: true"},
		verdictTest{of("left-padz", "1.0.1"), "yes pinned pnpm-workspace.yaml:3"},
		verdictTest{of("left-padz", "2.0.0"), "no: pnpm runs only what its list of builds allows, and no entry names it; stale allowBuilds: left-padz"},
		verdictTest{of("refused", "1.0.0"), "no pnpm-workspace.yaml:4"},
		verdictTest{of("wide", "1.0.0"), "no: pnpm runs only"},
		verdictTest{of("pending", "1.0.0"), "no: pnpm runs only"},
		verdictTest{at9("kit", "git+https://git.example/kit.git#abc123"), "yes pinned pnpm-workspace.yaml:7"},
		verdictTest{at9("kit", "git+https://git.example/kit.git#def456"), "no: pnpm runs only"},
		verdictTest{at9("tool", "git+https://git.example/tool.git#def456"), "no: pnpm runs only"},
		verdictTest{at9("refused", "git+https://git.example/r.git#def456"), "no pnpm-workspace.yaml:4"},
	)
	// pnpm 10 lets a name approve what comes from git; which pnpm it is decides.
	check(t, read("pnpm-lock.yaml", "9.0", "package.json", pinnedPnpm("10.26.0"), "pnpm-workspace.yaml", allow),
		verdictTest{at9("tool", "git+https://git.example/tool.git#def456"), "yes pnpm-workspace.yaml:8"})
	check(t, read("pnpm-lock.yaml", "9.0", "pnpm-workspace.yaml", allow),
		verdictTest{at9("tool", "git+https://git.example/tool.git#def456"), "unknown: pnpm 10 and earlier let a name"},
		verdictTest{of("event-flow", "1.0.0"), "yes pnpm-workspace.yaml:2"})
}

func TestPnpmVersionsAndLists(t *testing.T) {
	p := of("event-flow", "1.0.0")
	lists := "onlyBuiltDependencies:\n  - left-padz\n  - event-flow@1.0.0 || 1.0.1\nignoredBuiltDependencies: [quiet]\n"
	for _, test := range []struct {
		name, schema, manifest, workspace, rc string
		of                                    *lockfiles.Package
		want                                  string
	}{
		{"9 runs all", "9.0", pinnedPnpm("9.1.0"), "", "", p, "yes: pnpm 9 and earlier run"},
		{"an old lockfile is of an old pnpm", "6.0", `{}`, "", "", p, "yes: pnpm 9 and earlier run"},
		{"10 runs nothing", "9.0", pinnedPnpm("10.0.0"), "", "", p, "no: pnpm 10.0 runs only what is allowed"},
		{"unknown version", "9.0", `{}`, "", "", p, "unknown: pnpm 9 runs it, pnpm 10 and later do not"},
		{"list", "9.0", pinnedPnpm("10.19.0"), lists, "", p, "yes pinned pnpm-workspace.yaml:3"},
		{"list, any version", "9.0", `{}`, lists, "", p, "yes pinned pnpm-workspace.yaml:3"},
		{"list, not on it", "9.0", `{}`, lists, "", of("other", "1.0.0"), "no: pnpm runs only"},
		{"quiet", "9.0", `{}`, lists, "", of("quiet", "1.0.0"), "no pnpm-workspace.yaml:4 ignoredBuiltDependencies: quiet"},
		{"11 knows the list no more", "9.0", pinnedPnpm("11.0.0"), lists, "", p, "no: pnpm 11.0 runs only"},
		{"9 does not read the workspace file", "9.0", pinnedPnpm("9.15.0"), "neverBuiltDependencies: [event-flow]", "", p, "yes: pnpm 9"},
		{"manifest", "9.0", `{"packageManager": "pnpm@9.0.0", "pnpm": {"onlyBuiltDependencies": ["left-padz"]}}`, "", "", p, "no: pnpm runs only"},
		{"manifest, 11", "9.0", `{"packageManager": "pnpm@11.0.0", "pnpm": {"onlyBuiltDependencies": ["event-flow"]}}`, "", "", p, "no: pnpm 11.0"},
		{"the workspace's list hides the manifest's", "9.0", `{"packageManager": "pnpm@10.20.0", "pnpm": {"onlyBuiltDependencies": ["event-flow"]}}`, "onlyBuiltDependencies: []", "", p, "no: pnpm runs only"},
		{"never", "9.0", `{"packageManager": "pnpm@10.0.0", "pnpm": {"neverBuiltDependencies": ["left-padz"]}}`, "", "", p, "yes: neverBuiltDependencies is there"},
		{"never, named", "9.0", `{"packageManager": "pnpm@10.0.0", "pnpm": {"neverBuiltDependencies": ["event-flow"]}}`, "", "", p, "no package.json:1 pnpm.neverBuiltDependencies: event-flow"},
		{"everything", "9.0", pinnedPnpm("11.0.0"), "dangerouslyAllowAllBuilds: true", "", p, "yes pnpm-workspace.yaml:1 dangerouslyAllowAllBuilds: true"},
		{"nothing", "9.0", pinnedPnpm("11.0.0"), "ignoreScripts: true\nallowBuilds: {event-flow: true}", "", p, "no pnpm-workspace.yaml:1 ignoreScripts: true"},
		{".npmrc for 10", "9.0", pinnedPnpm("10.0.0"), lists, "ignore-scripts=true", p, "no .npmrc:1"},
		{".npmrc is nothing to 11", "9.0", pinnedPnpm("11.0.0"), "allowBuilds: {event-flow: true}", "ignore-scripts=true", p, "yes pnpm-workspace.yaml:1"},
		{".npmrc, unknown version", "9.0", `{}`, "allowBuilds: {event-flow: true}", "ignore-scripts=true", p, "unknown: ignore-scripts: true is for pnpm 10 and earlier"},
		{"a file that is elsewhere", "9.0", pinnedPnpm("10.0.0"), "onlyBuiltDependenciesFile: node_modules/@acme/trust/allow.json", "", p, "unknown: onlyBuiltDependenciesFile: node_modules/@acme/trust/allow.json is not in the repository"},
		{"a file outside", "9.0", pinnedPnpm("10.0.0"), "onlyBuiltDependenciesFile: ../../allow.json", "", p, "unknown: onlyBuiltDependenciesFile: ../../allow.json names a file outside"},
		{"a file", "9.0", pinnedPnpm("10.0.0"), "onlyBuiltDependenciesFile: trust.json", "", p, "yes trust.json:2 onlyBuiltDependenciesFile: event-flow"},
	} {
		t.Run(test.name, func(t *testing.T) {
			check(t, read("pnpm-lock.yaml", test.schema, "package.json", test.manifest, "pnpm-workspace.yaml", test.workspace,
				".npmrc", test.rc, "trust.json", "[\n\"event-flow\"]"), verdictTest{test.of, test.want})
		})
	}
}

func TestPnpmVersionOfTheLockfile(t *testing.T) {
	l := Read(tree(), &lockfiles.Lockfile{Path: "pnpm-lock.yaml", Format: "pnpm-lock.yaml", Schema: "9.0", Packages: []lockfiles.Package{
		{ID: lockfiles.ID{Ecosystem: "npm", Name: "pnpm"}, Version: "11.3.0", Path: "env:pnpm@11.3.0"}}})
	check(t, l, verdictTest{of("event-flow", "1.0.0"), "no: pnpm 11.3 runs only"})
}

func TestYarn(t *testing.T) {
	p := of("event-flow", "1.0.0")
	meta := `{"dependenciesMeta": {"event-flow": {"built": true}, "event-flow@2.0.0": {"built": false}, "left-padz@1.0.0": {"built": true}, "x": {"optional": true}}}`
	for _, test := range []struct {
		name, schema, manifest, rc string
		of                         *lockfiles.Package
		want                       string
	}{
		{"unknown version", "8", `{}`, "", p, "unknown: yarn 4.13 and earlier run it"},
		{"old lockfile", "6", `{}`, "", p, "yes: yarn 4.13 and earlier run"},
		{"old yarn", "8", `{"packageManager": "yarn@4.5.0"}`, "", p, "yes: yarn 4.13 and earlier run"},
		{"release in the repository", "8", `{}`, "yarnPath: .yarn/releases/yarn-4.15.0.cjs", p, "no: yarn 4.15 runs only"},
		{"new yarn", "8", `{"packageManager": "yarn@4.14.0"}`, "", p, "no: yarn 4.14 runs only"},
		{"disabled", "8", `{}`, "# c\nenableScripts: false", p, "no .yarnrc.yml:2 enableScripts: false"},
		{"enabled", "8", `{"packageManager": "yarn@4.14.0"}`, "enableScripts: true", p, "yes .yarnrc.yml:1 enableScripts: true"},
		{"environment", "8", `{}`, `enableScripts: "${SCRIPTS}"`, p, "unknown: enableScripts: ${SCRIPTS} is set by the environment"},
		{"built", "8", meta, "enableScripts: false", p, "yes package.json:1 dependenciesMeta: event-flow: built: true"},
		{"the version wins", "8", meta, "enableScripts: true", of("event-flow", "2.0.0"), "no package.json:1 dependenciesMeta: event-flow@2.0.0: built: false"},
		{"built, pinned", "8", meta, "enableScripts: false", of("left-padz", "1.0.0"), "yes pinned package.json:1"},
		{"built, another version", "8", meta, "enableScripts: false", of("left-padz", "2.0.0"), "no .yarnrc.yml:1"},
		{"classic", "1", `{}`, "enableScripts: false", p, "yes: yarn 1 runs every script"},
	} {
		t.Run(test.name, func(t *testing.T) {
			check(t, read("yarn.lock", test.schema, "package.json", test.manifest, ".yarnrc.yml", test.rc), verdictTest{test.of, test.want})
		})
	}
	check(t, read("yarn.lock", "1", ".yarnrc", "# mine\n\"--install.ignore-scripts\" true\n"), verdictTest{p, "no .yarnrc:2"})
	check(t, read("yarn.lock", "1", ".npmrc", "ignore-scripts=true"), verdictTest{p, "no .npmrc:1"})
}

func TestBun(t *testing.T) {
	p := of("event-flow", "1.0.0")
	check(t, read("bun.lock", "1", "package.json", `{}`),
		verdictTest{p, "unknown: bun trusts a list of its own"},
		verdictTest{at9("event-flow", "git+https://git.example/e.git"), "no: bun trusts on its own only packages of the registry"})
	check(t, read("bun.lock", "1", "package.json", `{"trustedDependencies": ["event-flow"]}`),
		verdictTest{p, "yes package.json:1 trustedDependencies: event-flow"},
		verdictTest{of("left-padz", "1.0.0"), "no: bun runs only what trustedDependencies names"})
	check(t, read("bun.lock", "1", "package.json", `{"trustedDependencies": []}`), verdictTest{p, "no: bun runs only"})
	check(t, read("bun.lock", "1", "package.json", `{"trustedDependencies": ["event-flow"]}`, "bunfig.toml", "[install]\nignoreScripts = true"),
		verdictTest{p, "no bunfig.toml:0 install.ignoreScripts: true"})
	check(t, read("bun.lock", "1", "bunfig.toml", "[install"), verdictTest{p, "unknown: bunfig.toml: invalid TOML"})
}

func TestDeno(t *testing.T) {
	p := of("event-flow", "1.0.0")
	check(t, read("deno.lock", "5"), verdictTest{p, "no: deno runs only what allowScripts names"})
	check(t, read("deno.lock", "5", "deno.jsonc", "{ // mine\n\"allowScripts\": [\"npm:event-flow\", \"npm:left-padz@1.0.0\", \"npm:wide@^1.0.0\", \"naked\",],}"),
		verdictTest{p, "yes deno.jsonc:2 allowScripts: npm:event-flow"},
		verdictTest{of("left-padz", "1.0.0"), "yes pinned deno.jsonc:2"},
		verdictTest{of("left-padz", "1.0.1"), "no: deno runs only what allowScripts names; stale allowScripts: npm:left-padz@1.0.0"},
		verdictTest{of("wide", "1.5.0"), "yes deno.jsonc:2"},
		verdictTest{of("naked", "1.0.0"), "no: deno runs only"})
	check(t, read("deno.lock", "5", "deno.json", `{"allowScripts": {"allow": true, "deny": ["npm:event-flow"]}}`),
		verdictTest{p, "no deno.json:1 allowScripts.deny: npm:event-flow"},
		verdictTest{of("left-padz", "1.0.1"), "yes deno.json:1 allowScripts.allow: true"})
	check(t, read("deno.lock", "5", "deno.json", `{"allowScripts": {"allowed": []}}`), verdictTest{p, "unknown: deno.json:1: allowScripts holds the key \"allowed\""})
}

func TestComposer(t *testing.T) {
	plugin := func(name string) *lockfiles.Package {
		return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "composer", Name: name}, Version: "1.0.0", InstallScript: lockfiles.Yes}
	}
	check(t, read("composer.lock", "", "composer.json", `{"config": {"allow-plugins": {
  "acme/no-*": false,
  "acme/*": true,
  "acme/late": false}}}`),
		verdictTest{plugin("acme/http"), "yes composer.json:3 config.allow-plugins: acme/*: true"},
		verdictTest{plugin("acme/late"), "yes composer.json:3"},
		verdictTest{plugin("acme/no-http"), "no composer.json:2"},
		verdictTest{plugin("other/http"), "no: composer runs only plugins"})
	check(t, read("composer.lock", "", "composer.json", `{"config": {"allow-plugins": true}}`), verdictTest{plugin("acme/http"), "yes composer.json:1 config.allow-plugins: true"})
	check(t, read("composer.lock", "", "composer.json", `{}`), verdictTest{plugin("acme/http"), "unknown: composer.json has no config.allow-plugins"})
}

func TestManagersWithoutAllowlist(t *testing.T) {
	check(t, read("Cargo.lock", "4"), verdictTest{of("event-flow", "1.0.0"), "yes: cargo runs the build script"})
	check(t, read("poetry.lock", "2.1"), verdictTest{of("event-flow", "1.0.0"), "unknown: no allowlist of this package manager is known"})
	var none *List
	check(t, none, verdictTest{of("event-flow", "1.0.0"), "unknown: no allowlist"})
}
