package clients

import (
	"context"
	"errors"
	"strings"
	"time"
)

// nugetPages bounds the pages of one registration; a page holds 64 versions.
const nugetPages = 60

// NuGet is the .NET registry, found through its service index.
type NuGet struct {
	t        *Transport
	index    string
	services *memo[map[string]string]
	packages *memo[[]NuGetVersion]
	details  *memo[*NuGetDetail]
	searches *memo[*NuGetFound]
}

// NewNuGet asks the registry whose service index the endpoints name.
func NewNuGet(t *Transport, e Endpoints) *NuGet {
	return &NuGet{t: t, index: e.NuGet, services: newMemo[map[string]string](1), packages: newMemo[[]NuGetVersion](keptAnswers),
		details: newMemo[*NuGetDetail](keptAnswers), searches: newMemo[*NuGetFound](keptAnswers)}
}

// NuGetVersion is one version.
type NuGetVersion struct {
	ID         string
	Version    string // normalised by the registry
	Published  time.Time
	Listed     *bool  // nil is unknown; a version that is not listed can still be installed
	License    string // an expression
	LicenseURL string // of old packages; of new ones it leads to the expression
	ProjectURL string
	Authors    string
	Archive    string // address of the .nupkg
	// Deprecated is why the version should not be used: Legacy, CriticalBugs, Other.
	Deprecated        []string
	DeprecatedMessage string
	Alternative       string
	// Requires are the packages it needs on any framework, sorted; nil is unknown.
	Requires []string
	// Entry is the address of the version's entry in the catalog, for Detail.
	Entry string
}

type nugetPage struct {
	ID    string       `json:"@id"`
	Items *[]nugetLeaf `json:"items"` // nil: to be fetched
}

type nugetLeaf struct {
	Archive lax[string] `json:"packageContent"`
	Entry   struct {
		Address     lax[string]       `json:"@id"`
		ID          string            `json:"id"`
		Version     string            `json:"version"`
		Published   lax[string]       `json:"published"`
		Listed      lax[*bool]        `json:"listed"`
		License     lax[string]       `json:"licenseExpression"`
		LicenseURL  lax[string]       `json:"licenseUrl"`
		ProjectURL  lax[string]       `json:"projectUrl"`
		Groups      lax[[]nugetGroup] `json:"dependencyGroups"`
		Authors     lax[any]          `json:"authors"`
		Deprecation lax[struct {
			Reasons     lax[[]string] `json:"reasons"`
			Message     lax[string]   `json:"message"`
			Alternative lax[struct {
				ID string `json:"id"`
			}] `json:"alternatePackage"`
		}] `json:"deprecation"`
	} `json:"catalogEntry"`
}

type nugetGroup struct {
	Dependencies lax[[]struct {
		ID string `json:"id"`
	}] `json:"dependencies"`
}

// Versions are all versions of a package, in the registry's order.
func (n *NuGet) Versions(ctx context.Context, id string) ([]NuGetVersion, error) {
	lower := strings.ToLower(id)
	path, err := segment(lower)
	if err != nil {
		return nil, err
	}
	services, err := n.resources(ctx)
	if err != nil {
		return nil, err
	}
	base := services["RegistrationsBaseUrl"]
	return n.packages.get(ctx, lower, func(ctx context.Context) ([]NuGetVersion, error) {
		var root struct {
			Items *[]nugetPage `json:"items"`
		}
		if _, err := n.t.Do(ctx, n.request(base+"/"+path+"/index.json", readJSON(&root))); err != nil {
			return nil, err
		}
		if root.Items == nil || len(*root.Items) > nugetPages {
			return nil, &Error{Reason: ReasonMismatch, Host: hostOf(base), Detail: "its list of versions has no pages, or too many"}
		}
		var versions []NuGetVersion
		for _, page := range *root.Items {
			if page.Items == nil {
				// The address is the answer's; it must lie where the answer did.
				if !strings.HasPrefix(page.ID, base+"/") {
					return nil, &Error{Reason: ReasonMismatch, Host: hostOf(base), Detail: clip("a page of its list lies elsewhere: " + redact(page.ID))}
				}
				if _, err := n.t.Do(ctx, n.request(page.ID, readJSON(&page))); err != nil {
					return nil, err
				}
			}
			if page.Items == nil {
				return nil, &Error{Reason: ReasonMismatch, Host: hostOf(base), Detail: "a page of its list is empty"}
			}
			for _, leaf := range *page.Items {
				if !strings.EqualFold(leaf.Entry.ID, id) {
					return nil, &Error{Reason: ReasonMismatch, Host: hostOf(base), Detail: clip("asked for " + id + ", it is about " + leaf.Entry.ID)}
				}
				versions = append(versions, leaf.version())
			}
		}
		return versions, nil
	})
}

func (n *NuGet) request(address string, read func(*Response) error) Request {
	// What is not there is answered by the storage, in XML.
	return Request{URL: address, Accept: acceptJSON, Fresh: metadataFresh, Read: read, Absent: func(r *Response) bool {
		return plainAbsent(r) || strings.Contains(string(r.Body), "<Error>")
	}}
}

// resources is the base address of each service by its kind; of several
// versions of one, the one that knows all packages.
func (n *NuGet) resources(ctx context.Context) (map[string]string, error) {
	req := Request{URL: n.index, Accept: acceptJSON, Fresh: 24 * time.Hour}
	return lookup(ctx, n.t, n.services, req, func(r *Response) (map[string]string, error) {
		var wire struct {
			Resources []struct {
				ID   string      `json:"@id"`
				Type lax[string] `json:"@type"`
			} `json:"resources"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		found := make(map[string]string)
		for _, wanted := range []string{"RegistrationsBaseUrl/3.6.0", "RegistrationsBaseUrl/Versioned", "RegistrationsBaseUrl/3.4.0", "RegistrationsBaseUrl",
			"SearchQueryService/3.5.0", "SearchQueryService"} {
			kind, _, _ := strings.Cut(wanted, "/")
			for _, one := range wire.Resources {
				base := strings.TrimRight(one.ID, "/")
				if one.Type.V == wanted && found[kind] == "" && checkBase(base) == nil {
					found[kind] = base
				}
			}
		}
		if found["RegistrationsBaseUrl"] == "" {
			return nil, errors.New("the service index names no registrations")
		}
		return found, nil
	})
}

func (l *nugetLeaf) version() NuGetVersion {
	e := &l.Entry
	v := NuGetVersion{
		ID: e.ID, Version: e.Version, Published: moment(e.Published.V), Listed: e.Listed.V, License: e.License.V, LicenseURL: e.LicenseURL.V, ProjectURL: e.ProjectURL.V,
		Entry: e.Address.V, Requires: nugetRequires(e.Groups.V),
		Archive: l.Archive.V, Deprecated: e.Deprecation.V.Reasons.V, DeprecatedMessage: e.Deprecation.V.Message.V, Alternative: e.Deprecation.V.Alternative.V.ID,
	}
	// nuget.org dates what is no longer listed to 1900, which is no date.
	if v.Published.Year() == 1900 {
		v.Published = time.Time{}
		if v.Listed == nil {
			no := false
			v.Listed = &no
		}
	}
	v.Authors = strings.Join(oneOrMore(e.Authors.V), ", ")
	return v
}
