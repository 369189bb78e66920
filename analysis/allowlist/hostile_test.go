package allowlist

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/lockfiles"
)

// TestUnreadableIsUnknown: what cannot be understood never says that something
// runs, nor that it does not.
func TestUnreadableIsUnknown(t *testing.T) {
	many := func(format string) string {
		var b strings.Builder
		for i := range maxRules + 1 {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	p := of("event-flow", "1.0.0")
	for _, test := range []struct{ name, format, file, content, want string }{
		{"duplicate keys", "package-lock.json", "package.json", "{\"allowScripts\": {\"a\": true,\n\"a\": false}}", "package.json:2: duplicate key \"a\""},
		{"duplicate fields", "package-lock.json", "package.json", `{"allowScripts": {}, "allowScripts": {"a": true}}`, "package.json:1: duplicate key \"allowScripts\""},
		{"no object", "package-lock.json", "package.json", `["allowScripts"]`, "package.json:1: the file holds a list where an object belongs"},
		{"a list of names", "package-lock.json", "package.json", "{\n\"allowScripts\": [\"event-flow\"]}", "package.json:2: allowScripts holds a list where an object belongs"},
		{"a number", "package-lock.json", "package.json", `{"allowScripts": {"event-flow": 1}}`, "package.json:1: allowScripts: event-flow holds a number where true or false belongs"},
		{"truncated", "package-lock.json", "package.json", `{"allowScripts": {"event-flow": true`, "package.json:1: invalid JSON"},
		{"trailing text", "package-lock.json", "package.json", `{} {}`, "package.json:1: text after the end"},
		{"empty", "package-lock.json", "package.json", ``, "package.json:1: invalid JSON: the file ends too early"},
		{"NUL", "package-lock.json", "package.json", "{}\x00", "package.json: the file holds a NUL byte"},
		{"no UTF-8", "package-lock.json", ".npmrc", "ignore-scripts=\xff", ".npmrc: the file is no valid UTF-8"},
		{"too large", "package-lock.json", "package.json", `{"a": "` + strings.Repeat("x", maxFile) + `"}`, "package.json: the file is larger than 4 MB"},
		{"too deep", "package-lock.json", "package.json", strings.Repeat(`{"a":`, 150) + "1" + strings.Repeat("}", 150), "package.json:1: the file holds more than depreview reads"},
		{"too many rules", "package-lock.json", "package.json", `{"allowScripts": {` + many(`"a%d": true,`) + `"b": true}}`, "package.json holds more than 20000 rules"},
		{"a tool's range", "package-lock.json", "package.json", `{"allowScripts": {"event-flow": "not a range !!"}}`, "unknown"},
		{"lavamoat, a string", "yarn.lock", "package.json", `{"lavamoat": {"allowScripts": "all"}}`, "unknown"},
		{"yarn's meta", "yarn.lock", "package.json", `{"dependenciesMeta": {"event-flow": true}}`, "package.json:1: dependenciesMeta: event-flow holds true or false where an object belongs"},
		{"yarn's built", "yarn.lock", "package.json", `{"dependenciesMeta": {"event-flow": {"built": "yes"}}}`, "package.json:1: dependenciesMeta: event-flow: built holds a string"},
		{"yarn's setting", "yarn.lock", ".yarnrc.yml", "enableScripts: maybe", `.yarnrc.yml:1: enableScripts holds "maybe"`},
		{"pnpm, twice", "pnpm-lock.yaml", "pnpm-workspace.yaml", "allowBuilds:\n  event-flow: true\nallowBuilds: {}\n", "pnpm-workspace.yaml:3: duplicate key \"allowBuilds\""},
		{"pnpm, twice within", "pnpm-lock.yaml", "pnpm-workspace.yaml", "allowBuilds: {a: true, a: false}", "pnpm-workspace.yaml:1: duplicate key \"a\""},
		{"pnpm, a merge key", "pnpm-lock.yaml", "pnpm-workspace.yaml", "x: &x {event-flow: true}\nallowBuilds:\n  <<: *x\n", "pnpm-workspace.yaml:3: found a merge key"},
		{"pnpm, two documents", "pnpm-lock.yaml", "pnpm-workspace.yaml", "allowBuilds: {}\n---\nallowBuilds: {event-flow: true}\n", "pnpm-workspace.yaml: invalid YAML: more than one document"},
		{"pnpm, no YAML", "pnpm-lock.yaml", "pnpm-workspace.yaml", "a: [b", "pnpm-workspace.yaml: invalid YAML"},
		{"pnpm, a string", "pnpm-lock.yaml", "pnpm-workspace.yaml", "onlyBuiltDependencies: event-flow", "pnpm-workspace.yaml:1: onlyBuiltDependencies holds a string where a list belongs"},
		{"pnpm, a flag", "pnpm-lock.yaml", "pnpm-workspace.yaml", "dangerouslyAllowAllBuilds: yup", "pnpm-workspace.yaml:1: dangerouslyAllowAllBuilds holds a string where true or false belongs"},
		{"pnpm, aliases of aliases", "pnpm-lock.yaml", "pnpm-workspace.yaml", bomb(), "pnpm-workspace.yaml"},
		{"bun, an object", "bun.lock", "package.json", `{"trustedDependencies": {"event-flow": true}}`, "package.json:1: trustedDependencies holds an object where a list belongs"},
		{"bun, a number in it", "bun.lock", "package.json", `{"trustedDependencies": [1]}`, "package.json:1: trustedDependencies holds a number where a string belongs"},
		{"deno, a string", "deno.lock", "deno.json", `{"allowScripts": "npm:event-flow"}`, "deno.json:1: allowScripts holds a string"},
		{"composer, a string", "composer.lock", "composer.json", `{"config": {"allow-plugins": "yes"}}`, "composer.json:1: config.allow-plugins holds a string"},
		{"composer, a value", "composer.lock", "composer.json", `{"config": {"allow-plugins": {"a/b": "yes"}}}`, "composer.json:1: config.allow-plugins: a/b holds a string"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := read(test.format, "9.0", test.file, test.content).Says(p)
			if v.Allowed != lockfiles.Unclaimed || v.Rule != "" {
				t.Fatalf("a file that cannot be read says %s", said(v))
			}
			if test.want != "unknown" && !strings.HasPrefix(v.Reason, test.want) {
				t.Errorf("got the reason %q\nwant %q", v.Reason, test.want)
			}
		})
	}
}

// bomb is a small file whose aliases make a large tree.
func bomb() string {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		text += fmt.Sprintf("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	return text
}

// TestDirectoryInPlaceOfAFile: what is no regular file is no absent file.
func TestDirectoryInPlaceOfAFile(t *testing.T) {
	l := Read(fstest.MapFS{"package.json/x": &fstest.MapFile{}}, &lockfiles.Lockfile{Path: "package-lock.json", Format: "package-lock.json"})
	if v := l.Says(of("event-flow", "1.0.0")); v.Allowed != lockfiles.Unclaimed || !strings.HasPrefix(v.Reason, "package.json: ") {
		t.Errorf("got %s", said(v))
	}
}

func TestLongTextsAreBounded(t *testing.T) {
	name := strings.Repeat("long\n", 2000)
	l := read("package-lock.json", "3", "package.json", fmt.Sprintf(`{"allowScripts": {%q: true}}`, name))
	v := l.Says(from(of(name, "1.0.0"), ""))
	if v.Allowed != lockfiles.Yes || len(v.Rule) > 300 || strings.Contains(v.Rule+v.Reason, "\n") {
		t.Errorf("got %d characters of a rule: %.50q", len(v.Rule), v.Rule)
	}
}

func TestChanges(t *testing.T) {
	base := read("pnpm-lock.yaml", "9.0", "package.json", pinnedPnpm("10.26.0"), "pnpm-workspace.yaml",
		"allowBuilds:\n  gone: true\n  same: true\n  turned: false\n")
	head := read("pnpm-lock.yaml", "9.0", "package.json", pinnedPnpm("11.0.0"), "pnpm-workspace.yaml",
		"dangerouslyAllowAllBuilds: true\nallowBuilds:\n  same: true\n  turned: true\n  event-flow: true\n")
	var got []string
	for _, c := range Changes(base, head) {
		got = append(got, c.String())
	}
	want := []string{
		"packageManager: pnpm@10.26 -> packageManager: pnpm@11.0",
		"added dangerouslyAllowAllBuilds: true",
		"allowBuilds: turned: false -> allowBuilds: turned: true",
		"added allowBuilds: event-flow: true",
		"removed allowBuilds: gone: true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if changes := Changes(base, base); len(changes) != 0 {
		t.Errorf("nothing moved, and yet %v", changes)
	}
	broken := read("pnpm-lock.yaml", "9.0", "pnpm-workspace.yaml", "allowBuilds: [")
	if changes := Changes(base, broken); !slices.ContainsFunc(changes, func(c Change) bool { return strings.Contains(c.String(), "invalid YAML") }) {
		t.Errorf("a list that cannot be read any more is not told: %v", changes)
	}
}

// fuzzVerdict holds whatever a file says to what a Verdict promises.
func fuzzVerdict(t *testing.T, l *List) {
	for _, p := range []*lockfiles.Package{pack("event-flow", "1.0.0"), of("@acme/http", "2.0.0-rc.1"), at9("kit", "git+https://git.example/kit.git#abc")} {
		v := l.Says(p)
		if v.Allowed != lockfiles.Unclaimed && v.Reason == "" {
			t.Errorf("%v without a reason", v.Allowed)
		}
		if len(v.Rule) > 1000 || strings.ContainsAny(v.Rule+v.Reason+v.Stale, "\n\r") {
			t.Errorf("the rule is not one bounded line: %q", v.Rule)
		}
		if v.Rule != "" && v.File == "" {
			t.Errorf("the rule %q stands nowhere", v.Rule)
		}
		// A tool's own rule may still let it run what the manager's unread files refuse.
		if l.Sections[0].Err != nil && (v.Allowed == lockfiles.No || v.Allowed == lockfiles.Yes && v.Rule == "") {
			t.Errorf("%v although %v", v.Allowed, l.Sections[0].Err)
		}
	}
	if changes := Changes(l, l); len(changes) > 0 && changes[0].Reason == "" {
		t.Errorf("a list differs from itself: %v", changes)
	}
}

func FuzzPackageJSON(f *testing.F) {
	for _, seed := range []string{
		`{"packageManager": "npm@12.0.0", "allowScripts": {"event-flow@1.0.0 || 2.0.0": true, "acme/kit#abc": false, "git+ssh://git@github.com:acme/kit.git": true}}`,
		`{"allowScripts": {"event-flow": "^1 || 2.x", "a": false}}`, `{"pnpm": {"onlyBuiltDependencies": ["a@1.0.0"], "neverBuiltDependencies": []}}`,
		`{"dependenciesMeta": {"event-flow@1.0.0": {"built": true}}}`, `{"trustedDependencies": ["event-flow"]}`, `{"lavamoat": {"allowScripts": {"a>event-flow#1.0.0": true}}}`,
	} {
		f.Add(seed, "ignore-scripts=true\nallow-scripts=event-flow,kit")
	}
	f.Fuzz(func(t *testing.T, manifest, rc string) {
		for _, format := range []string{"package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"} {
			fuzzVerdict(t, read(format, "9.0", "package.json", manifest, ".npmrc", rc))
		}
	})
}

func FuzzSettings(f *testing.F) {
	f.Add("allowBuilds:\n  event-flow@1.0.0 || 2.0.0: true\n  kit@git+https://git.example/kit.git#abc: false\n", "install = 1")
	f.Add("onlyBuiltDependenciesFile: a.json\nneverBuiltDependencies: [a]\n", "[install]\nignoreScripts = true")
	f.Add("yarnPath: .yarn/releases/yarn-4.15.0.cjs\nenableScripts: \"${X}\"\n", "")
	f.Add("x: &x [*x]\n", "")
	f.Fuzz(func(t *testing.T, yaml, toml string) {
		fuzzVerdict(t, read("pnpm-lock.yaml", "9.0", "pnpm-workspace.yaml", yaml))
		fuzzVerdict(t, read("yarn.lock", "8", ".yarnrc.yml", yaml, ".yarnrc", yaml))
		fuzzVerdict(t, read("bun.lock", "1", "bunfig.toml", toml))
	})
}

func FuzzDenoAndComposer(f *testing.F) {
	f.Add(`{"allowScripts": {"allow": ["npm:event-flow@^1"], "deny": ["npm:@acme/http"]}, /* c */ }`)
	f.Add(`{"config": {"allow-plugins": {"acme/*": true, "(": false}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		fuzzVerdict(t, read("deno.lock", "5", "deno.json", text))
		fuzzVerdict(t, read("composer.lock", "", "composer.json", text))
	})
}
