package clients

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

const (
	acceptManifests = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json"
	mostManifest    = 4 << 20 // what the specification wants registries to take
	// mostAttached bounds how many documents of one image are fetched, and
	// mostAttachedBytes how much they are together.
	mostAttached      = 32
	mostAttachedBytes = 16 << 20
	// mostAttachedAsked bounds the requests for manifests and documents that a
	// manifest lists, answered or not: whoever pushes an image writes the list.
	mostAttachedAsked = 4 * mostAttached
)

// ociDescriptor names a blob or a manifest.
type ociDescriptor struct {
	MediaType    string            `json:"mediaType"`
	ArtifactType string            `json:"artifactType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	Annotations  map[string]string `json:"annotations"`
}

// ociManifest is a manifest or an index: one has layers, the other manifests.
type ociManifest struct {
	ArtifactType string          `json:"artifactType"`
	Layers       []ociDescriptor `json:"layers"`
	Manifests    []ociDescriptor `json:"manifests"`
}

// ociGathering is one question for all that is attached to an image.
type ociGathering struct {
	o      *OCI
	where  repository
	digest lockfiles.Digest
	found  *OCIAttached
	seen   map[string]bool // digests of documents
	bytes  int64           // of documents, and at most of those that failed
	asked  int             // of what is listed by digest
}

// all looks where cosign has put things over the years: under tags made of the
// digest, and behind the registry's referrers. A failure of one leaves the
// others to be asked.
func (g *ociGathering) all(ctx context.Context) error {
	tag := g.digest.Algorithm + "-" + g.digest.Value
	var failed error
	for _, ending := range []string{".sig", ".att"} {
		m, err := g.tagged(ctx, tag+ending)
		switch {
		case errors.Is(err, ErrAbsent):
		case err != nil:
			failed = first(failed, err)
		default:
			failed = first(failed, g.layers(ctx, m, nil))
		}
	}
	referrers, err := g.referrers(ctx, tag)
	failed = first(failed, err)
	for _, one := range referrers {
		failed = first(failed, g.referrer(ctx, one))
	}
	slices.Sort(g.found.Others)
	g.found.Others = slices.Compact(g.found.Others)
	return failed
}

func first(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// referrers are the manifests whose subject is the image. A registry without
// that interface answers 404, and some 400, 405 or 406; then they are listed in
// an index under a tag.
func (g *ociGathering) referrers(ctx context.Context, tag string) ([]ociDescriptor, error) {
	var index ociManifest
	pages := false
	err := g.o.do(ctx, g.where, Request{URL: g.address("referrers", g.digest.Algorithm+":"+g.digest.Value), Accept: "application/vnd.oci.image.index.v1+json", Fresh: metadataFresh, MaxBody: mostManifest,
		Read: func(r *Response) error {
			pages = r.Link != ""
			index = ociManifest{}
			return decode(r.Body, &index)
		}})
	if e := asError(err); e != nil {
		switch e.Status {
		case http.StatusNotFound, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable:
			m, tagErr := g.tagged(ctx, tag)
			if errors.Is(tagErr, ErrAbsent) {
				return nil, nil
			}
			if tagErr != nil {
				return nil, tagErr
			}
			index, err = *m, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if pages || len(index.Manifests) > 20*mostAttached {
		err = g.tooMany("more refers to it than one page holds")
	}
	return index.Manifests[:min(len(index.Manifests), 20*mostAttached)], err
}

// referrer fetches what is a bundle or a signature of cosign's, and notes the
// type of the rest.
func (g *ociGathering) referrer(ctx context.Context, d ociDescriptor) error {
	kind := d.ArtifactType
	switch {
	case strings.HasPrefix(kind, "application/vnd.dev.sigstore.bundle"), strings.HasPrefix(kind, "application/vnd.dev.cosign.artifact."):
	case kind == "":
		kind = d.MediaType
		fallthrough
	default:
		g.other(kind)
		return nil
	}
	if predicate := d.Annotations["dev.sigstore.bundle.predicateType"]; !aboutMaking(predicate) {
		g.other(predicate)
		return nil
	}
	m, err := g.listed(ctx, d.Digest)
	if err != nil {
		return err
	}
	return g.layers(ctx, m, d.Annotations)
}

func (g *ociGathering) other(kind string) {
	if kind = clip(kind); kind != "" && len(g.found.Others) < 100 {
		g.found.Others = append(g.found.Others, kind)
	}
}

// aboutMaking: an attestation that does not say what it is about, or is about
// who made or signed the image. Bills of materials are many megabytes, and no
// check reads them. What an annotation hides so is not verified, so that it is
// never to anybody's advantage.
func aboutMaking(predicate string) bool {
	return predicate == "" || strings.HasPrefix(predicate, "https://slsa.dev/provenance/") || strings.HasPrefix(predicate, "https://sigstore.dev/cosign/sign/")
}

// layers fetches the documents of a manifest.
func (g *ociGathering) layers(ctx context.Context, m *ociManifest, annotations map[string]string) error {
	var failed error
	for _, layer := range m.Layers {
		switch {
		case !isProof(layer.MediaType):
			g.other(layer.MediaType)
			continue
		case !aboutMaking(layer.Annotations["predicateType"]):
			g.other(layer.Annotations["predicateType"])
			continue
		case layer.MediaType != simpleSigningLayer && g.seen[layer.Digest]:
			continue
		case len(g.found.Documents) == mostAttached:
			return first(failed, g.tooMany("more is attached than is looked at"))
		case layer.Size < 0 || layer.Size > mostProofs || g.bytes+layer.Size > mostAttachedBytes:
			failed = first(failed, g.tooMany("what is attached is too large"))
			continue
		}
		g.seen[layer.Digest] = true
		body, err := g.blob(ctx, layer)
		if err != nil {
			failed = first(failed, err)
			g.bytes += mostProofs // as much as it may have been
			continue
		}
		g.bytes += int64(len(body))
		g.found.Documents = append(g.found.Documents, OCIDocument{MediaType: layer.MediaType, Annotations: layer.Annotations, Body: body})
	}
	return failed
}

// simpleSigningLayer is what several signatures share: the signatures themselves
// stand in the annotations.
const simpleSigningLayer = "application/vnd.dev.cosign.simplesigning.v1+json"

func isProof(mediaType string) bool {
	return mediaType == simpleSigningLayer || mediaType == "application/vnd.dsse.envelope.v1+json" || strings.HasPrefix(mediaType, "application/vnd.dev.sigstore.bundle")
}

func (g *ociGathering) tooMany(what string) error {
	return &Error{Reason: ReasonTooLarge, Host: hostOf(g.where.base), Detail: what}
}

// address takes references that are checked: a tag made of a digest, or a digest.
func (g *ociGathering) address(kind, reference string) string {
	return g.where.base + "/v2/" + g.where.name + "/" + kind + "/" + reference
}

// tagged is the manifest under a tag, which moves. ErrAbsent is that there is
// none.
func (g *ociGathering) tagged(ctx context.Context, tag string) (m *ociManifest, err error) {
	err = g.o.do(ctx, g.where, Request{URL: g.address("manifests", tag), Accept: acceptManifests, Fresh: metadataFresh, MaxBody: mostManifest, Absent: ociAbsent,
		Read: func(r *Response) error {
			m = &ociManifest{}
			return decode(r.Body, m)
		}})
	return m, err
}

// listed is the manifest of a digest, which does not move. That it is not there
// is no "none": somebody listed it.
func (g *ociGathering) listed(ctx context.Context, digest string) (m *ociManifest, err error) {
	if err := g.named(digest); err != nil {
		return nil, err
	}
	err = g.o.do(ctx, g.where, Request{URL: g.address("manifests", digest), Accept: acceptManifests, Fresh: Immutable, MaxBody: mostManifest,
		Read: func(r *Response) error {
			if err := hashed(r.Body, digest); err != nil {
				return err
			}
			m = &ociManifest{}
			return decode(r.Body, m)
		}})
	return m, err
}

// named refuses what is no digest, and would be another address; and what is
// one too many.
func (g *ociGathering) named(digest string) error {
	if g.asked++; g.asked > mostAttachedAsked {
		return g.tooMany("more is attached than is looked at")
	}
	if sha256Name(digest) {
		return nil
	}
	return &Error{Reason: ReasonMismatch, Host: hostOf(g.where.base), Detail: clip("it names no digest: " + digest)}
}

func (g *ociGathering) blob(ctx context.Context, d ociDescriptor) (body []byte, err error) {
	if err := g.named(d.Digest); err != nil {
		return nil, err
	}
	err = g.o.do(ctx, g.where, Request{URL: g.address("blobs", d.Digest), Fresh: Immutable, MaxBody: mostProofs, Read: func(r *Response) error {
		body = r.Body
		return hashed(body, d.Digest)
	}})
	return body, err
}

func sha256Name(digest string) bool {
	algorithm, value, _ := strings.Cut(digest, ":")
	return algorithm == "sha256" && plainDigest(lockfiles.Digest{Algorithm: algorithm, Value: value})
}
