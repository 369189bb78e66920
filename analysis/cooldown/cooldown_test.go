package cooldown

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// said is an answer in lines, as the tables below write it.
func said(demands []Demand, problems []Problem) string {
	var lines []string
	for _, d := range demands {
		what := d.Age.String()
		switch {
		case !d.Before.IsZero():
			what = "before " + d.Before.Format(time.RFC3339)
		case d.Off():
			what = "off"
		}
		line := fmt.Sprintf("%s %s %s", d.Tool, d.Place(), what)
		if d.Exempt != "" {
			line += "; exempt by " + d.Exempt
		}
		lines = append(lines, line)
	}
	for _, p := range problems {
		lines = append(lines, p.Tool+" unknown "+p.String())
	}
	return strings.Join(lines, "\n")
}

func npmQuery(name string) Query {
	return Query{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: "2.0.1", Class: diff.Patch}
}

func pypiQuery(name string) Query {
	return Query{ID: lockfiles.ID{Ecosystem: "pypi", Name: name}, Version: "2.0.1", Class: diff.Minor, Origin: "https://index.example/simple"}
}

func cargoQuery(name, origin string) Query {
	return Query{ID: lockfiles.ID{Ecosystem: "cargo", Name: name}, Version: "2.0.1", Class: diff.Minor, Origin: origin}
}

type settingCase struct {
	name     string
	files    map[string]string
	lockfile string
	query    Query
	want     string
}

func runSettings(t *testing.T, cases []settingCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for name, data := range c.files {
				tree[name] = &fstest.MapFile{Data: []byte(data)}
			}
			if got := said(Read(tree, c.lockfile).For(c.query)); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestPackageManagers(t *testing.T) {
	one := func(name, data string) map[string]string { return map[string]string{name: data} }
	runSettings(t, []settingCase{
		{"npm days", one(".npmrc", "# ours\nmin-release-age=7\n"), "package-lock.json", npmQuery("acme-http"), "npm .npmrc:2 168h0m0s"},
		{"npm before wins", one(".npmrc", "min-release-age=7\nbefore=2026-03-01\n"), "package-lock.json", npmQuery("acme-http"), "npm .npmrc:2 before 2026-03-01T00:00:00Z"},
		{"npm exclude", one(".npmrc", "min-release-age = 7\nmin-release-age-exclude[] = @acme/*\n"), "package-lock.json", npmQuery("@acme/http"), "npm .npmrc:1 168h0m0s; exempt by .npmrc:2 (min-release-age-exclude @acme/*)"},
		{"npm exclude is strict", one(".npmrc", "min-release-age = 7\nmin-release-age-exclude[] = *\n"), "package-lock.json", npmQuery("@acme/http"), "npm .npmrc:1 168h0m0s"},
		{"npm word", one(".npmrc", "min-release-age=soon\n"), "package-lock.json", npmQuery("acme-http"), `npm unknown .npmrc:1: min-release-age is "soon", which is no span of time`},
		{"npm variable", one(".npmrc", "min-release-age=${AGE}\n"), "package-lock.json", npmQuery("acme-http"), `npm unknown .npmrc:1: min-release-age is "${AGE}", which is no span of time`},
		{"npm other keys", one(".npmrc", "registry=https://registry.example\n"), "package-lock.json", npmQuery("acme-http"), ""},
		{"npm reads no parent", one(".npmrc", "min-release-age=7\n"), "web/package-lock.json", npmQuery("acme-http"), ""},
		{"pnpm does not read .npmrc", one(".npmrc", "min-release-age=7\n"), "pnpm-lock.yaml", npmQuery("acme-http"), ""},
		{"pnpm minutes above", one("pnpm-workspace.yaml", "packages: ['*']\nminimumReleaseAge: 1440\n"), "apps/web/pnpm-lock.yaml", npmQuery("acme-http"), "pnpm pnpm-workspace.yaml:2 24h0m0s"},
		{"pnpm exclude scope", one("pnpm-workspace.yaml", "minimumReleaseAge: 60\nminimumReleaseAgeExclude:\n  - '@acme/*'\n"), "pnpm-lock.yaml", npmQuery("@acme/http"), "pnpm pnpm-workspace.yaml:1 1h0m0s; exempt by pnpm-workspace.yaml:3 (minimumReleaseAgeExclude @acme/*)"},
		{"pnpm exclude versions", one("pnpm-workspace.yaml", "minimumReleaseAge: 60\nminimumReleaseAgeExclude: [acme-http@2.0.0 || 2.0.1]\n"), "pnpm-lock.yaml", npmQuery("acme-http"), "pnpm pnpm-workspace.yaml:1 1h0m0s; exempt by pnpm-workspace.yaml:2 (minimumReleaseAgeExclude acme-http@2.0.0 || 2.0.1)"},
		{"pnpm exclude other version", one("pnpm-workspace.yaml", "minimumReleaseAge: 60\nminimumReleaseAgeExclude: [acme-http@2.0.0]\n"), "pnpm-lock.yaml", npmQuery("acme-http"), "pnpm pnpm-workspace.yaml:1 1h0m0s"},
		{"pnpm package.json", one("package.json", "{\n  \"pnpm\": {\n    \"minimumReleaseAge\": 60\n  }\n}\n"), "pnpm-lock.yaml", npmQuery("acme-http"), "pnpm package.json:3 1h0m0s"},
		{"pnpm off", one("pnpm-workspace.yaml", "minimumReleaseAge: 0\n"), "pnpm-lock.yaml", npmQuery("acme-http"), "pnpm pnpm-workspace.yaml:1 off"},
		{"pnpm duplicate", one("pnpm-workspace.yaml", "minimumReleaseAge: 60\nminimumReleaseAge: 0\n"), "pnpm-lock.yaml", npmQuery("acme-http"), `pnpm unknown pnpm-workspace.yaml:2: duplicate key "minimumReleaseAge"`},
		{"pnpm broken", one("pnpm-workspace.yaml", "minimumReleaseAge: 60\n  - x: [\n"), "pnpm-lock.yaml", npmQuery("acme-http"), "pnpm unknown pnpm-workspace.yaml:2: invalid YAML: mapping values are not allowed in this context"},
		{"pnpm list", one("pnpm-workspace.yaml", "minimumReleaseAge: [60]\n"), "pnpm-lock.yaml", npmQuery("acme-http"), "pnpm unknown pnpm-workspace.yaml:1: minimumReleaseAge holds a list where a span of time belongs"},
		{"yarn span", one(".yarnrc.yml", "npmMinimalAgeGate: 3d\n"), "yarn.lock", npmQuery("acme-http"), "yarn .yarnrc.yml:1 72h0m0s"},
		{"yarn bare minutes", one(".yarnrc.yml", "npmMinimalAgeGate: 30\n"), "yarn.lock", npmQuery("acme-http"), "yarn .yarnrc.yml:1 30m0s"},
		{"yarn range", one(".yarnrc.yml", "npmMinimalAgeGate: 1w\nnpmPreapprovedPackages:\n  - acme-http@npm:^2.0.0\n"), "yarn.lock", npmQuery("acme-http"), "yarn .yarnrc.yml:1 168h0m0s\nyarn unknown .yarnrc.yml:3: npmPreapprovedPackages acme-http@^2.0.0 names a range of versions, which is not read"},
		{"yarn approved", one(".yarnrc.yml", "npmMinimalAgeGate: 1w\nnpmPreapprovedPackages: ['acme-http@npm:2.0.1']\n"), "yarn.lock", npmQuery("acme-http"), "yarn .yarnrc.yml:1 168h0m0s; exempt by .yarnrc.yml:2 (npmPreapprovedPackages acme-http@2.0.1)"},
		{"bun seconds", one("bunfig.toml", "[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = [\"left-padz\"]\n"), "bun.lock", npmQuery("acme-http"), "bun bunfig.toml:2 72h0m0s"},
		{"bun exact names", one("bunfig.toml", "[install]\nminimumReleaseAge = 60\nminimumReleaseAgeExcludes = [\"acme-*\", \"acme-http\"]\n"), "bun.lock", npmQuery("acme-http"), "bun bunfig.toml:2 1m0s; exempt by bunfig.toml:3 (minimumReleaseAgeExcludes acme-http)"},
		{"deno minutes", one("deno.json", "{ // ours\n  \"minimumDependencyAge\": 120,\n}\n"), "deno.lock", npmQuery("acme-http"), "deno deno.json:2 2h0m0s"},
		{"deno object", one("deno.jsonc", `{"minimumDependencyAge": {"age": "P3D", "exclude": ["npm:@acme/*"]}}`), "deno.lock", npmQuery("@acme/http"), "deno deno.jsonc:1 72h0m0s; exempt by deno.jsonc:1 (exclude npm:@acme/*)"},
		{"deno time", one("deno.json", `{"minimumDependencyAge": "2026-03-01T10:00:00Z"}`), "deno.lock", npmQuery("acme-http"), "deno deno.json:1 before 2026-03-01T10:00:00Z"},
		{"uv span", one("pyproject.toml", "[project]\nname = \"x\"\n\n[tool.uv]\nexclude-newer = \"7 days\"\n"), "uv.lock", pypiQuery("acme-http"), "uv pyproject.toml:5 168h0m0s"},
		{"uv day ends", one("uv.toml", "exclude-newer = \"2026-03-01\"\n"), "uv.lock", pypiQuery("acme-http"), "uv uv.toml:1 before 2026-03-02T00:00:00Z"},
		{"uv package", one("uv.toml", "exclude-newer = \"7 days\"\nexclude-newer-package = { Acme_HTTP = false }\n"), "uv.lock", pypiQuery("acme-http"), "uv uv.toml:1 168h0m0s; exempt by uv.toml:2 (exclude-newer-package Acme_HTTP false)"},
		{"uv package span", one("uv.toml", "exclude-newer = \"7 days\"\n[exclude-newer-package]\nacme-http = \"1 day\"\n"), "uv.lock", pypiQuery("acme-http"), "uv uv.toml:3 24h0m0s"},
		{"uv index", one("pyproject.toml", "[[tool.uv.index]]\nurl = \"https://index.example/simple/\"\nexclude-newer = \"2 days\"\n"), "uv.lock", pypiQuery("acme-http"), "uv pyproject.toml:3 48h0m0s"},
		{"uv other index", one("pyproject.toml", "[[tool.uv.index]]\nurl = \"https://other.example/simple/\"\nexclude-newer = \"2 days\"\n"), "uv.lock", pypiQuery("acme-http"), ""},
		{"uv broken", one("pyproject.toml", "[tool.uv\n"), "uv.lock", pypiQuery("acme-http"), "uv unknown pyproject.toml:1: invalid TOML: expected ']' to close table name"},
		{"pip", one("pip.conf", "[global]\nuploaded-prior-to = P3D\n"), "requirements.txt", pypiQuery("acme-http"), "pip pip.conf:2 72h0m0s"},
		{"pip command", one("pip.conf", "[install]\nuploaded-prior-to: 2026-03-01\n[global]\nuploaded-prior-to = P3D\n"), "requirements.txt", pypiQuery("acme-http"), "pip pip.conf:2 before 2026-03-01T00:00:00Z"},
		{"poetry", one("poetry.toml", "[solver]\nmin-release-age = 5\nmin-release-age-exclude = [\"Acme.HTTP\"]\n"), "poetry.lock", pypiQuery("acme-http"), "poetry poetry.toml:2 120h0m0s; exempt by poetry.toml:3 (min-release-age-exclude Acme.HTTP)"},
		{"cargo", one(".cargo/config.toml", "[registry]\nglobal-min-publish-age = \"14 days\"\n"), "crates/a/Cargo.lock", cargoQuery("acme-http", ""), "cargo .cargo/config.toml:2 336h0m0s"},
		{"cargo registry", one(".cargo/config.toml", "[registry]\nglobal-min-publish-age = \"14 days\"\n[registries.acme]\nindex = \"sparse+https://crates.example/index/\"\nmin-publish-age = \"0\"\n"), "Cargo.lock", cargoQuery("acme-http", "registry+https://crates.example/index"), "cargo .cargo/config.toml:5 off"},
		{"cargo allow", one(".cargo/config.toml", "[registry]\nglobal-min-publish-age = \"1 day\"\n[resolver]\nincompatible-publish-age = \"allow\"\n"), "Cargo.lock", cargoQuery("acme-http", ""), "cargo .cargo/config.toml:2 24h0m0s; exempt by .cargo/config.toml:4 (resolver.incompatible-publish-age allow)"},
		{"cargo bare number", one(".cargo/config.toml", "[registry]\nglobal-min-publish-age = \"14\"\n"), "Cargo.lock", cargoQuery("acme-http", ""), `cargo unknown .cargo/config.toml:2: registry.global-min-publish-age is "14", which is no span of time`},
	})
}

func TestNearestFileThatSaysSomethingCounts(t *testing.T) {
	runSettings(t, []settingCase{
		{"nearer", map[string]string{".yarnrc.yml": "npmMinimalAgeGate: 7d\n", "web/.yarnrc.yml": "npmMinimalAgeGate: 1d\n"}, "web/yarn.lock", npmQuery("a"), "yarn web/.yarnrc.yml:1 24h0m0s"},
		{"nearer says nothing", map[string]string{".yarnrc.yml": "npmMinimalAgeGate: 7d\n", "web/.yarnrc.yml": "nodeLinker: pnp\n"}, "web/yarn.lock", npmQuery("a"), "yarn .yarnrc.yml:1 168h0m0s"},
		{"nearer is broken", map[string]string{".yarnrc.yml": "npmMinimalAgeGate: 7d\n", "web/.yarnrc.yml": "\tx: y\n"}, "web/yarn.lock", npmQuery("a"), "yarn unknown web/.yarnrc.yml:1: invalid YAML: found character that cannot start any token"},
		{"too large", map[string]string{".yarnrc.yml": strings.Repeat("#\n", maxFile)}, "yarn.lock", npmQuery("a"), "yarn unknown .yarnrc.yml: the file is larger than 256 KiB"},
		{"nothing", nil, "yarn.lock", npmQuery("a"), ""},
	})
}

func TestStrictest(t *testing.T) {
	published := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	now := published.Add(5 * time.Hour)
	week := Demand{Tool: "npm", Age: 7 * day}
	short := Demand{Tool: "Renovate", Age: day}
	hour := Demand{Tool: "yarn", Age: time.Hour}
	dated := Demand{Tool: "uv", Before: published.Add(-time.Hour)}
	exempt := Demand{Tool: "pnpm", Age: 30 * day, Exempt: "x"}
	for _, c := range []struct {
		demands []Demand
		want    string
	}{
		{nil, ""},
		{[]Demand{hour}, ""},
		{[]Demand{exempt, hour, {Tool: "bun"}}, ""},
		{[]Demand{short, week, hour}, "npm"},
		{[]Demand{week, dated, short}, "uv"},
	} {
		got := ""
		if d := Strictest(c.demands, published, now); d != nil {
			got = d.Tool
		}
		if got != c.want {
			t.Errorf("strictest of %v is %q, want %q", c.demands, got, c.want)
		}
	}
	if ready := week.Ready(published); !ready.Equal(published.Add(7 * day)) {
		t.Errorf("ready at %s", ready)
	}
}
