package clients

import "time"

// DepsDevKey is a version. System is NPM, GO, MAVEN, PYPI, NUGET, CARGO or
// RUBYGEMS; a Go version keeps its v.
type DepsDevKey struct {
	System  string `json:"system"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// DepsDevVersion is what deps.dev knows of a version. Absent is unknown.
type DepsDevVersion struct {
	Key              DepsDevKey    `json:"versionKey"`
	PublishedAt      time.Time     `json:"publishedAt"`
	IsDefault        bool          `json:"isDefault"`
	IsDeprecated     bool          `json:"isDeprecated"`
	DeprecatedReason string        `json:"deprecatedReason"`
	Licenses         []string      `json:"licenses"`
	Links            []DepsDevLink `json:"links"`
	AdvisoryKeys     []struct {
		ID string `json:"id"`
	} `json:"advisoryKeys"`
	Attestations []struct {
		Type             string `json:"type"`
		URL              string `json:"url"`
		Verified         bool   `json:"verified"`
		SourceRepository string `json:"sourceRepository"`
		Commit           string `json:"commit"`
	} `json:"attestations"`
	// SLSAProvenances are of npm alone.
	SLSAProvenances []struct {
		SourceRepository string `json:"sourceRepository"`
		Commit           string `json:"commit"`
		Verified         bool   `json:"verified"`
	} `json:"slsaProvenances"`
	RelatedProjects []struct {
		ProjectKey struct {
			ID string `json:"id"`
		} `json:"projectKey"`
		Provenance string `json:"relationProvenance"` // SLSA_ATTESTATION, GO_ORIGIN, UNVERIFIED_METADATA, ...
		Type       string `json:"relationType"`       // SOURCE_REPO, ISSUE_TRACKER
	} `json:"relatedProjects"`
	ProjectStatus struct {
		Status string `json:"status"` // PyPI alone: active, archived, quarantined, deprecated
		Reason string `json:"reason"`
	} `json:"projectStatus"`
}

// DepsDevLink is an address with a label: SOURCE_REPO, HOMEPAGE, ISSUE_TRACKER.
type DepsDevLink struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// DepsDevProject is what deps.dev knows of a repository.
type DepsDevProject struct {
	Key struct {
		ID string `json:"id"`
	} `json:"projectKey"`
	OpenIssues  *int              `json:"openIssuesCount"`
	Stars       *int              `json:"starsCount"`
	Forks       *int              `json:"forksCount"`
	License     string            `json:"license"`
	Description string            `json:"description"`
	Homepage    string            `json:"homepage"`
	Scorecard   *DepsDevScorecard `json:"scorecard"`
}

// DepsDevScorecard is OpenSSF Scorecard's weekly result. A score of -1 is inconclusive.
type DepsDevScorecard struct {
	Date       time.Time `json:"date"`
	Repository struct {
		Name   string `json:"name"`
		Commit string `json:"commit"`
	} `json:"repository"`
	Scorecard struct {
		Version string `json:"version"`
	} `json:"scorecard"`
	OverallScore *float64 `json:"overallScore"`
	Checks       []struct {
		Name          string   `json:"name"`
		Score         *float64 `json:"score"` // nil is not told
		Reason        string   `json:"reason"`
		Details       []string `json:"details"`
		Documentation struct {
			ShortDescription string `json:"shortDescription"`
			URL              string `json:"url"`
		} `json:"documentation"`
	} `json:"checks"`
}
