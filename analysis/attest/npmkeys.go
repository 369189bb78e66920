package attest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// npmKey is a public key of a registry. A zero time is no bound.
type npmKey struct {
	id         string
	key        *ecdsa.PublicKey
	start, end time.Time
}

// npmKeys are by what they are for, then by id.
type npmKeys struct{ signatures, attestations map[string]npmKey }

const mostKeys = 256

// parseNPMKeys reads either of the two shapes: the registry's own
// {keys:[{keyid,key,expires}]}, whose keys are for both uses, and the TUF
// target's {keys:[{keyId,keyUsage,publicKey:{rawBytes,validFor}}]}. A key of
// another kind than ECDSA P-256 is left out: what it signed has no known key.
func parseNPMKeys(data []byte) (npmKeys, error) {
	keys := npmKeys{map[string]npmKey{}, map[string]npmKey{}}
	if len(data) > mostDocument {
		return keys, fmt.Errorf("reading the registry's keys: %d bytes is too long", len(data))
	}
	var document struct {
		Keys []struct {
			KeyID     string     `json:"keyid"` // any case: keyId is the other shape's
			Key       string     `json:"key"`
			Expires   *time.Time `json:"expires"`
			KeyUsage  string     `json:"keyUsage"`
			PublicKey *struct {
				RawBytes string `json:"rawBytes"`
				ValidFor struct {
					Start *time.Time `json:"start"`
					End   *time.Time `json:"end"`
				} `json:"validFor"`
			} `json:"publicKey"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return keys, fmt.Errorf("reading the registry's keys: %w", err)
	}
	if len(document.Keys) > mostKeys {
		return keys, fmt.Errorf("reading the registry's keys: %d keys are too many", len(document.Keys))
	}
	for _, k := range document.Keys {
		text, start, end := k.Key, (*time.Time)(nil), k.Expires
		if k.PublicKey != nil {
			text, start, end = k.PublicKey.RawBytes, k.PublicKey.ValidFor.Start, k.PublicKey.ValidFor.End
		}
		key, err := p256(text)
		if err != nil || k.KeyID == "" {
			continue
		}
		one := npmKey{id: k.KeyID, key: key}
		if start != nil {
			one.start = *start
		}
		if end != nil {
			one.end = *end
		}
		if k.KeyUsage == "" || k.KeyUsage == "npm:signatures" {
			keys.signatures[k.KeyID] = one
		}
		if k.KeyUsage == "" || k.KeyUsage == "npm:attestations" {
			keys.attestations[k.KeyID] = one
		}
	}
	return keys, nil
}

func p256(text string) (*ecdsa.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("not an ECDSA P-256 key")
	}
	return key, nil
}
