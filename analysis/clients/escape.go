package clients

import (
	"net/url"
	"strings"
)

// escape percent-encodes a name as one path segment: slash, @ and : too, which
// url.PathEscape leaves as they are.
func escape(name string) string {
	return strings.NewReplacer("+", "%20", "%7E", "~").Replace(url.QueryEscape(name))
}
