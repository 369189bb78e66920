//go:build engines

package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
)

// large is a repository with a commit of 5,000 files, 20 MB, and the next one.
// One file in 200 is a shell script, which Scorecard parses: in 70 repositories
// with 87,300 files there was one in 270.
func large(b *testing.B) (dir, base, head string) {
	dir = b.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 5000 {
		var text bytes.Buffer
		for line := range 20 + random.IntN(280) {
			fmt.Fprintf(&text, "line %d %f\n", line, random.Float64())
		}
		kind := []string{"go", "py", "js", "ts", "md", "c", "json"}[random.IntN(7)]
		if i%200 == 0 {
			kind = "sh"
		}
		name := fmt.Sprintf("pkg%d/sub%d/f%d.%s", i/50, i%7, i, kind)
		writeFile(b, dir, name, text.String())
	}
	for i := range 20 {
		writeFile(b, dir, fmt.Sprintf(".github/workflows/w%d.yml", i), loose)
	}
	repo, err := git.PlainInit(dir, false)
	if err != nil {
		b.Fatal(err)
	}
	base = commitAll(b, repo)
	writeFile(b, dir, ".github/workflows/w0.yml", tight)
	return dir, base, commitAll(b, repo)
}

// BenchmarkFileChecks runs the file checks on a commit of 5,000 files.
func BenchmarkFileChecks(b *testing.B) {
	dir, hash, _ := large(b)
	for b.Loop() {
		a, err := runScorecard(context.Background(), engines.ScorecardRequest{Repository: dir, Head: hash})
		if err != nil || a.Head == nil {
			b.Fatalf("got %+v, %v", a, err)
		}
	}
}

// BenchmarkLook is what a live score of two commits costs a review that has the
// repository at hand: the engine's start, both looks, and the pipe.
func BenchmarkLook(b *testing.B) {
	dir, base, head := large(b)
	engine := find(b)
	for b.Loop() {
		a, err := engine.Scorecard(b.Context(), engines.ScorecardRequest{Repository: dir, Base: base, Head: head})
		if err != nil || a.Head == nil || a.Base == nil {
			b.Fatalf("got %+v, %v", a, err)
		}
	}
}

// BenchmarkFetch is what fetching one of them costs, from git's own server on
// this machine.
func BenchmarkFetch(b *testing.B) {
	dir, base, _ := large(b)
	address := served(b, dir) + "/" + filepath.Base(dir)
	for b.Loop() {
		if _, err := fetch(b.Context(), address, plumbing.NewHash(base), b.TempDir(), maxBytes); err != nil {
			b.Fatal(err)
		}
	}
}
