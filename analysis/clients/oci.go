package clients

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// OCI is the registries of container images, for what is attached to one: the
// signatures and attestations of cosign. No image is fetched.
//
// Sources: github.com/opencontainers/distribution-spec, spec.md (manifests,
// blobs, referrers); distribution.github.io/distribution/spec/auth/token (the
// token that anybody gets); github.com/sigstore/cosign, specs/.
type OCI struct {
	t        *Transport
	e        Endpoints
	attached *memo[*OCIAttached]
	tokens   ociTokens
}

// keptImages bounds what is held in memory: documents, of which one image may
// have some megabytes.
const keptImages = 64

// NewOCI asks each registry under the name that its images have; those that
// everybody uses under their endpoints.
func NewOCI(t *Transport, e Endpoints) *OCI {
	return &OCI{t: t, e: e, attached: newMemo[*OCIAttached](keptImages)}
}

// OCIDocument is one signature or attestation, as it lies in the registry.
// Nobody has verified it.
type OCIDocument struct {
	MediaType   string // of the layer
	Annotations map[string]string
	Body        []byte // has the digest that the manifest names
}

// OCIAttached is what lies beside one image.
type OCIAttached struct {
	Source    string // the registry's host
	Documents []OCIDocument
	// Others are the types of what else refers to the image: signatures of the
	// Notary Project, bills of materials; and the predicates of attestations that
	// are not about how it was made. Nothing of them was fetched. Sorted.
	Others []string
}

// Registry is the host that is asked about an image, by its name in a lockfile,
// and whether it is one that everybody uses or that the person's own settings
// name with a token. Any other host stands in the project alone: who lets a
// branch choose it lets the branch make depreview call it.
func (o *OCI) Registry(name string) (host string, known bool) {
	host = imageHostOf(name)
	if base := o.e.imageRegistry(host); base != "" {
		return hostOf(base), true
	}
	for _, token := range o.t.opts.Tokens {
		if _, origin, ok := strings.Cut(token.Origin, "://"); ok && strings.EqualFold(origin, host) {
			return host, true
		}
	}
	return host, o.t.opts.Replay // which calls nobody
}

// imageHostOf is the registry in an image's name, "" for Docker Hub's.
func imageHostOf(name string) string {
	host, _, ok := strings.Cut(name, "/")
	if ok && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return strings.ToLower(host)
	}
	return ""
}

// repository is where an image lies: the address of its registry, and its name
// there.
type repository struct{ base, name string }

func (o *OCI) repository(image string) (repository, error) {
	host, name := imageHostOf(image), image
	if host != "" {
		_, name, _ = strings.Cut(image, "/")
	}
	base := o.e.imageRegistry(host)
	switch {
	case host == "" && !strings.Contains(name, "/"):
		name = "library/" + name
	case base == "" && strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:") != "":
		return repository{}, &Error{Reason: ReasonBadName, Detail: clip(image + " names no host")}
	case base == "":
		scheme := "https"
		if bare, _, _ := strings.Cut(host, ":"); loopback(bare) { // as Docker's own tools have it
			scheme = "http"
		}
		base = scheme + "://" + host
	}
	// The grammar of names: lower case, digits, and separators between them.
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789._-/") != "" || name == "" || len(name) > 255 ||
		strings.Contains(name, "//") || strings.Contains(name, "..") || strings.Trim(name, "/._-") != name {
		return repository{}, &Error{Reason: ReasonBadName, Detail: clip(image + " is no name of an image")}
	}
	return repository{base, name}, checkBase(base)
}

// Attached is everything that cosign attached to the image with that digest (of
// its manifest or index). ErrAbsent is never its error: an image without any has
// no Documents. Beside an error stands what was found all the same.
func (o *OCI) Attached(ctx context.Context, image string, digest lockfiles.Digest) (*OCIAttached, error) {
	where, err := o.repository(image)
	if err != nil {
		return nil, err
	}
	if !plainDigest(digest) {
		return nil, &Error{Reason: ReasonBadName, Detail: "it has no digest that a registry knows"}
	}
	return o.attached.get(ctx, where.base+"\n"+where.name+"\n"+digest.String(), func(ctx context.Context) (*OCIAttached, error) {
		g := &ociGathering{o: o, where: where, digest: digest, found: &OCIAttached{Source: hostOf(where.base)}, seen: make(map[string]bool)}
		err := g.all(ctx)
		return g.found, err
	})
}

func plainDigest(d lockfiles.Digest) bool {
	raw, err := hex.DecodeString(d.Value)
	return err == nil && (d.Algorithm == "sha256" && len(raw) == 32 || d.Algorithm == "sha512" && len(raw) == 64)
}

// ociErrors is the registries' own answer to what goes wrong.
type ociErrors struct {
	Errors []struct {
		Code lax[string] `json:"code"`
	} `json:"errors"`
}

// ociAbsent: the registry itself says that it has no such manifest. An unknown
// name (NAME_UNKNOWN) is also that of a repository nobody may see, and no "none".
func ociAbsent(r *Response) bool {
	var said ociErrors
	if decode(r.Body, &said) != nil {
		return false
	}
	for _, one := range said.Errors {
		if one.Code.V == "MANIFEST_UNKNOWN" || one.Code.V == "NOT_FOUND" { // Harbor says the latter
			return true
		}
	}
	return false
}

// hashed refuses what has another digest than it was asked for by.
func hashed(body []byte, digest string) error {
	sum := sha256.Sum256(body)
	if got := "sha256:" + hex.EncodeToString(sum[:]); got != digest {
		return mismatch(digest, got)
	}
	return nil
}
