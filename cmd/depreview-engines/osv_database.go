//go:build engines

package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/engines"
)

const dbHint = "depreview db update"

// databases are the zips of a local database, by ecosystem.
type databases map[string]*database

type database struct {
	path     string
	size     int64
	modified time.Time
	records  int
	problem  string
}

// openDatabases looks at every ecosystem's zip below dir, in the layout of
// osv-scalibr and in the one of osv-scanner before 2.5, and puts the newer whole
// one where the linked scanner looks: <work>/osv-scanner/<Ecosystem>/all.zip.
func openDatabases(dir, work string) (databases, error) {
	found := make(databases)
	for _, layout := range []string{"osv-scalibr", "osv-scanner"} {
		entries, err := os.ReadDir(filepath.Join(dir, layout))
		if err != nil {
			continue
		}
		for _, e := range entries {
			d, ok := openDatabase(filepath.Join(dir, layout, e.Name(), "all.zip"))
			if !ok {
				continue
			}
			old := found[e.Name()]
			if old == nil || old.problem != "" && d.problem == "" || d.modified.After(old.modified) && d.problem == "" {
				found[e.Name()] = d
			}
		}
	}
	if len(found) == 0 {
		return nil, &engines.Error{Kind: engines.Database, Reason: "osv-scanner has no downloads of advisories on this machine", Hint: dbHint}
	}
	usable := false
	for ecosystem, d := range found {
		if d.problem != "" {
			continue
		}
		usable = true
		if err := place(d.path, filepath.Join(work, "osv-scanner", ecosystem, "all.zip")); err != nil {
			return nil, fmt.Errorf("put the database of %s in place: %w", ecosystem, err)
		}
	}
	if !usable {
		for ecosystem, d := range found {
			return nil, &engines.Error{Kind: engines.Database, Reason: "the advisory database of " + ecosystem + " is damaged: " + d.problem, Hint: dbHint}
		}
	}
	return found, nil
}

func openDatabase(path string) (*database, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, false
	}
	d := &database{path: path, size: info.Size(), modified: info.ModTime()}
	r, err := zip.OpenReader(path)
	if err != nil {
		d.problem = "it is no whole zip"
		return d, true
	}
	defer r.Close()
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, ".json") {
			d.records++
		}
	}
	if d.records == 0 {
		d.problem = "it holds no record"
	}
	return d, true
}

// place makes the file at from readable at to, without a copy where the system
// allows.
func place(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if os.Symlink(from, to) == nil || os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// judge says of every package what its ecosystem's database leaves unknown.
func (found databases) judge(a *engines.OSVAnswer, words *heard) {
	loaded, broken := words.databases()
	used := make(map[string]engines.OSVDatabase)
	for i := range a.Packages {
		p := &a.Packages[i]
		name, _, _ := strings.Cut(p.Ecosystem, ":")
		if name == "" {
			continue
		}
		d, ok := used[name]
		if !ok {
			d = engines.OSVDatabase{Ecosystem: name}
			if known := found[name]; known == nil {
				d.Problem = "there is no database of " + name
			} else {
				d.Modified, d.Records, d.Problem = known.modified.UTC().Truncate(time.Second), known.records, known.problem
				if d.Problem == "" {
					d.Broken, d.Problem = known.after(loaded[name], broken[name])
				}
			}
			used[name] = d
		}
		if d.Problem != "" && p.Unknown == "" {
			p.Unknown = d.Problem
			if d.Records > 0 {
				p.Unknown = "the database of " + name + " is damaged: " + d.Problem
			}
		}
	}
	// A package without a version or a name is never looked up, and its ecosystem
	// may then not be loaded at all; that is no damage of the others'.
	for _, d := range used {
		a.Databases = append(a.Databases, d)
	}
	sort.Slice(a.Databases, func(i, j int) bool { return a.Databases[i].Ecosystem < a.Databases[j].Ecosystem })
}

// after holds a database against what the scan made of it.
func (d *database) after(loaded bool, broken []string) (int, string) {
	info, err := os.Stat(d.path)
	switch {
	case !loaded:
		return 0, "the scanner did not load it"
	case err != nil || info.Size() != d.size || !info.ModTime().Equal(d.modified):
		return 0, "it changed while it was read"
	case len(broken) > 0:
		return len(broken), fmt.Sprintf("%d of its records cannot be read, the first: %s", len(broken), engines.OneLine(broken[0], 200))
	}
	return 0, ""
}
