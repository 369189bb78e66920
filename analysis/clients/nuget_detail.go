package clients

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// NuGetDetail is what the catalog of the registry holds of one version.
type NuGetDetail struct {
	// Hash is of the .nupkg as it was pushed, before the registry signed it, so
	// that it is not the contentHash of a lockfile. Base64; "" is unknown.
	Hash, HashAlgorithm string
	Size                int64 // of the .nupkg, in bytes; 0 is unknown
	// Files are the paths in the .nupkg; nil is unknown.
	Files []string
	// Repository and Commit are what the .nuspec claims of its source.
	Repository, Commit string
}

// Detail is the catalog's entry of a version. Absent is a registry that has no
// catalog, or an entry that lies elsewhere than the registry itself.
func (n *NuGet) Detail(ctx context.Context, v NuGetVersion) (*NuGetDetail, error) {
	services, err := n.resources(ctx)
	if err != nil {
		return nil, err
	}
	base := services["RegistrationsBaseUrl"]
	// The address is the answer's: no question goes where no configuration leads.
	address, _, _ := strings.Cut(v.Entry, "#")
	if hostOf(address) != hostOf(base) || checkBase(address) != nil {
		return nil, &Error{Reason: ReasonAbsent, Host: hostOf(base), Detail: "it has no catalog"}
	}
	req := n.request(address, nil)
	req.Fresh = Immutable // a change of a version is a new entry
	return lookup(ctx, n.t, n.details, req, func(r *Response) (*NuGetDetail, error) {
		var wire struct {
			ID         string      `json:"id"`
			Version    string      `json:"version"`
			Hash       lax[string] `json:"packageHash"`
			Algorithm  lax[string] `json:"packageHashAlgorithm"`
			Size       lax[int64]  `json:"packageSize"`
			Repository lax[struct {
				URL    lax[string] `json:"url"`
				Commit lax[string] `json:"commit"`
			}] `json:"repository"`
			Entries lax[[]struct {
				Name string `json:"fullName"`
			}] `json:"packageEntries"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if !strings.EqualFold(wire.ID, v.ID) || !sameStart(wire.Version, v.Version) {
			return nil, mismatch(v.ID+" "+v.Version, wire.ID+" "+wire.Version)
		}
		d := &NuGetDetail{Hash: wire.Hash.V, HashAlgorithm: strings.ToLower(wire.Algorithm.V), Size: wire.Size.V,
			Repository: wire.Repository.V.URL.V, Commit: wire.Repository.V.Commit.V}
		for _, e := range wire.Entries.V {
			d.Files = append(d.Files, strings.ReplaceAll(e.Name, `\`, "/"))
		}
		return d, nil
	})
}

// sameStart tells whether two spellings are of one version, build metadata
// aside: the catalog keeps what the registration normalises.
func sameStart(a, b string) bool {
	a, _, _ = strings.Cut(a, "+")
	b, _, _ = strings.Cut(b, "+")
	return strings.EqualFold(a, b)
}

// NuGetFound is what the registry's search knows of a package.
type NuGetFound struct {
	Owners    []string // accounts that may publish today; nil is unknown
	Downloads *int64   // of all versions, all time; nil is unknown
	// ByVersion are the downloads of the versions that are listed, in the
	// registry's spelling.
	ByVersion map[string]int64
}

// Find asks the search for one package. It does not know a package of which
// no version is listed.
func (n *NuGet) Find(ctx context.Context, id string) (*NuGetFound, error) {
	if _, err := segment(id); err != nil {
		return nil, err
	}
	services, err := n.resources(ctx)
	if err != nil {
		return nil, err
	}
	base := services["SearchQueryService"]
	if base == "" {
		return nil, &Error{Reason: ReasonAbsent, Host: hostOf(n.index), Detail: "it has no search"}
	}
	query := url.Values{"q": {"packageid:" + strings.ToLower(id)}, "prerelease": {"true"}, "semVerLevel": {"2.0.0"}, "take": {"1"}}
	return lookup(ctx, n.t, n.searches, n.request(base+"?"+query.Encode(), nil), func(r *Response) (*NuGetFound, error) {
		var wire struct {
			Data *[]struct {
				ID       string      `json:"id"`
				Owners   lax[any]    `json:"owners"`
				Total    lax[*int64] `json:"totalDownloads"`
				Versions lax[[]struct {
					Version   string      `json:"version"`
					Downloads lax[*int64] `json:"downloads"`
				}] `json:"versions"`
			} `json:"data"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if wire.Data == nil {
			return nil, mismatch(id, "nothing")
		}
		for _, p := range *wire.Data {
			if !strings.EqualFold(p.ID, id) {
				continue
			}
			found := &NuGetFound{Owners: oneOrMore(p.Owners.V), Downloads: p.Total.V, ByVersion: make(map[string]int64)}
			for _, v := range p.Versions.V {
				if v.Downloads.V != nil {
					found.ByVersion[v.Version] = *v.Downloads.V
				}
			}
			return found, nil
		}
		return nil, &Error{Reason: ReasonAbsent, Detail: "its search lists no such package"}
	})
}

// oneOrMore reads what is a name or a list of names.
func oneOrMore(said any) []string {
	var all []string
	switch said := said.(type) {
	case string:
		all = []string{said}
	case []any:
		for _, one := range said {
			if name, ok := one.(string); ok && name != "" {
				all = append(all, name)
			}
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// nugetRequires joins the dependencies of all target frameworks. A version
// without groups has none.
func nugetRequires(groups []nugetGroup) []string {
	all := []string{}
	for _, g := range groups {
		for _, d := range g.Dependencies.V {
			all = append(all, d.ID)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
