package attest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

func signedBy(change ...func(*Identity)) Identity {
	id := Identity{
		SAN: "https://forge.invalid/acme/http/.github/workflows/release.yml@refs/tags/v1", Issuer: "https://issuer.invalid",
		Repository: "https://forge.invalid/acme/http", RepositoryID: "7", OwnerID: "3", Workflow: ".github/workflows/release.yml",
		Ref: "refs/tags/v1", Commit: "aaaa", Trigger: "push", Runner: "github-hosted", Builder: "https://builder.invalid/b@refs/tags/v1",
	}
	for _, c := range change {
		c(&id)
	}
	return id
}

func TestCompare(t *testing.T) {
	for name, test := range map[string]struct {
		base, head Identity
		want       string
	}{
		"the same": {signedBy(), signedBy(), ""},
		"the next version": {signedBy(), signedBy(func(i *Identity) {
			i.Ref, i.Commit, i.Builder = "refs/tags/v2", "bbbb", "https://builder.invalid/b@refs/tags/v2"
		}), "commit"},
		"another issuer":           {signedBy(), signedBy(func(i *Identity) { i.Issuer = "https://gitlab.invalid" }), "issuer"},
		"nothing at head":          {signedBy(), Identity{}, ""},
		"nothing at base":          {Identity{}, signedBy(), ""},
		"an issuer with a slash":   {signedBy(), signedBy(func(i *Identity) { i.Issuer += "/" }), ""},
		"renamed":                  {signedBy(), signedBy(func(i *Identity) { i.Repository = "https://forge.invalid/acme/http2" }), "name of the repository"},
		"handed over":              {signedBy(), signedBy(func(i *Identity) { i.Repository, i.OwnerID = "https://forge.invalid/other/http", "4" }), "name of the repository, owner of the repository"},
		"another repository":       {signedBy(), signedBy(func(i *Identity) { i.Repository, i.RepositoryID = "https://forge.invalid/fork/http", "8" }), "repository"},
		"made anew under a name":   {signedBy(), signedBy(func(i *Identity) { i.RepositoryID = "8" }), "repository"},
		"another, unnumbered":      {signedBy(func(i *Identity) { i.RepositoryID = "" }), signedBy(func(i *Identity) { i.Repository = "https://forge.invalid/fork/http" }), "repository"},
		"the same, unnumbered":     {signedBy(func(i *Identity) { i.RepositoryID = "" }), signedBy(func(i *Identity) { i.Repository = "https://forge.invalid/Acme/HTTP.git" }), ""},
		"another k, unnumbered":    {signedBy(func(i *Identity) { i.Repository, i.RepositoryID = "https://forge.invalid/acme/kit", "" }), signedBy(func(i *Identity) { i.Repository, i.RepositoryID = "https://forge.invalid/acme/\u212ait", "" }), "repository"},
		"two forges, one number":   {signedBy(), signedBy(func(i *Identity) { i.Repository = "https://lab.invalid/acme/http" }), "repository"},
		"the owner was sold":       {signedBy(), signedBy(func(i *Identity) { i.OwnerID = "4" }), "owner of the repository"},
		"another workflow":         {signedBy(), signedBy(func(i *Identity) { i.Workflow = ".github/workflows/x.yml" }), "workflow"},
		"another reusable one":     {signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/ci/a.yml@v1" }), signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/ci/b.yml@v1" }), "reusable workflow"},
		"the same, a later ref":    {signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/ci/a.yml@v1" }), signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/ci/a.yml@v2" }), ""},
		"a monorepo's tags":        {signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/acme/http/a.yml@refs/tags/@acme/http@1.0.0" }), signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/acme/http/a.yml@refs/tags/@acme/http@1.0.1" }), ""},
		"a reusable one now":       {signedBy(), signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/eve/ci/a.yml@refs/heads/main" }), "reusable workflow"},
		"no reusable one now":      {signedBy(func(i *Identity) { i.Signer = "https://forge.invalid/ci/a.yml@v1" }), signedBy(), "reusable workflow"},
		"from a branch":            {signedBy(), signedBy(func(i *Identity) { i.Ref = "refs/heads/main" }), "kind of ref"},
		"from a pull request":      {signedBy(func(i *Identity) { i.Ref = "refs/heads/main" }), signedBy(func(i *Identity) { i.Ref = "refs/pull/9/merge" }), "kind of ref"},
		"another branch":           {signedBy(func(i *Identity) { i.Ref = "refs/heads/main" }), signedBy(func(i *Identity) { i.Ref = "refs/heads/next" }), ""},
		"another builder":          {signedBy(), signedBy(func(i *Identity) { i.Builder = "https://other.invalid/b" }), "builder"},
		"another trigger":          {signedBy(), signedBy(func(i *Identity) { i.Trigger = "workflow_dispatch" }), "trigger"},
		"its own runner":           {signedBy(), signedBy(func(i *Identity) { i.Runner = "self-hosted" }), "runner"},
		"a person":                 {signedBy(), Identity{SAN: "ada@acme.invalid", Issuer: "https://accounts.invalid"}, "issuer, signer"},
		"another person":           {Identity{SAN: "ada@acme.invalid", Issuer: "i"}, Identity{SAN: "eve@acme.invalid", Issuer: "i"}, "signer"},
		"an address is no ref":     {Identity{SAN: "ada@acme.invalid"}, Identity{SAN: "ada@other.invalid"}, "signer"},
		"what is not stated":       {signedBy(func(i *Identity) { i.Runner, i.Trigger, i.Workflow, i.SAN = "", "", "", "" }), signedBy(), ""},
		"several at the same time": {signedBy(), signedBy(func(i *Identity) { i.Workflow, i.Trigger, i.Commit = "w", "t", "c" }), "workflow, commit, trigger"},
	} {
		t.Run(name, func(t *testing.T) {
			var parts []string
			for _, d := range Compare(test.base, test.head) {
				if d.Base == d.Head || d.Base == "" || d.Head == "" {
					t.Errorf("%s: %q and %q are no difference", d.Part, d.Base, d.Head)
				}
				parts = append(parts, string(d.Part))
			}
			if got := strings.Join(parts, ", "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			// What differs one way differs the other way.
			if back := Compare(test.head, test.base); len(back) != len(parts) {
				t.Errorf("the other way round: %v", back)
			}
		})
	}
}

func TestAboutOthers(t *testing.T) {
	pinned := []lockfiles.Digest{{Algorithm: "sha256", Value: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}} // of "hello"
	same := lockfiles.Digest{Algorithm: "sha256", Value: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e730433629 38b9824"}
	same.Value = strings.ReplaceAll(same.Value, " ", "")
	other := lockfiles.Digest{Algorithm: "sha256", Value: strings.Repeat("ab", 32)}
	long := lockfiles.Digest{Algorithm: "sha512", Value: strings.Repeat("ab", 64)}
	for i, test := range []struct {
		standing Standing
		digests  []lockfiles.Digest
		want     bool
	}{
		{Refused, []lockfiles.Digest{other}, true},
		{Refused, []lockfiles.Digest{other, long}, true},
		{Refused, []lockfiles.Digest{other, same}, false},
		{Refused, []lockfiles.Digest{same}, false},
		{Refused, []lockfiles.Digest{long}, false}, // nothing to compare
		{Refused, nil, false},
		{Verified, []lockfiles.Digest{other}, false},
		{Unknown, []lockfiles.Digest{other}, false},
	} {
		r := Release{Pinned: pinned}
		var subjects []Subject
		for n, d := range test.digests {
			subjects = append(subjects, Subject{Name: fmt.Sprint(n), Digest: []lockfiles.Digest{d}})
		}
		if got := r.AboutOthers(&Proof{Standing: test.standing, Subjects: subjects}); got != test.want {
			t.Errorf("%d: %t, want %t", i, got, test.want)
		}
		slices.Reverse(subjects)
		if got := r.AboutOthers(&Proof{Standing: test.standing, Subjects: subjects}); got != test.want {
			t.Errorf("%d, reversed: %t, want %t", i, got, test.want)
		}
	}
}
