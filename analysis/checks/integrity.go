package checks

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// integrity holds the hashes that the lockfile pins for head against those that
// the registry states for that version: the first link of the chain from the
// lockfile to the bytes. For Go modules the checksum database answers, and its
// answer is verified.
type integrity struct {
	registry releases
	sums     func(ctx context.Context, path, version string) ([]string, error)
	sumHost  string
}

func newIntegrity(s Sources) *integrity {
	i := &integrity{registry: s.Registry}
	if s.Clients != nil && s.Clients.SumDB != nil {
		i.sums, i.sumHost = s.Clients.SumDB.Lookup, "the checksum database"
		if u, err := url.Parse(s.Clients.Endpoints.SumDB); err == nil && u.Host != "" {
			i.sumHost = u.Host
		}
	}
	return i
}

func (*integrity) Name() string  { return "integrity" }
func (*integrity) Topic() string { return topicRelease }

// Run compares pinned with stated hashes.
func (i *integrity) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	if c.Head == nil {
		return analysis.Result{}, analysis.DoesNotApply("the package is removed")
	}
	if len(comparable(c.Head.Integrity)) == 0 {
		return analysis.Result{}, analysis.DoesNotApply(nothingPinned(c.Head))
	}
	stated, err := i.stated(ctx, c)
	if err != nil {
		return analysis.Result{}, err
	}
	return judgeIntegrity(c.Head, stated)
}

func nothingPinned(p *lockfiles.Package) string {
	if len(p.Integrity) == 0 {
		return "the lockfile pins no hash"
	}
	return "the pinned hash is of what the package manager makes of the archive, and no registry states that"
}

// statement is who states which hashes.
type statement struct {
	digests  []lockfiles.Digest
	by       string
	observed time.Time // zero where that is not told
}

func (i *integrity) stated(ctx context.Context, c *diff.Change) (statement, error) {
	if c.Head.Ecosystem == "golang" {
		if i.sums == nil {
			return statement{}, analysis.Unsupported("the checksum database is not asked here")
		}
		lines, err := i.sums(ctx, c.Head.Name, c.Head.Version)
		if err != nil {
			return statement{}, err
		}
		s := statement{by: i.sumHost}
		for _, line := range lines {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == c.Head.Name && fields[1] == c.Head.Version {
				if d, ok := lockfiles.ParseDigest(fields[2]); ok {
					s.digests = append(s.digests, d)
				}
			}
		}
		return s, nil
	}
	said, err := compareReleases(ctx, i.registry, c)
	if err != nil {
		return statement{}, err
	}
	if said.Head == nil {
		return statement{}, notSaid(said.Package, "list this version")
	}
	s := statement{by: said.Package.Source, observed: said.Package.Observed}
	if said.Head.Detail != nil {
		s.digests = said.Head.Detail.Digests
	}
	return s, nil
}

// judgeIntegrity compares algorithm by algorithm. A lockfile may pin many files
// of one version, and of each the registry must know the hash.
func judgeIntegrity(p *lockfiles.Package, s statement) (analysis.Result, error) {
	stated := make(map[string]map[string]bool)
	for _, d := range s.digests {
		if sum, ok := sumOf(d); ok {
			if stated[d.Algorithm] == nil {
				stated[d.Algorithm] = make(map[string]bool)
			}
			stated[d.Algorithm][sum] = true
		}
	}
	table := analysis.Table{Heads: []string{"kind", "the lockfile pins", s.by + " states"}}
	same, other := make(map[string]int), make(map[string]int) // by algorithm
	var first lockfiles.Digest
	for _, d := range comparable(p.Integrity) {
		sum, ok := sumOf(d)
		if !ok || stated[d.Algorithm] == nil {
			continue
		}
		verdict := "the same"
		if stated[d.Algorithm][sum] {
			same[d.Algorithm]++
		} else {
			if len(other) == 0 {
				first = d
			}
			other[d.Algorithm]++
			verdict = "ANOTHER: it is not among those stated"
		}
		table.Rows = append(table.Rows, []string{d.Algorithm, d.String(), verdict})
	}
	if len(table.Rows) == 0 {
		return analysis.Result{}, errors.New(s.by + " does not state a hash of the kind that is pinned")
	}
	result := analysis.Result{Evidence: []analysis.Evidence{{Claim: "the hashes that the lockfile pins, and what " + s.by + " states", Source: s.by, Observed: s.observed, Body: table}}}
	unlisted := 0
	for algorithm, n := range other {
		if same[algorithm] == 0 {
			result.Findings = []analysis.Finding{{Code: "integrity-mismatch", Outcome: analysis.Fail, Source: s.by, Observed: s.observed,
				Title:  fmt.Sprintf("the lockfile pins other bytes than %s states: %.40s", s.by, first),
				Detail: "either the lockfile was changed by hand or by a tool that should not, or the registry gives other bytes than before",
				Fix:    "do not install it; make the lockfile anew from the registry, and compare"}}
			return result, nil
		}
		unlisted += n
	}
	if unlisted > 0 {
		// Files come and go on an index, and a lockfile of before may pin one
		// that is no longer there.
		result.Findings = []analysis.Finding{{Code: "integrity-unlisted", Outcome: analysis.Warn, Source: s.by, Observed: s.observed,
			Title: fmt.Sprintf("%d of %d pinned hashes are of no file that %s lists", unlisted, len(table.Rows), s.by)}}
	}
	return result, nil
}

// comparable are the hashes of the archive itself: what a registry can state.
func comparable(pinned []lockfiles.Digest) (of []lockfiles.Digest) {
	for _, d := range pinned {
		switch d.Algorithm {
		case "sha1", "sha256", "sha384", "sha512", "md5", "h1":
			of = append(of, d)
		}
	}
	return of
}

// sumOf is a digest without its encoding, which differs between lockfile and
// registry.
func sumOf(d lockfiles.Digest) (string, bool) {
	if d.Algorithm == "h1" {
		return d.Value, d.Value != ""
	}
	size := map[string]int{"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}[d.Algorithm]
	if raw, err := hex.DecodeString(d.Value); err == nil && len(raw) == size {
		return string(raw), true
	}
	raw, err := base64.StdEncoding.DecodeString(d.Value)
	return string(raw), err == nil && len(raw) == size
}
