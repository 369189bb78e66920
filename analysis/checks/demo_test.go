package checks

import (
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/assets"
	"github.com/depreview/depreview/diff/revision"
)

// opened remembers which files somebody wanted.
type opened struct {
	fs.FS
	mu    sync.Mutex
	names map[string]bool
}

func (o *opened) Open(name string) (fs.File, error) {
	o.mu.Lock()
	o.names[name] = true
	o.mu.Unlock()
	return o.FS.Open(name)
}

// reasons gathers why something is unknown.
type reasons struct {
	analysis.Coverage
	facts []string
}

func (*reasons) Changes(*analysis.Review) error          { return nil }
func (*reasons) Progress(int, int, string) error         { return nil }
func (r *reasons) Done(coverage analysis.Coverage) error { r.Coverage = coverage; return nil }

// Result looks into the facts: what one of several services did not say is no
// reason of its own, and stands there.
func (r *reasons) Result(_, _ int, result analysis.Result) error {
	for _, e := range result.Evidence {
		facts, _ := e.Body.(analysis.Facts)
		for _, f := range facts {
			if strings.Contains(f.Base+f.Head, "was recorded") {
				r.facts = append(r.facts, f.Name+": "+f.Base+" "+f.Head)
			}
		}
	}
	return nil
}

// TestDemoEvidence holds the demo's recordings against what the checks ask:
// nothing is missing, and nothing lies there that nobody reads.
func TestDemoEvidence(t *testing.T) {
	evidence, err := assets.DemoEvidence()
	if err != nil {
		t.Fatal(err)
	}
	watched := &opened{FS: evidence, names: make(map[string]bool)}
	recordings, err := replay.New(watched)
	if err != nil {
		t.Fatal(err)
	}
	c, err := recordings.Clients()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	before, after := assets.Demo()
	if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "base", Files: before},
		revision.Commit{Branch: "next", Message: "head", Files: after}); err != nil {
		t.Fatal(err)
	}
	repo, err := revision.Open(t.Context(), dir, revision.GoGit)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	base, head, err := repo.Range(t.Context(), []string{"main", "next"})
	if err != nil {
		t.Fatal(err)
	}
	var said reasons
	opts := analysis.Options{Now: recordings.Now(), Checks: All(Sources{Clients: c, Registry: registry.New(c)})}
	if err := analysis.Run(t.Context(), repo, base, head, opts, &said); err != nil {
		t.Fatal(err)
	}
	for reason, n := range said.Reasons {
		if strings.Contains(reason, "was recorded") {
			t.Errorf("%d times: %s\nhint: add the answers to assets/demo/evidence.txtar", n, reason)
		}
	}
	for _, fact := range said.facts {
		t.Errorf("%s\nhint: add the answers to assets/demo/evidence.txtar", fact)
	}
	err = fs.WalkDir(evidence, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !watched.names[name] {
			t.Errorf("no check asks for %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if said.Unknown == 0 {
		t.Error("the demo shows nothing that is unknown")
	}
}
