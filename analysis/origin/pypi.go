package origin

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// filesMost is how many of the pinned files of a release are asked about: some
// have a hundred wheels. Of the others the index' own claim counts.
const filesMost = 8

// pypi: the attestations (PEP 740) of the files that the lockfile pins by hash.
func (a *Asker) pypi(ctx context.Context, s *side, r *attest.Release) {
	project, err := a.clients.PyPI.Project(ctx, s.pinned.Name)
	if err != nil {
		unknown(r, "which files are attested is not known: "+clients.Why(err))
		return
	}
	hashes := strong(s.pinned.Integrity)
	files, attested, told := pinnedFiles(project, hashes)
	switch {
	case len(hashes) == 0:
		a.pypiUnpinned(s, r)
		return
	case len(files) == 0:
		unknown(r, s.said.Source+" lists none of the files that are pinned")
		return
	case len(attested) == 0 && !told:
		unknown(r, s.said.Source+" does not pass on whether its files are attested")
		return
	case len(attested) == 0:
		r.Attested = attest.Absent
		a.forge(ctx, s, r)
		return
	}
	asked := attested[:min(len(attested), filesMost)]
	r.Proofs = a.pypiProofs(ctx, s, asked)
	r.Attested, r.Why = whole(r.Proofs)
	if r.Attested != attest.Verified {
		return
	}
	switch missing, unlisted := len(files)-len(attested), unlisted(project, hashes); {
	case unlisted > 0:
		// What any of the hashes fits is installed, from another index too.
		unknown(r, fmt.Sprintf("%d of the pinned hashes are of no file that %s lists", unlisted, s.said.Source))
	case missing > 0 && !told:
		unknown(r, fmt.Sprintf("of %d of %d pinned files %s does not say whether they are attested", missing, len(files), s.said.Source))
	case missing > 0:
		// Which of them is installed the platform decides.
		r.Attested, r.Why = attest.Absent, fmt.Sprintf("%d of %d pinned files have no attestation, the others do", missing, len(files))
	case len(asked) < len(attested):
		r.Attested, r.Why = attest.Claimed, fmt.Sprintf("%d of %d pinned files are verified; of the others the index says that they are attested", len(asked), len(attested))
	}
}

// pypiUnpinned: without a hash nothing can be verified, and the index's word is
// a claim.
func (a *Asker) pypiUnpinned(s *side, r *attest.Release) {
	switch s.detail.Attested {
	case lockfiles.Yes:
		r.Attested, r.Why = attest.Claimed, noHash
		r.Proofs = []attest.Proof{{Kind: attest.Publish, Standing: attest.Claimed, Reason: noHash}}
	case lockfiles.No:
		r.Attested = attest.Absent
	default:
		unknown(r, s.said.Source+" does not say whether the files are attested, and "+noHash)
	}
}

// pinnedFiles are the files of the index whose SHA-256 is pinned, first those
// that fit every platform; and those of them that it says are attested. Told is
// that it says so of each.
func pinnedFiles(project *clients.PyPIProject, hashes []lockfiles.Digest) (files, attested []clients.PyPIFile, told bool) {
	pinned := make(map[string]bool)
	for _, d := range hashes {
		if d.Algorithm == "sha256" {
			pinned[hexOf(d)] = true
		}
	}
	told = true
	for _, f := range project.Files {
		if f.SHA256 == "" || !pinned[strings.ToLower(f.SHA256)] {
			continue
		}
		files = append(files, f)
		told = told && f.TellsProvenance
	}
	slices.SortStableFunc(files, func(x, y clients.PyPIFile) int {
		return rank(x.Filename) - rank(y.Filename)
	})
	for _, f := range files {
		if f.Provenance != "" {
			attested = append(attested, f)
		}
	}
	return files, attested, told
}

// unlisted is how many of the pinned hashes are of no file of the index.
func unlisted(project *clients.PyPIProject, hashes []lockfiles.Digest) int {
	rest := make(map[string]bool)
	for _, d := range hashes {
		rest[hexOf(d)] = rest[hexOf(d)] || d.Algorithm == "sha256"
	}
	for _, f := range project.Files {
		delete(rest, strings.ToLower(f.SHA256))
	}
	n := 0
	for _, counts := range rest {
		if counts {
			n++
		}
	}
	return n
}

func rank(file string) int {
	if strings.HasSuffix(file, "-none-any.whl") {
		return 0
	}
	return 1
}

// pypiProofs asks for each file on its own, as the index answers; a file of
// which nothing is had is one Unknown proof.
func (a *Asker) pypiProofs(ctx context.Context, s *side, files []clients.PyPIFile) (proofs []attest.Proof) {
	each := make([][]attest.Proof, len(files))
	var wait sync.WaitGroup
	for i, f := range files {
		wait.Go(func() {
			document, err := a.clients.PyPI.Provenance(ctx, s.pinned.Name, s.listed.Version, f.Filename)
			why := clients.Why(err)
			if clients.StateOf(err) == clients.Absent {
				why = s.said.Source + " says that the file is attested, and has nothing where it keeps that"
			}
			if err != nil {
				each[i] = []attest.Proof{{Kind: attest.Publish, Reason: oneLine(why)}}
				return
			}
			each[i] = verify(a.verifier, document, []lockfiles.Digest{{Algorithm: "sha256", Value: strings.ToLower(f.SHA256)}}, f.Filename)
			if len(each[i]) == 0 {
				each[i] = []attest.Proof{{Kind: attest.Publish, Reason: "the index says that the file is attested, and its document holds nothing"}}
			}
		})
	}
	wait.Wait()
	return slices.Concat(each...)
}

// hexOf is a digest in lower-case hexadecimal, whichever encoding the lockfile
// has; "" for one that is none.
func hexOf(d lockfiles.Digest) string {
	if raw, err := hex.DecodeString(d.Value); err == nil {
		return hex.EncodeToString(raw)
	}
	raw, err := base64.StdEncoding.DecodeString(d.Value)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(raw)
}
