package cmd

import (
	"slices"
	"testing"
)

func TestBrowser(t *testing.T) {
	const url = "https://osv.example/vulnerability/GHSA-aaaa?x=1&y=$(id)"
	for _, c := range []struct {
		system, display string
		want            []string // the last one is the address, whole
	}{
		{"linux", ":0", []string{"xdg-open", url}},
		{"freebsd", ":0", []string{"xdg-open", url}},
		{"darwin", "", []string{"open", url}},
		{"windows", "", []string{"rundll32", "url.dll,FileProtocolHandler", url}},
		{"linux", "", nil},
	} {
		getenv := func(name string) string { return map[string]string{"DISPLAY": c.display}[name] }
		name, args, err := browser(c.system, getenv, url)
		if c.want == nil {
			if err == nil {
				t.Errorf("%s without a display opens %s", c.system, name)
			}
			continue
		}
		if got := append([]string{name}, args...); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q %v, want %q", c.system, got, err, c.want)
		}
	}
}

func TestBrowserOpensHTTPSAlone(t *testing.T) {
	for _, url := range []string{"", "http://a.example", "file:///etc/passwd", "-h", "javascript:alert(1)", " https://a.example"} {
		if openBrowser(url) == nil {
			t.Errorf("%q was opened", url)
		}
	}
}
