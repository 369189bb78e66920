package cooldown

import (
	"testing"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

const dependabot = `version: 2
updates:
  - package-ecosystem: npm
    directories: ["/", "/packages/*"]
    cooldown:
      default-days: 5
      semver-major-days: 30
      exclude: ["acme-*"]
  - package-ecosystem: pip
    directory: /
    cooldown:
      semver-major-days: 10
      include: [event-flow]
  - package-ecosystem: github-actions
    directory: /
    cooldown: {default-days: 2}
`

func TestDependabot(t *testing.T) {
	files := map[string]string{".github/dependabot.yml": dependabot}
	at := func(ecosystem, name string, class diff.Class) Query {
		return Query{ID: lockfiles.ID{Ecosystem: ecosystem, Name: name}, Version: "2.0.0", Class: class}
	}
	const file = "Dependabot .github/dependabot.yml:"
	runSettings(t, []settingCase{
		{"default", files, "package-lock.json", at("npm", "event-flow", diff.Patch), file + "6 120h0m0s"},
		{"major", files, "package-lock.json", at("npm", "event-flow", diff.Major), file + "7 720h0m0s"},
		{"added", files, "package-lock.json", at("npm", "event-flow", diff.NoClass), file + "6 120h0m0s"},
		{"excluded", files, "package-lock.json", at("npm", "acme-http", diff.Patch), file + "6 120h0m0s; exempt by .github/dependabot.yml:8 (exclude acme-*)"},
		{"glob of directories", files, "packages/a/yarn.lock", at("npm", "event-flow", diff.Patch), file + "6 120h0m0s"},
		{"other directory", files, "packages/a/b/yarn.lock", at("npm", "event-flow", diff.Patch), ""},
		{"no days for the class", files, "requirements.txt", at("pypi", "event-flow", diff.Patch), ""},
		{"included", files, "requirements.txt", at("pypi", "event-flow", diff.Major), file + "12 240h0m0s"},
		{"not included", files, "requirements.txt", at("pypi", "acme-http", diff.Major), ""},
		{"actions", files, ".github/workflows/ci.yml", at("githubactions", "acme/build", diff.Patch), file + "16 48h0m0s"},
		{"other ecosystem", files, "Cargo.lock", at("cargo", "event-flow", diff.Patch), ""},
		{"wrong type", map[string]string{".github/dependabot.yml": "updates:\n - package-ecosystem: npm\n   directory: /\n   cooldown:\n     default-days: soon\n"},
			"package-lock.json", at("npm", "event-flow", diff.Patch), `Dependabot unknown .github/dependabot.yml:5: default-days is "soon", which is no span of time`},
		{"broken", map[string]string{".github/dependabot.yml": "updates: [\n"}, "package-lock.json", at("npm", "event-flow", diff.Patch),
			"Dependabot unknown .github/dependabot.yml:1: invalid YAML: did not find expected node content"},
	})
}

func TestRenovate(t *testing.T) {
	q := npmQuery("acme-http")
	one := func(data string) map[string]string { return map[string]string{"renovate.json": data} }
	rules := func(rules string) map[string]string {
		return one("{\n\"minimumReleaseAge\": \"7 days\",\n\"packageRules\": [\n" + rules + "\n]}")
	}
	const file = "Renovate renovate.json:"
	runSettings(t, []settingCase{
		{"top", one(`{"minimumReleaseAge": "3 days"}`), "package-lock.json", q, file + "1 72h0m0s"},
		{"json5", map[string]string{".github/renovate.json5": "// ours\n{\n  minimumReleaseAge: '2 weeks', // wait\n}\n"}, "package-lock.json", q, "Renovate .github/renovate.json5:3 336h0m0s"},
		{"package.json", map[string]string{"package.json": `{"renovate": {"minimumReleaseAge": "1 day"}}`}, "package-lock.json", q, "Renovate package.json:1 24h0m0s"},
		{"first file counts", map[string]string{"renovate.json": `{}`, ".renovaterc": `{"minimumReleaseAge": "1 day"}`}, "package-lock.json", q, ""},
		{"old name", one(`{"stabilityDays": 3}`), "package-lock.json", q, file + "1 72h0m0s"},
		{"manager", one(`{"npm": {"minimumReleaseAge": "1 day"}, "pip": {"minimumReleaseAge": "9 days"}}`), "yarn.lock", q, file + "1 24h0m0s"},
		{"update type", one(`{"minimumReleaseAge": "9 days", "patch": {"minimumReleaseAge": "1 day"}}`), "yarn.lock", q, file + "1 24h0m0s"},
		{"rule by name", rules(`{"matchPackageNames": ["acme-*"], "minimumReleaseAge": "14 days"}`), "yarn.lock", q, file + "4 336h0m0s"},
		{"rule by other name", rules(`{"matchPackageNames": ["event-flow"], "minimumReleaseAge": "14 days"}`), "yarn.lock", q, file + "2 168h0m0s"},
		{"rule by pattern", rules(`{"matchPackageNames": ["/^ACME/i", "!acme-grpc"], "minimumReleaseAge": "14 days"}`), "yarn.lock", q, file + "4 336h0m0s"},
		{"rule excludes", rules(`{"matchPackageNames": ["!acme-http"], "minimumReleaseAge": "14 days"}`), "yarn.lock", q, file + "2 168h0m0s"},
		{"rule lets out", rules(`{"matchPackageNames": ["acme-http"], "minimumReleaseAge": null}`), "yarn.lock", q, file + "2 168h0m0s; exempt by renovate.json:4 (package rule)"},
		{"rule by manager", rules(`{"matchManagers": ["cargo"], "minimumReleaseAge": "1 day"}`), "yarn.lock", q, file + "2 168h0m0s"},
		{"rule by datasource", rules(`{"matchDatasources": ["npm"], "minimumReleaseAge": "1 day"}`), "yarn.lock", q, file + "4 24h0m0s"},
		{"last rule wins", rules("{\"matchManagers\": [\"npm\"], \"minimumReleaseAge\": \"1 day\"},\n{\"matchUpdateTypes\": [\"patch\"], \"minimumReleaseAge\": \"2 days\"}"), "yarn.lock", q, file + "5 48h0m0s"},
		{"rule that cannot be answered", rules(`{"matchDepTypes": ["engines"], "minimumReleaseAge": "1 day"}`), "yarn.lock", q,
			file + "2 168h0m0s\nRenovate unknown renovate.json:4: whether this rule applies is not known: matchDepTypes"},
		{"rule that cannot apply", rules(`{"matchDepTypes": ["engines"], "matchManagers": ["cargo"], "minimumReleaseAge": "1 day"}`), "yarn.lock", q, file + "2 168h0m0s"},
		{"own preset", one(`{"extends": ["config:best-practices"]}`), "yarn.lock", q, file + "1 72h0m0s"},
		{"own preset of npm alone", one(`{"extends": ["config:best-practices", ":dependencyDashboard"]}`), "poetry.lock", pypiQuery("acme-http"), ""},
		{"preset elsewhere", one("{\n\"extends\": [\"github>acme/presets\"]}"), "yarn.lock", q,
			"Renovate unknown renovate.json:2: it extends github>acme/presets, which is not in this repository and may set an age"},
		{"no span", one(`{"packageRules": [{"matchPackageNames": ["x"], "minimumReleaseAge": "soon"}]}`), "yarn.lock", q,
			`Renovate unknown renovate.json:1: minimumReleaseAge is "soon", which is no span of time`},
		{"broken", one("{\n\"a\": 1\n\"b\": 2}"), "yarn.lock", q, "Renovate unknown renovate.json:3: invalid JSON: found no comma between two values"},
		{"twice", one(`{"minimumReleaseAge": "3 days", "minimumReleaseAge": "0 days"}`), "yarn.lock", q, `Renovate unknown renovate.json:1: duplicate key "minimumReleaseAge"`},
	})
}
