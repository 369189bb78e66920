// Package assets holds what is embedded in the binary. It is the lowest floor
// and imports nothing of depreview.
package assets

import (
	_ "embed"
	"io/fs"
	"strings"

	"golang.org/x/tools/txtar"
)

var (
	//go:embed demo/demo.txtar
	demo []byte
	//go:embed demo/evidence.txtar
	demoEvidence []byte
)

// Demo is the repository of `depreview demo`: the files of its two commits by
// path.
func Demo() (base, head map[string][]byte) {
	base, head = make(map[string][]byte), make(map[string][]byte)
	for _, f := range txtar.Parse(demo).Files {
		side, path, _ := strings.Cut(f.Name, "/")
		switch side {
		case "base":
			base[path] = f.Data
		case "head":
			head[path] = f.Data
		}
	}
	return base, head
}

// DemoEvidence is what the services say of the packages of Demo, as
// analysis/replay reads it.
func DemoEvidence() (fs.FS, error) { return txtar.FS(txtar.Parse(demoEvidence)) }
