// Package settings reads where a person's own tools look for packages, so that
// depreview asks the same registries: ~/.npmrc, pip.conf, GOPROXY and GOPRIVATE,
// gh's hosts.yml, and of the project what stands in it at the base revision.
//
// It stands above analysis/clients, whose Settings and Tokens it makes, and
// below cmd. Three things are kept apart here: what a person configured may name
// hosts and tokens; what the project says at base may name registries, and
// nothing else; what the reviewed branch says is never read. No program is
// started: the files are data.
package settings

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/untrusted"
)

// World is where a person's settings lie. Tests make their own.
type World struct {
	Environ   []string // "NAME=value"
	Home      string   // "" is not known
	ConfigDir string   // as of os.UserConfigDir
	OS        string   // as of runtime.GOOS
	ReadFile  func(path string) ([]byte, error)
}

// ThisWorld is the real one.
func ThisWorld() World {
	home, _ := os.UserHomeDir()
	config, _ := os.UserConfigDir()
	return World{Environ: os.Environ(), Home: home, ConfigDir: config, OS: runtime.GOOS, ReadFile: os.ReadFile}
}

// Own is what depreview's own configuration file says; it goes before all else.
type Own struct {
	File      string            // its name, for where a registry is named
	Endpoints map[string]string // as of clients.Endpoints.Override
	NPMScopes map[string]string // "@acme": address
	Tokens    []TokenEnv
}

// TokenEnv is a token that an environment variable holds: no secret stands in
// depreview's own file.
type TokenEnv struct {
	For    string // "https://npm.acme.example/team": what it is sent to, and to nothing else
	Env    string // the name of the variable
	Header string // "" sends "Authorization: Bearer ..."
}

// Person is what a person's own settings come to.
type Person struct {
	Endpoints clients.Endpoints
	Tokens    []clients.Token
	Go        clients.GoRules
	Closed    map[string]string
	// GitHub is the token for github.com that the environment holds, or "". It
	// stands among Tokens too, and apart for what a person must have set on
	// purpose: gh's own file, which is read for Tokens, is not.
	GitHub string
	// Notices are settings that could not be used, one line each.
	Notices []string

	own, env, user npmLayer
}

// Read reads the settings of a person. An error is one of depreview's own file;
// what is wrong elsewhere closes the service that it is about, with the reason,
// or is a notice.
func Read(w World, own Own) (*Person, error) {
	p := &Person{Closed: make(map[string]string)}
	defaults := clients.DefaultEndpoints()
	var err error
	if p.Endpoints, err = defaults.Override(own.Endpoints); err != nil {
		return nil, err
	}
	if err := p.readOwn(w, own); err != nil {
		return nil, err
	}
	p.readNPM(w)
	p.readPip(w, own.Endpoints["pypi"] != "")
	p.readGo(w, own)
	p.readGitHub(w, p.Endpoints.GitHub == defaults.GitHub)
	return p, nil
}

func (p *Person) readOwn(w World, own Own) error {
	if own.Endpoints["npm"] != "" {
		p.own.registry = &place{base: p.Endpoints.NPM, from: own.File}
	}
	for scope, address := range own.NPMScopes {
		base, err := clients.CheckBase(address)
		if err != nil {
			return fmt.Errorf("set the registry of %s: %w", untrusted.Line(scope), err)
		}
		if !strings.HasPrefix(scope, "@") {
			return fmt.Errorf("set the registry of %s: a scope starts with @\nhint: write %q = %q", untrusted.Line(scope), "@"+scope, base)
		}
		p.own.scope(scope, &place{base: base, from: own.File})
	}
	for _, t := range own.Tokens {
		base, err := clients.CheckBase(t.For)
		if err != nil {
			return fmt.Errorf("set the token from %s: %w", untrusted.Line(t.Env), err)
		}
		if secret := w.getenv(t.Env); secret != "" {
			value := secret
			if t.Header == "" {
				value = "Bearer " + secret
			}
			p.token(base, t.Header, value)
		}
	}
	return nil
}

// token binds a header to an address of the person's own configuration.
func (p *Person) token(base, header, value string) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || strings.ContainsAny(value, "\r\n") {
		return
	}
	p.Tokens = append(p.Tokens, clients.Token{Origin: u.Scheme + "://" + u.Host, Path: u.EscapedPath(), Header: header, Value: value})
}

func (p *Person) notice(format string, args ...any) {
	p.Notices = append(p.Notices, untrusted.Line(fmt.Sprintf(format, args...)))
}

// address takes the user and password out of an address that tools let people
// write there, makes them a token for it, and checks the rest.
func (p *Person) address(text string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return "", errors.New("it is no address") // the parser's error repeats it, with the password
	}
	user := u.User
	u.User = nil
	base, err := clients.CheckBase(u.String())
	if err == nil && user != nil {
		password, _ := user.Password()
		p.token(base, "", basic(user.Username(), password))
	}
	return base, err
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// getenv is a variable of the environment, or "".
func (w World) getenv(name string) string {
	value := ""
	for _, line := range w.Environ {
		if n, v, ok := strings.Cut(line, "="); ok && (n == name || w.OS == "windows" && strings.EqualFold(n, name)) {
			value = v
		}
	}
	return value
}

// most bounds a settings file: what is larger is none.
const most = 1 << 20

// read is a file of the person; nil where there is none. ok is false where there
// is one whose word is not known: what it is about is then not asked.
func (p *Person) read(w World, path string) (data []byte, ok bool) {
	data, err := w.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, true
	case err != nil:
		p.notice("%s is not read: %v", w.short(path), cause(err))
		return nil, false
	case len(data) > most:
		p.notice("%s is not read: it is larger than 1 MB", w.short(path))
		return nil, false
	}
	return []byte(strings.TrimPrefix(string(data), "\ufeff")), true
}

func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// first is the first line of an error, without its hint.
func first(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// short is a path as a person knows it.
func (w World) short(path string) string {
	if rest, ok := strings.CutPrefix(path, w.Home+string(filepath.Separator)); ok && w.Home != "" {
		return "~/" + filepath.ToSlash(rest)
	}
	return path
}

// home is a path below the person's directory, or "" where that is not known.
func (w World) home(elem ...string) string { return below(w.Home, elem) }

// config is a path below the directory of settings.
func (w World) config(elem ...string) string { return below(w.ConfigDir, elem) }

func below(dir string, elem []string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(append([]string{dir}, elem...)...)
}
