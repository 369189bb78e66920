package attest

import (
	_ "embed"
	"time"
)

// The embedded roots; roots/README.md says where they are from and their sums.
var (
	//go:embed roots/public-good.json
	embeddedRoot []byte
	//go:embed roots/npm-keys.json
	embeddedNPMKeys []byte
)

// embeddedDate is when Sigstore's TUF repository last said that these are its
// targets: the date of its timestamp 762.
var embeddedDate = time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC)
