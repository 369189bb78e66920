package clients

import "context"

// GitHubBranch is a branch at the commit where it is now.
type GitHubBranch struct {
	Name   string `json:"name"`
	Commit struct {
		SHA string `json:"sha"`
	} `json:"commit"`
}

// Branches are at most GitHubMost branches, by name.
// Source: docs.github.com/rest/branches/branches, "List branches".
func (g *GitHub) Branches(ctx context.Context, repo string) ([]GitHubBranch, error) {
	return githubList(ctx, g, g.branches, repo, "/branches?per_page=100")
}
