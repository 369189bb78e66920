package clients

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const secret = "npm_s3cr3t"

func TestTokenStaysAtItsOrigin(t *testing.T) {
	var elsewhere http.Header
	other, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		elsewhere = r.Header.Clone()
		answer(200, `{"name":"a"}`)(w, r)
	})
	var home []string
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		home = append(home, r.Header.Get("Authorization"))
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/there", http.StatusFound)
		case "/there":
			http.Redirect(w, r, other+"/x", http.StatusTemporaryRedirect)
		}
	})
	transport, _ := newTransport(t, nil)
	for _, header := range []string{"", "PRIVATE-TOKEN"} {
		home = nil
		var got document
		req := question(address+"/here", &got)
		req.Token = Token{Origin: address, Header: header, Value: "Bearer " + secret}
		if _, err := transport.Do(t.Context(), req); err != nil || got.Name != "a" {
			t.Fatal(got, err)
		}
		if header == "" && strings.Join(home, ",") != "Bearer "+secret+",Bearer "+secret {
			t.Errorf("its own origin got %q", home)
		}
		for name, values := range elsewhere {
			if strings.Contains(strings.Join(values, ""), secret) || name == "Referer" {
				t.Errorf("the other host got %s: %q", name, values)
			}
		}
	}
	// A token for another origin is not sent at all.
	home = nil
	_, _ = transport.Do(t.Context(), Request{URL: address + "/here", Token: Token{Origin: "https://registry.invalid", Value: secret}})
	if strings.Join(home, "") != "" {
		t.Errorf("a foreign token was sent: %q", home)
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	other, otherAsked := serve(t, answer(200, `{}`))
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/post":
			http.Redirect(w, r, other, http.StatusTemporaryRedirect)
		}
	})
	transport, _ := newTransport(t, nil)
	for path, req := range map[string]Request{
		"/loop": {}, "/file": {}, "/post": {Method: http.MethodPost, Body: []byte(`{"queries":[]}`)},
	} {
		req.URL = address + path
		_, err := transport.Do(t.Context(), req)
		var e *Error
		if !errors.As(err, &e) || e.Reason != ReasonRedirect {
			t.Errorf("%s: %v", path, err)
		}
	}
	if otherAsked.Load() != 0 || asked.Load() > 10 {
		t.Errorf("asked %d and %d times", otherAsked.Load(), asked.Load())
	}
}

func TestCertificates(t *testing.T) {
	server := httptest.NewUnstartedServer(answer(200, `{"name":"a"}`))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	transport, _ := newTransport(t, nil)
	var got document
	_, err := transport.Do(t.Context(), question(server.URL, &got))
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonUnreachable || !strings.Contains(err.Error(), "certificate does not verify") || !strings.Contains(err.Error(), "SSL_CERT_FILE") {
		t.Fatalf("got %v", err)
	}

	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	environment := func(name string) string {
		if name == "DEPREVIEW_CA_FILE" {
			return file
		}
		return ""
	}
	transport, _ = newTransport(t, func(o *Options) { o.Getenv = environment })
	if _, err := transport.Do(t.Context(), question(server.URL, &got)); err != nil || got.Name != "a" {
		t.Errorf("with its authority: %v", err)
	}

	for _, content := range []string{"no certificate", ""} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := NewTransport(Options{Getenv: environment}); err == nil || !strings.Contains(err.Error(), "hint: correct or unset DEPREVIEW_CA_FILE") {
			t.Errorf("%q: %v", content, err)
		}
	}
	_ = os.Remove(file)
	if _, err := NewTransport(Options{Getenv: environment}); err == nil {
		t.Error("a file that is not there is no error")
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	// The service repeats the token, as some do when they refuse it.
	address, _ := serve(t, answer(401, `{"message":"bad token `+secret+`"}`))
	var trace bytes.Buffer
	transport, _ := newTransport(t, func(o *Options) { o.Trace = &trace })
	_, err := transport.Do(t.Context(), Request{
		URL:   strings.Replace(address, "http://", "http://user:"+secret+"@", 1) + "/a?access_token=" + secret + "&page=2#" + secret,
		Token: Token{Origin: address, Value: "Bearer " + secret},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for what, text := range map[string]string{"error": err.Error(), "trace": trace.String()} {
		if strings.Contains(text, secret) || strings.Contains(text, "user:") {
			t.Errorf("the %s shows the secret: %s", what, text)
		}
		if !strings.Contains(text, "page=2") {
			t.Errorf("the %s lacks the address: %s", what, text)
		}
	}
	if !strings.Contains(trace.String(), ": 401, ") || !strings.Contains(trace.String(), "with a token") {
		t.Errorf("trace: %s", trace.String())
	}
}

func TestSegments(t *testing.T) {
	for name, want := range map[string]string{
		"@scope/name": "%40scope%2Fname", "a b": "a%20b", "a+b": "a%2Bb", "a?b#c": "a%3Fb%23c", "x~1": "x~1", "ü": "%C3%BC",
		"group:artifact": "group%3Aartifact",
	} {
		if got, err := segment(name); got != want || err != nil {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	for _, bad := range []string{"", ".", "..", "../../-/whoami", "a/../b", `a\..\b`, "a\nHost: b", "a\x1b[2J", "a\x00", strings.Repeat("x", 2000), "\xff"} {
		if got, err := segment(bad); err == nil {
			t.Errorf("%q became %q", bad, got)
		} else if strings.ContainsAny(err.Error(), "\x1b\x00\n") || StateOf(err) != Unknown {
			t.Errorf("%q: %q", bad, err)
		}
	}
}

func TestEndpoints(t *testing.T) {
	defaults := DefaultEndpoints()
	got, err := defaults.Override(map[string]string{"npm": "https://mirror.example/npm/", "osv": "http://127.0.0.1:8080"})
	if err != nil || got.NPM != "https://mirror.example/npm" || got.OSV != "http://127.0.0.1:8080" || got.PyPI != defaults.PyPI {
		t.Errorf("%+v, %v", got, err)
	}
	for name, bad := range map[string]string{
		"nmp": "https://a.example", "npm": "http://mirror.example", "pypi": "https://u:p@a.example", "osv": "a.example", "pub": "https://a.example/?x=1",
	} {
		if _, err := defaults.Override(map[string]string{name: bad}); err == nil || !strings.Contains(err.Error(), "\nhint: ") {
			t.Errorf("%s=%s: %v", name, bad, err)
		}
	}
	if limit := defaults.Limits()["crates.io"]; limit.Interval.Seconds() != 1 || limit.Concurrent != 1 {
		t.Errorf("crates.io: %+v", limit)
	}
	for _, name := range EndpointNames() {
		if name == "" {
			t.Error("an endpoint has no name")
		}
	}
}
