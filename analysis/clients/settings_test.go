package clients

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestNotAskedLeavesNoTrace: what the settings close is refused before any
// request, by every service that would be told the name.
func TestNotAskedLeavesNoTrace(t *testing.T) {
	address, asked := serve(t, answer(200, `{}`))
	transport, _ := newTransport(t, nil)
	e := Endpoints{OSV: address, DepsDev: address, NPM: address, NPMDownloads: address, PyPI: address, GoProxy: address, SumDB: address, SumDBKey: DefaultEndpoints().SumDBKey}
	const module, from = "git.acme.example/team/tool", "private by GOPRIVATE: not asked"
	private := With(transport, Settings{Endpoints: e, Go: GoRules{NoProxy: "*.acme.example", NoSumDB: "*.acme.example", NoProxyFrom: "GOPRIVATE", NoSumDBFrom: "GOPRIVATE"},
		NPM: func(name string) NPMRoute {
			if name == "@acme/http" {
				return NPMRoute{Base: "https://npm.acme.example", From: "~/.npmrc:1"}
			}
			return NPMRoute{Refused: "two files disagree"}
		},
		Closed: map[string]string{"pypi": "no JSON there"}})
	shut := With(transport, Settings{Endpoints: e, Closed: map[string]string{"go-proxy": "GOPROXY is off", "sumdb": "GOSUMDB is off"}})
	ctx := t.Context()
	for name, test := range map[string]struct {
		ask  func() error
		says string
	}{
		"proxy":      {func() error { _, err := private.GoProxy.List(ctx, module); return err }, from},
		"proxy, one": {func() error { _, err := private.GoProxy.Info(ctx, module, "v1.0.0"); return err }, from},
		"sumdb":      {func() error { _, err := private.SumDB.Lookup(ctx, module, "v1.0.0"); return err }, from},
		"osv": {func() error {
			_, err := private.OSV.Refs(ctx, OSVQuery{Ecosystem: "Go", Name: module, Version: "1.0.0"})
			return err
		}, from},
		"deps.dev": {func() error {
			_, err := private.DepsDev.Version(ctx, DepsDevKey{System: "go", Name: module, Version: "v1.0.0"})
			return err
		}, from},
		"proxy is off":   {func() error { _, err := shut.GoProxy.List(ctx, "mod.example/a"); return err }, "GOPROXY is off"},
		"sumdb is off":   {func() error { _, err := shut.SumDB.Lookup(ctx, "mod.example/a", "v1.0.0"); return err }, "GOSUMDB is off"},
		"no such index":  {func() error { _, err := private.PyPI.Release(ctx, "acme", "1.0"); return err }, "no JSON there"},
		"npm, ambiguous": {func() error { _, err := private.NPM.Packument(ctx, "left-padz"); return err }, "two files disagree"},
		"npm, counts":    {func() error { _, err := private.NPM.LastWeek(ctx, "@acme/http"); return err }, "public registry"},
	} {
		err := test.ask()
		var e *Error
		if !errors.As(err, &e) || e.Reason != ReasonNotAsked || !e.NotAsked() || StateOf(err) != Unknown {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(Why(err), test.says) || strings.Count(err.Error(), test.says) != 1 {
			t.Errorf("%s: why %q, error %q", name, Why(err), err)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests went out", asked.Load())
	}
	if !private.GoProxy.Private(module) || private.GoProxy.Private("mod.example/a") {
		t.Error("Private does not tell the two apart")
	}
}

// TestProjectRegistryGetsNoToken: a registry that a route names is asked without
// the token of another, and with its own.
func TestProjectRegistryGetsNoToken(t *testing.T) {
	seen := make(map[string]string)
	handler := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			seen[name] = r.Header.Get("Authorization")
			answer(200, `{"name":"@acme/http","versions":{}}`)(w, r)
		}
	}
	mine, _ := serve(t, handler("mine"))
	project, _ := serve(t, handler("project"))
	transport, _ := newTransport(t, func(o *Options) { o.Tokens = []Token{{Origin: mine, Value: "Bearer " + secret}} })
	for base, name := range map[string]string{mine: "mine", project: "project"} {
		c := With(transport, Settings{NPM: func(string) NPMRoute { return NPMRoute{Base: base} }})
		if _, err := c.NPM.Packument(t.Context(), "@acme/http"); err != nil {
			t.Fatal(name, err)
		}
	}
	if seen["mine"] != "Bearer "+secret || seen["project"] != "" {
		t.Errorf("tokens went out as %v", seen)
	}
}
