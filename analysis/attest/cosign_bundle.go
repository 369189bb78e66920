package attest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
)

// The annotations that carry what verifies a layer of cosign's.
const (
	certificateAnnotation = "dev.sigstore.cosign/certificate"
	logAnnotation         = "dev.sigstore.cosign/bundle"
	timestampAnnotation   = "dev.sigstore.cosign/rfc3161timestamp"
)

// mostAnnotation bounds each of them: a certificate and a log entry have some kB.
const mostAnnotation = 1 << 20

// cosignBundle makes a Sigstore bundle of a layer: the same values under other
// names. The chain is left out, since the trusted root has its own. keyed tells
// that no certificate signed it.
func cosignBundle(a Attached, content map[string]any) (document []byte, keyed bool, err error) {
	type object = map[string]any
	material := object{}
	for _, name := range []string{certificateAnnotation, logAnnotation, timestampAnnotation} {
		if len(a.Annotations[name]) > mostAnnotation {
			return nil, false, fmt.Errorf("the annotation %s is too long", name)
		}
	}
	if text := a.Annotations[certificateAnnotation]; text != "" {
		block, _ := pem.Decode([]byte(text))
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, false, errors.New("its certificate is none")
		}
		material["x509CertificateChain"] = object{"certificates": []object{{"rawBytes": block.Bytes}}}
	} else {
		keyed = true
		material["publicKey"] = object{"hint": "cosign"} // cosign names no key
	}
	if text := a.Annotations[logAnnotation]; text != "" {
		entry, err := logEntry(text)
		if err != nil {
			return nil, keyed, err
		}
		material["tlogEntries"] = []object{entry}
	}
	if text := a.Annotations[timestampAnnotation]; text != "" {
		var stamp struct {
			Signed []byte `json:"SignedRFC3161Timestamp"`
		}
		if err := json.Unmarshal([]byte(text), &stamp); err != nil {
			return nil, keyed, fmt.Errorf("reading its timestamp: %w", err)
		}
		material["timestampVerificationData"] = object{"rfc3161Timestamps": []object{{"signedTimestamp": stamp.Signed}}}
	}
	whole := object{"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.1", "verificationMaterial": material}
	for name, value := range content {
		whole[name] = value
	}
	document, err = json.Marshal(whole)
	return document, keyed, err
}

// annotatedEntry is the log's entry as cosign writes it down.
type annotatedEntry struct {
	SET     []byte `json:"SignedEntryTimestamp"`
	Payload struct {
		Body  string `json:"body"` // base64
		Time  int64  `json:"integratedTime"`
		Index int64  `json:"logIndex"`
		LogID string `json:"logID"` // hexadecimal
	} `json:"Payload"`
}

func readEntry(text string) (e annotatedEntry, body []byte, kind, version string, err error) {
	if err = shallow([]byte(text)); err == nil {
		err = json.Unmarshal([]byte(text), &e)
	}
	if err == nil {
		body, err = base64.StdEncoding.DecodeString(e.Payload.Body)
	}
	var head struct {
		Kind    string `json:"kind"`
		Version string `json:"apiVersion"`
	}
	if err == nil {
		err = shallow(body)
	}
	if err == nil {
		err = json.Unmarshal(body, &head)
	}
	if err != nil {
		err = fmt.Errorf("reading its log entry: %w", err)
	}
	return e, body, head.Kind, head.Version, err
}

func logEntry(text string) (map[string]any, error) {
	e, body, kind, version, err := readEntry(text)
	if err != nil {
		return nil, err
	}
	log, err := hex.DecodeString(e.Payload.LogID)
	if err != nil {
		return nil, fmt.Errorf("reading its log entry: %w", err)
	}
	return map[string]any{
		"logIndex": strconv.FormatInt(e.Payload.Index, 10), "logId": map[string]any{"keyId": log},
		"kindVersion":      map[string]any{"kind": kind, "version": version},
		"integratedTime":   strconv.FormatInt(e.Payload.Time, 10),
		"inclusionPromise": map[string]any{"signedEntryTimestamp": e.SET}, "canonicalizedBody": body,
	}, nil
}

// logKind is "hashedrekord/0.0.1", or "" for what is no entry.
func logKind(text string) string {
	_, _, kind, version, err := readEntry(text)
	if err != nil {
		return ""
	}
	return kind + "/" + version
}
