package checks

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

const (
	acmeImage = "images.example/acme/http"
	byAcme    = "https://github.invalid/acme/http/.github/workflows/release.yml@refs/heads/main"
	byEve     = "https://github.invalid/eve/http/.github/workflows/release.yml@refs/heads/main"
	acmesKey  = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAES1dQ19olOSM13yzvtseBX70uP6e0\nFbIE5JmuxkszBZR4so5zUhmPELjh5hcukC7Qv5G4Y8Vj27a84X9gKlW9kw==\n-----END PUBLIC KEY-----\n"
)

// fakeImages is registries of images: what is attached is told by words, of
// which the verifier makes proofs.
type fakeImages struct {
	attached map[string][]string // by digest
	others   map[string][]string
	errs     map[string]error
	unknown  map[string]bool // hosts that are not everybody's
	asked    []string
}

func (f *fakeImages) Registry(name string) (string, bool) {
	host := policy.ImageHost(name)
	return host, !f.unknown[host]
}

func (f *fakeImages) Attached(_ context.Context, image string, d lockfiles.Digest) (*clients.OCIAttached, error) {
	f.asked = append(f.asked, image)
	got := &clients.OCIAttached{Source: policy.ImageHost(image), Others: f.others[d.Value]}
	for _, word := range f.attached[d.Value] {
		got.Documents = append(got.Documents, clients.OCIDocument{Body: []byte(word)})
	}
	return got, f.errs[d.Value]
}

// fakeVerifier reads "signature by SAN", "provenance by SAN", "signature key",
// and what is wrong with them.
type fakeVerifier struct{ key string }

func (v fakeVerifier) Image(attached []attest.Attached, want attest.Want) ([]attest.Proof, error) {
	var proofs []attest.Proof
	for _, a := range attached {
		kind, how, _ := strings.Cut(string(a.Body), " ")
		p := attest.Proof{Kind: attest.Kind(kind), Standing: attest.Verified, Subjects: []attest.Subject{{Digest: want.Digests}}}
		san, by := strings.CutPrefix(how, "by ")
		switch {
		case by && v.key == "":
			workflow, ref, _ := strings.Cut(strings.TrimPrefix(san, "https://github.invalid/"), "@")
			owner, _, _ := strings.Cut(workflow, "/")
			p.Identity = attest.Identity{SAN: san, Issuer: "https://issuer.invalid", Repository: "https://github.invalid/" + owner + "/http",
				Workflow: strings.TrimPrefix(workflow, owner+"/http/"), Ref: ref}
		case how == "key" && v.key != "":
			p.Identity.Key = v.key
		case how == "key":
			p.Standing, p.Reason = attest.Claimed, "it is signed by a key that nobody named"
		case how == "old":
			p.Standing, p.Reason = attest.Unknown, "an old kind"
		case how == "of another":
			p.Standing, p.Reason = attest.Refused, "not the one asked for"
			p.Subjects = []attest.Subject{{Digest: []lockfiles.Digest{{Algorithm: "sha256", Value: strings.Repeat("ef", 32)}}}}
		default:
			p.Standing, p.Reason = attest.Refused, "it does not hold"
		}
		proofs = append(proofs, p)
	}
	return proofs, nil
}

func imageOf(name, version, digest string) *lockfiles.Package {
	p := &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "docker", Name: name}, Version: version}
	if digest != "" {
		p.Integrity = []lockfiles.Digest{{Algorithm: "sha256", Value: strings.Repeat(digest, 32)}}
	}
	return p
}

func imageCheck(f *fakeImages) *imageSignature {
	return &imageSignature{registries: f, verifier: fakeVerifier{}, keyed: func(key string) (imageVerifier, error) {
		if !strings.Contains(key, "PUBLIC") {
			return nil, errors.New("no key")
		}
		return fakeVerifier{key: "acme"}, nil
	}}
}

func TestImageSignature(t *testing.T) {
	acme, eve := "by "+byAcme, "by "+byEve
	none := "info no-signature: no signature of cosign's is attached\ninfo no-provenance: no attestation says who built it"
	unbuilt := "\ninfo no-provenance: no attestation says who built it"
	named := "[[images]]\nmatch = \"images.example/acme/*\"\nidentity-regexp = \"^https://github.invalid/acme/\"\nissuer = \"https://issuer.invalid\"\n"
	keyed := "[[images]]\nmatch = \"" + acmeImage + "\"\nkey = \"\"\"" + acmesKey + "\"\"\"\n"
	offline := &clients.Error{Reason: clients.ReasonOffline, Host: "images.example"}
	for name, c := range map[string]struct {
		base, head []string
		others     []string
		err        error
		policy     string
		want       string
	}{
		"none":                 {want: none},
		"signed as before":     {base: []string{"signature " + acme}, head: []string{"signature " + acme}, want: "info signature-verified: signed by " + byAcme + unbuilt},
		"signed and built":     {head: []string{"signature " + acme, "provenance " + acme}, want: "info signature-verified: signed by " + byAcme + "\ninfo provenance-verified: built by .github/workflows/release.yml of https://github.invalid/acme/http"},
		"by a key":             {head: []string{"signature key"}, want: "info signature-unverified: a signature is attached, and nothing was verified" + unbuilt},
		"signature lost":       {base: []string{"signature " + acme}, want: "warn signature-lost: no signature of cosign's is attached; base had one" + unbuilt},
		"provenance lost":      {base: []string{"signature key", "provenance " + acme}, head: []string{"signature key"}, want: "warn provenance-lost: no provenance of cosign's is attached; base had one\ninfo signature-unverified: a signature is attached, and nothing was verified"},
		"a key in its place":   {base: []string{"signature " + acme}, head: []string{"signature key"}, want: "warn identity-changed: the signature is by a key that nobody named; base had one by an identity\ninfo signature-unverified: a signature is attached, and nothing was verified" + unbuilt},
		"by another":           {base: []string{"signature " + acme}, head: []string{"signature " + eve}, want: "warn repository-changed: built in https://github.invalid/eve/http; base was https://github.invalid/acme/http\ninfo signature-verified: signed by " + byEve + unbuilt},
		"by another as well":   {base: []string{"signature " + acme}, head: []string{"signature " + eve, "signature " + acme}, want: "info signature-verified: signed by " + byEve + unbuilt},
		"does not hold":        {head: []string{"signature broken"}, want: "fail attestation-refused: the signature does not hold: it does not hold" + unbuilt},
		"one of two":           {head: []string{"signature broken", "signature " + acme}, want: "warn attestation-refused: the signature does not hold: it does not hold\ninfo signature-verified: signed by " + byAcme + unbuilt},
		"of another":           {head: []string{"signature of another"}, want: "fail subject-mismatch: the signature is about another image than the digest that is pinned" + unbuilt},
		"an old entry":         {head: []string{"provenance old"}, want: "info no-signature: no signature of cosign's is attached\nerror: the attestations of this version are not known: an old kind"},
		"the Notary Project's": {others: []string{notary}, want: "info no-provenance: no attestation says who built it\nerror: who signed this version is not known: a signature of the Notary Project is there, which is not read"},
		"offline":              {base: []string{"signature " + acme}, err: offline, want: "error: ask: "},
		"half an answer":       {head: []string{"signature " + acme}, err: offline, want: "info signature-verified: signed by " + byAcme + "\nerror: ask: "},

		"as demanded":             {head: []string{"signature " + acme}, policy: named, want: "info signature-verified: signed by " + byAcme + unbuilt + "\npass image-signed-by-policy: made by whom the policy names"},
		"not as demanded":         {head: []string{"signature " + eve}, policy: named, want: "info signature-verified: signed by " + byEve + unbuilt + "\nfail image-unsigned-by-policy: no signature is by whom the policy names"},
		"demanded, none":          {policy: named, want: none + "\nfail image-unsigned-by-policy: no signature is by whom the policy names"},
		"demanded, by a key":      {head: []string{"signature key"}, policy: named, want: "info signature-unverified: a signature is attached, and nothing was verified" + unbuilt + "\nfail image-unsigned-by-policy: no signature is by whom the policy names"},
		"demanded, offline":       {policy: named, err: offline, want: "warn image-signature-unknown: the policy demands a signature, and whether there is one is not known\nerror: ask: "},
		"provenance demanded":     {head: []string{"signature " + acme}, policy: named + "require = \"provenance\"\n", want: "info signature-verified: signed by " + byAcme + unbuilt + "\nfail image-unsigned-by-policy: no provenance is by whom the policy names"},
		"old provenance demanded": {head: []string{"provenance old"}, policy: named + "require = \"provenance\"\n", want: "info no-signature: no signature of cosign's is attached\nwarn image-signature-unknown: the policy demands a provenance, and whether there is one is not known\nerror: the attestations of this version are not known: an old kind"},
		"a key demanded":          {head: []string{"signature key"}, policy: keyed, want: "info signature-verified: signed by acme" + unbuilt + "\npass image-signed-by-policy: made by whom the policy names"},
		"a key demanded, another": {head: []string{"signature " + acme}, policy: keyed, want: "info signature-verified: signed by " + byAcme + unbuilt + "\nfail image-unsigned-by-policy: no signature is by whom the policy names"},
		"both rules":              {head: []string{"signature " + acme}, policy: named + keyed, want: "info signature-verified: signed by " + byAcme + unbuilt + "\nfail image-unsigned-by-policy: no signature is by whom the policy names"},
		"another image's rule":    {policy: strings.Replace(named, "acme/*", "web/*", 1), want: none},
		"a broken policy":         {policy: "[[images]]\n", want: none + "\nerror: read .depreview/policy.toml:1: a rule of images matches none"},
	} {
		t.Run(name, func(t *testing.T) {
			base, head := imageOf(acmeImage, "1.2", "ab"), imageOf(acmeImage, "1.2", "cd")
			f := &fakeImages{attached: map[string][]string{base.Integrity[0].Value: c.base, head.Integrity[0].Value: c.head},
				others: map[string][]string{head.Integrity[0].Value: c.others}, errs: map[string]error{head.Integrity[0].Value: c.err}}
			review := releaseReview(map[string]string{policy.File: c.policy}, map[string]string{policy.File: "[[images]]\nnothing"})
			result, err := imageCheck(f).Run(t.Context(), &diff.Change{Kind: diff.Repinned, Base: base, Head: head}, review)
			got := releaseOutcome(result.Findings, err)
			if i := strings.Index(got, "error: "); i >= 0 {
				got, _, _ = strings.Cut(got, "\nhint")
				if errors.Is(err, clients.ErrOffline) {
					got = got[:i] + "error: ask: "
				}
			}
			if got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
			for _, f := range result.Findings {
				if f.Source != "images.example" || strings.Contains(f.Title+f.Detail, "\n") {
					t.Errorf("finding %+v", f)
				}
			}
		})
	}
}

// TestImageSignatureAsksWhomBaseNames: a registry that head alone names is not
// called, whatever the policy says of every image.
func TestImageSignatureAsksWhomBaseNames(t *testing.T) {
	head := imageOf("evil.example/acme/http", "1.2", "cd")
	graph := func(name string) map[string]*diff.Graph {
		return map[string]*diff.Graph{"Dockerfile": diff.NewGraph(&lockfiles.Lockfile{Packages: []lockfiles.Package{*imageOf(name, "1", "")}})}
	}
	for name, c := range map[string]struct {
		base   string
		policy string
		asked  bool
	}{
		"by head":               {"other.example/acme/http", "", false},
		"by a part of a name":   {"other.example/evil.example/http", "", false},
		"by base":               {"EVIL.example/web", "", true},
		"by the policy":         {"other.example/acme/http", "[[images]]\nmatch = \"evil.example/*\"\nidentity = \"a\"\nissuer = \"b\"\n", true},
		"by a policy for all":   {"other.example/acme/http", "[[images]]\nmatch = \"*\"\nidentity = \"a\"\nissuer = \"b\"\n", false},
		"by a policy with gaps": {"other.example/acme/http", "[[images]]\nmatch = \"*.example/*\"\nidentity = \"a\"\nissuer = \"b\"\n", false},
	} {
		f := &fakeImages{unknown: map[string]bool{"evil.example": true, "other.example": true}}
		review := releaseReview(map[string]string{policy.File: c.policy}, nil)
		review.Diff.Base, review.Diff.Head = graph(c.base), graph(head.Name)
		result, err := imageCheck(f).Run(t.Context(), &diff.Change{Kind: diff.Added, Head: head}, review)
		if slices.Contains(f.asked, head.Name) != c.asked {
			t.Errorf("%s: asked %v", name, f.asked)
		}
		var failed *clients.Error
		if !c.asked && (!errors.As(err, &failed) || !failed.NotAsked() || analysis.Why(err) != "base names no image of evil.example, and no policy: not asked") {
			t.Errorf("%s: %v", name, err)
		}
		for _, finding := range result.Findings {
			if !c.asked && finding.Code != "image-signature-unknown" {
				t.Errorf("%s: %+v", name, finding)
			}
		}
	}
}

func TestImageSignatureWithoutDigest(t *testing.T) {
	f := &fakeImages{}
	rules := "[[images]]\nmatch = \"nginx\"\nidentity = \"a\"\nissuer = \"b\"\n"
	check := imageCheck(f)
	result, err := check.Run(t.Context(), &diff.Change{Base: imageOf("nginx", "1", ""), Head: imageOf("nginx", "2", "")}, releaseReview(map[string]string{policy.File: rules}, nil))
	if err == nil || len(result.Findings) != 1 || result.Findings[0].Code != "image-unsigned-by-policy" || len(f.asked) > 0 {
		t.Errorf("%+v, %v, asked %v", result.Findings, err, f.asked)
	}
	for want, c := range map[string]*diff.Change{
		"it is no container image": releaseMove("npm", "1.0.0", "1.0.1"), "the image is removed": {Base: imageOf("nginx", "1", "ab")},
	} {
		if _, err := check.Run(t.Context(), c, releaseReview(nil, nil)); err == nil || err.Error() != want || len(f.asked) > 0 {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestImageSignatureEvidence(t *testing.T) {
	base, head := imageOf(acmeImage, "1.1", "ab"), imageOf(acmeImage, "1.2", "cd")
	f := &fakeImages{attached: map[string][]string{base.Integrity[0].Value: {"signature by " + byAcme, "provenance by " + byAcme}},
		others: map[string][]string{head.Integrity[0].Value: {"https://spdx.dev/Document"}}}
	rules := "\n[[images]]\nmatch = \"images.example/*\"\nidentity = \"a\"\nissuer = \"b\"\n"
	result, err := imageCheck(f).Run(t.Context(), &diff.Change{Base: base, Head: head}, releaseReview(map[string]string{policy.File: rules}, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := `signature: verified | absent
signed by: ` + byAcme + ` | 
provenance: verified | absent
attested by: ` + byAcme + ` | 
issuer: https://issuer.invalid | 
repository: https://github.invalid/acme/http | 
workflow: .github/workflows/release.yml | 
ref, commit: refs/heads/main | 
also attached:  | https://spdx.dev/Document
the policy asks:  | signature (.depreview/policy.toml:2 at base)`
	if got := releaseFacts(result); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	for _, fact := range result.Evidence[0].Body.(analysis.Facts) {
		if look := map[string]analysis.Outcome{"signature": analysis.Fail, "provenance": analysis.Warn, "the policy asks": analysis.Fail}[fact.Name]; fact.Look != look {
			t.Errorf("%s is marked %s", fact.Name, fact.Look)
		}
	}
}
