//go:build engines

package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis/engines"
)

// heard keeps what the scanner logs: some of its failures stand nowhere else.
type heard struct {
	mu    sync.Mutex
	lines []string
	over  bool // there was more
}

const mostHeard = 50_000 // lines; over that nothing that was loaded is called whole

func (h *heard) Enabled(context.Context, slog.Level) bool { return true }
func (h *heard) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h *heard) WithGroup(string) slog.Handler            { return h }

func (h *heard) Handle(_ context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	// The line that tells which database was loaded is kept whatever came before.
	if len(h.lines) < mostHeard || strings.HasPrefix(r.Message, loadedDB) {
		h.lines = append(h.lines, engines.OneLine(r.Message, 500))
	} else {
		h.over = true
	}
	return nil
}

func (h *heard) mark() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.lines)
}

func (h *heard) since(mark int) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.lines[mark:]...)
}

func (h *heard) drop(mark int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = h.lines[:mark]
}

// What osv-scanner v2.3.2 says (internal/clients/clientimpl/localmatcher,
// pkg/osvscanner/scan.go, internal/sourceanalysis/go.go) and osv-scalibr with it
// (extractor/filesystem/sbom); the tests hold each against the linked version.
const (
	loadedDB   = "Loaded "
	unreadable = "Could not read "
	notJSON    = " is not a valid JSON file: "
	extraction = "Error during extraction: "
	analysis   = "Failed to run code analysis"
	noGo       = "Skipping call analysis on Go code"
	noName     = "Neither CPE nor PURL found for package: "
)

// databases gives the ecosystems that were loaded, and of each the records that
// could not be read: they are logged before the line that ends the loading.
func (h *heard) databases() (loaded map[string]bool, broken map[string][]string) {
	loaded, broken = make(map[string]bool), make(map[string][]string)
	h.mu.Lock()
	over := h.over
	h.mu.Unlock()
	var pending []string
	for _, line := range h.since(0) {
		if rest, ok := strings.CutPrefix(line, loadedDB); ok {
			if name, _, ok := strings.Cut(rest, " local db from "); ok {
				if over {
					pending = append(pending, "more than can be listed")
				}
				loaded[name], broken[name], pending = true, pending, nil
			}
		} else if strings.HasPrefix(line, unreadable) || strings.Contains(line, notJSON) {
			pending = append(pending, line)
		}
	}
	return loaded, broken
}

// unread gives the files of dir that could not be read, one line each.
func (h *heard) unread(dir string) (lines []string) {
	for _, line := range h.since(0) {
		if rest, ok := strings.CutPrefix(line, extraction); ok {
			lines = append(lines, below(dir, rest))
		}
	}
	return lines
}

// nameless counts the components of SBOMs that were passed over.
func (h *heard) nameless() (n int) {
	for _, line := range h.since(0) {
		if strings.HasPrefix(line, noName) {
			n++
		}
	}
	return n
}

func (h *heard) callsUnknown(dir string) string {
	for _, line := range h.since(0) {
		if strings.HasPrefix(line, analysis) || strings.HasPrefix(line, noGo) {
			return plainly(below(dir, line))
		}
	}
	return ""
}

// plainly says what most often keeps the go command from the source, in place of
// its own words: those speak of settings that the engine made.
func plainly(line string) string {
	file := "go.mod"
	if _, rest, ok := strings.Cut(line, " on '"); ok {
		if name, _, ok := strings.Cut(rest, "'"); ok {
			file = name
		}
	}
	switch {
	case strings.Contains(line, "module lookup disabled by GOPROXY=off"):
		return file + ": modules that it needs are neither vendored nor in this machine's module cache (go mod download)"
	case strings.Contains(line, "GOTOOLCHAIN=local"):
		return file + ": it asks for a newer Go than this machine has"
	}
	return line
}

// below takes the directory, which is temporary, out of a text; the scanner
// writes it with and without its root.
func below(dir, text string) string {
	dir = filepath.ToSlash(filepath.Clean(dir)) + "/"
	text = strings.ReplaceAll(text, dir, "")
	return engines.OneLine(strings.ReplaceAll(text, strings.TrimPrefix(dir, "/"), ""), 300)
}
