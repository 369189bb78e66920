package clients

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// githubPages bounds lists: 100 releases or tags a page.
const githubPages = 5

// GitHubMost is how many releases or tags a list holds at most. One of that
// length may have been cut off, so that what is not in it may exist.
const GitHubMost = githubPages * 100

// GitHub is the forge's REST interface.
type GitHub struct {
	t        *Transport
	base     string
	web      string
	releases *memo[[]GitHubRelease]
	tags     *memo[[]GitHubTag]
	compares *memo[*GitHubCompare]
	commits  *memo[*GitHubCommit]
	repos    *memo[*GitHubRepository]
	proofs   *memo[[]byte]
}

// NewGitHub asks the address that the endpoints name. Without a token (see
// GitHubToken) sixty questions an hour are answered.
func NewGitHub(t *Transport, e Endpoints) *GitHub {
	return &GitHub{t: t, base: e.GitHub, web: e.GitHubWeb(), releases: newMemo[[]GitHubRelease](keptAnswers), tags: newMemo[[]GitHubTag](keptAnswers),
		compares: newMemo[*GitHubCompare](keptAnswers), commits: newMemo[*GitHubCommit](keptAnswers), repos: newMemo[*GitHubRepository](keptAnswers), proofs: newMemo[[]byte](keptAnswers)}
}

// Web is the forge's address for people: "https://github.com".
func (g *GitHub) Web() string { return g.web }

// GitHubToken is the token for Options.Tokens, bound to the host of the endpoint.
func GitHubToken(e Endpoints, secret string) Token {
	u, err := url.Parse(e.GitHub)
	if err != nil || secret == "" {
		return Token{}
	}
	return Token{Origin: u.Scheme + "://" + u.Host, Value: "Bearer " + secret}
}

// GitHubRepository is a repository's own facts.
type GitHubRepository struct {
	FullName      string    `json:"full_name"` // another than asked for: renamed or handed over
	Private       *bool     `json:"private"`   // nil is not told
	Archived      bool      `json:"archived"`
	Disabled      bool      `json:"disabled"`
	Fork          bool      `json:"fork"`
	Created       time.Time `json:"created_at"`
	Pushed        time.Time `json:"pushed_at"`
	Stars         int       `json:"stargazers_count"`
	DefaultBranch string    `json:"default_branch"`
	URL           string    `json:"html_url"`
}

// GitHubRelease is a release with its notes, which are strangers' Markdown.
type GitHubRelease struct {
	Tag        string      `json:"tag_name"`
	Name       lax[string] `json:"name"`
	Body       lax[string] `json:"body"`
	Draft      bool        `json:"draft"`
	Prerelease bool        `json:"prerelease"`
	Published  lax[string] `json:"published_at"`
	URL        string      `json:"html_url"`
	Author     lax[struct {
		Login string `json:"login"`
	}] `json:"author"` // who made the release; the tag may be another's
}

// PublishedAt is zero when the forge does not tell.
func (r *GitHubRelease) PublishedAt() time.Time { return moment(r.Published.V) }

// GitHubTag is a tag, peeled to its commit.
type GitHubTag struct {
	Name   string `json:"name"`
	Commit struct {
		SHA string `json:"sha"`
	} `json:"commit"`
}

// GitHubCommit is a commit. One of a fork is found here as well.
type GitHubCommit struct {
	SHA    string `json:"sha"`
	Commit struct {
		Message string `json:"message"`
		Author  struct {
			Name string    `json:"name"`
			Date time.Time `json:"date"`
		} `json:"author"`
		Verification struct {
			Verified bool   `json:"verified"`
			Reason   string `json:"reason"`
		} `json:"verification"`
	} `json:"commit"`
	URL string `json:"html_url"`
}

// GitHubCompare is what lies between two revisions: at most 250 commits and
// 300 files of it, so TotalCommits may be more than Commits.
type GitHubCompare struct {
	Status       string         `json:"status"` // ahead, behind, diverged, identical
	AheadBy      int            `json:"ahead_by"`
	BehindBy     int            `json:"behind_by"`
	TotalCommits int            `json:"total_commits"`
	Commits      []GitHubCommit `json:"commits"`
	Files        []struct {
		Filename  string `json:"filename"`
		Status    string `json:"status"`
		Additions int    `json:"additions"`
		Deletions int    `json:"deletions"`
	} `json:"files"`
	URL string `json:"html_url"`
}

// Repository is the repository owner/name.
func (g *GitHub) Repository(ctx context.Context, repo string) (*GitHubRepository, error) {
	req, err := g.request(repo, "", metadataFresh)
	if err != nil {
		return nil, err
	}
	return lookup(ctx, g.t, g.repos, req, func(r *Response) (*GitHubRepository, error) {
		found := &GitHubRepository{}
		if err := decode(r.Body, found); err != nil {
			return nil, err
		}
		if found.FullName == "" {
			return nil, errors.New("it has no name")
		}
		return found, nil
	})
}

// Releases are the newest releases first, at most 500.
func (g *GitHub) Releases(ctx context.Context, repo string) ([]GitHubRelease, error) {
	return githubList(ctx, g, g.releases, repo, "/releases?per_page=100")
}

// Tags are at most 500 tags, in no useful order.
func (g *GitHub) Tags(ctx context.Context, repo string) ([]GitHubTag, error) {
	return githubList(ctx, g, g.tags, repo, "/tags?per_page=100")
}

// Compare is what head has and base has not. Absent is: one of them is not
// there, or they have no history in common.
func (g *GitHub) Compare(ctx context.Context, repo, base, head string) (*GitHubCompare, error) {
	b, err := segment(base)
	if err != nil {
		return nil, err
	}
	h, err := segment(head)
	if err != nil {
		return nil, err
	}
	req, err := g.request(repo, "/compare/"+b+"..."+h, metadataFresh)
	if err != nil {
		return nil, err
	}
	return lookup(ctx, g.t, g.compares, req, func(r *Response) (*GitHubCompare, error) {
		found := &GitHubCompare{}
		if err := decode(r.Body, found); err != nil {
			return nil, err
		}
		if found.Status == "" {
			return nil, errors.New("it has no status")
		}
		return found, nil
	})
}

// Commit is the commit that a branch, tag or hash names.
func (g *GitHub) Commit(ctx context.Context, repo, ref string) (*GitHubCommit, error) {
	name, err := segment(ref)
	if err != nil {
		return nil, err
	}
	req, err := g.request(repo, "/commits/"+name, metadataFresh)
	if err != nil {
		return nil, err
	}
	found, err := lookup(ctx, g.t, g.commits, req, func(r *Response) (*GitHubCommit, error) {
		found := &GitHubCommit{}
		if err := decode(r.Body, found); err != nil {
			return nil, err
		}
		if len(found.SHA) < 40 {
			return nil, errors.New("it has no hash")
		}
		return found, nil
	})
	// What no ref and no commit is called has an answer of its own.
	if e := asError(err); e != nil && e.Status == http.StatusUnprocessableEntity && strings.HasPrefix(e.Detail, "No commit found for") {
		absent := *e
		absent.Reason = ReasonAbsent
		return nil, &absent
	}
	return found, err
}

func (g *GitHub) request(repo, rest string, fresh time.Duration) (Request, error) {
	owner, name, ok := strings.Cut(repo, "/")
	path, err := segment(owner, name)
	if err != nil || !ok || strings.Contains(name, "/") {
		return Request{}, &Error{Reason: ReasonBadName, Detail: clip(repo + " is no owner/name")}
	}
	return Request{URL: g.base + "/repos/" + path + rest, Accept: "application/vnd.github+json", Fresh: fresh, Absent: githubAbsent}, nil
}

// githubAbsent: what a token may not see is "Not Found" as well, which cannot
// be told apart.
func githubAbsent(r *Response) bool {
	return strings.EqualFold(jsonMessage(r.Body), "not found") || strings.HasPrefix(jsonMessage(r.Body), "No common ancestor")
}

// githubList follows the pages of a list. A page that leads to another host is
// not followed: the next address is the service's word, the host is ours.
func githubList[V any](ctx context.Context, g *GitHub, m *memo[[]V], repo, rest string) ([]V, error) {
	first, err := g.request(repo, rest, metadataFresh)
	if err != nil {
		return nil, err
	}
	return m.get(ctx, first.URL, func(ctx context.Context) ([]V, error) {
		all := []V{}
		req := first
		for page := 0; page < githubPages && req.URL != ""; page++ {
			var part []V
			next := ""
			req.Read = func(r *Response) error {
				next = nextPage(r.Link)
				return readJSON(&part)(r)
			}
			if _, err := g.t.Do(ctx, req); err != nil {
				return nil, err
			}
			all = append(all, part...)
			if hostOf(next) != hostOf(first.URL) || !strings.HasPrefix(next, strings.SplitN(first.URL, "://", 2)[0]+"://") || next == req.URL {
				break
			}
			req.URL = next
		}
		return all, nil
	})
}

// nextPage finds rel="next" in a Link header.
func nextPage(header string) string {
	for _, link := range strings.Split(header, ",") {
		address, rest, ok := strings.Cut(strings.TrimSpace(link), ">")
		if ok && strings.HasPrefix(address, "<") && strings.Contains(rest, `rel="next"`) {
			return address[1:]
		}
	}
	return ""
}
