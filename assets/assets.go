// Package assets holds what is embedded in the binary. It is the lowest floor
// and imports nothing of depreview.
package assets

import (
	_ "embed"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed demo/demo.txtar
var demo []byte

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
