package checks

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// scriptCase is one change with what the registry and the repository say.
type scriptCase struct {
	format, ecosystem   string // package-lock.json and npm when empty
	base, head          map[string]string
	baseLimit           string
	headLimit           string
	baseClaim, claim    lockfiles.Tri
	added, same         bool // no base; base and head of one version
	optional            bool
	baseTree, headTree  map[string]string
	offline             error
	unlisted            bool // the registry lists neither version
	baseUnasked         string
	wantReason, wantNot string
	want                []string // "outcome code: beginning of the title"
}

func none() map[string]string                     { return map[string]string{} }
func runs(hook, command string) map[string]string { return map[string]string{hook: command} }

func (sc *scriptCase) review() *analysis.Review {
	format, ecosystem := "package-lock.json", "npm"
	if sc.format != "" {
		format, ecosystem = sc.format, sc.ecosystem
	}
	lock := func(version string, claim lockfiles.Tri) []lockfiles.Lockfile {
		return []lockfiles.Lockfile{{Path: format, Format: format, Schema: "3", Packages: []lockfiles.Package{{
			ID: lockfiles.ID{Ecosystem: ecosystem, Name: "event-flow"}, Version: version, InstallScript: claim, Optional: sc.optional,
			Origin: "https://registry.example/event-flow/-/event-flow-" + version + ".tgz"}}}}
	}
	base, head := lock("1.0.0", sc.baseClaim), lock("1.1.0", sc.claim)
	if sc.same {
		head[0].Packages[0].Version = "1.0.0"
	}
	if sc.added {
		base[0].Packages = nil
	}
	tree := func(files map[string]string) fstest.MapFS {
		fsys := make(fstest.MapFS)
		for name, text := range files {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return fsys
	}
	headTree := sc.headTree
	if headTree == nil {
		headTree = sc.baseTree
	}
	return &analysis.Review{Diff: diff.Between(base, head), BaseFiles: tree(sc.baseTree), HeadFiles: tree(headTree)}
}

var scriptsSeen = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func (sc *scriptCase) run(t *testing.T) (analysis.Result, error) {
	t.Helper()
	review := sc.review()
	if len(review.Diff.Changes) != 1 {
		t.Fatalf("%d changes", len(review.Diff.Changes))
	}
	check := newScripts(Sources{})
	check.compare = func(_ context.Context, c *diff.Change) (*registry.Comparison, error) {
		if sc.offline != nil {
			return nil, sc.offline
		}
		said := &registry.Comparison{Package: &registry.Package{Source: "registry.example", Observed: scriptsSeen}, BaseUnasked: sc.baseUnasked}
		if sc.unlisted {
			return said, nil
		}
		said.Head = &registry.Release{Version: c.To(), Detail: &registry.Detail{Scripts: sc.head, ScriptsLimit: sc.headLimit}}
		if c.Base != nil && sc.baseUnasked == "" {
			said.Base = &registry.Release{Version: c.From(), Detail: &registry.Detail{Scripts: sc.base, ScriptsLimit: sc.baseLimit}}
		}
		return said, nil
	}
	return check.Run(t.Context(), &review.Diff.Changes[0], review)
}

func TestScripts(t *testing.T) {
	const post = "postinstall"
	npm12 := func(rules string) map[string]string {
		return map[string]string{"package.json": `{"packageManager": "npm@12.0.0", "allowScripts": {` + rules + `}}`}
	}
	for name, sc := range map[string]scriptCase{
		"added by a version": {base: none(), head: runs(post, "node x.js"), baseTree: npm12(""),
			want: []string{"fail script-added: 1.1.0 adds code that runs at install: postinstall: node x.js", "info script-denied: 1.1.0 will not run its scripts: npm 12.0 runs only"}},
		"added with the package": {added: true, head: runs(post, "node x.js"),
			want: []string{"fail script-added: a new package that runs code at install: postinstall: node x.js"}},
		"changed": {base: runs(post, "node x.js"), head: runs(post, "node y.js"),
			want: []string{"warn script-changed: 1.1.0 changes what runs at install: postinstall: node y.js"}},
		"changed by its version": {base: runs(post, "check flow 1.0.0 x"), head: runs(post, "check flow 1.1.0 x"),
			want: []string{"info script-changed: 1.1.0 changes only its own version in what runs at install: postinstall: check flow 1.1.0 x"}},
		"changed by another version": {base: runs(post, "npx tool@3.0.0 1.0.0"), head: runs(post, "npx tool@4.0.0 1.1.0"),
			want: []string{"warn script-changed: 1.1.0 changes what runs at install"}},
		"removed": {base: runs(post, "node x.js"), head: none(),
			want: []string{"info script-removed: 1.1.0 no longer runs postinstall: node x.js"}},
		"moved to another hook": {base: runs("install", "node x.js"), head: runs(post, "node x.js"),
			want: []string{"info script-removed: 1.1.0 no longer runs install", "fail script-added: 1.1.0 adds code"}},
		"same": {base: runs(post, "node x.js"), head: runs(post, "node x.js"),
			want: []string{"pass scripts-same: runs the same commands at install as 1.0.0: postinstall"}},
		"one of two is the same": {base: runs(post, "a"), head: map[string]string{post: "a", "install": "b"},
			want: []string{"fail script-added: 1.1.0 adds code that runs at install: install: b"}},
		"nothing on either side":              {base: none(), head: none()},
		"the metadata of npm never tells all": {base: none(), head: none(), headLimit: "a binding.gyp would be built"},
		"a new source archive for some platforms": {format: "poetry.lock", ecosystem: "pypi", base: none(), head: none(), headLimit: "where no wheel fits, it is built",
			want: []string{"info scripts-untold: the metadata names no install script, and cannot tell all: where no wheel fits, it is built"}},
		"a source archive for some platforms, as before": {format: "poetry.lock", ecosystem: "pypi", base: none(), baseLimit: "where no wheel fits, 1 is built", head: none(), headLimit: "where no wheel fits, 2 is built"},
		"head is not told": {base: none(), head: nil, wantReason: "registry.example does not say what this version runs at install"},
		"head is not told, with the reason": {base: none(), head: nil, headLimit: "the registry leaves the scripts out", claim: lockfiles.No,
			wantReason: "the registry leaves the scripts out"},
		"base is not told":                    {base: nil, baseLimit: "left out", head: runs(post, "a"), wantReason: "what the version at base ran at install is not known: left out"},
		"base came from elsewhere":            {baseUnasked: "its bytes come from git", head: runs(post, "a"), wantReason: "what the version at base ran at install is not known: its bytes come from git"},
		"base is not told, head runs nothing": {base: nil, head: none()},
		"not listed":                          {unlisted: true, wantReason: "registry.example does not list this version"},
		"a source archive in the place of wheels": {format: "poetry.lock", ecosystem: "pypi", base: none(), head: runs("sdist", "event-flow-1.1.0.tar.gz"),
			want: []string{"fail script-added: 1.1.0 adds code that runs at install: sdist: event-flow-1.1.0.tar.gz"}},
		"source archives on both sides": {format: "poetry.lock", ecosystem: "pypi", base: runs("sdist", "event-flow-1.0.0.tar.gz"), head: runs("sdist", "event-flow-1.1.0.tar.gz"),
			want: []string{"pass scripts-same"}},

		"offline, the lockfile claims": {offline: errors.New("offline"), baseClaim: lockfiles.No, claim: lockfiles.Yes, wantReason: "offline",
			want: []string{"warn script-claimed: the lockfile says it runs an install script; the commands are unknown"}},
		"offline, new and claimed": {offline: errors.New("offline"), added: true, claim: lockfiles.Yes, wantReason: "offline", want: []string{"warn script-claimed"}},
		"offline, claimed before":  {offline: errors.New("offline"), baseClaim: lockfiles.Yes, claim: lockfiles.Yes, wantReason: "offline"},
		"offline, nothing claimed": {offline: errors.New("offline"), baseClaim: lockfiles.No, claim: lockfiles.No, wantReason: "offline"},
		"the claim is less": {base: none(), head: runs(post, "a"), claim: lockfiles.No,
			want: []string{"fail script-added", "warn lockfile-claim-differs: the lockfile says it runs nothing at install, but registry.example names postinstall"}},
		"the claim is more": {base: none(), head: none(), claim: lockfiles.Yes,
			want: []string{"warn lockfile-claim-differs: the lockfile says it runs code at install, but registry.example names none"}},
		"the claim is more, as before": {base: none(), head: none(), baseClaim: lockfiles.Yes, claim: lockfiles.Yes,
			want: []string{"info lockfile-claim-differs"}},
		"a binding.gyp is new, by the claim alone": {base: none(), head: none(), headLimit: "a binding.gyp would be built", baseClaim: lockfiles.No, claim: lockfiles.Yes,
			want: []string{"warn lockfile-claim-differs"}},
		"pnpm claims it of all that is optional": {format: "pnpm-lock.yaml", ecosystem: "npm", optional: true, added: true, offline: errors.New("offline"), claim: lockfiles.Yes, wantReason: "offline",
			want: []string{"info script-claimed: the lockfile says it may run an install script, as pnpm says of every optional package"}},
		"pnpm claims it of what is not optional": {format: "pnpm-lock.yaml", ecosystem: "npm", added: true, offline: errors.New("offline"), claim: lockfiles.Yes, wantReason: "offline",
			want: []string{"warn script-claimed: the lockfile says it runs"}},
		"pnpm's claim is no contradiction": {format: "pnpm-lock.yaml", ecosystem: "npm", optional: true, base: none(), head: none(), claim: lockfiles.Yes},
		"prepare is not claimed":           {base: runs("prepare", "a"), head: runs("prepare", "a"), claim: lockfiles.No, want: []string{"pass scripts-same"}},

		"approved by name": {base: runs(post, "a"), head: runs(post, "a"), baseTree: npm12(`"event-flow": true`),
			want: []string{"pass scripts-same", "warn script-approved-by-name: 1.1.0 would run unreviewed: the approval pins no version (allowScripts: event-flow: true)"}},
		"approved by name, nothing runs": {base: none(), head: none(), baseTree: npm12(`"event-flow": true`)},
		"approved for all":               {base: runs(post, "a"), head: runs(post, "a"), want: []string{"pass scripts-same"}, baseTree: map[string]string{".npmrc": "dangerously-allow-all-scripts=true"}},
		"the approval is stale": {base: runs(post, "a"), head: runs(post, "a"), baseTree: npm12(`"event-flow@1.0.0": true`),
			want: []string{"pass scripts-same", "info approval-stale: the approval does not cover 1.1.0: allowScripts: event-flow@1.0.0: true", "info script-denied"}},
		"the approval covers both": {base: runs(post, "a"), head: runs(post, "a"), baseTree: npm12(`"event-flow@1.0.0 || 1.1.0": true`), want: []string{"pass scripts-same"}},
		"refused": {base: runs(post, "a"), head: runs(post, "a"), baseTree: npm12(`"event-flow": false`),
			want: []string{"pass scripts-same", "info script-denied: 1.1.0 will not run its scripts: refused by allowScripts: event-flow: false"}},
		"head approves itself": {base: none(), head: runs(post, "a"), baseTree: npm12(""), headTree: npm12(`"event-flow": true`),
			want: []string{"fail script-added", "info script-denied", "warn allowlist-changed: this branch changes what the allowlist says of it: runs: allowed by allowScripts: event-flow: true"}},
		"head approves what runs nothing": {base: none(), head: none(), baseTree: npm12(""), headTree: npm12(`"event-flow": true`),
			want: []string{"warn allowlist-changed"}},
		"head changes the manager": {base: none(), head: none(), baseTree: npm12(""), headTree: map[string]string{"package.json": `{"packageManager": "npm@11.0.0"}`}},
		"head changes the manager, and something runs": {base: runs(post, "a"), head: runs(post, "a"), baseTree: npm12(""), headTree: map[string]string{"package.json": `{"packageManager": "npm@11.0.0"}`},
			want: []string{"pass scripts-same", "info script-denied", "warn allowlist-changed: this branch changes what the allowlist says of it: runs: npm 11.0"}},
		"an allowlist that cannot be read": {base: none(), head: runs(post, "a"), baseTree: map[string]string{"package.json": "{"}, want: []string{"fail script-added"}},
		"repinned":                         {same: true, base: runs(post, "a"), head: runs(post, "a"), baseClaim: lockfiles.No, claim: lockfiles.Yes, want: []string{"pass scripts-same"}},

		"a composer plugin": {format: "composer.lock", ecosystem: "composer", base: none(), head: runs("composer-plugin", "composer-plugin"), claim: lockfiles.Yes,
			baseTree: map[string]string{"composer.json": `{"config": {"allow-plugins": {"event-*": true}}}`},
			want:     []string{"fail script-added: 1.1.0 adds code that runs at install: composer-plugin", "warn script-approved-by-name"}},
		"a composer library": {format: "composer.lock", ecosystem: "composer", base: none(), head: runs("autoload.files", "src/x.php"),
			baseTree: map[string]string{"composer.json": `{"config": {"allow-plugins": {"other/*": true}}}`},
			want:     []string{"fail script-added: 1.1.0 adds code that runs at every start: autoload.files: src/x.php"}},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := sc.run(t)
			reason := ""
			if err != nil {
				reason = err.Error()
			}
			if reason != sc.wantReason {
				t.Errorf("unknown because of %q, want %q", reason, sc.wantReason)
			}
			var got []string
			for _, f := range result.Findings {
				got = append(got, fmt.Sprintf("%s %s: %s", f.Outcome, f.Code, f.Title))
			}
			if len(got) != len(sc.want) {
				t.Fatalf("got %q\nwant %q", got, sc.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], sc.want[i]) {
					t.Errorf("got  %s\nwant %s", got[i], sc.want[i])
				}
			}
		})
	}
}

func TestScriptsEvidence(t *testing.T) {
	sc := scriptCase{base: map[string]string{"install": "node-gyp rebuild", "postinstall": "a"}, head: map[string]string{"preinstall": "new", "postinstall": "b"},
		baseClaim: lockfiles.Yes, claim: lockfiles.Yes,
		baseTree: map[string]string{"package.json": "{\"packageManager\": \"npm@12.0.0\",\n\"allowScripts\": {\"event-flow\": true}}"}}
	result, err := sc.run(t)
	if err != nil || len(result.Evidence) != 2 {
		t.Fatalf("%v; %d pieces of evidence", err, len(result.Evidence))
	}
	commands := result.Evidence[0]
	if !strings.Contains(commands.Claim, "the files that they run are not compared yet") || commands.Source != "registry.example" || !commands.Observed.Equal(scriptsSeen) {
		t.Errorf("got %+v", commands)
	}
	at := analysis.Script{Allowed: lockfiles.Yes, Rule: "allowScripts: event-flow: true", File: "package.json", Line: 2}
	row := func(hook, base, head string, change analysis.ScriptChange) analysis.Script {
		s := at
		s.Hook, s.Base, s.Head, s.Change = hook, base, head, change
		return s
	}
	want := analysis.Scripts{row("preinstall", "", "new", analysis.ScriptAdded), row("install", "node-gyp rebuild", "", analysis.ScriptRemoved), row("postinstall", "a", "b", analysis.ScriptChanged)}
	if got := commands.Body.(analysis.Scripts); !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	facts := fmt.Sprint(result.Evidence[1].Body)
	for _, part := range []string{"{lockfile claims install scripts yes yes info", "package.json:2 allowScripts: event-flow: true", "npm@12.0"} {
		if !strings.Contains(facts, part) {
			t.Errorf("%q is missing in %s", part, facts)
		}
	}
}

// TestScriptsLimitStaysInTheEvidence: what the metadata cannot tell is no
// finding of each of a hundred packages, and is not lost either.
func TestScriptsLimitStaysInTheEvidence(t *testing.T) {
	const limit = "a binding.gyp would be built"
	for claim, want := range map[lockfiles.Tri]string{
		lockfiles.Unclaimed: limit, lockfiles.Yes: limit, lockfiles.No: limit + "; the lockfile says that nothing runs",
	} {
		sc := scriptCase{base: none(), head: none(), headLimit: limit, claim: claim}
		result, err := sc.run(t)
		if err != nil {
			t.Fatal(err)
		}
		var told string
		for _, e := range result.Evidence {
			facts, _ := e.Body.(analysis.Facts)
			for _, f := range facts {
				if f.Name == "not in the metadata" {
					told = f.Head
				}
			}
		}
		if told != want {
			t.Errorf("%s: %q, want %q", claim, told, want)
		}
	}
}

func TestScriptsDoNotApply(t *testing.T) {
	check := newScripts(Sources{})
	check.compare = func(context.Context, *diff.Change) (*registry.Comparison, error) {
		t.Error("the registry is asked")
		return nil, errors.New("asked")
	}
	at := func(ecosystem string) *lockfiles.Package {
		return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: ecosystem, Name: "event-flow"}, Version: "1.0.0"}
	}
	for _, test := range []struct {
		change diff.Change
		want   error
	}{
		{diff.Change{Base: at("npm"), Kind: diff.Removed}, analysis.DoesNotApply("the package is removed: nothing of it is installed")},
		{diff.Change{Head: at("golang"), Kind: diff.Added}, analysis.DoesNotApply("Go modules run nothing when they are installed")},
		{diff.Change{Head: at("maven"), Kind: diff.Added}, analysis.DoesNotApply("artifacts of Maven run nothing when they are installed")},
		{diff.Change{Head: at("githubactions"), Kind: diff.Added}, analysis.DoesNotApply("a workflow action runs as a step of its workflow, not at install")},
		{diff.Change{Head: at("swift"), Kind: diff.Added}, analysis.Unsupported("what a package of swift runs while it is built is not looked at")},
	} {
		result, err := check.Run(t.Context(), &test.change, &analysis.Review{})
		if !reflect.DeepEqual(err, test.want) || len(result.Findings) > 0 {
			t.Errorf("%s: got %v, want %v", test.change.Package().Ecosystem, err, test.want)
		}
	}
}

// TestScriptsOfStrangers: what a registry says stays one bounded line.
func TestScriptsOfStrangers(t *testing.T) {
	sc := scriptCase{base: none(), head: runs("post\ninstall", strings.Repeat("é\nrm -rf /", 5000))}
	result, _ := sc.run(t)
	for _, f := range result.Findings {
		if strings.Contains(f.Title, "\n") || len(f.Title) > 1000 {
			t.Errorf("a title of %d bytes: %.60q", len(f.Title), f.Title)
		}
	}
	if len(result.Findings) == 0 {
		t.Error("nothing was found")
	}
}
