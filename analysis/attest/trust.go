package attest

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/signature"
)

// trust is the parsed roots. A file of several, as `gh attestation trusted-root`
// prints, is one instance of Sigstore each: what one of them signed must hold by
// that one alone, never by the logs of another.
type trust struct {
	instances []instance
	npm       npmKeys
	own       crypto.PublicKey // of Options.PublicKey
	embedded  bool
}

type instance struct {
	material root.TrustedMaterial
	byCert   *verify.Verifier
}

const mostInstances = 8

func newTrust(o Options, keys func() (npmKeys, error)) (t *trust, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, fmt.Errorf("reading the trusted root: the library failed: %v", p)
		}
	}()
	t = &trust{embedded: o.TrustedRoot == nil}
	if o.PublicKey != nil {
		if t.own, err = parsePublicKey(o.PublicKey); err != nil {
			return nil, err
		}
	}
	if t.npm, err = keys(); err != nil {
		return nil, err
	}
	data := o.TrustedRoot
	if t.embedded {
		data = embeddedRoot
	}
	if err := bounded(data); err != nil {
		return nil, fmt.Errorf("reading the trusted root: %w", err)
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		one, err := decoder.ReadValue()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && len(t.instances) == mostInstances {
			err = errors.New("it holds too many")
		}
		if err != nil {
			return nil, fmt.Errorf("reading the trusted root: %w", err)
		}
		material, err := root.NewTrustedRootFromJSON(one)
		if err != nil {
			return nil, fmt.Errorf("reading the trusted root: %w", err)
		}
		byCert, err := verifierFor(material)
		if err != nil {
			return nil, err
		}
		t.instances = append(t.instances, instance{material, byCert})
	}
	if len(t.instances) == 0 {
		return nil, errors.New("reading the trusted root: it is empty")
	}
	return t, nil
}

// verifierFor demands what the instance has: an entry in its log, a timestamp of
// the certificate in its certificate log, and always a witnessed time, without
// which a certificate of ten minutes proves nothing. GitHub's own instance has
// no logs, only a timestamp authority.
func verifierFor(material root.TrustedMaterial) (*verify.Verifier, error) {
	options := []verify.VerifierOption{verify.WithObserverTimestamps(1), verify.WithoutStatementPredicate()}
	if len(material.RekorLogs()) > 0 {
		options = append(options, verify.WithTransparencyLog(1))
	}
	if len(material.CTLogs()) > 0 {
		options = append(options, verify.WithSignedCertificateTimestamps(1))
	}
	return verify.NewVerifier(material, options...)
}

// keyed is a verifier for what one key signed; witnessed says that a log entry
// or a timestamp must hold too.
func (in instance) keyed(hint string, key crypto.PublicKey, start, end time.Time, witnessed bool) (*verify.Verifier, error) {
	signer, err := signature.LoadDefaultVerifier(key)
	if err != nil {
		return nil, err
	}
	keys := root.NewTrustedPublicKeyMaterialFromMapping(map[string]*root.ExpiringKey{
		hint: root.NewExpiringKey(signer, start, end),
	})
	material := root.TrustedMaterialCollection{in.material, keys}
	options := []verify.VerifierOption{verify.WithoutStatementPredicate()}
	if !witnessed {
		return verify.NewVerifier(material, append(options, verify.WithNoObserverTimestamps())...)
	}
	options = append(options, verify.WithObserverTimestamps(1))
	if len(material.RekorLogs()) > 0 {
		options = append(options, verify.WithTransparencyLog(1))
	}
	return verify.NewVerifier(material, options...)
}

// parsePublicKey reads one key in PEM (SubjectPublicKeyInfo).
func parsePublicKey(data []byte) (crypto.PublicKey, error) {
	if len(data) > 64<<10 {
		return nil, errors.New("it is too long for a key")
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil, errors.New("it is not a public key in PEM")
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

// fingerprint names a key as npm does: the hash of its SubjectPublicKeyInfo.
func fingerprint(key crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
