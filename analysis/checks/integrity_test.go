package checks

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

func digests(list ...string) (of []lockfiles.Digest) {
	for _, one := range list {
		algorithm, value, _ := strings.Cut(one, ":")
		of = append(of, lockfiles.Digest{Algorithm: algorithm, Value: value})
	}
	return of
}

func TestIntegrity(t *testing.T) {
	bytesA, bytesB := []byte(strings.Repeat("a", 64)), []byte(strings.Repeat("b", 64))
	sriA, hexA, hexB := base64.StdEncoding.EncodeToString(bytesA), hex.EncodeToString(bytesA), hex.EncodeToString(bytesB)
	one, two := hex.EncodeToString(bytesA[:32]), hex.EncodeToString(bytesB[:32])
	for name, c := range map[string]struct {
		pinned, stated []lockfiles.Digest
		code           string
		unknown        bool
	}{
		"the same, written otherwise":       {digests("sha512:" + sriA), digests("sha512:" + hexA), "", false},
		"upper case":                        {digests("sha512:" + strings.ToUpper(hexA)), digests("sha512:" + hexA), "", false},
		"other bytes":                       {digests("sha512:" + sriA), digests("sha512:" + hexB), "integrity-mismatch", false},
		"another algorithm alone":           {digests("sha512:" + sriA), digests("sha1:" + hexA[:40]), "", true},
		"nothing stated":                    {digests("sha512:" + sriA), nil, "", true},
		"stated cut short":                  {digests("sha512:" + sriA), digests("sha512:" + hexA[:40]), "", true},
		"pinned cut short":                  {digests("sha512:" + hexA[:40]), digests("sha512:" + hexA), "", true},
		"several files, all known":          {digests("sha256:"+one, "sha256:"+two), digests("sha256:"+two, "sha256:"+one), "", false},
		"several files, one gone":           {digests("sha256:"+one, "sha256:"+two), digests("sha256:" + two), "integrity-unlisted", false},
		"several files, none known":         {digests("sha256:" + one), digests("sha256:" + two), "integrity-mismatch", false},
		"a weak one agrees, the strong not": {digests("sha1:"+hexA[:40], "sha512:"+sriA), digests("sha1:"+hexA[:40], "sha512:"+hexB), "integrity-mismatch", false},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := judgeIntegrity(&lockfiles.Package{Integrity: c.pinned}, statement{digests: c.stated, by: "npm.invalid"})
			if (err != nil) != c.unknown {
				t.Fatalf("error %v", err)
			}
			if c.code == "" && len(result.Findings) > 0 || c.code != "" && (len(result.Findings) != 1 || result.Findings[0].Code != c.code) {
				t.Errorf("findings %+v", result.Findings)
			}
		})
	}
}

// TestIntegrityOfGo asks the checksum database, whose refusal is no pass.
func TestIntegrityOfGo(t *testing.T) {
	change := &diff.Change{Head: &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "golang", Name: "example.org/net"}, Version: "v1.2.3", Integrity: digests("h1:AAAA=")}}
	for name, c := range map[string]struct {
		lines []string
		err   error
		codes int
	}{
		"the same": {[]string{"example.org/net v1.2.3 h1:AAAA=", "example.org/net v1.2.3/go.mod h1:BBBB="}, nil, 0},
		"other":    {[]string{"example.org/net v1.2.3 h1:CCCC="}, nil, 1},
		"not told": {[]string{"example.org/net v1.2.4 h1:AAAA="}, errors.New("does not state"), 0},
		"refused":  {nil, errors.New("the answer does not verify"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			i := &integrity{sumHost: "sum.invalid", sums: func(context.Context, string, string) ([]string, error) {
				if c.lines == nil {
					return nil, c.err
				}
				return c.lines, nil
			}}
			result, err := i.Run(t.Context(), change, &analysis.Review{})
			if (err != nil) != (c.err != nil) || len(result.Findings) != c.codes {
				t.Errorf("%+v, %v", result, err)
			}
		})
	}
}

func TestIntegrityDoesNotApply(t *testing.T) {
	for name, head := range map[string]*lockfiles.Package{
		"removed": nil, "no hash": {}, "of yarn's own zip": {Integrity: digests("yarn-zip-10c0:abcd")},
	} {
		change := &diff.Change{Base: &lockfiles.Package{}, Head: head}
		_, err := (&integrity{}).Run(t.Context(), change, &analysis.Review{})
		if err == nil || !strings.Contains(err.Error(), map[string]string{"removed": "removed", "no hash": "no hash", "of yarn's own zip": "package manager"}[name]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
