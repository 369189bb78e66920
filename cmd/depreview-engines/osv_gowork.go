//go:build engines

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/depreview/depreview/analysis/engines"
	"golang.org/x/mod/modfile"
)

// goWork looks at what the go command will be told by the files of a stranger's
// before it reads them: a go.mod or go.work may name other directories of this
// machine. Where one does, it gives the reason not to start the go command. A
// go.work at the top that uses every module is put in force. Other are the
// modules that the go command takes from elsewhere than their name says: of
// those govulncheck finds no version, and that it reports no call says nothing.
func goWork(dir string, files []string) (other map[string]bool, refused string) {
	other = make(map[string]bool)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, "the directory cannot be opened"
	}
	defer root.Close()
	if len(files) == 0 {
		return nil, "which files are modules is not said"
	}
	// Of a module that takes another's place or is required, the go command heeds
	// no replacements: those of the main modules alone are looked at.
	used := make(map[string]bool)
	look := func(file string) string {
		data, err := readSmall(root, file)
		if errors.Is(err, fs.ErrNotExist) {
			return "" // the go command will say so
		}
		if err != nil {
			return file + " cannot be read"
		}
		mod, err := modfile.Parse(file, data, nil)
		if err != nil {
			return file + " cannot be read"
		}
		if mod.Module != nil && used[path.Dir(file)] {
			other[mod.Module.Mod.Path] = true
		}
		return replaced(path.Dir(file), mod.Replace, other)
	}
	var modules []string
	for _, file := range files {
		if path.Base(file) == "go.mod" {
			modules = append(modules, path.Dir(file))
			if refused := look(file); refused != "" {
				return nil, refused
			}
		}
	}
	data, err := readSmall(root, "go.work")
	if err != nil {
		return other, ""
	}
	work, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return nil, "go.work cannot be read"
	}
	for _, use := range work.Use {
		at, ok := inside(".", use.Path)
		if !ok {
			return nil, fmt.Sprintf("go.work uses %q, a directory outside of the revision", engines.OneLine(use.Path, 80))
		}
		used[at] = true
		if refused := look(path.Join(at, "go.mod")); refused != "" {
			return nil, refused
		}
	}
	if refused := replaced(".", work.Replace, other); refused != "" {
		return nil, refused
	}
	if !slices.ContainsFunc(modules, func(m string) bool { return !used[m] }) {
		os.Setenv("GOWORK", filepath.Join(dir, "go.work"))
	}
	return other, ""
}

// replaced holds that what takes a module's place lies in the revision, and
// notes the modules.
func replaced(from string, replace []*modfile.Replace, other map[string]bool) string {
	for _, r := range replace {
		other[r.Old.Path], other[r.New.Path] = true, true
		if r.New.Version != "" {
			continue // from the module cache
		}
		if _, ok := inside(from, r.New.Path); !ok {
			return fmt.Sprintf("%s is replaced by %q, a directory outside of the revision", engines.OneLine(r.Old.Path, 80), engines.OneLine(r.New.Path, 80))
		}
	}
	return ""
}

// inside is the directory that a path in a file of another leads to.
func inside(from, to string) (string, bool) {
	if filepath.IsAbs(to) || path.IsAbs(to) {
		return "", false
	}
	at := path.Join(from, filepath.ToSlash(to))
	return at, fs.ValidPath(at)
}

func readSmall(root *os.Root, file string) ([]byte, error) {
	f, err := root.Open(filepath.FromSlash(file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, cut, err := upTo(f, 0)
	if cut || len(data) == maxFile {
		return nil, fs.ErrInvalid
	}
	return data, err
}
