package clients

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// PyPI is the Python index, or one that speaks its JSON.
type PyPI struct {
	t        *Transport
	base     string
	releases *memo[*PyPIRelease]
	projects *memo[*PyPIProject]
	raws     *memo[[]byte]
	shut     error // why nothing is asked at all, or nil
}

// NewPyPI asks the index that the endpoints name.
func NewPyPI(t *Transport, e Endpoints) *PyPI {
	return &PyPI{t: t, base: e.PyPI, releases: newMemo[*PyPIRelease](keptAnswers), projects: newMemo[*PyPIProject](keptAnswers), raws: newMemo[[]byte](keptAnswers)}
}

// PyPIRelease is one release: the facts of its first uploaded file, and its files.
type PyPIRelease struct {
	Name, Version     string
	License           string // the expression, else what was written in its place; may be a whole licence
	LicenseExpression string
	Classifiers       []string
	Author, Email     string
	Maintainer        string
	ProjectURLs       map[string]string
	RequiresDist      []string
	RequiresPython    string
	Yanked            bool
	YankedReason      string
	Files             []PyPIFile
	// Owners and Organization are of today, not of the release; nil is unknown.
	Owners       []PyPIRole
	Organization string
}

// PyPIRole is a person's role in a project.
type PyPIRole struct {
	Role string `json:"role"`
	User string `json:"user"`
}

// PyPIFile is one file of a release.
type PyPIFile struct {
	Filename, URL, SHA256 string
	Type                  string // sdist, bdist_wheel, ...; "" in the simple index
	Size                  int64  // 0 is unknown
	Uploaded              time.Time
	Yanked                bool
	YankedReason          string
	RequiresPython        string
	Provenance            string // address, in the simple index alone
	TellsProvenance       bool   // the index has the field, so that "" is none
}

// PyPIProject is the simple index's page of a project.
type PyPIProject struct {
	Name         string
	Status       string // active, archived, quarantined, deprecated; "" is unknown
	StatusReason string
	Versions     []string // nil is unknown
	Files        []PyPIFile
}

var pypiRuns = regexp.MustCompile(`[-_.]+`)

// pypiName is the name as the index knows it (PEP 503); others are redirected.
func pypiName(name string) (string, error) {
	return segment(strings.ToLower(pypiRuns.ReplaceAllString(name, "-")))
}

// named is pypiName, where the index may be asked.
func (p *PyPI) named(name string) (string, error) {
	if p.shut != nil {
		return "", p.shut
	}
	return pypiName(name)
}

// Release is one release by its version. A release in quarantine is absent.
func (p *PyPI) Release(ctx context.Context, name, version string) (*PyPIRelease, error) {
	project, err := p.named(name)
	if err != nil {
		return nil, err
	}
	v, err := segment(version)
	if err != nil {
		return nil, err
	}
	req := Request{URL: p.base + "/pypi/" + project + "/" + v + "/json", Accept: acceptJSON, Fresh: metadataFresh, Absent: saysAbsent}
	return lookup(ctx, p.t, p.releases, req, func(r *Response) (*PyPIRelease, error) {
		var wire pypiRelease
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if got, err := pypiName(wire.Info.Name.V); err != nil || got != project {
			return nil, mismatch(name, wire.Info.Name.V)
		}
		return wire.release(), nil
	})
}

type pypiRelease struct {
	Info struct {
		Name              lax[string]            `json:"name"`
		Version           lax[string]            `json:"version"`
		License           lax[string]            `json:"license"`
		LicenseExpression lax[string]            `json:"license_expression"`
		Classifiers       lax[[]string]          `json:"classifiers"`
		Author            lax[string]            `json:"author"`
		AuthorEmail       lax[string]            `json:"author_email"`
		Maintainer        lax[string]            `json:"maintainer"`
		ProjectURLs       lax[map[string]string] `json:"project_urls"`
		RequiresDist      lax[[]string]          `json:"requires_dist"`
		RequiresPython    lax[string]            `json:"requires_python"`
		Yanked            lax[bool]              `json:"yanked"`
		YankedReason      lax[string]            `json:"yanked_reason"`
	} `json:"info"`
	URLs []struct {
		Filename string      `json:"filename"`
		URL      string      `json:"url"`
		Type     lax[string] `json:"packagetype"`
		Size     lax[int64]  `json:"size"`
		Digests  struct {
			SHA256 string `json:"sha256"`
		} `json:"digests"`
		Uploaded       lax[string] `json:"upload_time_iso_8601"`
		Yanked         lax[bool]   `json:"yanked"`
		YankedReason   lax[string] `json:"yanked_reason"`
		RequiresPython lax[string] `json:"requires_python"`
	} `json:"urls"`
	Ownership lax[struct {
		Roles        []PyPIRole  `json:"roles"`
		Organization lax[string] `json:"organization"`
	}] `json:"ownership"`
}

func (w *pypiRelease) release() *PyPIRelease {
	i := &w.Info
	r := &PyPIRelease{
		Name: i.Name.V, Version: i.Version.V, License: i.License.V, LicenseExpression: i.LicenseExpression.V, Classifiers: i.Classifiers.V,
		Author: i.Author.V, Email: i.AuthorEmail.V, Maintainer: i.Maintainer.V, ProjectURLs: i.ProjectURLs.V, RequiresDist: i.RequiresDist.V,
		RequiresPython: i.RequiresPython.V, Yanked: i.Yanked.V, YankedReason: i.YankedReason.V,
		Owners: w.Ownership.V.Roles, Organization: w.Ownership.V.Organization.V,
	}
	if r.LicenseExpression != "" {
		r.License = r.LicenseExpression
	}
	for _, f := range w.URLs {
		r.Files = append(r.Files, PyPIFile{
			Filename: f.Filename, URL: f.URL, SHA256: f.Digests.SHA256, Type: f.Type.V, Size: f.Size.V, Uploaded: moment(f.Uploaded.V),
			Yanked: f.Yanked.V, YankedReason: f.YankedReason.V, RequiresPython: f.RequiresPython.V,
		})
	}
	return r
}

// Project is the page of a project in the simple index, as JSON (PEP 691). An
// index that has it as HTML alone gives ReasonNotJSON.
func (p *PyPI) Project(ctx context.Context, name string) (*PyPIProject, error) {
	project, err := p.named(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: p.base + "/simple/" + project + "/", Accept: "application/vnd.pypi.simple.v1+json", Fresh: metadataFresh, Absent: plainAbsent}
	return lookup(ctx, p.t, p.projects, req, func(r *Response) (*PyPIProject, error) {
		var wire pypiProject
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if got, err := pypiName(wire.Name); err != nil || got != project {
			return nil, mismatch(name, wire.Name)
		}
		return wire.project(), nil
	})
}

type pypiProject struct {
	Name   string `json:"name"`
	Status lax[struct {
		Status lax[string] `json:"status"`
		Reason lax[string] `json:"reason"`
	}] `json:"project-status"`
	Versions lax[[]string] `json:"versions"`
	Files    []struct {
		Filename       string                 `json:"filename"`
		URL            string                 `json:"url"`
		Hashes         lax[map[string]string] `json:"hashes"`
		RequiresPython lax[string]            `json:"requires-python"`
		Size           lax[int64]             `json:"size"`
		Uploaded       lax[string]            `json:"upload-time"`
		Yanked         yanked                 `json:"yanked"`
		Provenance     jsontext.Value         `json:"provenance"`
	} `json:"files"`
}

// yanked is false, true, or the reason.
type yanked struct {
	is  bool
	why string
}

func (y *yanked) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var value any
	raw, err := d.ReadValue()
	if err == nil {
		err = decode(raw, &value)
	}
	switch said := value.(type) {
	case bool:
		y.is = said
	case string:
		y.is, y.why = true, said
	}
	return err
}

func (w *pypiProject) project() *PyPIProject {
	p := &PyPIProject{Name: w.Name, Status: w.Status.V.Status.V, StatusReason: w.Status.V.Reason.V, Versions: w.Versions.V}
	for _, f := range w.Files {
		var provenance string
		if decode(f.Provenance, &provenance) != nil {
			provenance = ""
		}
		p.Files = append(p.Files, PyPIFile{
			Filename: f.Filename, URL: f.URL, SHA256: f.Hashes.V["sha256"], Size: f.Size.V, Uploaded: moment(f.Uploaded.V),
			Yanked: f.Yanked.is, YankedReason: f.Yanked.why, RequiresPython: f.RequiresPython.V, Provenance: provenance,
			TellsProvenance: provenance != "" || f.Provenance.Kind() == 'n',
		})
	}
	return p
}

// Provenance is the index's document of the attestations of one file (PEP 740).
func (p *PyPI) Provenance(ctx context.Context, name, version, filename string) ([]byte, error) {
	project, err := p.named(name)
	if err != nil {
		return nil, err
	}
	rest, err := segment(version, filename)
	if err != nil {
		return nil, err
	}
	req := Request{URL: p.base + "/integrity/" + project + "/" + rest + "/provenance", Accept: "application/vnd.pypi.integrity.v1+json", Fresh: Immutable, Absent: saysAbsent}
	return lookup(ctx, p.t, p.raws, req, func(r *Response) ([]byte, error) {
		var wire struct {
			Bundles []lax[any] `json:"attestation_bundles"`
		}
		return r.Body, decode(r.Body, &wire)
	})
}
