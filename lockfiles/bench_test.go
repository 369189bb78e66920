package lockfiles

import (
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// packageLockOfSize makes a package-lock.json of about size bytes.
func packageLockOfSize(size int) []byte {
	var b strings.Builder
	b.WriteString("{\n  \"name\": \"bench\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \"packages\": {\n    \"\": {\n      \"name\": \"bench\",\n      \"dependencies\": {\n        \"pkg-0\": \"^1.0.0\"\n      }\n    }")
	for i := 0; b.Len() < size; i++ {
		sum := sha512.Sum512(fmt.Appendf(nil, "pkg-%d", i))
		fmt.Fprintf(&b, ",\n    \"node_modules/pkg-%d\": {\n      \"version\": \"1.%d.0\",\n      \"resolved\": \"https://registry.npm.invalid/pkg-%d/-/pkg-%d-1.%d.0.tgz\",\n      \"integrity\": \"sha512-%s\",\n      \"license\": \"MIT\",\n      \"dependencies\": {\n        \"pkg-%d\": \"^1.0.0\",\n        \"pkg-%d\": \"^1.0.0\"\n      },\n      \"engines\": {\n        \"node\": \">=18\"\n      }\n    }",
			i, i%40, i, i, i%40, base64.StdEncoding.EncodeToString(sum[:]), i/2, i+1)
	}
	b.WriteString("\n  }\n}\n")
	return []byte(b.String())
}

// BenchmarkParse shows that parsing is linear: MB/s must not fall with size.
func BenchmarkParse(b *testing.B) {
	for _, megabytes := range []int{1, 10, 40} {
		data := packageLockOfSize(megabytes << 20)
		tree := fstest.MapFS{"package-lock.json": {Data: data}}
		b.Run(fmt.Sprintf("package-lock.json/%dMB", megabytes), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(b.Context(), tree, "package-lock.json"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestParseIsLinear holds every format to it, generously: eight times the
// entries may take at most thirty times as long. A quadratic parser takes 64.
func TestParseIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	for name, g := range linearInputs {
		small, large := g(1000), g(8000)
		once := func(data []byte) time.Duration {
			best := time.Hour
			for range 3 {
				tree := fstest.MapFS{name: {Data: data}}
				start := time.Now()
				if _, err := Read(t.Context(), tree, name); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				best = min(best, time.Since(start))
			}
			return best
		}
		a, b := once(small), once(large)
		for range 4 { // somebody else may have had the processor
			if b <= 30*max(a, time.Millisecond) {
				break
			}
			a, b = max(a, once(small)), min(b, once(large))
		}
		if b > 30*max(a, time.Millisecond) {
			t.Errorf("%s: %d KB take %v, %d KB take %v", name, len(small)>>10, a, len(large)>>10, b)
		}
		t.Logf("%s: %d KB %v, %d KB %v", name, len(small)>>10, a, len(large)>>10, b)
	}
}

// repeat makes a file of a head and n numbered entries.
func repeat(head, entry, tail string) func(n int) []byte {
	return func(n int) []byte {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			b.WriteString(strings.NewReplacer("{i}", fmt.Sprint(i), "{h}", fmt.Sprint(i/2), "{hex}", fmt.Sprintf("%064x", i)).Replace(entry))
		}
		b.WriteString(tail)
		return []byte(b.String())
	}
}

var linearInputs = map[string]func(n int) []byte{
	"package-lock.json": func(n int) []byte { return packageLockOfSize(n * 500) },
	"pnpm-lock.yaml": func(n int) []byte {
		return append(repeat("lockfileVersion: '9.0'\nimporters:\n  .: {}\npackages:\n", "  p{i}@1.0.0:\n    resolution: {integrity: sha512-aaaa}\n", "")(n),
			repeat("snapshots:\n", "  p{i}@1.0.0:\n    dependencies:\n      p{h}: 1.0.0\n", "")(n)...)
	},
	"Cargo.lock":       repeat("version = 4\n", "\n[[package]]\nname = \"p{i}\"\nversion = \"1.0.0\"\nsource = \"registry+https://index.invalid\"\nchecksum = \"{hex}\"\ndependencies = [\n \"p{h}\",\n]\n", ""),
	"poetry.lock":      repeat("", "[[package]]\nname = \"p{i}\"\nversion = \"1.0.0\"\nfiles = [{file = \"p.whl\", hash = \"sha256:{hex}\"}]\n\n[package.dependencies]\np{h} = \"*\"\n\n", "[metadata]\nlock-version = \"2.1\"\npython-versions = \"*\"\ncontent-hash = \"x\"\n"),
	"uv.lock":          repeat("version = 1\nrevision = 3\n", "\n[[package]]\nname = \"p{i}\"\nversion = \"1.0.0\"\nsource = { registry = \"https://pypi.invalid/simple\" }\ndependencies = [{ name = \"p{h}\" }]\nsdist = { url = \"https://files.invalid/p.tgz\", hash = \"sha256:{hex}\" }\n", ""),
	"requirements.txt": repeat("", "p{i}==1.0.0 \\\n    --hash=sha256:{hex}\n    # via p{h}\n", ""),
	"go.mod":           repeat("module m.example\n\ngo 1.26\n\nrequire (\n", "\tp.example/p{i} v1.0.0\n", ")\n"),
	"composer.lock":    repeat("{\"content-hash\": \"x\", \"packages\": [{\"name\": \"a/a\", \"version\": \"1.0.0\"}", ", {\"name\": \"a/p{i}\", \"version\": \"1.0.0\", \"require\": {\"a/p{h}\": \"*\"}}\n", "], \"packages-dev\": []}"),
	"yarn.lock":        repeat("# yarn lockfile v1\n\n", "p{i}@^1.0.0:\n  version \"1.0.0\"\n  resolved \"https://registry.invalid/p/-/p-1.0.0.tgz#0123456789012345678901234567890123456789\"\n  dependencies:\n    p{h} \"^1.0.0\"\n\n", ""),
	"Gemfile.lock":     repeat("GEM\n  remote: https://gems.invalid/\n  specs:\n", "    p{i} (1.0.0)\n      p{h} (>= 1)\n", "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  p1\n"),
	"bun.lock":         repeat("{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\"\": {\"name\": \"b\"}},\n  \"packages\": {\n", "    \"p{i}\": [\"p{i}@1.0.0\", \"\", {\"dependencies\": {\"p{h}\": \"1\"}}, \"sha512-aaaa\"],\n", "  }\n}\n"),
	"mix.lock":         repeat("%{\n", "  \"p{i}\": {:hex, :p{i}, \"1.0.0\", \"{hex}\", [:mix], [{:p{h}, \"~> 1.0\", [hex: :p{h}, repo: \"hexpm\", optional: false]}], \"hexpm\", \"{hex}\"},\n", "}\n"),
}
