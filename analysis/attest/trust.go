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
	// named: somebody named the root, and it is not known whose instances are in it.
	named bool
}

type instance struct {
	// github: it is GitHub's own, which nothing else is held against, and which is
	// held against nothing else.
	github   bool
	material root.TrustedMaterial
	byCert   *verify.Verifier
}

const mostInstances = 8

func newTrust(o Options, r roots, keys func() (npmKeys, error)) (t *trust, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, fmt.Errorf("reading the trusted root: the library failed: %v", p)
		}
	}()
	t = &trust{named: r.root.From == Named}
	if o.PublicKey != nil {
		if t.own, err = parsePublicKey(o.PublicKey); err != nil {
			return nil, err
		}
	}
	if t.npm, err = keys(); err != nil {
		return nil, err
	}
	if err := t.add(r.sigstore, false); err != nil {
		return nil, err
	}
	if r.github != nil {
		if err := t.add(r.github, true); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// add reads the instances of a file.
func (t *trust) add(data []byte, github bool) error {
	if err := bounded(data); err != nil {
		return fmt.Errorf("reading the trusted root: %w", err)
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(data))
	for n := 0; ; n++ {
		one, err := decoder.ReadValue()
		switch {
		case errors.Is(err, io.EOF) && n > 0:
			return nil
		case errors.Is(err, io.EOF):
			err = errors.New("it is empty")
		case err == nil && n == mostInstances:
			err = errors.New("it holds too many")
		}
		if err != nil {
			return fmt.Errorf("reading the trusted root: %w", err)
		}
		material, err := root.NewTrustedRootFromJSON(one)
		if err != nil {
			return fmt.Errorf("reading the trusted root: %w", err)
		}
		byCert, err := verifierFor(material)
		if err != nil {
			return err
		}
		t.instances = append(t.instances, instance{github, material, byCert})
	}
}

// instancesFor are those that may have signed: whose authority GitHub's is, is
// told by the certificate, and a key is the public registry's or a person's. An
// instance that somebody named may be anybody's.
func (t *trust) instancesFor(leaf *x509.Certificate) (of []instance) {
	for _, in := range t.instances {
		if t.named || in.github == (leaf != nil && githubs(leaf)) {
			of = append(of, in)
		}
	}
	return of
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
