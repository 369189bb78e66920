package cmd

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
)

func runDemo(args ...string) (code int, out, told string) {
	var stdout, stderr bytes.Buffer
	code = Main(append([]string{"demo"}, args...), nil, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestScorecardModes: what --scorecard takes, and what becomes of the check.
func TestScorecardModes(t *testing.T) {
	isolated(t)
	t.Setenv("PATH", t.TempDir()) // no engine
	transport, err := clients.NewTransport(clients.Options{Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	for mode, made := range map[string]bool{"auto": true, "hosted": true, "live": true, "none": false} {
		env := &environment{cli: &cli{choices: choices{Scorecard: mode}}}
		c := clients.New(transport, clients.DefaultEndpoints(), nil)
		s := checks.Sources{Clients: c, Registry: registry.New(c)}
		hint := env.scorecard(&s)
		if hint() != "" {
			t.Errorf("%s: an engine that nobody missed: %s", mode, hint())
		}
		chosen := env.withoutScorecard(checks.All(s))
		found := slices.ContainsFunc(chosen, func(c analysis.Check) bool { return c.Name() == "scorecard" })
		if found != made || len(chosen) == 0 || string(s.Scorecard) != mode {
			t.Errorf("%s: made %v, of %d, %v", mode, found, len(chosen), s.Scorecard)
		}
		if engine, err := s.Engine(); engine != nil || err == nil || !strings.Contains(err.Error(), "\nhint: ") {
			t.Errorf("%v, %v", engine, err)
		}
		if (hint() != "") != (mode == "auto") || mode == "auto" && !strings.Contains(hint(), "\nhint: ") {
			t.Errorf("%s: %q", mode, hint())
		}
		if code, _, told := runDemo("--format", "json", "--scorecard", mode); code != exitOK || told != "" {
			t.Errorf("%s: exit code %d, %s", mode, code, told)
		}
	}
	if _, out, _ := runDemo("--format", "json"); strings.Contains(out, "depreview-engines") || strings.Contains(out, "live: ") {
		t.Error("what is replayed misses an engine that nobody asked for")
	}
	if code, _, told := run("--scorecard", "sometimes"); code != exitUsage || !strings.Contains(told, "--scorecard must be one of") {
		t.Errorf("exit code %d, %s", code, told)
	}
	if _, out, _ := runDemo("--format", "json", "--scorecard", "none"); strings.Contains(out, `"name": "scorecard"`) || strings.Count(out, `"scorecard"`) != 1 {
		t.Error("none makes the check, or does not say that it was not made")
	}
	if _, out, _ := runDemo("--format", "json", "--scorecard", "live"); !strings.Contains(out, "live: what the engine says is not recorded") {
		t.Error("a replayed live score is not unknown")
	}
}
