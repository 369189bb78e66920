package registry

import (
	"errors"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

func TestGo(t *testing.T) {
	c, _ := serving(t, map[string]string{
		"proxy.invalid/forge.example/acme/@v/list":                                       "v1.2.0\nv1.10.0\nv1.9.0\nv2.0.0+incompatible\nv1.11.0-rc.1\n",
		"proxy.invalid/forge.example/acme/@v/v1.9.0.info":                                `{"Version":"v1.9.0","Time":"2025-01-01T00:00:00Z","Origin":{"VCS":"git","URL":"https://forge.example/acme.git","Subdir":"sub","Hash":"c0ffee"}}`,
		"proxy.invalid/forge.example/acme/@v/v1.10.1-0.20261101000000-0123456789ab.info": `{"Version":"v1.10.1-0.20261101000000-0123456789ab","Time":"2026-11-01T00:00:00Z"}`,
		"proxy.invalid/forge.example/acme/@v/v1.10.0.mod": `// Deprecated: use forge.example/acme/v2
module forge.example/acme

retract [v1.0.0, v1.2.0] // loses data
retract v1.9.0
`,
	})
	p, err := golang{c}.Package(t.Context(), "forge.example/acme", []string{"v1.9.0", "v1.10.1-0.20261101000000-0123456789ab", "v7.0.0+incompatible"})
	if err != nil || p.Incomplete != nil {
		t.Fatal(err, p)
	}
	wantBrief(t, p, "v1.2.0 withdrawn:yes (loses data); v1.9.0 committed 2025-01-01 withdrawn:yes *; v1.10.0; "+
		"v1.10.1-0.20261101000000-0123456789ab committed 2026-11-01 *; v1.11.0-rc.1; v2.0.0+incompatible")
	if p.Status != "deprecated" || p.StatusReason != "use forge.example/acme/v2" || p.Source != "proxy.invalid" || p.Repository != "https://forge.example/acme" {
		t.Errorf("%+v", p)
	}
	d := p.Find("1.9.0").Detail
	if d.Commit != "c0ffee" || d.Directory != "sub" || d.Scripts == nil || len(d.Scripts) != 0 || p.Find("v2.0.0") == nil || p.Find("v7.0.0") != nil {
		t.Errorf("%+v", d)
	}
	for _, r := range p.Releases {
		if !r.Published.IsZero() {
			t.Error("a commit's time is no publication", r)
		}
	}
}

func TestGoUnknown(t *testing.T) {
	c, _ := serving(t, map[string]string{
		"proxy.invalid/forge.example/a/@v/list":        "v1.0.0\n",
		"proxy.invalid/forge.example/a/@v/v1.0.0.info": `500 no`,
		"proxy.invalid/forge.example/a/@v/v1.0.0.mod":  `500 no`,
		"proxy.invalid/forge.example/b/@v/list":        "v1.0.0\n",
		"proxy.invalid/forge.example/b/@v/v1.0.0.info": `{"Version":"v1.0.0"}`,
		"proxy.invalid/forge.example/b/@v/v1.0.0.mod":  "module forge.example/b\nretract (\n",
		"proxy.invalid/forge.example/c/@v/list":        "",
		"proxy.invalid/forge.example/d/@v/list":        "",
		"proxy.invalid/forge.example/d/@latest":        `{"Version":"v0.0.0-20261101000000-0123456789ab"}`,
	})
	for _, name := range []string{"forge.example/a", "forge.example/b"} {
		p, err := golang{c}.Package(t.Context(), name, []string{"v1.0.0"})
		if err != nil || p.Incomplete == nil || p.Find("v1.0.0").Withdrawn != lockfiles.Unclaimed {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
	for _, name := range []string{"forge.example/c", "forge.example/nothing"} {
		if _, err := (golang{c}).Package(t.Context(), name, []string{"v1.0.0"}); !errors.Is(err, clients.ErrAbsent) {
			t.Error(name, err)
		}
	}
	if p, err := (golang{c}).Package(t.Context(), "forge.example/d", []string{"v1.0.0"}); err != nil || len(p.Releases) != 0 {
		t.Errorf("%+v %v", p, err)
	}
}
