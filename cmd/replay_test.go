package cmd

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
)

// TestRecordAndReplay: what was recorded of a review gives the same findings
// when no service is there any more.
func TestRecordAndReplay(t *testing.T) {
	isolated(t)
	dir := pair(t, nil, nil, "acme-http", "left-padz")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/npm/acme-http":
			fmt.Fprint(w, `{"name":"acme-http","versions":{"1.0.0":{"version":"1.0.0","scripts":{}},"1.0.1":{"version":"1.0.1","deprecated":"gone","scripts":{}}}}`)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"Not Found"}`)
		}
	}))
	defer server.Close()
	var config strings.Builder
	config.WriteString("[endpoints]\n")
	for _, name := range clients.EndpointNames() {
		if name != "sumdb-key" {
			fmt.Fprintf(&config, "%s = %q\n", name, server.URL+"/"+name)
		}
	}
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	recorded := filepath.Join(t.TempDir(), "recorded")
	code, live, told := run("--repo", dir, "--config", file, "--record", recorded, "--checks", "release-status,notes")
	if code != exitOK || told != "" || !strings.Contains(live, "release-deprecated") {
		t.Fatalf("exit code %d, %s\n%s", code, told, live)
	}
	server.Close()
	code, again, told := run("--repo", dir, "--replay", recorded, "--checks", "release-status,notes")
	if code != exitOK || told != "" || again != live {
		t.Errorf("exit code %d, %s\n%s\nwas\n%s", code, told, again, live)
	}

	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--record", recorded}, "it is not empty"},
		{[]string{"--record", filepath.Join(recorded, "more"), "--offline"}, "no service is asked"},
		{[]string{"--replay", dir}, "read the time of the recordings"},
	} {
		if code, _, told := run(append(test.args, "--repo", dir, "--config", file)...); code != exitUsage || !strings.Contains(told, test.want) {
			t.Errorf("%v: exit code %d, %s", test.args, code, told)
		}
	}
}
