package attest

import (
	"strings"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
)

// identityOf reads a Fulcio certificate. The older extensions (1.2 to 1.6), which
// GitHub's early certificates have alone, stand in where the newer are absent:
// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
func identityOf(c certificate.Summary) Identity {
	id := Identity{
		SAN: c.SubjectAlternativeName, Issuer: c.Issuer,
		Repository:   strings.TrimSuffix(c.SourceRepositoryURI, ".git"),
		RepositoryID: c.SourceRepositoryIdentifier, OwnerID: c.SourceRepositoryOwnerIdentifier,
		Ref:     first(c.SourceRepositoryRef, c.GithubWorkflowRef),
		Commit:  first(c.SourceRepositoryDigest, c.GithubWorkflowSHA),
		Trigger: first(c.BuildTrigger, c.GithubWorkflowTrigger),
		Runner:  c.RunnerEnvironment, Run: c.RunInvocationURI,
	}
	if id.Repository == "" && c.GithubWorkflowRepository != "" {
		id.Repository = "https://github.com/" + c.GithubWorkflowRepository
	}
	config := c.BuildConfigURI
	if config == "" && c.GithubWorkflowRepository != "" {
		config = c.SubjectAlternativeName // a workflow's address, before there was the extension
	}
	id.Workflow = inRepository(config, id.Repository)
	signer := first(c.BuildSignerURI, config)
	if signer != config {
		id.Signer = signer
	}
	return id
}

// inRepository is the path of ADDRESS/PATH@REF, GitLab's having two slashes;
// "" when it is another repository's.
func inRepository(config, repository string) string {
	rest, ok := strings.CutPrefix(config, repository+"/")
	if !ok || repository == "" {
		return ""
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "@")
	return path
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
