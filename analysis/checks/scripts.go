package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/allowlist"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// scripts compares what the base and the head version of a package run while
// they are installed, as far as metadata tells: the registry's, the lockfile's
// claim, and what the repository's allowlist says of both. The files that a
// command runs are not looked at.
type scripts struct {
	compare func(context.Context, *diff.Change) (*registry.Comparison, error)
	lists   *scriptLists
}

func newScripts(s Sources) *scripts {
	return &scripts{compare: s.Registry.Compare, lists: new(scriptLists)}
}

func (*scripts) Name() string  { return "install-scripts" }
func (*scripts) Topic() string { return "scripts" }

// scriptEcosystems are those whose packages may run code while they are
// installed or restored, and whose registries tell something of it.
var scriptEcosystems = map[string]bool{"npm": true, "pypi": true, "cargo": true, "gem": true, "composer": true, "nuget": true}

// noScripts is why nothing runs at install in other ecosystems.
var noScripts = map[string]string{
	"golang":        "Go modules run nothing when they are installed",
	"maven":         "artifacts of Maven run nothing when they are installed",
	"pub":           "packages of pub.dev run nothing when they are installed",
	"jsr":           "packages of JSR run nothing when they are installed",
	"terraform":     "a provider is downloaded, and runs only when it is used",
	"githubactions": "a workflow action runs as a step of its workflow, not at install",
	"docker":        "an image runs only when it is started",
}

// scriptsApply is nil when the check has something to ask.
func scriptsApply(c *diff.Change) error {
	ecosystem := c.Package().Ecosystem
	switch {
	case c.Head == nil:
		return analysis.DoesNotApply("the package is removed: nothing of it is installed")
	case noScripts[ecosystem] != "":
		return analysis.DoesNotApply(noScripts[ecosystem])
	case !scriptEcosystems[ecosystem]:
		return analysis.Unsupported(fmt.Sprintf("what a package of %s runs while it is built is not looked at", ecosystem))
	}
	return nil
}

// Run implements analysis.Check.
func (s *scripts) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	if err := scriptsApply(c); err != nil {
		return analysis.Result{}, err
	}
	v := &scriptView{change: c, review: review}
	v.lists = s.lists.of(review, c)
	v.base, v.head = newScriptSide(baseSide, c.Base), newScriptSide(headSide, c.Head)
	v.head.verdict = v.lists.base.Says(c.Head)
	if c.Base != nil {
		v.base.verdict = v.lists.base.Says(c.Base)
	}
	comparison, failed := s.compare(ctx, c)
	v.learn(comparison)
	result := analysis.Result{Findings: v.findings(), Evidence: v.evidence()}
	if failed != nil {
		return result, failed
	}
	return result, v.unknown()
}

// scriptSide is one version with everything that is said of its scripts.
type scriptSide struct {
	pkg     *lockfiles.Package // nil where there is none
	version string
	name    string            // in a reason
	scripts map[string]string // by hook; nil is not known
	limit   string            // what the metadata cannot tell
	hint    string            // what it lets one suppose
	why     error             // why scripts is not known, where the registry answered
	verdict allowlist.Verdict // of the base revision's allowlist
}

func newScriptSide(name string, p *lockfiles.Package) scriptSide {
	if p == nil {
		return scriptSide{name: name, scripts: map[string]string{}} // what is not there runs nothing
	}
	return scriptSide{name: name, pkg: p, version: cmp.Or(p.Version, p.Label)}
}

// claim is what the lockfile itself says.
func (s *scriptSide) claim() lockfiles.Tri {
	if s.pkg == nil {
		return lockfiles.Unclaimed
	}
	return s.pkg.InstallScript
}

// learn takes what the registry says; nil is nothing.
func (v *scriptView) learn(said *registry.Comparison) {
	if said == nil || said.Package == nil {
		return
	}
	v.source, v.observed = said.Package.Source, said.Package.Observed
	if said.BaseUnasked != "" {
		v.base.why = errors.New(said.BaseUnasked)
	} else {
		v.base.learn(said.Base, said.Package)
	}
	v.head.learn(said.Head, said.Package)
	if _, plugin := v.head.scripts["composer-plugin"]; v.head.pkg.Ecosystem == "composer" && !plugin && v.head.scripts != nil {
		// Composer's allowlist speaks of plugins; other code of a package is not
		// for it to refuse.
		v.base.verdict = allowlist.Verdict{Reason: "config.allow-plugins speaks of plugins alone"}
		v.head.verdict, v.ungoverned = v.base.verdict, true
	}
}

func (s *scriptSide) learn(r *registry.Release, from *registry.Package) {
	if s.pkg != nil && r != nil && r.Detail != nil {
		s.limit, s.hint = r.Detail.ScriptsLimit, r.Detail.ScriptsHint
	}
	switch {
	case s.pkg == nil:
	case r == nil:
		s.why = fmt.Errorf("%s does not list %s", from.Source, s.name)
	case r.Detail != nil && r.Detail.Scripts != nil:
		s.scripts = r.Detail.Scripts
	case r.Detail != nil && r.Detail.ScriptsLimit != "":
		s.why = errors.New(r.Detail.ScriptsLimit)
	case from.Incomplete != nil:
		s.why = from.Incomplete
	default:
		s.why = fmt.Errorf("%s does not say what %s runs at install", from.Source, s.name)
	}
}

// runs tells whether it is known, by the registry or by the lockfile, that
// something runs.
func (s *scriptSide) runs() bool {
	return len(s.scripts) > 0 || s.scripts == nil && s.claim() == lockfiles.Yes
}

// hooksOf are the hooks of both sides: those of npm in the order in which they
// run, then the others by name.
func hooksOf(base, head map[string]string) []string {
	hooks := maps.Clone(base)
	if hooks == nil {
		hooks = make(map[string]string)
	}
	maps.Copy(hooks, head)
	rank := func(hook string) int {
		if at := slices.Index([]string{"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"}, hook); at >= 0 {
			return at
		}
		return 100
	}
	return slices.SortedFunc(maps.Keys(hooks), func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a, b))
	})
}

// scriptLists reads the allowlists of a review once for each lockfile.
type scriptLists struct {
	mutex  sync.Mutex
	review *analysis.Review
	lists  map[string]*listPair
}

// listPair is what both revisions say. Only base's decides.
type listPair struct {
	once       sync.Once
	base, head *allowlist.List
}

func (s *scriptLists) of(review *analysis.Review, c *diff.Change) *listPair {
	s.mutex.Lock()
	if s.review != review {
		s.review, s.lists = review, make(map[string]*listPair)
	}
	pair := s.lists[c.Lockfile]
	if pair == nil {
		pair = new(listPair)
		s.lists[c.Lockfile] = pair
	}
	s.mutex.Unlock()
	pair.once.Do(func() { pair.read(review, c.Lockfile) })
	return pair
}

func (p *listPair) read(review *analysis.Review, file string) {
	var base, head *lockfiles.Lockfile
	if review.Diff != nil {
		base, head = lockfileOf(review.Diff.Base[file]), lockfileOf(review.Diff.Head[file])
	}
	// A lockfile that only one revision has is installed by the rules that
	// base has for that place.
	base, head = cmp.Or(base, head), cmp.Or(head, base)
	if base == nil {
		return
	}
	if review.BaseFiles != nil {
		p.base = allowlist.Read(review.BaseFiles, base)
	}
	if review.HeadFiles != nil {
		p.head = allowlist.Read(review.HeadFiles, head)
	}
}

func lockfileOf(g *diff.Graph) *lockfiles.Lockfile {
	if g == nil || g.Lockfile == nil || g.Lockfile.Path == "" {
		return nil
	}
	return g.Lockfile
}
