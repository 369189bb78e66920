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
// installed, and whose registries tell something of it.
var scriptEcosystems = map[string]bool{"npm": true, "pypi": true, "cargo": true, "gem": true, "composer": true}

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
	v.base, v.head = newScriptSide(c.Base), newScriptSide(c.Head)
	v.head.verdict = v.lists.base.Says(c.Head)
	if c.Base != nil {
		v.base.verdict = v.lists.base.Says(c.Base)
	}
	var failed error
	if v.base.ask() || v.head.ask() {
		var comparison *registry.Comparison
		if comparison, failed = s.compare(ctx, c); comparison != nil && comparison.Package != nil {
			v.source, v.observed = comparison.Package.Source, comparison.Package.Observed
			v.base.learn(comparison.Base, v.source)
			v.head.learn(comparison.Head, v.source)
		}
	}
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
	scripts map[string]string // by hook; nil is not known
	limit   string            // what the metadata cannot tell
	why     error             // why scripts is not known
	verdict allowlist.Verdict // of the base revision's allowlist
}

func newScriptSide(p *lockfiles.Package) scriptSide {
	if p == nil {
		return scriptSide{scripts: map[string]string{}} // what is not there runs nothing
	}
	s := scriptSide{pkg: p, version: cmp.Or(p.Version, p.Label)}
	switch {
	case outsideRegistry(p.Origin):
		s.why = errors.New("it comes from elsewhere than a registry: what it runs stands in its files, which are not read yet")
	case p.Version == "":
		s.why = errors.New("the lockfile pins no version, so what is installed may run anything")
	}
	return s
}

// ask tells whether the registry can say something of this side.
func (s *scriptSide) ask() bool { return s.pkg != nil && s.why == nil }

// claim is what the lockfile itself says.
func (s *scriptSide) claim() lockfiles.Tri {
	if s.pkg == nil {
		return lockfiles.Unclaimed
	}
	return s.pkg.InstallScript
}

// learn takes what the registry says.
func (s *scriptSide) learn(r *registry.Release, source string) {
	switch {
	case !s.ask():
	case r == nil:
		s.why = fmt.Errorf("%s does not list %s", source, s.version)
	case r.Detail == nil || r.Detail.Scripts == nil:
		s.why = fmt.Errorf("%s does not say what %s runs at install", source, s.version)
		if r.Detail != nil && r.Detail.ScriptsLimit != "" {
			s.why = errors.New(r.Detail.ScriptsLimit)
		}
	default:
		s.scripts, s.limit = r.Detail.Scripts, r.Detail.ScriptsLimit
	}
}

// runs tells whether it is known, by the registry or by the lockfile, that
// something runs.
func (s *scriptSide) runs() bool {
	return len(s.scripts) > 0 || s.scripts == nil && s.claim() == lockfiles.Yes
}

// outsideRegistry tells by its origin whether a package comes from a
// repository or a directory, of which a registry's word says nothing.
func outsideRegistry(origin string) bool {
	for _, prefix := range []string{"git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "gist:", "ssh:", "hg+", "svn+", "bzr+",
		"file:", "link:", "portal:", "workspace:", "path+", "path:", "patch:", "https://codeload.github.com/", "./", "../", "/"} {
		if strings.HasPrefix(origin, prefix) {
			return true
		}
	}
	return false
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
