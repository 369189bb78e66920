package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// osv answers for three packages: acme-http has a critical advisory, event-flow
// one that is being exploited, and left-padz none.
type osv struct{ batches atomic.Int32 }

func (o *osv) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	record := func(id, name, cve string) string {
		return fmt.Sprintf(`{"id":%q,"modified":"2026-01-02T03:04:05Z","aliases":[%q],"summary":"%s reads too far","details":"at length",
			"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:%s"}],
			"affected":[{"package":{"ecosystem":"npm","name":%q},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}]}]}`,
			id, cve, name, map[string]string{"acme-http": "H/I:H/A:H", "event-flow": "L/I:N/A:N"}[name], name)
	}
	switch r.URL.Path {
	case "/v1/querybatch":
		o.batches.Add(1)
		var asked struct {
			Queries []struct{ Package struct{ Name string } }
		}
		if json.NewDecoder(r.Body).Decode(&asked) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var results []string
		for _, q := range asked.Queries {
			id := map[string]string{"acme-http": "GHSA-aaaa-aaaa-aaaa", "event-flow": "GHSA-eeee-eeee-eeee"}[q.Package.Name]
			if id == "" {
				results = append(results, "{}")
				continue
			}
			results = append(results, fmt.Sprintf(`{"vulns":[{"id":%q,"modified":"2026-01-02T03:04:05Z"}]}`, id))
		}
		fmt.Fprintf(w, `{"results":[%s]}`, strings.Join(results, ","))
	case "/v1/vulns/GHSA-aaaa-aaaa-aaaa":
		_, _ = io.WriteString(w, record("GHSA-aaaa-aaaa-aaaa", "acme-http", "CVE-2026-0002"))
	case "/v1/vulns/GHSA-eeee-eeee-eeee":
		_, _ = io.WriteString(w, record("GHSA-eeee-eeee-eeee", "event-flow", "CVE-2026-0001"))
	case "/", "":
		_, _ = io.WriteString(w, `{"count":1,"vulnerabilities":[{"cveID":"CVE-2026-0001"}]}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func runAudit(args ...string) (code int, out, told string) {
	var stdout, stderr bytes.Buffer
	code = Main(append([]string{"audit", "HEAD", "--go-git"}, args...), nil, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestAuditOnline: one question for all packages; what is being exploited goes
// before what is merely worse; exit code 1, and no word of incompleteness.
func TestAuditOnline(t *testing.T) {
	isolated(t)
	dir := pair(t, nil, nil, "acme-http", "event-flow", "left-padz")
	service := &osv{}
	server := httptest.NewServer(service)
	defer server.Close()
	online := []string{"--repo", dir, "--config", everywhere(t, server.URL, "")}
	code, out, told := runAudit(online...)
	if code != exitFound || told != "" {
		t.Errorf("exit code %d: %s", code, told)
	}
	for _, want := range []string{
		"3 packages in 1 lockfile at HEAD", "2 advisories known of 2 packages", "1 known to be exploited, 1 critical",
		"npm acme-http   1.0.1 -> 2.0.0  fixes 1 advisory; direct", "\nchecked 3 of 3; by 127.0.0.1",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if exploited, severe := strings.Index(out, "npm event-flow"), strings.Index(out, "npm acme-http"); exploited < 0 || exploited > severe {
		t.Errorf("what is exploited is not in front:\n%s", out)
	}
	if n := service.batches.Load(); n != 1 {
		t.Errorf("%d batches", n)
	}
	// What is exploited counts at every level; the critical one as well.
	if code, _, _ := runAudit(append(online, "--fail-on", "critical", "--format", "json")...); code != exitFound {
		t.Errorf("exit code %d", code)
	}
	if code, _, told := runAudit(append(online, "--fail-on", "none")...); code != exitOK || told != "" {
		t.Errorf("exit code %d: %s", code, told)
	}
}

// TestAuditUnanswered: a service that says nothing makes nothing clean.
func TestAuditUnanswered(t *testing.T) {
	isolated(t)
	dir := pair(t, nil, nil, "acme-http", "left-padz")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!doctype html><title>Sign in</title>")
	}))
	defer server.Close()
	code, out, told := runAudit("--repo", dir, "--config", everywhere(t, server.URL, ""))
	if code != exitIncomplete || !strings.Contains(told, "incomplete (exit code 3): whether advisories exist is not known of 2 of 2 packages") ||
		!strings.Contains(out, "whether advisories exist is not known of any.") || !strings.Contains(out, "2 unknown: 2 127.0.0.1") {
		t.Errorf("exit code %d: %s\n%s", code, told, out)
	}
}
