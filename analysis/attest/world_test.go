package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/depreview/depreview/lockfiles"
)

// A world is an instance of Sigstore in memory: an authority, a log, and a
// registry with a key. Its time stands still: what counts is when the log
// witnessed a signature, never the clock.
type world struct {
	authority *root.FulcioCertificateAuthority
	issuing   *ecdsa.PrivateKey
	log       *ecdsa.PrivateKey
	logID     [sha256.Size]byte
	npm       *ecdsa.PrivateKey
	npmID     string // the key's
	root      []byte // trusted_root.json
	keys      []byte // /-/npm/v1/keys
	now       time.Time
	org       string // of its authority
}

const (
	acmeSAN     = "https://github.com/acme/http/.github/workflows/release.yml@refs/tags/v1.2.3"
	acmeIssuer  = "https://token.actions.githubusercontent.com"
	acmeName    = "pkg:npm/acme-http@1.2.3"
	acmeCommit  = "8a2ee2fd20dda58ffa4a8d808a65cb1e04711c03"
	acmePublish = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1"
	slsa        = "https://slsa.dev/provenance/v1"
)

var acmeDigest = lockfiles.Digest{Algorithm: "sha512", Value: strings.Repeat("ab", 64)}

var theWorld = sync.OnceValues(newWorld)

func withWorld(t testing.TB) *world {
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func newWorld() (*world, error) {
	w := &world{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), org: "acme.invalid"}
	keys := make([]*ecdsa.PrivateKey, 4)
	for i := range keys {
		var err error
		if keys[i], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, err
		}
	}
	w.issuing, w.log, w.npm = keys[1], keys[2], keys[3]
	top, err := w.authorise("acme-root", keys[0], nil, keys[0])
	if err != nil {
		return nil, err
	}
	middle, err := w.authorise("acme-authority", w.issuing, top, keys[0])
	if err != nil {
		return nil, err
	}
	w.authority = &root.FulcioCertificateAuthority{
		Root: top, Intermediates: []*x509.Certificate{middle}, URI: "https://fulcio.invalid",
		ValidityPeriodStart: w.now.Add(-time.Hour), ValidityPeriodEnd: w.now.Add(time.Hour),
	}
	public, err := x509.MarshalPKIXPublicKey(w.log.Public())
	if err != nil {
		return nil, err
	}
	w.logID = sha256.Sum256(public)
	logs := map[string]*root.TransparencyLog{"": {
		BaseURL: "https://rekor.invalid", ID: w.logID[:], HashFunc: crypto.SHA256, SignatureHashFunc: crypto.SHA256, PublicKey: w.log.Public(),
		ValidityPeriodStart: w.now.Add(-time.Hour), ValidityPeriodEnd: w.now.Add(time.Hour),
	}}
	trusted, err := root.NewTrustedRoot(root.TrustedRootMediaType01, []root.CertificateAuthority{w.authority}, nil, nil, logs)
	if err != nil {
		return nil, err
	}
	if w.root, err = trusted.MarshalJSON(); err != nil {
		return nil, err
	}
	if public, err = x509.MarshalPKIXPublicKey(w.npm.Public()); err != nil {
		return nil, err
	}
	print := sha256.Sum256(public)
	w.npmID = "SHA256:" + base64.RawStdEncoding.EncodeToString(print[:])
	w.keys = w.keysUntil("null")
	return w, nil
}

// authorise makes an authority's certificate; without a parent it is a root.
func (w *world) authorise(name string, key *ecdsa.PrivateKey, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name, Organization: []string{w.org}},
		NotBefore: w.now.Add(-time.Hour), NotAfter: w.now.Add(time.Hour),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
	if parent == nil {
		parent = template
	} else {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// keysUntil is the registry's answer with an expiry (JSON).
func (w *world) keysUntil(expires string) []byte {
	der, _ := x509.MarshalPKIXPublicKey(w.npm.Public())
	return fmt.Appendf(nil, `{"keys":[{"expires":%s,"keyid":%q,"keytype":"ecdsa-sha2-nistp256","scheme":"ecdsa-sha2-nistp256","key":%q}]}`,
		expires, w.npmID, base64.StdEncoding.EncodeToString(der))
}

func (w *world) verifier(t testing.TB) *Verifier {
	v, err := NewVerifier(Options{TrustedRoot: w.root, NPMKeys: w.keys})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// acmeClaims are the extensions of Fulcio, by the last number of their OID.
var acmeClaims = map[int]string{
	8: acmeIssuer, 9: acmeSAN, 11: "github-hosted", 12: "https://github.com/acme/http", 13: acmeCommit,
	14: "refs/tags/v1.2.3", 15: "1296269", 17: "583231", 18: acmeSAN, 20: "push",
	21: "https://github.com/acme/http/actions/runs/42/attempts/1",
}

// certify makes a certificate of ten minutes.
func (w *world) certify(t testing.TB, san string, claims map[int]string) (*ecdsa.PrivateKey, *x509.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(san)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), URIs: []*url.URL{address},
		NotBefore: w.now.Add(-time.Minute), NotAfter: w.now.Add(9 * time.Minute),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}
	for number, value := range claims {
		der, err := asn1.MarshalWithParams(value, "utf8")
		if err != nil {
			t.Fatal(err)
		}
		template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{
			Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, number}, Value: der,
		})
	}
	der, err := x509.CreateCertificate(rand.Reader, template, w.authority.Intermediates[0], key.Public(), w.issuing)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, leaf
}

type object = map[string]any

// acmeStatement is a statement about acme-http 1.2.3.
func acmeStatement(predicateType string) []byte {
	return statementOf(predicateType, object{"name": acmeName, "digest": object{acmeDigest.Algorithm: acmeDigest.Value}})
}

func statementOf(predicateType string, subjects ...object) []byte {
	data, _ := json.Marshal(object{
		"_type": "https://in-toto.io/Statement/v1", "subject": subjects, "predicateType": predicateType,
		"predicate": object{"runDetails": object{"builder": object{"id": "https://github.com/actions/runner/github-hosted"}}},
	})
	return data
}

// attest signs a statement with a certificate and logs it.
func (w *world) attest(t testing.TB, statement []byte) object {
	key, leaf := w.certify(t, acmeSAN, acmeClaims)
	return w.signedBy(t, statement, key, leaf)
}

func (w *world) signedBy(t testing.TB, statement []byte, key *ecdsa.PrivateKey, leaf *x509.Certificate) object {
	chain := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}))
	return w.bundle(t, statement, key, chain, object{"certificate": object{"rawBytes": leaf.Raw}}, "")
}

// publish signs a statement with the registry's key and logs it.
func (w *world) publish(t testing.TB, statement []byte) object {
	der, err := x509.MarshalPKIXPublicKey(w.npm.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	return w.bundle(t, statement, w.npm, public, object{"publicKey": object{"hint": w.npmID}}, w.npmID)
}

func (w *world) bundle(t testing.TB, statement []byte, key *ecdsa.PrivateKey, verifier string, material object, keyID string) object {
	pae := fmt.Sprintf("DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(statement), statement)
	sig := sign(t, key, []byte(pae))
	envelope := object{"payload": statement, "payloadType": payloadType, "signatures": []object{{"sig": sig, "keyid": keyID}}}
	material["tlogEntries"] = []object{w.entry(t, statement, sig, verifier, w.now)}
	return object{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": material, "dsseEnvelope": envelope}
}

// entry is a log's entry for an envelope, with its promise and its proof.
func (w *world) entry(t testing.TB, statement, sig []byte, verifier string, at time.Time) object {
	payload := sha256.Sum256(statement)
	body, err := json.Marshal(object{
		"apiVersion": "0.0.1", "kind": "dsse",
		"spec": object{
			"envelopeHash": object{"algorithm": "sha256", "value": hex.EncodeToString(payload[:])},
			"payloadHash":  object{"algorithm": "sha256", "value": hex.EncodeToString(payload[:])},
			"signatures":   []object{{"signature": base64.StdEncoding.EncodeToString(sig), "verifier": base64.StdEncoding.EncodeToString([]byte(verifier))}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	promised := fmt.Sprintf(`{"body":%q,"integratedTime":%d,"logID":"%x","logIndex":0}`, base64.StdEncoding.EncodeToString(body), at.Unix(), w.logID)
	leaf := sha256.Sum256(append([]byte{0}, body...)) // a tree of one leaf
	note := fmt.Sprintf("rekor.invalid - 1\n1\n%s\n", base64.StdEncoding.EncodeToString(leaf[:]))
	signed := base64.StdEncoding.EncodeToString(append(w.logID[:4:4], sign(t, w.log, []byte(note))...))
	return object{
		"logIndex": "0", "logId": object{"keyId": w.logID[:]}, "kindVersion": object{"kind": "dsse", "version": "0.0.1"},
		"integratedTime": fmt.Sprint(at.Unix()), "inclusionPromise": object{"signedEntryTimestamp": sign(t, w.log, []byte(promised))},
		"inclusionProof": object{
			"logIndex": "0", "rootHash": leaf[:], "treeSize": "1", "hashes": []string{},
			"checkpoint": object{"envelope": note + "\n\u2014 rekor.invalid " + signed + "\n"},
		},
		"canonicalizedBody": body,
	}
}

func sign(t testing.TB, key *ecdsa.PrivateKey, message []byte) []byte {
	sum := sha256.Sum256(message)
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

// text is a document of the values, which come as maps or are JSON already.
func text(t testing.TB, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func acmeWant() Want { return Want{Digests: []lockfiles.Digest{acmeDigest}, Name: acmeName} }
