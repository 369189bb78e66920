package clients

import (
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Packument is what an npm registry says of a package. What it leaves out is
// the zero value, and unknown: mirrors strip times, publishers and attestations.
type Packument struct {
	Name        string
	At          time.Time // when the registry said so
	DistTags    map[string]string
	Maintainers []string // now; each version has its own of its day
	// Times is when each version was published, also of those that were
	// removed since. Nil when the registry does not tell.
	Times             map[string]time.Time
	Created, Modified time.Time
	Unpublished       time.Time // when the whole package was
	Versions          map[string]*NPMVersion
}

// Removed tells that a version was published and is no longer there.
func (p *Packument) Removed(version string) bool {
	_, published := p.Times[version]
	return published && p.Versions[version] == nil
}

// NPMVersion is one version as the registry has it. The archive may differ.
type NPMVersion struct {
	Version string `json:"-"`
	// Scripts is nil when the document has none or does not tell: see Full.
	Scripts          map[string]string
	Full             bool  // the document is of the kind that has scripts and publishers
	HasInstallScript *bool // only the abbreviated document says so
	GypFile          *bool
	NPM              string // the version of npm that published, or ""; npm writes down scripts and gypfile
	Deprecated       string // the message; "" is not deprecated
	License          string // SPDX expression, or what was written in its place
	Repository       string
	Directory        string // in the repository
	GitHead          string
	Publisher        *NPMPublisher
	Maintainers      []string // nil is unknown
	Dependencies     map[string]string
	Optional         map[string]string
	Peer             map[string]string
	Bin              map[string]string
	Dist             NPMDist
}

// NPMPublisher is who published a version.
type NPMPublisher struct {
	Name string
	// TrustedPublisher is the service that published without a secret
	// ("github"); "" with a person's or a token's rights.
	TrustedPublisher string
	Approver         string // who approved a staged release
}

// NPMDist is the archive.
type NPMDist struct {
	Tarball, Shasum, Integrity string
	FileCount, UnpackedSize    int64 // 0 is unknown
	Signatures                 []NPMSignature
	AttestationsURL            string // "" without attestations, or when a mirror leaves them out
	ProvenanceType             string // the predicate type
}

// NPMSignature is the registry's, over name, version and integrity.
type NPMSignature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"`
}

// npmHead is what a packument says beside its versions.
type npmHead struct {
	Name        string                   `json:"name"`
	DistTags    lax[map[string]string]   `json:"dist-tags"`
	Modified    lax[string]              `json:"modified"`
	Time        lax[map[string]lax[any]] `json:"time"`
	Maintainers lax[[]lax[npmPerson]]    `json:"maintainers"`
}

type npmPackument struct {
	npmHead
	Versions map[string]lax[npmVersion] `json:"versions"`
}

type npmVersion struct {
	Name             string                       `json:"name"`
	Scripts          *lax[map[string]lax[string]] `json:"scripts"`
	HasInstallScript lax[*bool]                   `json:"hasInstallScript"`
	GypFile          lax[*bool]                   `json:"gypfile"`
	NPM              lax[string]                  `json:"_npmVersion"`
	Deprecated       lax[any]                     `json:"deprecated"`
	License          lax[npmLicense]              `json:"license"`
	Licenses         lax[npmLicense]              `json:"licenses"`
	Repository       lax[npmRepository]           `json:"repository"`
	GitHead          lax[string]                  `json:"gitHead"`
	User             *lax[npmUser]                `json:"_npmUser"`
	Maintainers      lax[[]lax[npmPerson]]        `json:"maintainers"`
	Dependencies     lax[map[string]string]       `json:"dependencies"`
	Optional         lax[map[string]string]       `json:"optionalDependencies"`
	Peer             lax[map[string]string]       `json:"peerDependencies"`
	Bin              lax[npmBin]                  `json:"bin"`
	Dist             lax[struct {
		Tarball      lax[string]         `json:"tarball"`
		Shasum       lax[string]         `json:"shasum"`
		Integrity    lax[string]         `json:"integrity"`
		FileCount    lax[int64]          `json:"fileCount"`
		UnpackedSize lax[int64]          `json:"unpackedSize"`
		Signatures   lax[[]NPMSignature] `json:"signatures"`
		Attestations lax[struct {
			URL        lax[string] `json:"url"`
			Provenance lax[struct {
				PredicateType lax[string] `json:"predicateType"`
			}] `json:"provenance"`
		}] `json:"attestations"`
	}] `json:"dist"`
}

type npmUser struct {
	Name             lax[string] `json:"name"`
	TrustedPublisher lax[struct {
		ID lax[string] `json:"id"`
	}] `json:"trustedPublisher"`
	Approver lax[npmPerson] `json:"approver"`
}

// npmPerson is an object with a name, or "name <mail>".
type npmPerson string

func (p *npmPerson) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	name, err := textOr(d, "name")
	for i, r := range name {
		if r == '<' && i > 0 {
			name = name[:i-1]
			break
		}
	}
	*p = npmPerson(name)
	return err
}

type npmLicense string

func (l *npmLicense) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	text, err := textOr(d, "type")
	*l = npmLicense(text)
	return err
}

type npmRepository struct{ url, directory string }

func (r *npmRepository) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	if raw.Kind() == '"' {
		return json.Unmarshal(raw, &r.url, lenient)
	}
	var wire struct {
		URL       lax[string] `json:"url"`
		Directory lax[string] `json:"directory"`
	}
	err = json.Unmarshal(raw, &wire, lenient)
	r.url, r.directory = wire.URL.V, wire.Directory.V
	return err
}

// npmBin is an object, or the path of the one command, which has the
// package's own name (here "").
type npmBin map[string]string

func (b *npmBin) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	if raw.Kind() == '"' {
		var path string
		err := json.Unmarshal(raw, &path, lenient)
		*b = npmBin{"": path}
		return err
	}
	var wire map[string]string
	err = json.Unmarshal(raw, &wire, lenient)
	*b = wire
	return err
}

// textOr reads a string, or the string in a field of an object.
func textOr(d *jsontext.Decoder, field string) (string, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return "", err
	}
	switch raw.Kind() {
	case '"':
		var text string
		err := json.Unmarshal(raw, &text, lenient)
		return text, err
	case '{':
		var object map[string]lax[string]
		err := json.Unmarshal(raw, &object, lenient)
		return object[field].V, err
	}
	return "", errors.New("neither text nor object")
}

func (w *npmPackument) packument(at time.Time) *Packument {
	p := w.npmHead.packument(at)
	p.Versions = make(map[string]*NPMVersion, len(w.Versions))
	for version, value := range w.Versions {
		p.Versions[version] = value.V.version(version)
	}
	return p
}

func (w *npmHead) packument(at time.Time) *Packument {
	p := &Packument{
		Name: w.Name, At: at, DistTags: w.DistTags.V, Maintainers: people(w.Maintainers.V), Modified: moment(w.Modified.V),
	}
	for version, value := range w.Time.V {
		text, _ := value.V.(string)
		switch version {
		case "created":
			p.Created = moment(text)
		case "modified":
			p.Modified = moment(text)
		case "unpublished":
			if object, ok := value.V.(map[string]any); ok {
				text, _ = object["time"].(string)
			}
			p.Unpublished = moment(text)
		default:
			if when := moment(text); !when.IsZero() {
				if p.Times == nil {
					p.Times = make(map[string]time.Time)
				}
				p.Times[version] = when
			}
		}
	}
	return p
}

func people(list []lax[npmPerson]) (names []string) {
	for _, one := range list {
		if one.V != "" {
			names = append(names, string(one.V))
		}
	}
	return names
}

func (w *npmVersion) version(version string) *NPMVersion {
	d := &w.Dist.V
	v := &NPMVersion{
		Version: version, HasInstallScript: w.HasInstallScript.V, GypFile: w.GypFile.V, NPM: w.NPM.V,
		License: string(w.License.V), Repository: w.Repository.V.url, Directory: w.Repository.V.directory,
		GitHead: w.GitHead.V, Maintainers: people(w.Maintainers.V),
		Dependencies: w.Dependencies.V, Optional: w.Optional.V, Peer: w.Peer.V, Bin: w.Bin.V,
		// The abbreviated document leaves out all three of these.
		Full: w.Scripts != nil || w.User != nil || w.Maintainers.V != nil,
		Dist: NPMDist{
			Tarball: d.Tarball.V, Shasum: d.Shasum.V, Integrity: d.Integrity.V, FileCount: d.FileCount.V,
			UnpackedSize: d.UnpackedSize.V, Signatures: d.Signatures.V, AttestationsURL: d.Attestations.V.URL.V,
			ProvenanceType: d.Attestations.V.Provenance.V.PredicateType.V,
		},
	}
	if v.License == "" {
		v.License = string(w.Licenses.V)
	}
	v.Deprecated = deprecation(w.Deprecated.V)
	if w.Scripts != nil {
		v.Scripts = make(map[string]string, len(w.Scripts.V))
		for name, script := range w.Scripts.V {
			v.Scripts[name] = script.V
		}
	}
	if w.User != nil && w.User.V.Name.V != "" {
		u := w.User.V
		v.Publisher = &NPMPublisher{Name: u.Name.V, TrustedPublisher: u.TrustedPublisher.V.ID.V, Approver: string(u.Approver.V)}
	}
	return v
}
