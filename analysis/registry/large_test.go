package registry

import (
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
)

// largePackument is of a package with 2,000 versions, each with what the
// registry writes of one: about 5 MB.
func largePackument() string {
	var b strings.Builder
	b.WriteString(`{"name":"event-flow","dist-tags":{"latest":"1.1999.0"},"maintainers":[{"name":"ada","email":"ada@example.invalid"}],"time":{"created":"2020-01-01T00:00:00Z"`)
	for i := range 2000 {
		fmt.Fprintf(&b, `,"1.%d.0":"20%02d-%02d-%02dT00:00:00.000Z"`, i, 20+i/336, 1+i/28%12, 1+i%28)
	}
	b.WriteString(`},"versions":{`)
	for i := range 2000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"1.%d.0":{"name":"event-flow","version":"1.%[1]d.0","description":"%s","keywords":["a","b","c"],"author":{"name":"ada"},"license":"MIT",`+
			`"main":"index.js","repository":{"type":"git","url":"git+https://git.example/acme/event-flow.git"},"engines":{"node":">=18"},`+
			`"scripts":{"test":"run","build":"run build","postinstall":"node setup.js"},"gitHead":"%040d","_npmUser":{"name":"ada","email":"ada@example.invalid"},`+
			`"maintainers":[{"name":"ada","email":"ada@example.invalid"},{"name":"bob","email":"bob@example.invalid"}],"dependencies":{%s"z":"1"},`+
			`"dist":{"shasum":"%040[1]d","integrity":"sha512-%088[1]d","tarball":"https://npm.invalid/event-flow/-/event-flow-1.%[1]d.0.tgz","fileCount":70,"unpackedSize":123456,"signatures":[{"keyid":"SHA256:k","sig":"%096[1]d"}]}}`,
			i, strings.Repeat("words ", 40), i, dependencies(30))
	}
	b.WriteString(`}}`)
	return b.String()
}

func dependencies(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"@acme/some-dependency-%d":"^1.2.%d",`, i, i)
	}
	return b.String()
}

func BenchmarkLargePackument(b *testing.B) {
	bodies := map[string]string{flowURL: largePackument(), flowCount: `{"downloads":42,"package":"event-flow"}`}
	change := *flowChange
	change.Base, change.Head = pkg("npm", "event-flow", "1.1998.0", ""), pkg("npm", "event-flow", "1.1999.0", "")
	dir := b.TempDir()
	run := func(b *testing.B, opts ...func(*clients.Options)) {
		b.ReportAllocs()
		b.SetBytes(int64(len(bodies[flowURL])))
		for b.Loop() {
			c, _ := serving(b, bodies, opts...)
			if got, err := New(c).Compare(b.Context(), &change); err != nil || got.Head == nil || got.Base.Detail == nil {
				b.Fatal(got, err)
			}
		}
	}
	b.Run("asked", func(b *testing.B) { run(b) })
	keep := func(o *clients.Options) { o.CacheDir = dir }
	c, _ := serving(b, bodies, keep)
	if _, err := New(c).Compare(b.Context(), &change); err != nil {
		b.Fatal(err)
	}
	b.Run("from-disk", func(b *testing.B) { run(b, keep) })
}
