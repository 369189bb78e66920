package checks

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// licenseServices are an npm registry and deps.dev in one.
type licenseServices struct {
	packument string            // of every package; "" is 404
	depsDev   map[string]string // licence by version; nil answers 500
	asked     *[]string         // versions that deps.dev was asked for
}

func (s licenseServices) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := http.StatusNotFound, `{"error":"not found"}`
	switch {
	case strings.HasSuffix(r.URL.Path, "/versionbatch"):
		var asked struct {
			Requests []struct {
				Key clients.DepsDevKey `json:"versionKey"`
			} `json:"requests"`
		}
		data, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(data, &asked); err != nil {
			return nil, err
		}
		if s.depsDev == nil {
			status = http.StatusInternalServerError
			break
		}
		var parts []string
		for _, one := range asked.Requests {
			*s.asked = append(*s.asked, one.Key.Version)
			key, _ := json.Marshal(one.Key)
			part := `{"request":{"versionKey":` + string(key) + `}`
			if licence, ok := s.depsDev[one.Key.Version]; ok {
				part += `,"version":{"versionKey":` + string(key) + `,"licenses":[` + licence + `]}`
			}
			parts = append(parts, part+"}")
		}
		status, body = http.StatusOK, `{"responses":[`+strings.Join(parts, ",")+`]}`
	case s.packument == "500":
		status = http.StatusInternalServerError
	case s.packument != "" && strings.HasSuffix(r.URL.Path, "/acme-http"):
		status, body = http.StatusOK, s.packument
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

type licenseClock struct{}

func (licenseClock) Now() time.Time                                   { return time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC) }
func (licenseClock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
func (licenseClock) Jitter() float64                                  { return 0 }

func npmPackage(version string) *lockfiles.Package {
	return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: "acme-http"}, Version: version}
}

// runLicense is the check as a review runs it.
func runLicense(t *testing.T, s licenseServices, npm, rules string, change *diff.Change) (analysis.Result, error) {
	t.Helper()
	transport, err := clients.NewTransport(clients.Options{RoundTripper: s, Clock: licenseClock{}})
	if err != nil {
		t.Fatal(err)
	}
	e := clients.DefaultEndpoints()
	if npm != "" {
		if e, err = e.Override(map[string]string{"npm": npm}); err != nil {
			t.Fatal(err)
		}
	}
	c := clients.New(transport, e, nil)
	review := &analysis.Review{BaseFiles: fstest.MapFS{}, HeadFiles: fstest.MapFS{policy.File: {Data: []byte("[licenses]\nallow = [\"GPL-3.0-only\"]\n")}}}
	if rules != "" {
		review.BaseFiles = fstest.MapFS{policy.File: {Data: []byte(rules)}}
	}
	check := &licenseCheck{s: Sources{Clients: c, Registry: registry.New(c)}}
	return check.Run(t.Context(), change, review)
}

func TestLicenseCheck(t *testing.T) {
	const packument = `{"name":"acme-http","versions":{"1.0.0":{"name":"acme-http","version":"1.0.0","license":{"type":"MIT","url":"x"}},"2.0.0":{"name":"acme-http","version":"2.0.0","license":"LICENSE"},"3.0.0":{"name":"acme-http","version":"3.0.0","license":"MIT"}}}`
	update := &diff.Change{Base: npmPackage("1.0.0"), Head: npmPackage("2.0.0")}
	depsDevHost := strings.TrimPrefix(clients.DefaultEndpoints().DepsDev, "https://")
	for _, test := range []struct {
		name       string
		s          licenseServices
		npm, rules string
		change     *diff.Change
		want       string // codes
		reason     string // in the error; "" is none
		second     string // versions that deps.dev is asked for
	}{
		{"the second source", licenseServices{packument: packument, depsDev: map[string]string{"2.0.0": `"GPL-3.0-only"`}}, "", "", update, "license-changed warn " + depsDevHost, "", "2.0.0"},
		{"the rules of base", licenseServices{packument: packument, depsDev: map[string]string{"2.0.0": `"GPL-3.0-only"`}}, "", "[licenses]\nallow=[\"MIT\"]", update,
			"license-changed warn " + depsDevHost + ", license-not-allowed fail " + depsDevHost, "", "2.0.0"},
		{"the second does not know", licenseServices{packument: packument, depsDev: map[string]string{}}, "", "", update, "license-changed warn, license-unknown info", "", "2.0.0"},
		{"the second says nothing", licenseServices{packument: packument, depsDev: map[string]string{"2.0.0": `"non-standard"`}}, "", "", update, "license-changed warn, license-unknown info", "", "2.0.0"},
		{"the second fails", licenseServices{packument: packument}, "", "", update, "license-changed warn, license-unknown info", "failed (500)", ""},
		{"a private registry", licenseServices{packument: packument, depsDev: map[string]string{"2.0.0": `"MIT"`}}, "https://npm.acme.example", "", update, "license-changed warn, license-unknown info", "", ""},
		{"all is said", licenseServices{packument: packument, depsDev: map[string]string{}}, "", "", &diff.Change{Base: npmPackage("1.0.0"), Head: npmPackage("3.0.0")}, "", "", ""},
		{"broken rules", licenseServices{packument: packument, depsDev: map[string]string{}}, "", "[licenses]\nallow=[\"BSD\"]", &diff.Change{Head: npmPackage("3.0.0")}, "", "read .depreview/policy.toml:2: allow \"BSD\"", ""},
		{"not listed", licenseServices{packument: packument, depsDev: map[string]string{}}, "", "", &diff.Change{Head: npmPackage("9.0.0")}, "license-unknown info", "", "9.0.0"},
		{"not a package there", licenseServices{depsDev: map[string]string{"2.0.0": `"MIT"`}}, "", "", update, "", "does not know it", ""},
		{"the registry fails, the second does not", licenseServices{packument: "500", depsDev: map[string]string{"1.0.0": `"MIT"`, "2.0.0": `"MIT"`}}, "", "", update, "", "", "1.0.0 2.0.0"},
		{"both fail", licenseServices{packument: "500"}, "", "", update, "", "failed (500)", ""},
		{"removed", licenseServices{packument: packument}, "", "", &diff.Change{Base: npmPackage("1.0.0")}, "", "nothing is installed any more", ""},
	} {
		var asked []string
		test.s.asked = &asked
		result, err := runLicense(t, test.s, test.npm, test.rules, test.change)
		var got []string
		for _, f := range result.Findings {
			one := f.Code + " " + f.Outcome.String()
			if f.Source == depsDevHost {
				one += " " + f.Source
			}
			got = append(got, one)
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: %v, want %s", test.name, got, test.want)
		}
		if test.reason == "" && err != nil || test.reason != "" && (err == nil || !strings.Contains(err.Error(), test.reason)) {
			t.Errorf("%s: %v, want %q", test.name, err, test.reason)
		}
		if len(asked) != len(strings.Fields(test.second)) || !sameWords(asked, test.second) {
			t.Errorf("%s: deps.dev was asked for %v, want %s", test.name, asked, test.second)
		}
	}
}

func sameWords(got []string, want string) bool {
	for _, word := range strings.Fields(want) {
		if !strings.Contains(strings.Join(got, " "), word) {
			return false
		}
	}
	return true
}
