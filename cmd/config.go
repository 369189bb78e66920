package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/depreview/depreview/analysis/clients/settings"
)

// config is a person's own configuration file. No secret stands in it: tokens
// are named by the environment variable that holds them.
type config struct {
	Offline   bool              `toml:"offline"`
	Checks    []string          `toml:"checks"`
	Endpoints map[string]string `toml:"endpoints"`
	NPM       struct {
		Scopes map[string]string `toml:"scopes"`
	} `toml:"npm"`
	Tokens []struct {
		For    string `toml:"for"`
		Env    string `toml:"env"`
		Header string `toml:"header"`
	} `toml:"tokens"`
	Keys map[string]any `toml:"keys"` // a key, or several

	file string // as a person is told of it; "" without one
}

// readConfig reads the file that was named, or the usual one, which need not be.
func readConfig(named string) (*config, error) {
	path := named
	if path == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return &config{}, nil // without a home there is no file in it
		}
		path = filepath.Join(dir, "depreview", "config.toml")
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && named == "" {
		return &config{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w\nhint: name another with --config FILE", err)
	}
	c := &config{file: path}
	decoder := toml.NewDecoder(strings.NewReader(string(data))).DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return nil, configError(path, err)
	}
	return c, c.check(string(data))
}

// configError names the place of a mistake.
func configError(path string, err error) error {
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(unknown.Errors) > 0 {
		one := unknown.Errors[0]
		line, _ := one.Position()
		return fmt.Errorf("read the configuration: %s:%d: there is no setting %s\nhint: the settings are offline, checks, [endpoints], [npm.scopes], [[tokens]] and [keys]", path, line, strings.Join(one.Key(), "."))
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := wrong.Position()
		return fmt.Errorf("read the configuration: %s:%d: %s", path, line, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return fmt.Errorf("read the configuration: %s: %w", path, err)
}

// check holds each setting to its word by itself, so that the line of the wrong
// one can be told.
func (c *config) check(text string) error {
	try := func(word string, own settings.Own) error {
		if _, err := settings.Read(settings.World{ReadFile: noFile}, own); err != nil {
			return fmt.Errorf("read the configuration: %s:%d: %w", c.file, lineOf(text, word), err)
		}
		return nil
	}
	var problems []error
	for name, address := range c.Endpoints {
		problems = append(problems, try(name, settings.Own{Endpoints: map[string]string{name: address}}))
	}
	for scope, address := range c.NPM.Scopes {
		problems = append(problems, try(scope, settings.Own{NPMScopes: map[string]string{scope: address}}))
	}
	for _, token := range c.own().Tokens {
		err := try(token.For, settings.Own{Tokens: []settings.TokenEnv{token}})
		if err == nil && token.Env == "" {
			err = fmt.Errorf("read the configuration: %s:%d: the token for %s names no variable\nhint: env = \"NAME\" of the variable that holds it", c.file, lineOf(text, token.For), token.For)
		}
		problems = append(problems, err)
	}
	for action := range c.Keys {
		if _, ok := keyList(c.Keys[action]); !ok {
			problems = append(problems, fmt.Errorf("read the configuration: %s:%d: %s is neither a key nor a list of keys", c.file, lineOf(text, action), action))
		}
	}
	// One at a time, the first of them: maps have no order, lines have.
	var first error
	for _, err := range problems {
		if err != nil && (first == nil || err.Error() < first.Error()) {
			first = err
		}
	}
	return first
}

func noFile(path string) ([]byte, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

// lineOf is the line on which a word stands first; 1 when it is written in
// escapes that hide it.
func lineOf(text, word string) int {
	return 1 + strings.Count(text[:max(0, strings.Index(text, word))], "\n")
}

// own is the part of it that says whom to ask.
func (c *config) own() settings.Own {
	own := settings.Own{File: c.file, Endpoints: c.Endpoints, NPMScopes: c.NPM.Scopes}
	for _, t := range c.Tokens {
		own.Tokens = append(own.Tokens, settings.TokenEnv{For: t.For, Env: t.Env, Header: t.Header})
	}
	return own
}

// keys is the remapping of the screen's keys, for tui.Options.
func (c *config) keys() map[string][]string {
	if len(c.Keys) == 0 {
		return nil
	}
	keys := make(map[string][]string, len(c.Keys))
	for action, value := range c.Keys {
		keys[action], _ = keyList(value)
	}
	return keys
}

func keyList(value any) (keys []string, ok bool) {
	if one, ok := value.(string); ok {
		return []string{one}, true
	}
	list, ok := value.([]any)
	for _, v := range list {
		key, isText := v.(string)
		if !isText {
			return nil, false
		}
		keys = append(keys, key)
	}
	return keys, ok
}
