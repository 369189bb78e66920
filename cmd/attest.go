package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/lockfiles"
)

type attestCmd struct {
	Bundle      string   `arg:"" name:"BUNDLE" help:"A file of attestations: a Sigstore bundle or several, the answer of npm, PyPI, RubyGems or GitHub; - is standard input. Or a package that a lockfile pins, as pkg:npm/NAME@VERSION: its registry is asked."`
	Digest      []string `placeholder:"ALG:HEX" help:"The file they must be about: sha256, sha384 or sha512. Several are of the same file, and all must agree."`
	Name        filled   `placeholder:"NAME" help:"The subject they must name, such as pkg:npm/acme-http@1.2.3 or the name of a Python distribution."`
	Identity    filled   `placeholder:"SAN" xor:"identity" help:"Who must have signed: the certificate's subject alternative name, exactly."`
	Regexp      filled   `name:"identity-regexp" placeholder:"RE" xor:"identity" help:"The same as an expression, which is found anywhere: anchor it with ^ and $."`
	Issuer      filled   `placeholder:"URL" help:"Who must have issued the identity, such as https://token.actions.githubusercontent.com."`
	TrustedRoot filled   `name:"trusted-root" placeholder:"FILE" help:"Trust this trusted_root.json in place of those that are embedded or that db update keeps."`
	Rev         filled   `placeholder:"REV" help:"With a package: the revision whose lockfiles pin it; the working tree if none is named."`
	Lockfile    filled   `placeholder:"PATH" help:"With a package: the lockfile, where several pin it differently."`
	Key         filled   `placeholder:"FILE" help:"Bundles must be signed by this public key (PEM)."`
}

// filled is an option that is not empty where it is given: an unset variable of
// a script must not turn "by whom" into "by anybody".
type filled string

// UnmarshalText implements encoding.TextUnmarshaler, which kong calls.
func (f *filled) UnmarshalText(text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		return errors.New("it is empty\nhint: leave the option out, or give it a value")
	}
	*f = filled(text)
	return nil
}

// mostAttest is one byte more than a document may have, so that a longer one is refused
// without being read.
const mostAttest = 8<<20 + 1

// Run verifies the document without a network, or what the registry has of a
// pinned package, and prints what was verified and who signed.
func (c *attestCmd) Run(env *environment) error {
	if !slices.Contains(append(report.AttestationFormats, ""), env.cli.Format) {
		return fmt.Errorf("unknown format %q\nhint: the formats of attest are %s", env.cli.Format, strings.Join(report.AttestationFormats, ", "))
	}
	if env.cli.Packages != nil || env.cli.Staged {
		return errors.New("attest looks at one document, and takes no --packages and no --staged\nhint: depreview attest BUNDLE --digest sha512:HEX")
	}
	if strings.HasPrefix(c.Bundle, "pkg:") {
		return c.ofPackage(env)
	}
	if c.Rev != "" || c.Lockfile != "" {
		return errors.New("attest: --rev and --lockfile are of a package that is pinned\nhint: depreview attest pkg:npm/NAME@VERSION --rev REV")
	}
	found := &report.Attestation{Document: c.Bundle, Key: c.Key != ""}
	var err error
	if found.Want, err = c.want(); err != nil {
		return err
	}
	options := attest.Options{Roots: keptRoots}
	if options.TrustedRoot, err = named("--trusted-root", string(c.TrustedRoot)); err != nil {
		return err
	}
	if options.PublicKey, err = named("--key", string(c.Key)); err != nil {
		return err
	}
	verifier, err := attest.NewVerifier(options)
	if err != nil {
		return fmt.Errorf("attest: %w\nhint: --key takes a file that begins with -----BEGIN PUBLIC KEY-----", err)
	}
	document, err := c.read(env)
	if err != nil {
		return err
	}
	found.Root, found.Now = verifier.Root(), time.Now()
	found.Proofs, err = verifier.Verify(document, found.Want)
	switch {
	case errors.Is(err, attest.ErrDocument):
		found.Err = err
	case err != nil:
		return fmt.Errorf("attest: %w", err)
	}
	return c.tell(env, found)
}

func (c *attestCmd) tell(env *environment, found *report.Attestation) error {
	if loose := found.Want.Identity.Loose(); loose != "" {
		found.Notes = append(found.Notes, loose)
	}
	out := &output{path: env.cli.Output, w: env.stdout}
	err := report.WriteAttestation(out, env.cli.Format, found)
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	if found.Why() != "" {
		return exitError{exitFound}
	}
	return nil
}

func (c *attestCmd) identity() attest.IdentityPolicy {
	return attest.IdentityPolicy{SAN: string(c.Identity), SANRegexp: string(c.Regexp), Issuer: string(c.Issuer)}
}

// want reads what the proofs must be about; a digest that proves nothing is an
// error, because nobody who gave it would expect to be told "not verified".
func (c *attestCmd) want() (attest.Want, error) {
	want := attest.Want{Name: string(c.Name), Identity: c.identity()}
	if c.Key != "" && want.Identity != (attest.IdentityPolicy{}) {
		return want, errors.New("a key names nobody, so that --key takes no identity and no issuer\nhint: leave one of them out")
	}
	if len(c.Digest) == 0 {
		return want, errors.New("attest: which file the attestations must be about is not told\nhint: depreview attest BUNDLE --digest sha512:HEX; sha512sum FILE prints it")
	}
	for _, text := range c.Digest {
		digest, ok := lockfiles.ParseDigest(text)
		if !ok {
			if sri := lockfiles.ParseSRI(text); len(sri) == 1 {
				digest, ok = sri[0], true
			}
		}
		if !ok || !attest.Strong(digest) {
			return want, fmt.Errorf("attest: %q is no digest of sha256, sha384 or sha512\nhint: --digest sha512:HEX, or as a lockfile writes it, sha512-BASE64", text)
		}
		want.Digests = append(want.Digests, digest)
	}
	return want, nil
}

func (c *attestCmd) read(env *environment) ([]byte, error) {
	switch c.Bundle {
	case "":
		return nil, errors.New("attest: the name of the file is empty\nhint: - is standard input")
	case "-":
		data, err := io.ReadAll(io.LimitReader(env.stdin, mostAttest))
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return data, nil
	}
	return named("BUNDLE", c.Bundle)
}

// named reads a file that an option names, and nothing where it names none.
func named(option, path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w\nhint: name a file that exists", option, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, mostAttest))
	if err != nil {
		return nil, fmt.Errorf("%s: %w\nhint: name a file that can be read", option, err)
	}
	return data, nil
}
