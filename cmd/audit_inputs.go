package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// What osv-scanner is given beside the lockfiles is bounded: it reads a file
// into memory, and a repository may hold any number of jars.
const (
	besideFiles = 2_000
	besideSize  = 64 << 20  // bytes of one file
	besideTotal = 256 << 20 // of all
)

// inputs are the files that only osv-scanner reads, SBOMs and what vendored
// copies tell of themselves, and what nobody reads, with the reason. Vendored
// says whether SBOMs within vendored copies are read.
func inputs(ctx context.Context, rev revision.Revision, vendored bool) (beside []exposure.Beside, gaps []engines.OSVGap, err error) {
	native := make(map[string]bool)
	files, others, err := rev.Find(ctx, func(file string) bool {
		// The repository's own libs/ may hold copies; Go's vendor/ is in go.mod.
		if dir := engines.NativeCopy(file); dir != "" && !lockfiles.Vendored(file) {
			native[dir] = true
		}
		return engines.IsSBOM(file) || engines.IsVendored(file)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look for SBOMs and vendored copies: %w", err)
	}
	gap := func(file, reason string) { gaps = append(gaps, engines.OSVGap{Source: file, Reason: reason}) }
	left := int64(besideTotal)
	for _, file := range files {
		kind := ""
		switch {
		case engines.IsSBOM(file) && lockfiles.Vendored(file) && !vendored:
			gap(file, "an SBOM in a vendored copy, which --vendored reads")
		case engines.IsSBOM(file):
			kind = exposure.BesideSBOM
		case engines.IsVendored(file):
			kind = exposure.BesideVendored
		}
		if kind == "" {
			continue
		}
		info, err := fs.Stat(rev, file)
		switch {
		case err != nil:
			gap(file, "it cannot be read")
		case info.Size() > besideSize:
			gap(file, fmt.Sprintf("it is larger than %d MB", besideSize>>20))
		case len(beside) == besideFiles || info.Size() > left:
			gap(file, fmt.Sprintf("there are more than %d such files, or %d MB", besideFiles, besideTotal>>20))
		default:
			left -= info.Size()
			beside = append(beside, exposure.Beside{Path: file, Kind: kind})
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(native)) {
		gap(dir, "a copy of C or C++ code, whose version only the service tells")
	}
	for _, other := range others {
		gap(other, "no regular file, which is not followed")
	}
	modules, whole := submodules(rev)
	if !whole {
		gap(".gitmodules", "it cannot be read whole, so that not all submodules are known")
	}
	for _, dir := range modules {
		gap(dir, "a submodule, whose advisories hang on its commit, which only the service looks up")
	}
	return beside, gaps, nil
}

// submodules are the directories that .gitmodules names. A file that does not
// say so plainly names none: it is git's, and what it means is not looked for.
// whole is false where there is one that could not be read to its end.
func submodules(rev revision.Revision) (dirs []string, whole bool) {
	const most = 1 << 20
	f, err := rev.Open(".gitmodules")
	if err != nil {
		return nil, errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	limited := &io.LimitedReader{R: f, N: most}
	lines := bufio.NewScanner(limited)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		dir := strings.TrimSuffix(strings.Trim(strings.TrimSpace(value), `"`), "/")
		if strings.EqualFold(strings.TrimSpace(key), "path") && fs.ValidPath(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, lines.Err() == nil && limited.N > 0
}
