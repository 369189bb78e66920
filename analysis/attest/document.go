package attest

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// item is one bundle of a document, or why there is none.
type item struct {
	bundle    []byte
	publisher *publisher // of a PEP 740 provenance object: who must have signed
	python    bool       // the subject is a Python distribution
	reason    string
}

var errShape = errors.New("the document is no bundle, and no list of attestations of npm, PyPI, RubyGems or GitHub")

// split tells the bundles of a document apart by its shape:
//
//	{"mediaType": ...}                 a bundle; several of them are JSON lines
//	[{"mediaType": ...}]               RubyGems' /api/v1/attestations
//	{"attestations":[{"bundle":{}}]}   npm's /-/npm/v1/attestations, GitHub's REST
//	{"attestation_bundles":[...]}      a PEP 740 provenance object
//	{"verification_material":{}}       one PEP 740 attestation
//
// A duplicate key is an error: two readers could choose another one each.
func split(document []byte) ([]item, error) {
	if err := bounded(document); err != nil {
		return nil, err
	}
	var items []item
	decoder := jsontext.NewDecoder(bytes.NewReader(document))
	values := 0
	for {
		value, err := decoder.ReadValue()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading the document: %w", err)
		}
		values++
		more, err := splitValue(value.Clone())
		if err != nil {
			return nil, err
		}
		if items = append(items, more...); len(items) > mostAttestations {
			return nil, fmt.Errorf("the document holds more than %d attestations", mostAttestations)
		}
	}
	if values == 0 {
		return nil, errors.New("the document is empty")
	}
	return items, nil
}

func splitValue(value jsontext.Value) ([]item, error) {
	switch value.Kind() {
	case '[':
		var bundles []jsontext.Value
		if err := json.Unmarshal(value, &bundles); err != nil {
			return nil, fmt.Errorf("reading the document: %w", err)
		}
		if len(bundles) > mostAttestations {
			return nil, fmt.Errorf("the document holds more than %d attestations", mostAttestations)
		}
		var items []item
		for _, bundle := range bundles {
			if bundle.Kind() != '{' {
				return nil, errShape
			}
			items = append(items, item{bundle: bundle})
		}
		return items, nil
	case '{':
		return splitObject(value)
	}
	return nil, errShape
}

func splitObject(value jsontext.Value) ([]item, error) {
	var shape struct {
		Attestations *[]struct {
			Bundle jsontext.Value `json:"bundle"`
		} `json:"attestations"`
		AttestationBundles *[]pypiBundle  `json:"attestation_bundles"`
		Material           jsontext.Value `json:"verification_material"`
		MediaType          jsontext.Value `json:"mediaType"`
		VerificationMat    jsontext.Value `json:"verificationMaterial"`
		Dsse               jsontext.Value `json:"dsseEnvelope"`
		Message            jsontext.Value `json:"messageSignature"`
	}
	if err := json.Unmarshal(value, &shape); err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	switch {
	case shape.Attestations != nil:
		if len(*shape.Attestations) > mostAttestations {
			return nil, fmt.Errorf("the document holds more than %d attestations", mostAttestations)
		}
		var items []item
		for _, a := range *shape.Attestations {
			if a.Bundle.Kind() != '{' {
				items = append(items, item{reason: "the answer names an attestation, and leaves its bundle out"})
				continue
			}
			items = append(items, item{bundle: a.Bundle})
		}
		return items, nil
	case shape.AttestationBundles != nil:
		return splitPyPI(*shape.AttestationBundles)
	case shape.Material != nil:
		return []item{fromPEP740(value, nil)}, nil
	case shape.MediaType != nil, shape.VerificationMat != nil, shape.Dsse != nil, shape.Message != nil:
		return []item{{bundle: value}}, nil
	}
	return nil, errShape
}
