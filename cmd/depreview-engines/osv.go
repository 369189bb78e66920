//go:build engines

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/google/osv-scanner/v2/pkg/models"
	"github.com/google/osv-scanner/v2/pkg/osvscanner"
)

func init() { handlers.OSV = runOSV }

// runOSV scans without the network. osvscanner.DoScan takes no context: the
// viewer ends this program. It reports a database that is absent or damaged in
// its log alone and finds nothing, so the databases are looked at before the
// scan, and the log and the files again after it.
func runOSV(_ context.Context, r engines.OSVRequest) (engines.OSVAnswer, error) {
	a := engines.OSVAnswer{ScannerVersion: library("github.com/google/osv-scanner/v2")}
	if !filepath.IsAbs(r.Directory) || !filepath.IsAbs(r.Database) {
		return a, refuse("the directory's or the database's path is not absolute")
	}
	if err := regularFiles(r.Directory, r.Lockfiles); err != nil {
		return a, refuse(err.Error())
	}
	network.allow(nil)
	work, err := os.MkdirTemp("", "scan-")
	if err != nil {
		return a, err
	}
	defer os.RemoveAll(work)
	stores, err := openDatabases(r.Database, work)
	if err != nil {
		return a, err
	}
	// The scanned tree's own osv-scanner.toml could hide advisories, and it is
	// of the reviewed branch: an empty one takes its place.
	config := filepath.Join(work, "osv-scanner.toml")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		return a, err
	}
	var elsewhere map[string]bool
	refused := ""
	if r.GoCalls {
		elsewhere, refused = goWork(r.Directory, r.Lockfiles)
		r.GoCalls = refused == ""
	}
	words := &heard{}
	osvscanner.SetLogger(words)
	actions := osvscanner.ScannerActions{
		Recursive: true, NoIgnore: true, ConfigOverridePath: config,
		CallAnalysisStates: map[string]bool{"go": r.GoCalls}, // rust's builds, which runs code of packages
		ShowAllPackages:    true, ShowAllVulns: true,
		CompareOffline: true, LocalDBPath: work,
		ExperimentalScannerActions: osvscanner.ExperimentalScannerActions{
			TransitiveScanning: osvscanner.TransitiveScanningActions{Disabled: true},
			// What copies tell of themselves, which the presets keep for images.
			PluginsEnabled: []string{"java/archive", "python/wheelegg", "javascript/nodemodules"},
		},
	}
	result, left, err := scan(actions, r, words)
	if err != nil {
		return a, err
	}
	a.NotSupported = left.unsupported
	a.Unread = append(left.unread, words.unread(r.Directory)...)
	var guesses []engines.OSVGap
	a.Packages, guesses = packages(result, r, elsewhere)
	a.NotSupported, a.Nameless = append(a.NotSupported, guesses...), words.nameless()
	a.CallsUnknown = refused
	if r.GoCalls {
		a.CallsUnknown = words.callsUnknown(r.Directory)
	}
	stores.judge(&a, words)
	if len(a.Packages) > 0 && !slices.ContainsFunc(a.Packages, func(p engines.OSVPackage) bool { return p.Unknown == "" }) {
		return a, &engines.Error{Kind: engines.Database, Reason: "nothing could be looked up: " + a.Packages[0].Unknown, Hint: dbHint}
	}
	if len(a.Packages) == 0 && len(a.Unread) == 0 && len(a.NotSupported) == 0 {
		return a, errors.New("osv-scanner found no package in what it was given")
	}
	return a, nil
}

// leftOut are the files that a scan was made without.
type leftOut struct {
	unread      []string
	unsupported []engines.OSVGap
}

// scan leaves out a lockfile that osv-scanner cannot read or does not know, and
// goes on with the others; that happens before any database is loaded, and costs
// little.
func scan(actions osvscanner.ScannerActions, r engines.OSVRequest, words *heard) (result models.VulnerabilityResults, out leftOut, err error) {
	left := slices.Clone(r.Lockfiles)
	for {
		actions.DirectoryPaths, actions.LockfilePaths = nil, nil
		if len(r.Lockfiles) == 0 {
			actions.DirectoryPaths = []string{r.Directory}
		}
		for _, file := range left {
			// The empty name before the colon: a path may hold one too.
			actions.LockfilePaths = append(actions.LockfilePaths, ":"+filepath.Join(r.Directory, filepath.FromSlash(file)))
		}
		mark := words.mark()
		result, err = osvscanner.DoScan(actions)
		switch {
		case err == nil, errors.Is(err, osvscanner.ErrVulnerabilitiesFound), errors.Is(err, osvscanner.ErrNoPackagesFound):
			return result, out, nil
		}
		said := words.since(mark)
		words.drop(mark) // the next round says it again; what made this one end is named here once
		unknown := errors.Is(err, osvscanner.ErrExtractorNotFound)
		bad := slices.IndexFunc(left, func(file string) bool {
			path := filepath.Join(r.Directory, filepath.FromSlash(file))
			if unknown {
				return strings.HasSuffix(err.Error(), strconv.Quote(path))
			}
			path = strings.TrimPrefix(filepath.ToSlash(path), "/") + ": "
			return slices.ContainsFunc(said, func(line string) bool {
				return strings.HasPrefix(line, extraction) && strings.Contains(line, path)
			})
		})
		switch {
		case bad < 0:
			return result, out, fmt.Errorf("osv-scanner: %s", below(r.Directory, err.Error()))
		case unknown:
			out.unsupported = append(out.unsupported, engines.OSVGap{Source: left[bad], Reason: "osv-scanner does not know this kind of file"})
		default:
			out.unread = append(out.unread, left[bad]+": osv-scanner cannot read it")
		}
		if left = slices.Delete(left, bad, bad+1); len(left) == 0 {
			return models.VulnerabilityResults{}, out, nil
		}
	}
}

// regularFiles holds that each path is a file below dir, and no link.
func regularFiles(dir string, files []string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open the directory: %w", err)
	}
	defer root.Close()
	for _, file := range files {
		if !fs.ValidPath(file) {
			return fmt.Errorf("%q is no path in the directory", file)
		}
		for part := file; part != "."; part = filepath.ToSlash(filepath.Dir(part)) {
			info, err := root.Lstat(filepath.FromSlash(part))
			if err != nil {
				return err
			}
			if info.Mode()&fs.ModeSymlink != 0 || part == file && !info.Mode().IsRegular() {
				return fmt.Errorf("%s is no regular file of the directory", file)
			}
		}
	}
	return nil
}
