//go:build engines

package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// inSubmodule puts a submodule into what the index of a repository holds; its
// address is one that nobody may ask.
func inSubmodule(t *testing.T, dir string) string {
	t.Helper()
	repo, err := git.PlainOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, ".gitmodules", "[submodule \"vendored\"]\n\tpath = vendored\n\turl = https://elsewhere.invalid/acme/vendored\n")
	head, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	commit, err := repo.CommitObject(head.Hash())
	if err != nil {
		t.Fatal(err)
	}
	tree, err := commit.Tree()
	if err != nil {
		t.Fatal(err)
	}
	put := func(o interface {
		Encode(plumbing.EncodedObject) error
	}) plumbing.Hash {
		enc := repo.Storer.NewEncodedObject()
		if err := o.Encode(enc); err != nil {
			t.Fatal(err)
		}
		hash, err := repo.Storer.SetEncodedObject(enc)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	entries := append(tree.Entries, object.TreeEntry{Name: "vendored", Mode: filemode.Submodule, Hash: plumbing.NewHash(strings.Repeat("7", 40))})
	hash := put(&object.Commit{TreeHash: put(&object.Tree{Entries: entries}), Author: commit.Author, Committer: commit.Committer, Message: "a submodule"})
	if err := repo.Storer.SetReference(plumbing.NewHashReference(head.Name(), hash)); err != nil {
		t.Fatal(err)
	}
	return hash.String()
}

// TestFetchedWithSubmoduleAndLFS: what lies elsewhere is not asked for, and is
// said to be left out.
func TestFetchedWithSubmoduleAndLFS(t *testing.T) {
	dir, _, _ := upstream(t)
	head := inSubmodule(t, dir)
	server := served(t, dir)
	store, err := fetch(t.Context(), server+"/"+filepath.Base(dir), plumbing.NewHash(head), t.TempDir(), maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	s, err := commitSource(t.Context(), store, plumbing.NewHash(head), maxFiles)
	if err != nil {
		t.Fatal(err)
	}
	result, err := checkFiles(t.Context(), s, head, fewDetails)
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(result.Notes, "\n")
	for _, want := range []string{"1 submodule is not fetched", "1 file is in LFS and not fetched", "1 link is not followed"} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is not noted: %q", want, notes)
		}
	}
	if len(result.Checks) != len(fileChecks) {
		t.Errorf("%+v", result.Checks)
	}
}

// TestFetchMoved: a forge sends on who asks for a repository by its old name. On
// the same host that is followed; it is the commit that counts.
func TestFetchMoved(t *testing.T) {
	dir, base, _ := upstream(t)
	behind, err := url.Parse(served(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, old := strings.CutPrefix(r.URL.Path, "/acme/old"); old {
			http.Redirect(w, r, "/"+filepath.Base(dir)+rest+"?"+r.URL.RawQuery, http.StatusMovedPermanently)
			return
		}
		pass(w, r, behind)
	}))
	t.Cleanup(front.Close)
	network.allow([]string{front.URL, "http://" + behind.Host})
	store, err := fetch(t.Context(), front.URL+"/acme/old", plumbing.NewHash(base), t.TempDir(), maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.HasEncodedObject(plumbing.NewHash(base)); err != nil {
		t.Error(err)
	}
}

// pass hands a request on to the server behind.
func pass(w http.ResponseWriter, r *http.Request, behind *url.URL) {
	onward := r.Clone(r.Context())
	onward.RequestURI, onward.Host = "", behind.Host
	onward.URL.Scheme, onward.URL.Host = behind.Scheme, behind.Host
	answer, err := network.RoundTrip(onward)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	io.Copy(w, answer.Body)
}

// TestFetchSlow: a server that begins to answer and goes on for ever costs what
// the caller gives it, at the list of names as well as in the pack.
func TestFetchSlow(t *testing.T) {
	_, _, head := upstream(t)
	for _, at := range []string{"/info/refs", "/git-upload-pack"} {
		reached := make(chan struct{}, 8)
		over := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, at) {
				w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
				io.WriteString(w, "001e# service=git-upload-pack\n0000")
				line := head + " HEAD\x00allow-reachable-sha1-in-want allow-any-sha1-in-want shallow ofs-delta\n"
				branch := head + " refs/heads/main\n"
				io.WriteString(w, hexLength(line)+line+hexLength(branch)+branch+"0000")
				return
			}
			w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			reached <- struct{}{}
			select {
			case <-r.Context().Done():
			case <-over:
			}
		}))
		network.allow([]string{server.URL})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		dir := t.TempDir()
		go func() {
			_, err := fetch(ctx, server.URL+"/acme/slow", plumbing.NewHash(head), dir, maxBytes)
			ended <- err
		}()
		select {
		case <-reached:
		case err := <-ended:
			t.Fatalf("%s: ended before it was slow: %v", at, err)
		}
		stop()
		if err := <-ended; err == nil {
			t.Errorf("%s: what never came is there", at)
		}
		close(over)
		server.Close()
	}
	network.allow(nil)
}

func hexLength(line string) string {
	const digits = "0123456789abcdef"
	n := len(line) + 4
	return string([]byte{digits[n>>12&15], digits[n>>8&15], digits[n>>4&15], digits[n&15]})
}

// TestNoSuchRepository goes through the pipe: a repository that is gone is a
// reason on either side, and no error of the engine.
func TestNoSuchRepository(t *testing.T) {
	gone, commit := filepath.Join(t.TempDir(), "gone"), strings.Repeat("1", 40)
	if _, err := os.Stat(gone); err == nil {
		t.Fatal("it is there")
	}
	a, err := find(t).Scorecard(t.Context(), engines.ScorecardRequest{Repository: gone, Base: commit, Head: strings.Repeat("2", 40)})
	if err != nil || a.Base != nil || a.Head != nil || !strings.Contains(a.HeadUnknown, "open the repository") || a.BaseUnknown == "" {
		t.Errorf("%+v, %v", a, err)
	}
}
