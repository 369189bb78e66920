package attest

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
)

// pypiBundle is one of attestation_bundles in PyPI's integrity answer.
type pypiBundle struct {
	Publisher    *publisher       `json:"publisher"`
	Attestations []jsontext.Value `json:"attestations"`
}

// publisher is the trusted publisher that PyPI says uploaded the file.
type publisher struct {
	Kind         string `json:"kind"`
	Repository   string `json:"repository"`
	Workflow     string `json:"workflow"`          // GitHub
	WorkflowPath string `json:"workflow_filepath"` // GitLab
	Email        string `json:"email"`             // Google
}

func splitPyPI(bundles []pypiBundle) ([]item, error) {
	var items []item
	for _, b := range bundles {
		if len(items)+len(b.Attestations) > mostAttestations {
			return nil, fmt.Errorf("the document holds more than %d attestations", mostAttestations)
		}
		for _, a := range b.Attestations {
			who := b.Publisher
			if who == nil {
				who = &publisher{}
			}
			items = append(items, fromPEP740(a, who))
		}
	}
	return items, nil
}

// fromPEP740 makes a Sigstore bundle of an attestation: the same strings under
// other names, as PyPI's own library does it. An entry without an inclusion
// proof is allowed in version 0.1 alone, and there needs the log's promise.
func fromPEP740(value jsontext.Value, who *publisher) item {
	var a struct {
		Version  int `json:"version"`
		Envelope struct {
			Statement string `json:"statement"`
			Signature string `json:"signature"`
		} `json:"envelope"`
		Material struct {
			Certificate string           `json:"certificate"`
			Entries     []jsontext.Value `json:"transparency_entries"`
		} `json:"verification_material"`
	}
	it := item{publisher: who, python: true}
	if err := json.Unmarshal(value, &a); err != nil {
		it.reason = "reading the attestation: " + err.Error()
		return it
	}
	if a.Version != 1 {
		it.reason = fmt.Sprintf("version %d of PEP 740's attestations is not known", a.Version)
		return it
	}
	mediaType := "application/vnd.dev.sigstore.bundle.v0.3+json"
	for _, entry := range a.Material.Entries {
		var e struct {
			Proof *struct {
				Checkpoint jsontext.Value `json:"checkpoint"`
			} `json:"inclusionProof"`
		}
		if json.Unmarshal(entry, &e) != nil || e.Proof == nil || e.Proof.Checkpoint.Kind() != '{' {
			mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1"
		}
	}
	type object = map[string]any
	leaf := object{"rawBytes": a.Material.Certificate}
	material := object{"tlogEntries": a.Material.Entries}
	if strings.HasSuffix(mediaType, "0.1") {
		material["x509CertificateChain"] = object{"certificates": []object{leaf}}
	} else {
		material["certificate"] = leaf
	}
	bundle, err := json.Marshal(object{
		"mediaType":            mediaType,
		"verificationMaterial": material,
		"dsseEnvelope": object{
			"payload":     a.Envelope.Statement,
			"payloadType": payloadType,
			"signatures":  []object{{"sig": a.Envelope.Signature}},
		},
	})
	if err != nil {
		it.reason = "reading the attestation: " + err.Error()
	}
	it.bundle = bundle
	return it
}

// differs says why the certificate is not the publisher's, or "". The rules are
// those of PyPI's own library (pypi-attestations): the repository and the build
// configuration of the certificate, at its commit or its ref. known is false for
// a publisher that cannot be compared.
func (p *publisher) differs(c certificate.Summary) (reason string, known bool) {
	var issuer, repository, config string
	switch p.Kind {
	case "GitHub":
		issuer = "https://token.actions.githubusercontent.com"
		repository = "https://github.com/" + p.Repository
		config = repository + "/.github/workflows/" + p.Workflow
	case "GitLab":
		issuer = "https://gitlab.com"
		repository = "https://gitlab.com/" + p.Repository
		config = repository + "//" + p.WorkflowPath
	case "Google":
		if c.Issuer != "https://accounts.google.com" || p.Email == "" || c.SubjectAlternativeName != p.Email {
			return fmt.Sprintf("the index names the publisher %s, and it was signed by %s", quoted(p.Email), quoted(c.SubjectAlternativeName)), true
		}
		return "", true
	default:
		return fmt.Sprintf("the index names a publisher of the kind %q, which cannot be compared", p.Kind), false
	}
	at, ok := strings.CutPrefix(c.BuildConfigURI, config+"@")
	switch {
	case c.Issuer != issuer:
		return fmt.Sprintf("the index names a publisher at %s, and the identity was issued by %s", p.Kind, quoted(c.Issuer)), true
	case p.Repository == "" || c.SourceRepositoryURI != repository:
		return fmt.Sprintf("the index names the publisher %s, and it was built from %s", repository, quoted(c.SourceRepositoryURI)), true
	case !ok || at == "" || at != c.SourceRepositoryRef && at != c.SourceRepositoryDigest:
		return fmt.Sprintf("the index names the workflow %s, and it was built by %s", config, quoted(c.BuildConfigURI)), true
	}
	return "", true
}
