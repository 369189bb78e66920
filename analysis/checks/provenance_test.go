package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// fakeOrigins answers with what a case says of the two sides and of the line.
type fakeOrigins struct {
	base, head       *attest.Release
	line             []attest.Release
	baseErr, lineErr error
}

func (f *fakeOrigins) Release(_ context.Context, _ *diff.Change, head bool) (*attest.Release, error) {
	if head {
		if f.head == nil {
			return nil, errors.New("registry.invalid failed")
		}
		return f.head, nil
	}
	return f.base, f.baseErr
}

func (f *fakeOrigins) Line(context.Context, *diff.Change) ([]attest.Release, error) {
	return f.line, f.lineErr
}

var provenancePin = []lockfiles.Digest{{Algorithm: "sha256", Value: strings.Repeat("ab", 32)}}

// made is a release of acme-http that a person published.
func made(version string, with ...func(*attest.Release)) *attest.Release {
	r := &attest.Release{ID: lockfiles.ID{Ecosystem: "npm", Name: "acme-http"}, Version: version, Source: "registry.invalid", Observed: relNow,
		Pinned: provenancePin, Attested: attest.Absent, Publisher: "ada", PublisherKnown: true,
		Signature: attest.Proof{Kind: attest.RegistrySignature, Standing: attest.Verified, Identity: attest.Identity{Key: "DhQ8"}}}
	for _, w := range with {
		w(r)
	}
	return r
}

// fromWorkflow is a release with verified provenance from a tag.
func fromWorkflow(change ...func(*attest.Identity)) func(*attest.Release) {
	return func(r *attest.Release) {
		id := attest.Identity{SAN: "https://github.invalid/acme/http/.github/workflows/release.yml@refs/tags/v" + r.Version, Issuer: "https://issuer.invalid",
			Repository: "https://github.invalid/acme/http", RepositoryID: "7", OwnerID: "3", Workflow: ".github/workflows/release.yml",
			Ref: "refs/tags/v" + r.Version, Commit: commitOf(r.Version[len(r.Version)-1:]), Trigger: "push", Runner: "github-hosted"}
		for _, c := range change {
			c(&id)
		}
		r.Attested = attest.Verified
		r.Proofs = []attest.Proof{{Kind: attest.Provenance, Standing: attest.Verified, Identity: id, Log: "rekor.invalid", Signed: relNow}}
	}
}

func byTrusted(r *attest.Release)    { r.Publisher, r.Service = "GitHub Actions", "github" }
func saysAttested(r *attest.Release) { r.Attested = attest.Claimed }
func ofCargo(r *attest.Release)      { r.ID.Ecosystem = "cargo" }
func unsigned(r *attest.Release)     { r.Signature = attest.Proof{Standing: attest.Absent} }
func strippedAll(r *attest.Release) {
	r.Publisher, r.PublisherKnown, r.Attested, r.Why = "", false, attest.Unknown, "this registry does not pass them on"
	r.Signature = attest.Proof{}
}

func refusing(subject string) func(*attest.Release) {
	return func(r *attest.Release) {
		r.Attested, r.Why = attest.Refused, "it does not hold"
		p := attest.Proof{Kind: attest.Provenance, Standing: attest.Refused, Reason: "the log has no such entry"}
		if subject != "" {
			p.Subjects = []attest.Subject{{Digest: []lockfiles.Digest{{Algorithm: "sha256", Value: subject}}}}
		}
		r.Proofs = []attest.Proof{p}
	}
}

// lineOfThree are earlier releases alike.
func lineOfThree(with ...func(*attest.Release)) []attest.Release {
	return []attest.Release{*made("1.0.5", with...), *made("1.0.4", with...), *made("1.0.3", with...)}
}

// offForge is a check whose forge has no answers.
func offForge(t *testing.T, o origins) *provenance {
	return &provenance{origins: o, forge: recordedGitHub(t, nil), private: func(*diff.Change) error { return errors.New("private") }}
}

func TestProvenance(t *testing.T) {
	up := releaseMove("npm", "1.0.5", "1.0.6")
	trusted := []func(*attest.Release){saysAttested, byTrusted}
	never := "info no-provenance: no attestation says who built it: never had"
	absent := "info no-provenance: no attestation says who built it: absent"
	ok := "info provenance-verified: built by .github/workflows/release.yml of https://github.invalid/acme/http"
	for _, c := range []struct {
		name   string
		of     *fakeOrigins
		change *diff.Change
		want   string
	}{
		{"removed", &fakeOrigins{}, releaseMove("npm", "1.0.5", ""), "error: the package is removed"},
		{"the registry fails", &fakeOrigins{}, up, "error: registry.invalid failed"},
		{"as before", &fakeOrigins{base: made("1.0.5", fromWorkflow(), byTrusted), head: made("1.0.6", fromWorkflow(), byTrusted), line: lineOfThree(trusted...)}, up, ok},
		{"never had", &fakeOrigins{base: made("1.0.5"), head: made("1.0.6"), line: lineOfThree()}, up, never},
		{"added", &fakeOrigins{head: made("1.0.6")}, releaseMove("npm", "", "1.0.6"), never},
		{"lost, after three", &fakeOrigins{base: made("1.0.5", fromWorkflow(), byTrusted), head: made("1.0.6"), line: lineOfThree(trusted...)}, up,
			"fail provenance-lost: the attestation is absent; 1.0.5 had one\n" +
				"warn publisher-person-instead-of-workflow: published by the account ada; 1.0.5 was by trusted publishing"},
		{"lost, after one", &fakeOrigins{base: made("1.0.5", fromWorkflow()), head: made("1.0.6"), line: []attest.Release{*made("1.0.5", saysAttested), *made("1.0.4")}}, up,
			"warn provenance-lost: the attestation is absent; 1.0.5 had one"},
		{"lost before head", &fakeOrigins{base: made("1.0.5", fromWorkflow()), head: made("1.0.7"), line: []attest.Release{*made("1.0.6"), *made("1.0.5", saysAttested)}},
			releaseMove("npm", "1.0.5", "1.0.7"), "warn provenance-lost: the attestation is absent; 1.0.5 had one"},
		{"another major line", &fakeOrigins{base: made("1.0.5", fromWorkflow()), head: made("2.0.0")}, releaseMove("npm", "1.0.5", "2.0.0"), absent},
		{"only a pre-release had one", &fakeOrigins{base: made("1.0.5"), head: made("1.0.6"), line: []attest.Release{*made("1.0.6-rc.1", saysAttested), *made("1.0.5")}}, up, never},
		{"the line is not known", &fakeOrigins{base: made("1.0.5", fromWorkflow()), head: made("1.0.6"), lineErr: errors.New("offline")}, up,
			"warn provenance-lost: the attestation is absent; 1.0.5 had one\nerror: how earlier releases were made is not known: offline"},
		{"a mirror strips head", &fakeOrigins{base: made("1.0.5", fromWorkflow(), byTrusted), head: made("1.0.6", strippedAll), line: lineOfThree(trusted...)}, up,
			"error: the attestations of this version are not known: this registry does not pass them on"},
		{"a mirror strips all", &fakeOrigins{base: made("1.0.5", strippedAll), head: made("1.0.6", strippedAll), line: lineOfThree(strippedAll)}, up,
			"error: the attestations of this version are not known: this registry does not pass them on"},
		{"a mirror strips the past", &fakeOrigins{base: made("1.0.5", strippedAll), head: made("1.0.6"), line: lineOfThree(strippedAll)}, up,
			absent + "\nerror: the attestations of the version at base are not known: this registry does not pass them on"},
		{"crates.io's statement lost", &fakeOrigins{base: made("1.0.5", byTrusted, saysAttested, ofCargo), head: made("1.0.6", ofCargo), line: lineOfThree(byTrusted, saysAttested, ofCargo)},
			releaseMove("cargo", "1.0.5", "1.0.6"), "fail publisher-person-instead-of-workflow: published by the account ada; 1.0.5 was by trusted publishing\n" + absent},
		{"a token in the place of a service", &fakeOrigins{base: made("1.0.5", fromWorkflow(), byTrusted), head: made("1.0.6", fromWorkflow()), line: lineOfThree(trusted...)}, up,
			"warn trusted-publisher-lost: published with a token; 1.0.5 was by trusted publishing, without one\n" + ok},
		{"a person where three times a service", &fakeOrigins{base: made("1.0.5", byTrusted), head: made("1.0.6"), line: lineOfThree(byTrusted)}, up,
			"fail publisher-person-instead-of-workflow: published by the account ada; 1.0.5 was by trusted publishing\n" + never},
		{"staged", &fakeOrigins{base: made("1.0.5", fromWorkflow(), byTrusted), head: made("1.0.6", fromWorkflow(), func(r *attest.Release) { r.Approver = "ada" }), line: lineOfThree(trusted...)}, up, ok},
		{"no longer staged", &fakeOrigins{base: made("1.0.5"), head: made("1.0.6", byTrusted, fromWorkflow()), line: lineOfThree(func(r *attest.Release) { r.Approver = "ada" })}, up,
			"warn staged-approval-lost: nobody approved it before it was published; 1.0.5 was approved\n" + ok},
		{"the registry's signature lost", &fakeOrigins{base: made("1.0.5"), head: made("1.0.6", unsigned), line: []attest.Release{*made("1.0.5")}}, up,
			"warn signature-lost: the registry signed no such release; 1.0.5 was signed\n" + never},
		{"three signatures, the last of them lost", &fakeOrigins{base: made("1.0.5"), head: made("1.0.6", unsigned), line: lineOfThree()}, up,
			"fail signature-lost: the registry signed no such release; 1.0.5 was signed\n" + never},
		{"one signature of three", &fakeOrigins{base: made("1.0.5"), head: made("1.0.6", unsigned), line: []attest.Release{*made("1.0.5"), *made("1.0.4", unsigned), *made("1.0.3", unsigned)}}, up,
			"warn signature-lost: the registry signed no such release; 1.0.5 was signed\n" + never},
		{"about other bytes", &fakeOrigins{base: made("1.0.5", fromWorkflow()), head: made("1.0.6", refusing(strings.Repeat("cd", 32)))}, up,
			"fail subject-mismatch: the provenance is about other bytes than the lockfile pins"},
		{"refused", &fakeOrigins{base: made("1.0.5", fromWorkflow()), head: made("1.0.6", refusing(strings.Repeat("ab", 32))), line: lineOfThree(trusted...)}, up,
			"fail attestation-refused: the provenance does not hold: the log has no such entry"},
		{"refused, unnamed", &fakeOrigins{head: made("1.0.6", func(r *attest.Release) { r.Attested, r.Why = attest.Refused, "not JSON" })}, releaseMove("npm", "", "1.0.6"),
			"fail attestation-refused: the attestation does not hold: not JSON"},
		{"the registry's signature refused", &fakeOrigins{base: made("1.0.5"), head: made("1.0.6", func(r *attest.Release) {
			r.Signature = attest.Proof{Kind: attest.RegistrySignature, Standing: attest.Refused, Reason: "the key had expired"}
		})}, up, "fail attestation-refused: the registry signature does not hold: the key had expired\n" + never},
		{"claimed alone", &fakeOrigins{base: made("1.0.5", saysAttested), head: made("1.0.6", saysAttested), line: lineOfThree(saysAttested)}, up,
			"info provenance-unverified: unverified claim: registry.invalid says that it is attested, and nothing was verified"},
		{"base cannot be asked", &fakeOrigins{baseErr: errors.New("offline"), head: made("1.0.6", fromWorkflow(), byTrusted), line: lineOfThree(trusted...)}, up,
			ok + "\nerror: who made the version at base is not known: offline"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := offForge(t, c.of).Run(t.Context(), c.change, releaseReview(nil, nil))
			wantReleases(t, result.Findings, err, c.want)
			for _, f := range result.Findings {
				if f.Outcome == analysis.Pass {
					t.Errorf("%s passes: no provenance is ever good by itself", f.Code)
				}
			}
		})
	}
}

func TestProvenanceIdentity(t *testing.T) {
	up := releaseMove("npm", "1.0.5", "1.0.6")
	type change = func(*attest.Identity)
	for name, test := range map[string]struct {
		base, head change
		want       string // without the last line, which says where it was built
	}{
		"another repository": {nil, func(i *attest.Identity) { i.Repository, i.RepositoryID = "https://github.invalid/eve/http", "9" },
			"warn repository-changed: built in https://github.invalid/eve/http; 1.0.5 was https://github.invalid/acme/http"},
		"renamed": {nil, func(i *attest.Identity) { i.Repository = "https://github.invalid/acme/web" },
			"info repository-renamed: the repository is https://github.invalid/acme/web; 1.0.5 was https://github.invalid/acme/http"},
		"handed over": {nil, func(i *attest.Identity) { i.Repository, i.OwnerID = "https://github.invalid/new/http", "4" },
			"warn repository-renamed: the repository is https://github.invalid/new/http; 1.0.5 was https://github.invalid/acme/http"},
		"another owner of that name": {nil, func(i *attest.Identity) { i.OwnerID = "4" }, "warn repository-renamed: the repository has another owner"},
		"another workflow": {nil, func(i *attest.Identity) { i.Workflow = ".github/workflows/x.yml" },
			"warn workflow-changed: built by .github/workflows/x.yml; 1.0.5 was .github/workflows/release.yml"},
		"another issuer": {nil, func(i *attest.Identity) { i.Issuer = "https://other.invalid" }, "warn identity-changed: signed by another identity: other issuer"},
		"by hand":        {nil, func(i *attest.Identity) { i.Trigger = "workflow_dispatch" }, "info identity-changed: signed by another identity: other trigger"},
		"by a stranger":  {nil, func(i *attest.Identity) { i.Trigger = "pull_request_target" }, "warn identity-changed: signed by another identity: other trigger"},
		"another's workflow runs": {nil, func(i *attest.Identity) {
			i.Signer = "https://github.invalid/eve/ci/.github/workflows/npm.yml@refs/heads/main"
		},
			"warn identity-changed: signed by another identity: other reusable workflow"},
		"from a branch now": {nil, func(i *attest.Identity) { i.Ref = "refs/heads/main" }, "warn not-from-a-tag: built from refs/heads/main, which is no tag"},
		"from a branch as ever": {func(i *attest.Identity) { i.Ref = "refs/heads/main" }, func(i *attest.Identity) { i.Ref = "refs/heads/main" },
			"info not-from-a-tag: built from refs/heads/main, which is no tag"},
		"from a pull request": {func(i *attest.Identity) { i.Ref = "refs/pull/1/merge" }, func(i *attest.Identity) { i.Ref = "refs/pull/2/merge" },
			"warn not-from-a-tag: built from refs/pull/2/merge, which is no tag"},
		"another version's tag": {nil, func(i *attest.Identity) { i.Ref = "refs/tags/v1.0.7" }, "warn not-from-a-tag: built from refs/tags/v1.0.7, which does not name 1.0.6"},
		"a longer version's":    {nil, func(i *attest.Identity) { i.Ref = "refs/tags/v11.0.6" }, "warn not-from-a-tag: built from refs/tags/v11.0.6, which does not name 1.0.6"},
		"a tag of a monorepo":   {nil, func(i *attest.Identity) { i.Ref = "refs/tags/the-http@1.0.6" }, ""},
		"its own machine now":   {nil, func(i *attest.Identity) { i.Runner = "self-hosted" }, "warn self-hosted-runner: built on a self-hosted runner"},
		"its own machine as ever": {func(i *attest.Identity) { i.Runner = "self-hosted" }, func(i *attest.Identity) { i.Runner = "self-hosted" },
			"info self-hosted-runner: built on a self-hosted runner"},
	} {
		t.Run(name, func(t *testing.T) {
			with := func(c change) func(*attest.Release) {
				if c == nil {
					return fromWorkflow()
				}
				return fromWorkflow(c)
			}
			of := &fakeOrigins{base: made("1.0.5", with(test.base)), head: made("1.0.6", with(test.head)), line: lineOfThree(saysAttested)}
			result, err := offForge(t, of).Run(t.Context(), up, releaseReview(nil, nil))
			last := len(result.Findings) - 1
			if last < 0 || result.Findings[last].Code != "provenance-verified" {
				t.Fatalf("findings: %+v", result.Findings)
			}
			wantReleases(t, result.Findings[:last], err, test.want)
		})
	}
}

// TestProvenanceEvidence: base beside head, each cell with how well it is known.
func TestProvenanceEvidence(t *testing.T) {
	of := &fakeOrigins{base: made("1.7.2", fromWorkflow(), byTrusted), line: lineOfThree(saysAttested, byTrusted),
		head: made("1.7.4", func(r *attest.Release) { r.Repository, r.Commit = "https://github.invalid/acme/http", commitOf("e") })}
	result, err := offForge(t, of).Run(t.Context(), releaseMove("npm", "1.7.2", "1.7.4"), releaseReview(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := `registry signature: verified, key DhQ8 | verified, key DhQ8
attestation: verified, rekor.invalid 2026-03-10 12:00 UTC | absent
repository: https://github.invalid/acme/http | https://github.invalid/acme/http (unverified claim)
issuer: https://issuer.invalid | 
workflow: .github/workflows/release.yml | 
ref, commit: refs/tags/v1.7.2 222222222222 | eeeeeeeeeeee (unverified claim)
trigger: push | 
built on: github-hosted | 
published by: trusted publishing (github) | ada
subject = lockfile: verified | 
trust: trusted publishing with provenance | an account`
	if got := releaseFacts(result); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	looks := make(map[string]analysis.Outcome)
	for _, f := range result.Evidence[0].Body.(analysis.Facts) {
		looks[f.Name] = f.Look
	}
	if fmt.Sprint(looks["attestation"], looks["published by"], looks["registry signature"]) != "fail warn unknown" {
		t.Errorf("marked: %v", looks)
	}
	for name, test := range map[string]struct {
		of   *fakeOrigins
		want string // a row
	}{
		"never had": {&fakeOrigins{head: made("1.0.6")}, "attestation:  | never had"},
		"lost, but for base": {&fakeOrigins{base: made("1.0.5", strippedAll), head: made("1.0.6"), line: lineOfThree(saysAttested)},
			"attestation: unknown: this registry does not pass them on | absent"},
		"perhaps":       {&fakeOrigins{head: made("1.0.6"), lineErr: errors.New("offline")}, "attestation:  | absent: whether an earlier release had one is not known"},
		"unknown":       {&fakeOrigins{head: made("1.0.6", strippedAll)}, "attestation:  | unknown: this registry does not pass them on"},
		"refused":       {&fakeOrigins{head: made("1.0.6", refusing(strings.Repeat("cd", 32)))}, "subject = lockfile:  | refused: it is about other bytes"},
		"claimed":       {&fakeOrigins{head: made("1.0.6", saysAttested)}, "attestation:  | unverified claim"},
		"no hash":       {&fakeOrigins{head: made("1.0.6", saysAttested, func(r *attest.Release) { r.Pinned = nil })}, "subject = lockfile:  | unknown: the lockfile pins no hash"},
		"approved":      {&fakeOrigins{head: made("1.0.6", func(r *attest.Release) { r.Approver = "bea" })}, "published by:  | ada, approved by bea"},
		"who, a mirror": {&fakeOrigins{head: made("1.0.6", strippedAll)}, "published by:  | unknown: registry.invalid does not tell"},
	} {
		from := ""
		if test.of.base != nil {
			from = test.of.base.Version
		}
		result, _ := offForge(t, test.of).Run(t.Context(), releaseMove("npm", from, "1.0.6"), releaseReview(nil, nil))
		if got := releaseFacts(result); !strings.Contains("\n"+got+"\n", "\n"+test.want+"\n") {
			t.Errorf("%s: no row %q in\n%s", name, test.want, got)
		}
	}
}
