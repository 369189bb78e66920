package posture

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// settingsFiles are where package managers keep registries and credentials,
// by base name.
var settingsFiles = []string{".npmrc", ".yarnrc.yml", "bunfig.toml", "pip.conf", "uv.toml", "pyproject.toml", "poetry.toml", "Pipfile", "pnpm-workspace.yaml"}

// entry is a scalar of a settings file, with the keys that lead to it.
type entry struct {
	keys  []string
	value string
	line  int
}

func (e entry) key() string { return e.keys[len(e.keys)-1] }

// entries flattens what a settings file says of registries and credentials.
func (d *document) entries() (all []entry) {
	root := d.Value
	var keys []string
	if path.Base(d.file) == "pyproject.toml" { // the rest is not about packages
		tools := root.Get("tool")
		for _, tool := range []string{"uv", "pdm", "poetry"} {
			flatten(tools.Get(tool), []string{"tool", tool}, 0, &all)
		}
		return all
	}
	flatten(root, keys, 0, &all)
	return all
}

func flatten(v cooldown.Value, keys []string, depth int, all *[]entry) {
	if depth > 8 {
		return
	}
	for _, m := range v.Members() {
		below := append(keys[:len(keys):len(keys)], m.Key)
		if m.Value.IsScalar() {
			*all = append(*all, entry{below, m.Value.Text(), m.Value.Line()})
		}
		for _, item := range m.Value.Items() {
			if item.IsScalar() {
				*all = append(*all, entry{below, item.Text(), item.Line()})
			}
		}
		flatten(m.Value, below, depth+1, all)
		for _, item := range m.Value.Items() {
			flatten(item, below, depth+1, all)
		}
	}
}

var secretKeys = map[string]bool{
	"_authtoken": true, "_auth": true, "_password": true, "npmauthtoken": true, "npmauthident": true, "token": true, "password": true,
}

// address finds http and https addresses, and what stands before the @ in them.
var address = pattern.New(`(?i)\b(https?)://(?:([^/@\s"']*)@)?([^/\s"'#?]+)`)

// literal tells whether a secret is written out, and is not a variable.
func literal(value string) bool {
	return value != "" && !strings.Contains(value, "$") && !strings.Contains(value, "%(") && !strings.Contains(value, "{{")
}

// secretsInSettings: a token in the repository is everybody's who reads it, and
// stays in its history. The value never leaves this function.
func secretsInSettings(r *reading) {
	const why = "Whoever reads the repository, or its history, can use it. Revoke it first: taking it out of the file does not take it out of the history."
	for _, file := range r.settings() {
		d, ok := r.ask(file)
		if !ok {
			continue
		}
		r.applies = true
		for _, e := range d.entries() {
			key := strings.ToLower(e.key())
			name := key[strings.LastIndexByte(key, ':')+1:]
			npm := strings.HasSuffix(file, ".npmrc")
			if !secretKeys[name] || !literal(e.value) || (name == "token" || name == "password") && path.Base(file) != "bunfig.toml" {
				continue
			}
			f := Finding{Code: "token-in-file", Outcome: analysis.Fail, File: file, Line: e.line, Why: why,
				Title: fmt.Sprintf("%s holds a secret", redact(e.key())), Do: "revoke the secret, and name a variable of the environment in its place"}
			if npm && d.line(e.line) != "" {
				f.Put = []Edit{{Replace, file, e.line, redact(strings.TrimSpace(e.key())) + "=${NPM_TOKEN}"}}
			}
			r.add(f)
		}
		r.credentials(d, why)
	}
	for _, l := range r.locksOf("requirements.txt") {
		if read, err := lockfiles.Read(r.ctx, r.tree, l.path); err == nil {
			r.applies = true
			for _, s := range read.Settings {
				r.credential(l.path, s.Line, s.Name, s.Value, why)
			}
		}
	}
}

func (r *reading) credentials(d *document, why string) {
	for _, e := range d.entries() {
		r.credential(d.file, e.line, e.key(), e.value, why)
	}
}

// credential finds a password within an address.
func (r *reading) credential(file string, line int, key, value, why string) {
	for _, m := range address.FindAllStringSubmatch(value, -1) {
		user, password, ok := strings.Cut(m[2], ":")
		if secret := cmp.Or(password, user); secret != "" && (ok && literal(password) || !ok && len(user) >= 20 && literal(user)) {
			r.add(Finding{Code: "token-in-file", Outcome: analysis.Fail, File: file, Line: line, Why: why,
				Title: fmt.Sprintf("%s holds a secret in its address", redact(key)),
				Do:    "revoke the secret, and take it out of the address: pip and uv read it from ~/.netrc, a keyring, or the environment"})
		}
	}
}

// assigned finds a secret that is written out behind its name, as on a command
// line; userinfo what stands before the @ of a host.
var (
	assigned = pattern.New(`(?i)(_authtoken|_auth|_password|token|password|secret)(\s*[=:]\s*)["']?[^\s"'$]{8,}`)
	userinfo = pattern.New(`[^\s/:@]+:[^\s/@]+@`)
)

// redact takes credentials out of a text that is shown. What is a variable
// stays.
func redact(text string) string {
	text = address.ReplaceAllStringFunc(text, func(found string) string {
		m := address.FindStringSubmatch(found)
		if user, password, ok := strings.Cut(m[2], ":"); m[2] == "" || literal(m[2]) == false || ok && !literal(password) && !literal(user) {
			return found
		}
		return m[1] + "://" + m[3]
	})
	text = userinfo.ReplaceAllString(text, "")
	return assigned.ReplaceAllString(text, "${1}${2}…")
}

// settings are the settings files of the project that are there.
func (r *reading) settings() []string {
	files := r.named(settingsFiles...)
	for _, p := range r.other { // a link is told, not passed over
		for _, name := range settingsFiles {
			if path.Base(p) == name && !fixture(p) {
				files = append(files, p)
			}
		}
	}
	return files
}

var registryKeys = map[string]bool{
	"registry": true, "npmregistryserver": true, "index-url": true, "extra-index-url": true, "find-links": true, "url": true, "default": true, "proxy": false,
	"index": true, "publish-url": true, "--index-url": true, "--extra-index-url": true, "--find-links": true, "npmpublishregistry": true,
}

// registryTransport: who sits on the way can answer in a registry's place.
func registryTransport(r *reading) {
	for _, file := range r.settings() {
		d, ok := r.ask(file)
		if !ok {
			continue
		}
		for _, e := range d.entries() {
			r.transport(d, e)
		}
	}
	for _, l := range r.locksOf("requirements.txt") {
		read, err := lockfiles.Read(r.ctx, r.tree, l.path)
		if err != nil {
			r.problem(l.path, lineOf(err), cause(err))
			continue
		}
		d := r.text(l.path)
		for _, s := range read.Settings {
			r.transport(d, entry{[]string{s.Name}, s.Value, s.Line})
		}
	}
}

func (r *reading) transport(d *document, e entry) {
	key := strings.ToLower(strings.ReplaceAll(e.key(), "_", "-"))
	key = key[strings.LastIndexByte(key, ':')+1:]
	off := key == "strict-ssl" && e.value == "false" || key == "enablestrictssl" && e.value == "false" || key == "verify-ssl" && e.value == "false"
	trusted := strings.TrimLeft(key, "-") == "trusted-host" || key == "allow-insecure-host" || key == "unsafehttpwhitelist"
	switch {
	case off || trusted && !local(strings.SplitN(e.value, ":", 2)[0]):
		r.applies = true
		r.add(Finding{Code: "certificate-unchecked", Outcome: analysis.Warn, File: d.file, Line: e.line, Put: d.removeLine(e.line),
			Title: oneLine(redact(e.key()+" "+e.value)) + ": certificates are not checked",
			Why:   "Anyone on the way to the registry can answer in its place. Where the registry has a certificate of its own authority, name that (cafile, cert) instead."})
	case registryKeys[key] || len(e.keys) > 1 && e.keys[0] == "registries":
		for _, m := range address.FindAllStringSubmatch(e.value, -1) {
			r.applies = true
			host := m[3]
			if u, err := url.Parse("http://" + host); err == nil {
				host = u.Hostname()
			}
			if strings.EqualFold(m[1], "http") && !local(host) {
				r.add(Finding{Code: "registry-plain-http", Outcome: analysis.Fail, File: d.file, Line: e.line,
					Title: fmt.Sprintf("%s is asked over plain http: %s", redact(e.key()), m[3]), Put: d.replaceLine(e.line, m[1]+"://", "https://"),
					Why: "Anyone on the way can put another package, and another list of versions, in place of the registry's."})
			}
		}
	}
}

func local(host string) bool {
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "[::1]" || host == "::1" || strings.HasSuffix(host, ".localhost") ||
		host == "host.docker.internal"
}
