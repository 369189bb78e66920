//go:build engines

package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/go-git/go-git/v5"
)

// BenchmarkFileChecks runs the file checks on a commit of 5,000 files, 20 MB.
func BenchmarkFileChecks(b *testing.B) {
	dir := b.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 5000 {
		var text bytes.Buffer
		for line := range 20 + random.IntN(280) {
			fmt.Fprintf(&text, "line %d %f\n", line, random.Float64())
		}
		name := fmt.Sprintf("pkg%d/sub%d/f%d.%s", i/50, i%7, i, []string{"go", "py", "js", "ts", "sh", "md", "c", "json"}[random.IntN(8)])
		writeFile(b, dir, name, text.String())
	}
	for i := range 20 {
		writeFile(b, dir, fmt.Sprintf(".github/workflows/w%d.yml", i), loose)
	}
	repo, err := git.PlainInit(dir, false)
	if err != nil {
		b.Fatal(err)
	}
	hash := commitAll(b, repo)
	for b.Loop() {
		a, err := runScorecard(context.Background(), engines.ScorecardRequest{Repository: dir, Head: hash})
		if err != nil || a.Head == nil {
			b.Fatalf("got %+v, %v", a, err)
		}
	}
}
