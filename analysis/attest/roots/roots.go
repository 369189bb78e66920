// Package roots keeps the roots of trust that are newer than the embedded ones:
// what Sigstore and GitHub publish in their TUF repositories. A refresh follows
// TUF's client workflow from an embedded first root, and refuses what is
// expired, older than before, or signed by nobody who may; what it keeps is
// verified by TUF again, without a network, whenever it is used.
//
// It stands above analysis/attest, which verifies by the roots, and above
// analysis/clients, which ask; cmd stands above it.
package roots

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sigstore/sigstore-go/pkg/tuf"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
)

// githubAnchor is the first root of GitHub's TUF repository; README.md says
// where it is from.
//
//go:embed github-root.json
var githubAnchor []byte

// The targets that are kept.
const (
	trustedRoot = "trusted_root.json"
	npmKeys     = "registry.npmjs.org/keys.json"
)

// Repository is a TUF repository that publishes roots of trust.
type Repository struct {
	Name  string // "sigstore": of the file that is kept
	Title string // in words: "Sigstore's public-good instance and npm's keys"
	// Anchor is the root.json that is believed without a proof: the others are
	// signed by the keys that it names, one after the other.
	Anchor []byte
	// Base is the address of the repository.
	Base func(clients.Endpoints) string
	// targets are the files that are kept, and what each of them must be.
	targets map[string]func([]byte) error
}

// Sigstore is the repository of the public-good instance, which npm's keys are
// delegated from. Its anchor comes with sigstore-go.
func Sigstore() Repository {
	return Repository{
		Name: "sigstore", Title: "Sigstore and npm", Anchor: tuf.DefaultRoot(),
		Base:    func(e clients.Endpoints) string { return e.SigstoreTUF },
		targets: map[string]func([]byte) error{trustedRoot: attest.CheckTrustedRoot, npmKeys: attest.CheckNPMKeys},
	}
}

// GitHub is the repository of GitHub's own instance, which signs for private
// repositories. Nothing of it is embedded but the anchor.
func GitHub() Repository {
	return Repository{
		Name: "github", Title: "GitHub", Anchor: githubAnchor,
		Base:    func(e clients.Endpoints) string { return e.GitHubTUF },
		targets: map[string]func([]byte) error{trustedRoot: attest.CheckTrustedRoot},
	}
}

// Repositories is all of them.
func Repositories() []Repository { return []Repository{Sigstore(), GitHub()} }

// DefaultDir is where the roots are kept for the person.
func DefaultDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory: %w\nhint: set HOME or XDG_CACHE_HOME", err)
	}
	return filepath.Join(dir, "depreview", "roots"), nil
}
