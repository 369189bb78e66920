package policy

import (
	"encoding/pem"
	"maps"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/attest"
)

// writtenSigner is one signer as it is printed.
type writtenSigner struct {
	Identity       string `toml:"identity,omitempty"`
	IdentityRegexp string `toml:"identity-regexp,omitempty"`
	Issuer         string `toml:"issuer,omitempty"`
	IssuerRegexp   string `toml:"issuer-regexp,omitempty"`
	Key            string `toml:"key,multiline,omitempty"`
}

func (w writtenSigner) signer() attest.Signer {
	return attest.Signer{Identity: attest.IdentityPolicy{SAN: w.Identity, SANRegexp: w.IdentityRegexp, Issuer: w.Issuer}, IssuerRegexp: w.IssuerRegexp, Key: w.Key}
}

// signers are those of one entry; several where it holds several keys.
func (im *importing) signers(entry map[string]any) (found []writtenSigner) {
	im.leftOut("entries", entry, "keys", "keyless", "certificates", "attestor")
	if entry["certificates"] != nil {
		im.note("an attestor by certificates cannot be carried over: name an identity or a key")
	}
	if entry["attestor"] != nil {
		im.note("a nested attestor cannot be carried over")
	}
	if keys := tableOf(entry["keys"]); keys != nil {
		im.leftOut("keys", keys, "publicKeys", "rekor", "ctlog", "signatureAlgorithm")
		im.logs("keys", keys)
		if algorithm := textOf(keys["signatureAlgorithm"]); algorithm != "" && algorithm != "sha256" {
			im.note("keys.signatureAlgorithm %.20q is not carried over", algorithm)
		}
		found = append(found, im.keys(textOf(keys["publicKeys"]))...)
	}
	if keyless := tableOf(entry["keyless"]); keyless != nil {
		im.leftOut("keyless", keyless, "subject", "subjectRegExp", "issuer", "issuerRegExp", "rekor", "ctlog")
		im.logs("keyless", keyless)
		found = append(found, im.keyless(keyless)...)
	}
	return slices.DeleteFunc(found, func(w writtenSigner) bool {
		err := w.signer().Check()
		if err != nil {
			im.note("a signer cannot be carried over: %v", err)
		}
		return err != nil
	})
}

// logs notes what is said of logs, but for the public one's address: which logs
// must hold is the trusted root's to say.
func (im *importing) logs(in string, table map[string]any) {
	rekor := tableOf(table["rekor"])
	for _, key := range slices.Sorted(maps.Keys(rekor)) {
		if key != "url" || strings.TrimSuffix(textOf(rekor[key]), "/") != "https://rekor.sigstore.dev" {
			im.note("%s.rekor.%s is not carried over", in, key)
		}
	}
	im.leftOut(in+".ctlog", tableOf(table["ctlog"]))
}

func (im *importing) keys(text string) (found []writtenSigner) {
	rest := []byte(text)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		found = append(found, writtenSigner{Key: string(pem.EncodeToMemory(block))})
	}
	if len(found) == 0 || strings.TrimSpace(string(rest)) != "" {
		im.note("a key that is not written in PEM (a reference, a variable) cannot be carried over: %.60q", strings.TrimSpace(string(rest)))
	}
	return found
}

func (im *importing) keyless(table map[string]any) []writtenSigner {
	w := writtenSigner{IdentityRegexp: textOf(table["subjectRegExp"]), IssuerRegexp: textOf(table["issuerRegExp"])}
	subject, issuer := textOf(table["subject"]), textOf(table["issuer"])
	if subject != "" && w.IdentityRegexp != "" || issuer != "" && w.IssuerRegexp != "" {
		im.note("a keyless attestor names the same both exactly and as an expression: the expression is not carried over")
	}
	if subject != "" {
		w.Identity, w.IdentityRegexp = plainOrExpression(subject)
	}
	if issuer != "" {
		w.Issuer, w.IssuerRegexp = plainOrExpression(issuer)
	}
	switch named, issued := w.Identity+w.IdentityRegexp != "", w.Issuer+w.IssuerRegexp != ""; {
	case !named && !issued:
		im.note("a keyless attestor names nobody, so that anybody may sign: it is not carried over")
		return nil
	case !named:
		w.IdentityRegexp = "."
		im.note("it names no subject: anybody whom the issuer knows may sign")
	case !issued:
		w.IssuerRegexp = "."
		im.note("it names no issuer: any issuer of that subject does")
	}
	return []writtenSigner{w}
}

// plainOrExpression: Kyverno reads * and ? in subjects and issuers.
func plainOrExpression(text string) (plain, expression string) {
	if !strings.ContainsAny(text, "*?") {
		return text, ""
	}
	var b strings.Builder
	b.WriteByte('^')
	for _, r := range text {
		switch {
		case r == '*':
			b.WriteString(".*")
		case r == '?':
			b.WriteByte('.')
		case strings.ContainsRune(`\.+()|[]{}^$`, r):
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('$')
	return "", b.String()
}
