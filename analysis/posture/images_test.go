package posture

import (
	"slices"
	"testing"
	"testing/fstest"
)

// TestImagesAreNoManager: files that pin images alone bring in no rule of a
// package manager or of a bot.
func TestImagesAreNoManager(t *testing.T) {
	read := func(files fstest.MapFS) []lock {
		r, err := open(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		return r.locks
	}
	files := fstest.MapFS{"go.mod": {Data: []byte("module acme\n")}}
	before := read(files)
	files["Dockerfile"] = &fstest.MapFile{Data: []byte("FROM acme-base:1\n")}
	files["compose.yaml"] = &fstest.MapFile{Data: []byte("services: {}\n")}
	if after := read(files); len(before) != 1 || !slices.Equal(before, after) {
		t.Errorf("%v, before %v", after, before)
	}
}
