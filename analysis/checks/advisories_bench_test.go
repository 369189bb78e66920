package checks

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// BenchmarkReviewOffline gathers 500 changes of a lockfile of 2,000 packages
// from the index alone; each package has 20 records, and a fifth of them
// matters. heap-MB is what the review leaves behind at its end.
func BenchmarkReviewOffline(b *testing.B) {
	records := make(map[string]string)
	for i := range 500 {
		for j := range 20 {
			id := fmt.Sprintf("GHSA-%d-%d", i, j)
			records[id] = osvRecord(id, fmt.Sprintf("acme-%d", i), severe+`,"summary":"reads too far","details":"at some length"`,
				events("introduced", fmt.Sprintf("1.%d.0", j*4), "fixed", fmt.Sprintf("1.%d.0", j*4+20)))
		}
	}
	sources := Sources{Offline: true, Index: index(b, records)}
	var changes []diff.Change
	lock := &lockfiles.Lockfile{Path: "package-lock.json"}
	for i := range 2000 {
		p := lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: fmt.Sprintf("acme-%d", i)}, Version: "1.45.0", Direct: i == 0}
		for j := 1; j <= 5 && i+j < 2000; j++ {
			p.Requires = append(p.Requires, lockfiles.Edge{Name: fmt.Sprintf("acme-%d", i+j), To: fmt.Sprintf("acme-%d@1.45.0", i+j)})
		}
		lock.Packages = append(lock.Packages, p)
		if i < 500 {
			changes = append(changes, *change(p.Name, "1.40.0", "1.45.0"))
		}
	}
	graph := diff.NewGraph(lock)
	d := &diff.Diff{Changes: changes, Base: map[string]*diff.Graph{}, Head: map[string]*diff.Graph{"package-lock.json": graph}}
	check := advisoryCheck{sources}
	var results []analysis.Result
	for b.Loop() {
		results = results[:0]
		for i := range changes {
			r, err := check.Run(context.Background(), &d.Changes[i], &analysis.Review{Diff: d})
			if err != nil || len(r.Findings) == 0 {
				b.Fatal(err, len(r.Findings))
			}
			results = append(results, r)
		}
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap-MB")
	runtime.KeepAlive(results)
}
