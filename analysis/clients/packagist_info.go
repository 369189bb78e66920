package clients

import (
	"context"
	"strings"
	"time"
)

// ComposerInfo is what Packagist's own site knows of a package beyond what
// Composer reads. The site answers from a cache of twelve hours.
type ComposerInfo struct {
	Name        string
	Repository  string   // where its source is, which Packagist itself reads
	Maintainers []string // accounts that may change the package; nil is unknown
	Abandoned   bool
	Replacement string // what to use instead, when the maintainers say so
	// Total, Monthly and Daily are installations; nil is unknown.
	Total, Monthly, Daily *int64
}

// composerInfoFresh is as long as the site itself keeps its answer.
const composerInfoFresh = 12 * time.Hour

// Info is what the site knows of a package.
func (p *Packagist) Info(ctx context.Context, name string) (*ComposerInfo, error) {
	name = strings.ToLower(name)
	path, err := names(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: p.site + "/packages/" + path + ".json", Accept: acceptJSON, Fresh: composerInfoFresh, Absent: composerAbsent}
	return lookup(ctx, p.t, p.infos, req, func(r *Response) (*ComposerInfo, error) {
		var wire struct {
			Package struct {
				Name        string      `json:"name"`
				Repository  lax[string] `json:"repository"`
				Abandoned   lax[any]    `json:"abandoned"`
				Maintainers lax[[]struct {
					Name string `json:"name"`
				}] `json:"maintainers"`
				Downloads lax[struct {
					Total   *int64 `json:"total"`
					Monthly *int64 `json:"monthly"`
					Daily   *int64 `json:"daily"`
				}] `json:"downloads"`
			} `json:"package"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		w := &wire.Package
		if !strings.EqualFold(w.Name, name) {
			return nil, mismatch(name, w.Name)
		}
		info := &ComposerInfo{Name: w.Name, Repository: w.Repository.V,
			Total: w.Downloads.V.Total, Monthly: w.Downloads.V.Monthly, Daily: w.Downloads.V.Daily}
		info.Abandoned, info.Replacement = abandoned(w.Abandoned.V)
		for _, m := range w.Maintainers.V {
			if m.Name != "" {
				info.Maintainers = append(info.Maintainers, m.Name)
			}
		}
		return info, nil
	})
}

// abandoned reads a word that is true, or the name of what to use instead.
func abandoned(said any) (is bool, replacement string) {
	switch said := said.(type) {
	case bool:
		return said, ""
	case string:
		return true, said
	}
	return false, ""
}

// composerAbsent: the site answers with a document that says error, the files
// beside it with plain text.
func composerAbsent(r *Response) bool {
	var wire struct {
		Status string `json:"status"`
	}
	return decode(r.Body, &wire) == nil && wire.Status == "error" || saysAbsent(r)
}
