package replay

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/depreview/depreview/analysis/clients"
)

// batch takes a question about many packages apart, answers each from its own
// recording, and puts the answers together as the service would. One that is
// not recorded fails the batch, for no service can say "unknown" of one alone;
// clients.Options.Replay makes a batch of each question, so that none does.
func (r *Recordings) batch(req *http.Request, key string, body []byte) (*http.Response, error) {
	switch key {
	case "osv/querybatch":
		return r.osvBatch(req, body)
	case "deps-dev/versionbatch":
		return r.depsDevBatch(req, body)
	default:
		return nil, notRecorded("questions with a body are recorded of osv/querybatch and deps-dev/versionbatch alone, not of " + key)
	}
}

// osvQuestions is what the advisory database is asked at once.
type osvQuestions struct {
	Queries []osvQuestion `json:"queries"`
}

type osvQuestion struct {
	Commit  string `json:"commit"`
	Version string `json:"version"`
	Package struct {
		Name      string `json:"name"`
		Ecosystem string `json:"ecosystem"`
	} `json:"package"`
	PageToken string `json:"page_token"`
}

func (q osvQuestion) key() string {
	key := "osv/query/" + q.Package.Ecosystem + "/" + q.Package.Name
	switch {
	case q.Commit != "":
		key = "osv/query/commit/" + q.Commit
	case q.Version != "": // else it is of all versions
		key += "@" + q.Version
	}
	if q.PageToken != "" {
		key += ",page=" + q.PageToken
	}
	return key
}

func (r *Recordings) osvBatch(req *http.Request, body []byte) (*http.Response, error) {
	var asked osvQuestions
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, broken("the question", err)
	}
	results := []jsontext.Value{}
	for _, q := range asked.Queries {
		answer, refusal, err := r.one(req, q.key())
		if err != nil || refusal != nil {
			return refusal, err
		}
		results = append(results, answer)
	}
	return together(req, map[string]any{"results": results})
}

type depsDevQuestion struct {
	Key clients.DepsDevKey `json:"versionKey"`
}

func (q depsDevQuestion) key() string {
	return "deps-dev/" + strings.ToLower(q.Key.System) + "/" + q.Key.Name + "@" + q.Key.Version
}

// depsDevAnswers has no version where deps.dev does not know it.
type depsDevAnswers struct {
	Responses []depsDevAnswer `json:"responses"`
}

type depsDevAnswer struct {
	Request depsDevQuestion `json:"request"`
	Version jsontext.Value  `json:"version,omitempty"`
}

func (r *Recordings) depsDevBatch(req *http.Request, body []byte) (*http.Response, error) {
	var asked struct {
		Requests []depsDevQuestion `json:"requests"`
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, broken("the question", err)
	}
	answers := depsDevAnswers{Responses: []depsDevAnswer{}}
	for _, q := range asked.Requests {
		one, refusal, err := r.one(req, q.key())
		if err != nil {
			return nil, err
		}
		if refusal != nil && refusal.StatusCode != http.StatusNotFound {
			return refusal, nil
		}
		answers.Responses = append(answers.Responses, depsDevAnswer{q, one})
	}
	return together(req, answers)
}

// one is the recorded answer to a part of a batch, or the recorded refusal.
func (r *Recordings) one(req *http.Request, key string) (jsontext.Value, *http.Response, error) {
	answer, err := r.answer(req, key)
	if err != nil {
		return nil, nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, answer, nil
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, nil, broken(key, err)
	}
	return jsontext.Value(bytes.TrimSpace(body)), nil, nil
}

func together(req *http.Request, answers any) (*http.Response, error) {
	body, err := json.Marshal(answers)
	if err != nil {
		return nil, broken("a part of the answer", err)
	}
	return respond(req, body), nil
}
