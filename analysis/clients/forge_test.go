package clients

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestGitHub(t *testing.T) {
	sha := strings.Repeat("c", 40)
	var auth []string
	var address string
	address, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		auth = append(auth, r.Header.Get("Authorization"))
		path := strings.TrimPrefix(r.URL.EscapedPath(), "/repos/acme/http")
		page := r.URL.Query().Get("page")
		switch {
		case path == "":
			answer(200, `{"full_name":"acme/http2","archived":true,"created_at":"2020-01-01T00:00:00Z","pushed_at":"2026-01-01T00:00:00Z","default_branch":"main"}`)(w, r)
		case path == "/releases" && page == "":
			answer(200, `[{"tag_name":"v2","name":null,"body":"notes","published_at":"2026-01-01T00:00:00Z"}]`, "Link", fmt.Sprintf(`<%s/repos/acme/http/releases?per_page=100&page=2>; rel="next", <x>; rel="last"`, address))(w, r)
		case path == "/releases":
			answer(200, `[{"tag_name":"v1","name":"One","body":null}]`, "Link", `<https://evil.invalid/repos/acme/http/releases?page=3>; rel="next"`)(w, r)
		case path == "/tags":
			answer(200, `[{"name":"v1","commit":{"sha":"`+sha+`"}}]`, "Link", fmt.Sprintf(`<%s%s>; rel="next"`, address, r.URL.RequestURI()))(w, r)
		case path == "/branches":
			answer(200, `[{"name":"release/v1","commit":{"sha":"`+sha+`"}}]`)(w, r)
		case path == "/compare/v1...%40acme%2Fhttp%40v2":
			answer(200, `{"status":"ahead","ahead_by":3,"total_commits":3,"commits":[],"files":[]}`)(w, r)
		case path == "/commits/v2":
			answer(200, `{"sha":"`+sha+`","commit":{"message":"m","author":{"name":"ada","date":"2026-01-01T00:00:00Z"},"verification":{"verified":true,"reason":"valid"}}}`)(w, r)
		case path == "/commits/v9.9.9":
			answer(422, `{"message":"No commit found for SHA: v9.9.9"}`)(w, r)
		case path == "/commits/other":
			answer(422, `{"message":"Validation Failed"}`)(w, r)
		case path == "/commits/odd":
			answer(200, `{}`)(w, r)
		default:
			answer(404, `{"message":"Not Found","documentation_url":"x"}`)(w, r)
		}
	})
	transport, _ := newTransport(t, func(o *Options) {
		o.CacheDir = t.TempDir()
		o.Tokens = []Token{GitHubToken(Endpoints{GitHub: address}, secret)}
	})
	g := NewGitHub(transport, Endpoints{GitHub: address})
	repo, err := g.Repository(t.Context(), "acme/http")
	_, absent := g.Repository(t.Context(), "acme/none")
	wantStates(t, "a repository", err, absent)
	if repo.FullName != "acme/http2" || !repo.Archived {
		t.Errorf("%+v", repo)
	}
	releases, err := g.Releases(t.Context(), "acme/http")
	if err != nil || len(releases) != 2 || releases[1].Body.V != "" || releases[0].Body.V != "notes" {
		t.Errorf("%+v, %v", releases, err)
	}
	tags, err := g.Tags(t.Context(), "acme/http")
	if err != nil || len(tags) != 1 || tags[0].Commit.SHA != sha {
		t.Errorf("%+v, %v", tags, err)
	}
	branches, err := g.Branches(t.Context(), "acme/http")
	if err != nil || len(branches) != 1 || branches[0].Name != "release/v1" || branches[0].Commit.SHA != sha {
		t.Errorf("%+v, %v", branches, err)
	}
	compare, err := g.Compare(t.Context(), "acme/http", "v1", "@acme/http@v2")
	_, absent = g.Compare(t.Context(), "acme/http", "v1", "v9")
	wantStates(t, "a comparison", err, absent)
	commit, err := g.Commit(t.Context(), "acme/http", "v2")
	_, absent = g.Commit(t.Context(), "acme/http", "v9")
	wantStates(t, "a commit", err, absent)
	if compare.AheadBy != 3 || !commit.Commit.Verification.Verified {
		t.Errorf("%+v %+v", compare, commit)
	}
	if _, err := g.Commit(t.Context(), "acme/http", "v9.9.9"); StateOf(err) != Absent {
		t.Error(err)
	}
	if _, err := g.Commit(t.Context(), "acme/http", "other"); StateOf(err) != Unknown {
		t.Error(err)
	}
	if _, err := g.Commit(t.Context(), "acme/http", "odd"); StateOf(err) != Unknown {
		t.Error(err)
	}
	for _, bad := range []string{"acme", "acme/", "acme/http/x", "../..", "acme/..", "a\n/b", ""} {
		if _, err := g.Repository(t.Context(), bad); asError(err) == nil || asError(err).Reason != ReasonBadName {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, header := range auth {
		if header != "Bearer "+secret {
			t.Errorf("Authorization %q", header)
		}
	}
}

func TestTokensByPath(t *testing.T) {
	got := map[string]string{}
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { got[r.URL.Path] = r.Header.Get("Authorization") })
	transport, _ := newTransport(t, func(o *Options) {
		o.Tokens = []Token{{}, {Origin: address, Path: "/npm/", Value: "short"}, {Origin: address, Path: "/npm/private", Value: "long"}, {Origin: "https://other.invalid", Value: "other"}}
	})
	for path, want := range map[string]string{"/npm/a": "short", "/npm/private/a": "long", "/npm/privateer": "short", "/npmx": "", "/": ""} {
		if _, err := transport.Do(t.Context(), Request{URL: address + path}); err != nil || got[path] != want {
			t.Errorf("%s got %q, want %q (%v)", path, got[path], want, err)
		}
	}
}
