package clients

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestDepsDev(t *testing.T) {
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() == "/v3/projects/github.com%2Facme%2Fhttp" {
			answer(200, `{"projectKey":{"id":"github.com/acme/http"},"starsCount":3,"scorecard":{"date":"2026-11-01T00:00:00Z","overallScore":5.5,"checks":[{"name":"Code-Review","score":-1,"reason":"none"}]}}`)(w, r)
			return
		}
		if r.Method != http.MethodPost {
			answer(404, "project not found")(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		var asked struct {
			Requests []struct {
				Key DepsDevKey `json:"versionKey"`
			} `json:"requests"`
			Token string `json:"pageToken"`
		}
		if err := json.Unmarshal(body, &asked); err != nil {
			t.Error(err)
		}
		// Two answers a page.
		from := len(asked.Token)
		var out []string
		for i := from; i < min(from+2, len(asked.Requests)); i++ {
			key, _ := json.Marshal(asked.Requests[i].Key)
			switch asked.Requests[i].Key.Name {
			case "left-out":
			case "unknown":
				out = append(out, fmt.Sprintf(`{"request":{"versionKey":%s}}`, key))
			default:
				out = append(out, fmt.Sprintf(`{"request":{"versionKey":%s},"version":{"versionKey":%s,"publishedAt":"2026-01-01T00:00:00Z","licenses":["MIT"]}}`, key, key))
			}
		}
		next := ""
		if from+2 < len(asked.Requests) {
			next = strings.Repeat("p", from+2)
		}
		if asked.Requests[0].Key.Name == "loop" {
			next = "p"
		}
		fmt.Fprintf(w, `{"responses":[%s],"nextPageToken":%q}`, strings.Join(out, ","), next)
	})
	dir := t.TempDir()
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = dir })
	d := NewDepsDev(transport, Endpoints{DepsDev: address})
	key := func(name string) DepsDevKey { return DepsDevKey{"npm", name, "1.0.0"} }
	got := d.Batch(t.Context(), []DepsDevKey{key("a"), key("unknown"), key("b"), key("a"), key("a\n")})
	for i, want := range []State{Found, Absent, Found, Found, Unknown} {
		if StateOf(got[i].Err) != want || (want == Found) != (got[i].Value != nil) {
			t.Errorf("%d: %+v, %v", i, got[i].Value, got[i].Err)
		}
	}
	if asked.Load() != 2 || got[0].Value.Licenses[0] != "MIT" || got[0].Value.PublishedAt.IsZero() {
		t.Errorf("asked %d times; %+v", asked.Load(), got[0].Value)
	}
	if _, err := d.Version(t.Context(), key("left-out")); StateOf(err) != Unknown {
		t.Errorf("what the answer leaves out: %v", err)
	}
	if got := d.Batch(t.Context(), []DepsDevKey{key("loop"), key("unknown")}); StateOf(got[1].Err) != Unknown {
		t.Errorf("a batch that never ended says absent: %v", got[1].Err)
	}
	offline, _ := newTransport(t, func(o *Options) { o.CacheDir, o.Offline = dir, true })
	if v, err := NewDepsDev(offline, Endpoints{DepsDev: address}).Version(t.Context(), key("b")); err != nil || v.Key.Name != "b" {
		t.Error("offline:", v, err)
	}

	p, err := d.Project(t.Context(), "github.com/Acme/http")
	_, absent := d.Project(t.Context(), "github.com/acme/none")
	wantStates(t, "a project", err, absent)
	if *p.Stars != 3 || p.OpenIssues != nil || *p.Scorecard.OverallScore != 5.5 || *p.Scorecard.Checks[0].Score != -1 {
		t.Errorf("%+v", p)
	}
}

// TestDepsDevWithoutBatches is the day on which the batch interface is gone.
func TestDepsDevWithoutBatches(t *testing.T) {
	address, _ := routes(t, answer(404, "not found"), map[string]string{
		"/v3/systems/npm/packages/%40acme%2Fhttp/versions/1.0.0": `{"versionKey":{"system":"NPM","name":"@acme/http","version":"1.0.0"},"isDeprecated":true}`,
		"/v3/systems/npm/packages/empty/versions/1.0.0":          `{}`,
	})
	d := NewDepsDev(quiet(t), Endpoints{DepsDev: address})
	got := d.Batch(t.Context(), []DepsDevKey{{"NPM", "@acme/http", "1.0.0"}, {"NPM", "none", "1.0.0"}, {"NPM", "empty", "1.0.0"}, {"npm", "@acme/http", "1.0.0"}})
	for i, want := range []State{Found, Absent, Unknown, Found} {
		if StateOf(got[i].Err) != want {
			t.Errorf("%d: %v", i, got[i].Err)
		}
	}
	if !got[0].Value.IsDeprecated || got[3].Value == nil {
		t.Errorf("%+v", got[0].Value)
	}
}
