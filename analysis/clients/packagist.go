package clients

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Packagist is the Composer repository.
type Packagist struct {
	t        *Transport
	base     string
	site     string
	packages *memo[[]ComposerVersion]
	infos    *memo[*ComposerInfo]
}

// NewPackagist asks the repository that the endpoints name.
func NewPackagist(t *Transport, e Endpoints) *Packagist {
	return &Packagist{t: t, base: e.PackagistP2, site: e.Packagist,
		packages: newMemo[[]ComposerVersion](keptAnswers), infos: newMemo[*ComposerInfo](keptAnswers)}
}

// ComposerVersion is one tagged version.
type ComposerVersion struct {
	Version       string
	Type          string // "composer-plugin" runs when Composer does
	Published     time.Time
	Licenses      []string
	DistType      string // "zip"; "path" is of a directory
	DistURL       string
	DistReference string // the commit
	DistShasum    string
	SourceURL     string
	AutoloadFiles []string // run with each request
	// Requires are what it needs to run, platform packages (php, ext-json)
	// among them, sorted; empty is none, nil is unknown.
	Requires    []string
	Abandoned   bool
	Replacement string // what to use instead, when the maintainers say so
}

type composerVersion struct {
	Version   string           `json:"version"`
	Type      lax[string]      `json:"type"`
	Time      lax[string]      `json:"time"`
	License   lax[[]string]    `json:"license"`
	Abandoned lax[any]         `json:"abandoned"`
	Dist      lax[composerRef] `json:"dist"`
	Source    lax[composerRef] `json:"source"`
	Autoload  lax[struct {
		Files lax[[]string] `json:"files"`
	}] `json:"autoload"`
	Require lax[map[string]jsontext.Value] `json:"require"`
}

type composerRef struct {
	Type      lax[string] `json:"type"`
	URL       lax[string] `json:"url"`
	Reference lax[string] `json:"reference"`
	Shasum    lax[string] `json:"shasum"`
}

// Versions are the tagged versions, newest first.
func (p *Packagist) Versions(ctx context.Context, name string) ([]ComposerVersion, error) {
	return p.file(ctx, name, "")
}

// Branches are the versions that branches are: "dev-main", "2.x-dev".
func (p *Packagist) Branches(ctx context.Context, name string) ([]ComposerVersion, error) {
	return p.file(ctx, name, "~dev")
}

func (p *Packagist) file(ctx context.Context, name, suffix string) ([]ComposerVersion, error) {
	name = strings.ToLower(name)
	path, err := names(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: p.base + "/p2/" + path + suffix + ".json", Accept: acceptJSON, Fresh: metadataFresh, Absent: plainAbsent}
	return lookup(ctx, p.t, p.packages, req, func(r *Response) ([]ComposerVersion, error) {
		var wire struct {
			Packages map[string][]map[string]jsontext.Value `json:"packages"`
			Minified string                                 `json:"minified"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		entries, ok := wire.Packages[name]
		if !ok {
			return nil, mismatch(name, "other packages")
		}
		if wire.Minified != "" {
			entries = expand(entries)
		}
		versions := make([]ComposerVersion, 0, len(entries))
		for _, entry := range entries {
			v, err := composerEntry(entry)
			if err != nil {
				return nil, err
			}
			versions = append(versions, v)
		}
		return versions, nil
	})
}

// expand undoes the minified form: an entry holds only what differs from the
// one before it, and "__unset" takes a field away.
func expand(entries []map[string]jsontext.Value) []map[string]jsontext.Value {
	whole := make([]map[string]jsontext.Value, 0, len(entries))
	current := map[string]jsontext.Value{}
	for _, entry := range entries {
		current = maps.Clone(current)
		for name, value := range entry {
			if string(value) == `"__unset"` {
				delete(current, name)
			} else {
				current[name] = value
			}
		}
		whole = append(whole, current)
	}
	return whole
}

func composerEntry(fields map[string]jsontext.Value) (v ComposerVersion, err error) {
	var w composerVersion
	for name, into := range map[string]any{
		"version": &w.Version, "type": &w.Type, "time": &w.Time, "license": &w.License,
		"abandoned": &w.Abandoned, "dist": &w.Dist, "source": &w.Source, "autoload": &w.Autoload, "require": &w.Require,
	} {
		if value := fields[name]; value != nil {
			if err := decode(value, into); err != nil {
				return v, err
			}
		}
	}
	v = ComposerVersion{
		Version: w.Version, Type: w.Type.V, Published: moment(w.Time.V), Licenses: w.License.V,
		DistType: w.Dist.V.Type.V, DistURL: w.Dist.V.URL.V, DistReference: w.Dist.V.Reference.V, DistShasum: w.Dist.V.Shasum.V,
		SourceURL: w.Source.V.URL.V, AutoloadFiles: w.Autoload.V.Files.V,
	}
	// The whole of composer.json is here: what it does not require, it does not.
	if fields["require"] == nil || w.Require.V != nil {
		v.Requires = slices.AppendSeq([]string{}, maps.Keys(w.Require.V))
		slices.Sort(v.Requires)
	}
	v.Abandoned, v.Replacement = abandoned(w.Abandoned.V)
	return v, nil
}
