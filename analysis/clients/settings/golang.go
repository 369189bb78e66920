package settings

import (
	"cmp"
	"strings"
)

// readGo reads what the go command would: the environment, then the file that
// `go env -w` writes. GOFLAGS says nothing of this.
func (p *Person) readGo(w World, own Own) {
	file := make(map[string]string)
	if path := cmp.Or(w.getenv("GOENV"), w.config("go", "env")); path != "" && path != "off" {
		data, ok := p.read(w, path)
		if !ok {
			// It may name what is private: nothing is asked then.
			file["GOPRIVATE"] = "*"
		}
		for _, line := range strings.Split(string(data), "\n") {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
				file[name] = value
			}
		}
	}
	get := func(name string) string { return cmp.Or(w.getenv(name), file[name]) }
	// Each falls back to GOPRIVATE; "none" is how a person says that it does not.
	pick := func(names ...string) (patterns, from string) {
		for _, name := range append(names, "GOPRIVATE") {
			if value := get(name); value != "" {
				return value, name
			}
		}
		return "", ""
	}
	p.Go.NoProxy, p.Go.NoProxyFrom = pick("GONOPROXY")
	p.Go.NoSumDB, p.Go.NoSumDBFrom = pick("GONOSUMDB", "GONOSUMCHECK")
	if own.Endpoints["go-proxy"] == "" {
		p.readGoProxy(get("GOPROXY"))
	}
	if own.Endpoints["sumdb"] == "" && own.Endpoints["sumdb-key"] == "" {
		p.readSumDB(get("GOSUMDB"))
	}
}

// readGoProxy takes the first of the list that the go command would ask.
func (p *Person) readGoProxy(list string) {
	entry := ""
	for _, e := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '|' }) {
		if entry = strings.TrimSpace(e); entry != "" {
			break
		}
	}
	switch entry {
	case "":
		return
	case "off", "direct", "noproxy":
		p.Closed["go-proxy"] = "GOPROXY is " + entry + ": no module proxy is asked"
		return
	}
	base, err := p.address(entry)
	if err != nil {
		p.Closed["go-proxy"] = "the proxy that GOPROXY names cannot be asked: " + first(err)
		return
	}
	p.Endpoints.GoProxy = base
}

// readSumDB takes GOSUMDB: off, a name, or "name+hash+key [address]".
func (p *Person) readSumDB(text string) {
	name, _, _ := strings.Cut(p.Endpoints.SumDBKey, "+")
	fields := strings.Fields(text)
	if len(fields) == 0 || fields[0] == name && len(fields) == 1 {
		return
	}
	if text == "off" {
		p.Closed["sumdb"] = "GOSUMDB is off: the checksum database is not asked"
		return
	}
	key := fields[0]
	if key == name {
		key = p.Endpoints.SumDBKey
	}
	host, _, hasKey := strings.Cut(key, "+")
	address := "https://" + host
	if len(fields) > 1 {
		address = fields[1]
	}
	base, err := p.address(address)
	switch {
	case !hasKey:
		p.Closed["sumdb"] = "GOSUMDB names a checksum database whose key is not known"
	case err != nil:
		p.Closed["sumdb"] = "the checksum database that GOSUMDB names cannot be asked: " + first(err)
	default:
		p.Endpoints.SumDB, p.Endpoints.SumDBKey = base, key
	}
}
