package replay

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/depreview/depreview/analysis/clients"
)

// Recorder writes answers down as they come, in the layout that New reads.
// Batches are recorded by question. Of a question only its address counts, so
// that no token is written; what a token opened is in the answers, and the
// directory is for the person alone.
type Recorder struct {
	dir      string
	services services
	mu       sync.Mutex
	failed   error // the first
}

// NewRecorder makes the directory, which must not exist or be empty, and
// writes down when and where the answers were given.
func NewRecorder(dir string, e clients.Endpoints, now time.Time) (*Recorder, error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("record into %s: it is not empty\nhint: name a directory that does not exist", dir)
	}
	r := &Recorder{dir: dir}
	endpoints := ""
	value := reflect.ValueOf(e)
	for i, name := range clients.EndpointNames() {
		address := value.Field(i).String()
		if notServices[name] {
			continue
		}
		// Of two services with one address the first one answers, live as well.
		if other, err := r.services.add(name, address); err == nil && other == "" {
			endpoints += name + " " + address + "\n"
		}
	}
	r.write("now", []byte(now.UTC().Format(time.RFC3339)+"\n"))
	r.write("endpoints", []byte(endpoints))
	return r, r.failed
}

// Err is the first thing that could not be written, or nil.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// Options are opts with everything written down that the network answers. What
// a cache holds the network is not asked for, so there is none.
func (r *Recorder) Options(opts clients.Options) clients.Options {
	opts.CacheDir = ""
	opts.Wrap = func(next http.RoundTripper) http.RoundTripper { return recording{r, next} }
	return opts
}

type recording struct {
	*Recorder
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (r recording) RoundTrip(req *http.Request) (*http.Response, error) {
	var question []byte
	if req.GetBody != nil {
		if body, err := req.GetBody(); err == nil {
			question, _ = io.ReadAll(body)
		}
	}
	answer, err := r.next.RoundTrip(req)
	service, key := r.services.key(req.URL)
	if err != nil || service == "" || clients.Secret(req) {
		return answer, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, 256<<20))
	if err != nil {
		return answer, err
	}
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if cves := req.URL.Query().Get("cve"); service == "epss" && answer.StatusCode == http.StatusOK {
		r.keepEPSS(strings.Split(cves, ","), body)
	} else {
		r.keep(key, question, answer, body)
	}
	return answer, nil
}

func (r *Recorder) keep(key string, question []byte, answer *http.Response, body []byte) {
	switch {
	case key == "":
	case answer.StatusCode == http.StatusOK && key == "osv/querybatch":
		r.keepOSV(question, body)
	case answer.StatusCode == http.StatusOK && key == "deps-dev/versionbatch":
		r.keepDepsDev(body)
	case answer.StatusCode == http.StatusOK && answer.Header.Get("Link") == "":
		r.write(key+".json", body)
	default:
		r.write(key+".http", whole(answer, body))
	}
}

// whole is an answer with the headers that mean something to the clients.
func whole(answer *http.Response, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\n", answer.StatusCode, http.StatusText(answer.StatusCode))
	for _, name := range []string{"Content-Type", "Link", "Location", "Retry-After", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} {
		if value := answer.Header.Get(name); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	b.WriteByte('\n')
	b.Write(body)
	return b.Bytes()
}

func (r *Recorder) keepOSV(question, body []byte) {
	var asked osvQuestions
	var got struct {
		Results []jsontext.Value `json:"results"`
	}
	if json.Unmarshal(question, &asked) != nil || json.Unmarshal(body, &got) != nil || len(got.Results) != len(asked.Queries) {
		return
	}
	for i, q := range asked.Queries {
		r.write(q.key()+".json", got.Results[i])
	}
}

func (r *Recorder) keepDepsDev(body []byte) {
	var got depsDevAnswers
	if json.Unmarshal(body, &got) != nil {
		return
	}
	for _, one := range got.Responses {
		if one.Version == nil {
			r.write(one.Request.key()+".http", []byte("HTTP/1.1 404 Not Found\n\n"))
			continue
		}
		r.write(one.Request.key()+".json", one.Version)
	}
}

type epssScore struct {
	CVE  string `json:"cve"`
	EPSS string `json:"epss"`
}

func (r *Recorder) keepEPSS(cves []string, body []byte) {
	var got struct {
		Data []epssScore `json:"data"`
	}
	if json.Unmarshal(body, &got) != nil {
		return
	}
	for _, cve := range cves {
		one := got
		one.Data = slices.DeleteFunc(slices.Clone(got.Data), func(score epssScore) bool { return score.CVE != cve })
		if data, err := json.Marshal(one); err == nil {
			r.write("epss/"+cve+".json", data)
		}
	}
}

// write leaves out what is no path below the directory.
func (r *Recorder) write(name string, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !filepath.IsLocal(name) || strings.ContainsAny(name, "\\\x00") || r.failed != nil {
		return
	}
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		r.failed = fmt.Errorf("record an answer: %w", err)
	}
}
