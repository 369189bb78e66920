package analysis

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/depreview/depreview/diff"
)

// pinned reviews the head of a repository with these files.
func pinned(t *testing.T, head files, opts Options, h Handler) error {
	t.Helper()
	repo := repository(t, files{}, head)
	rev, err := repo.Revision(t.Context(), "topic")
	if err != nil {
		t.Fatal(err)
	}
	return RunPinned(t.Context(), rev, opts, h)
}

// TestRunPinned: every package of every lockfile is asked about once, what
// cannot be read and what is left out is told.
func TestRunPinned(t *testing.T) {
	head := files{
		"a/requirements.txt":        "alpha==1.0\nbeta==2.0\n",
		"b/requirements.txt":        "alpha==1.0\n",
		"c/package-lock.json":       `{"lockfileVersion": 3, "packages": {`,
		"vendor/x/requirements.txt": "gamma==1.0\n",
		"empty/requirements.txt":    "# nothing\n",
	}
	var review *Review
	var asked []string
	var coverage Coverage
	check := saying{"advisories", func(_ context.Context, c *diff.Change) (Result, error) { return Result{}, nil }}
	err := pinned(t, head, Options{Checks: []Check{check}}, listener{
		changes: func(r *Review) error { review = r; return nil },
		result: func(change, _ int, r Result) error {
			if r.State != StateDone {
				t.Errorf("%+v", r)
			}
			asked = append(asked, moved(review)[change])
			return nil
		},
		done: func(c Coverage) error { coverage = c; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, review, "a/requirements.txt alpha >1.0", "a/requirements.txt beta >2.0", "b/requirements.txt alpha >1.0")
	slices.Sort(asked)
	if !slices.Equal(asked, moved(review)) || coverage.Done != 3 || coverage.Total() != 3 {
		t.Errorf("asked %q: %s", asked, coverage)
	}
	if len(review.Errors) != 1 || lockfile(t, review, "c/package-lock.json").Error == nil || lockfile(t, review, "c/package-lock.json").Packages != -1 {
		t.Errorf("%+v", review.Errors)
	}
	if l := lockfile(t, review, "empty/requirements.txt"); l.Packages != 0 || l.Error != nil {
		t.Errorf("%+v", l)
	}
	if l := lockfile(t, review, "a/requirements.txt"); l.Changes != 2 || l.Format != "requirements.txt" {
		t.Errorf("%+v", l)
	}
	if !slices.Equal(review.LeftOut, []string{"vendor/x/requirements.txt"}) || review.Head.Name != "topic" || review.Head.Commit == "" {
		t.Errorf("%q, %+v", review.LeftOut, review.Head)
	}
	err = pinned(t, head, Options{Vendored: true}, listener{changes: func(r *Review) error { review = r; return nil }})
	if err != nil || len(review.LeftOut) != 0 || len(moved(review)) != 4 {
		t.Errorf("%v, %q, %q", err, review.LeftOut, moved(review))
	}
}

// TestRunPinnedOrigins: the same version from another place is another thing
// to ask about.
func TestRunPinnedOrigins(t *testing.T) {
	var review *Review
	lock := `{"lockfileVersion": 3, "packages": {"": {"name": "x"},
		"node_modules/acme-http": {"version": "1.0.0", "resolved": "https://registry.npm.invalid/acme-http/-/acme-http-1.0.0.tgz"},
		"node_modules/b/node_modules/acme-http": {"version": "1.0.0", "resolved": "git+ssh://git@git.invalid/acme/http.git#86f7e43786f7e43786f7e43786f7e43786f7e437"}}}`
	err := pinned(t, files{"package-lock.json": lock}, Options{}, listener{changes: func(r *Review) error { review = r; return nil }})
	if err != nil || len(moved(review)) != 2 {
		t.Errorf("%v, %q", err, moved(review))
	}
}

// TestRunPinnedStops: an error of the handler ends it.
func TestRunPinnedStops(t *testing.T) {
	head := files{"requirements.txt": "alpha==1.0\n"}
	for name, h := range map[string]listener{
		"changes":  {changes: func(*Review) error { return errHandler }},
		"progress": {progress: func(int, int, string) error { return errHandler }},
		"done":     {done: func(Coverage) error { return errHandler }},
	} {
		if err := pinned(t, head, Options{}, h); !errors.Is(err, errHandler) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
