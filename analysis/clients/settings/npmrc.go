package settings

import (
	"encoding/base64"
	"net"
	"net/url"
	"sort"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// npmKey is one line of an .npmrc.
type npmKey struct {
	name, value string
	line        int // 1-based
}

// parseNPMRC reads the INI that npm writes: the last of a name counts, and
// what stands in a section is not npm's. It never fails, as npm does not.
func parseNPMRC(data []byte) []npmKey {
	var keys []npmKey
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == ';' || line[0] == '#' {
			continue
		}
		if line[0] == '[' && strings.HasSuffix(line, "]") {
			break
		}
		name, value, ok := strings.Cut(line, "=")
		if ok {
			keys = append(keys, npmKey{plain(name), plain(value), i + 1})
		}
	}
	return keys
}

// plain is a value without its quotes, or up to its comment.
func plain(value string) string {
	value = strings.TrimSpace(value)
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	if end := strings.IndexAny(value, ";#"); end >= 0 && (end == 0 || value[end-1] != '\\') {
		value = value[:end]
	}
	return strings.TrimSpace(value)
}

var npmVariable = pattern.New(`(\\*)\$\{([^${}]+?)(\?)?\}`)

// expand puts variables of the environment in place, as npm does in a person's
// own file: one that is not set stays as it is written, and is "" with a ?.
func (w World) expand(text string) string {
	return npmVariable.ReplaceAllStringFunc(text, func(found string) string {
		part := npmVariable.FindStringSubmatch(found)
		if len(part[1])%2 == 1 {
			return found
		}
		value := w.getenv(part[2])
		if value == "" && part[3] == "" {
			return found
		}
		return part[1] + value
	})
}

// npmAuth gathers the secrets of one address in an .npmrc: "//host/path/:_authToken".
type npmAuth struct{ token, auth, user, password string }

// npmSecrets makes the tokens of a person's own .npmrc.
func (p *Person) npmSecrets(keys []npmKey) {
	all := make(map[string]*npmAuth)
	for _, k := range keys {
		end := strings.LastIndexByte(k.name, ':')
		if !strings.HasPrefix(k.name, "//") || end < 0 || strings.Contains(k.value, "${") {
			continue // a variable that is not set is no secret
		}
		one := all[k.name[:end]]
		if one == nil {
			one = &npmAuth{}
			all[k.name[:end]] = one
		}
		switch k.name[end+1:] {
		case "_authToken":
			one.token = k.value
		case "_auth":
			one.auth = k.value
		case "username":
			one.user = k.value
		case "_password":
			one.password = k.value
		}
	}
	addresses := make([]string, 0, len(all))
	for address := range all {
		addresses = append(addresses, address)
	}
	sort.Strings(addresses)
	for _, address := range addresses {
		value := all[address].header()
		if value == "" {
			continue
		}
		p.token("https:"+address, "", value)
		// A registry on this computer has no certificate.
		if u, err := url.Parse("http:" + address); err == nil && onThisComputer(u.Hostname()) {
			p.token("http:"+address, "", value)
		}
	}
}

func (a *npmAuth) header() string {
	switch {
	case a.token != "":
		return "Bearer " + a.token
	case a.auth != "":
		return "Basic " + a.auth
	case a.user != "" && a.password != "":
		password, err := base64.StdEncoding.DecodeString(a.password)
		if err == nil {
			return basic(a.user, string(password))
		}
	}
	return ""
}

func onThisComputer(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
