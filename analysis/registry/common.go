package registry

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// byTime puts releases into the order of publication; those of which no time is
// known come last, in the order that they have.
func byTime(releases []Release) {
	slices.SortStableFunc(releases, func(a, b Release) int {
		switch {
		case a.Published.IsZero() || b.Published.IsZero():
			return boolOrder(a.Published.IsZero(), b.Published.IsZero())
		}
		return a.Published.Compare(b.Published)
	})
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// hostOf is the host of an address, as findings name it.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// repository is the address of a source repository as a person opens it, of
// what registries hold: git+https://..., git@host:path, ....git.
func repository(address string) string {
	address = strings.TrimPrefix(strings.TrimSpace(address), "git+")
	switch {
	case strings.HasPrefix(address, "git://"):
		address = "https://" + strings.TrimPrefix(address, "git://")
	case strings.HasPrefix(address, "ssh://git@"):
		address = "https://" + strings.TrimPrefix(address, "ssh://git@")
	case strings.HasPrefix(address, "git@"):
		host, path, ok := strings.Cut(strings.TrimPrefix(address, "git@"), ":")
		if !ok {
			return address
		}
		address = "https://" + host + "/" + path
	}
	return strings.TrimSuffix(strings.TrimRight(address, "/"), ".git")
}

func hexDigest(algorithm, value string) []lockfiles.Digest {
	if value == "" {
		return nil
	}
	return []lockfiles.Digest{{Algorithm: algorithm, Value: value}}
}

func yesNo(is bool) lockfiles.Tri {
	if is {
		return lockfiles.Yes
	}
	return lockfiles.No
}

// joinLicenses is several licences as they were written: registries that take
// a list do not say whether one of them is enough.
func joinLicenses(list []string) string { return strings.Join(list, ", ") }

// moment reads a time of RFC 3339; what is none is not known.
func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
