package settings

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/analysis/clients"
)

// world is a person with these files below /home/a, and this environment.
func world(files map[string]string, environ ...string) World {
	return World{Environ: environ, Home: "/home/a", ConfigDir: "/home/a/.config", OS: "linux", ReadFile: func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}}
}

func read(t *testing.T, w World, own Own) *Person {
	t.Helper()
	p, err := Read(w, own)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// revision is a tree as diff/revision gives it.
type revision struct{ fstest.MapFS }

func (r revision) Paths(_ context.Context, match func(string) bool) (paths []string, _ error) {
	for p := range r.MapFS {
		if match(p) {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return paths, nil
}

func tree(files map[string]string) revision {
	m := make(fstest.MapFS)
	for p, text := range files {
		m[p] = &fstest.MapFile{Data: []byte(text)}
	}
	return revision{m}
}

func TestNothingSaysNothing(t *testing.T) {
	p := read(t, world(nil), Own{})
	if p.Endpoints != clients.DefaultEndpoints() || len(p.Tokens)+len(p.Closed)+len(p.Notices) != 0 || p.Go.Private("a.example/b") {
		t.Errorf("%+v", p)
	}
	for _, name := range []string{"left-padz", "@acme/http"} {
		if r := p.For(nil).NPM(name); r.Base != p.Endpoints.NPM || r.From+r.Refused != "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestWhoNamesTheRegistry is npm's order: the environment, the project at base,
// the person's own file; depreview's own before all.
func TestWhoNamesTheRegistry(t *testing.T) {
	const mine = "registry = https://mine.example/npm/ ; mine\n@acme:registry=\"https://acme.example\"\n@Home:registry=https://home.example\n"
	project := map[string]string{
		"package-lock.json":                   "{}",
		".npmrc":                              "@acme:registry=https://project.example\n@env:registry=https://${EVIL}.example\n@plain:registry=http://plain.example\n//project.example/:_authToken=stolen\n",
		"web/yarn.lock":                       "",
		"web/.yarnrc.yml":                     "npmScopes:\n  yarn:\n    npmRegistryServer: https://yarn.example\n  acme:\n    npmRegistryServer: https://project.example/\n",
		"api/pnpm-lock.yaml":                  "",
		"api/pnpm-workspace.yaml":             "registries:\n  '@pnpm': https://pnpm.example/\n",
		"bun/bun.lock":                        "",
		"bun/bunfig.toml":                     "[install.scopes]\nbun = { url = \"https://bun.example\", token = \"$TOKEN\" }\n",
		"other/package-lock.json":             "",
		"other/.npmrc":                        "@two:registry=https://two.example\n",
		"third/package-lock.json":             "",
		"third/.npmrc":                        "@two:registry=https://three.example\n",
		"docs/.npmrc":                         "registry=https://nobody-asks.example\n",
		"node_modules/evil/.npmrc":            "registry=https://vendored.example\n",
		"node_modules/evil/package-lock.json": "",
		"examples/broken/bunfig.toml":         "[install",
	}
	w := world(map[string]string{"/home/a/.npmrc": mine}, "EVIL=evil", "NPM_CONFIG_@Both:registry=https://both.example")
	p := read(t, w, Own{File: "config.toml", NPMScopes: map[string]string{"@own": "https://own.example/"}})
	if len(p.Tokens) != 0 {
		t.Errorf("tokens out of nowhere: %+v", p.Tokens)
	}
	route := p.For(ReadProject(t.Context(), tree(project), "main")).NPM
	for name, want := range map[string]clients.NPMRoute{
		"left-padz":  {Base: "https://mine.example/npm", From: "~/.npmrc:1"},
		"@acme/http": {Base: "https://project.example", From: ".npmrc:1 at main"},
		"@ACME/http": {Base: "https://project.example", From: ".npmrc:1 at main"},
		"@home/a":    {Base: "https://home.example", From: "~/.npmrc:3"},
		"@yarn/a":    {Base: "https://yarn.example", From: "web/.yarnrc.yml:3 at main"},
		"@pnpm/a":    {Base: "https://pnpm.example", From: "api/pnpm-workspace.yaml:2 at main"},
		"@bun/a":     {Base: "https://bun.example", From: "bun/bunfig.toml:2 at main"},
		"@both/a":    {Base: "https://both.example", From: "NPM_CONFIG_@Both:registry"},
		"@own/a":     {Base: "https://own.example", From: "config.toml"},
		"@env/a":     {From: ".npmrc:2 at main", Refused: "variables of the environment are not for a project"},
		"@plain/a":   {From: ".npmrc:3 at main", Refused: "it is not https"},
		"@two/a":     {From: "other/.npmrc:1 at main", Refused: "other/.npmrc:1 at main and third/.npmrc:1 at main name different registries"},
	} {
		got := route(name)
		if got.Base != want.Base || got.From != want.From || (want.Refused == "") != (got.Refused == "") || !strings.Contains(got.Refused, want.Refused) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		if got.Scoped != strings.HasPrefix(name, "@") {
			t.Errorf("%s: scoped is %v", name, got.Scoped)
		}
	}
	if got := route("@elsewhere/a"); got.Base != "https://mine.example/npm" || got.Scoped {
		t.Errorf("a scope that nothing names is for the registry of all: %+v", got)
	}
	all := read(t, world(nil, "npm_config_registry=https://env.example"), Own{})
	if r := all.For(ReadProject(t.Context(), tree(map[string]string{".npmrc": "registry=https://project.example"}), "main")).NPM("a"); r.Base != "https://env.example" {
		t.Errorf("the environment comes after the project: %+v", r)
	}
	own := read(t, world(nil, "npm_config_registry=https://env.example"), Own{File: "config.toml", Endpoints: map[string]string{"npm": "https://own.example"}})
	if r := own.For(nil).NPM("a"); r.Base != "https://own.example" || r.From != "config.toml" {
		t.Errorf("depreview's own comes after the environment: %+v", r)
	}
}

// TestUnreadProjectIsNotThePublicOne: where the project's own word is not known,
// nobody is asked in its place.
func TestUnreadProjectIsNotThePublicOne(t *testing.T) {
	p := read(t, world(nil), Own{})
	for file, text := range map[string]string{
		"bunfig.toml": "[install", ".yarnrc.yml": "a: [", "pnpm-workspace.yaml": "\t", ".npmrc": strings.Repeat("#", most+1),
	} {
		route := p.For(ReadProject(t.Context(), tree(map[string]string{file: text}), "main")).NPM("@acme/http")
		if route.Refused == "" || route.Base != "" || !route.Scoped {
			t.Errorf("%s: %+v", file, route)
		}
		if p.For(ReadProject(t.Context(), tree(map[string]string{file: text}), "main")).NPM("left-padz").Scoped {
			t.Errorf("%s: a name without a scope can have none", file)
		}
	}
}

// TestTokens: what is sent, and to whom.
func TestTokens(t *testing.T) {
	const mine = "//npm.acme.example/team/:_authToken=${ACME_TOKEN}\n//unset.example/:_authToken=${NOBODY}\n//empty.example/:_authToken=${NOBODY?}\n" +
		"//old.example/:username=a\n//old.example/:_password=cHc=\n//basic.example/:_auth=YTpi\n//127.0.0.1:4873/:_authToken=local\n" +
		"//127.evil.example/:_authToken=x\n_authToken=of-nobody\n\\//odd\n"
	w := world(map[string]string{"/etc/own-npmrc": mine, "/home/a/.npmrc": "//ignored.example/:_authToken=no\n"},
		"ACME_TOKEN=t1", "npm_config_userconfig=/etc/own-npmrc", "npm_config_//env.example/:_authToken=t2", "MINE=t3", "SPLIT=a\r\nHost: b")
	p := read(t, w, Own{Tokens: []TokenEnv{
		{For: "https://api.acme.example/x/", Env: "MINE"}, {For: "https://forge.example", Env: "MINE", Header: "PRIVATE-TOKEN"},
		{For: "https://unset.example", Env: "NOT_SET"}, {For: "https://split.example", Env: "SPLIT"},
	}})
	var got []string
	for _, token := range p.Tokens {
		got = append(got, strings.Join([]string{token.Origin, token.Path, token.Header, token.Value}, " "))
	}
	want := []string{
		"https://api.acme.example /x  Bearer t3",
		"https://forge.example  PRIVATE-TOKEN t3",
		"http://127.0.0.1:4873 /  Bearer local",
		"https://127.0.0.1:4873 /  Bearer local",
		"https://127.evil.example /  Bearer x",
		"https://basic.example /  Basic YTpi",
		"https://env.example /  Bearer t2",
		"https://npm.acme.example /team/  Bearer t1",
		"https://old.example /  Basic YTpwdw==",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestGitHubToken(t *testing.T) {
	const hosts = "github.com:\n    user: a\n    oauth_token: gho_file\nghe.example:\n    user: b\n    users:\n        b:\n            oauth_token: gho_ghe\n"
	file := map[string]string{"/home/a/.config/gh/hosts.yml": hosts}
	ghe := Own{Endpoints: map[string]string{"github": "https://ghe.example/api/v3"}}
	for name, test := range map[string]struct {
		w    World
		own  Own
		want string
	}{
		"environment":         {world(file, "GITHUB_TOKEN=env"), Own{}, "Bearer env"},
		"gh's own goes first": {world(file, "GITHUB_TOKEN=env", "GH_TOKEN=gh"), Own{}, "Bearer gh"},
		"gh's file":           {world(file), Own{}, "Bearer gho_file"},
		"another directory":   {world(map[string]string{"/gh/hosts.yml": hosts}, "GH_CONFIG_DIR=/gh"), Own{}, "Bearer gho_file"},
		"a keyring":           {world(map[string]string{"/home/a/.config/gh/hosts.yml": "github.com:\n    user: a\n    users:\n        a:\n"}), Own{}, ""},
		"no YAML":             {world(map[string]string{"/home/a/.config/gh/hosts.yml": "\t["}), Own{}, ""},
		"another server does not get github.com's": {world(nil, "GITHUB_TOKEN=env", "GH_TOKEN=gh"), ghe, ""},
		"another server's own":                     {world(file, "GITHUB_TOKEN=env"), ghe, "Bearer gho_ghe"},
		"another server's, environment":            {world(file, "GH_ENTERPRISE_TOKEN=ent"), ghe, "Bearer ent"},
	} {
		p := read(t, test.w, test.own)
		got := ""
		for _, token := range p.Tokens {
			if got = token.Value; !strings.HasPrefix(p.Endpoints.GitHub, token.Origin) {
				t.Errorf("%s: the token is for %s", name, token.Origin)
			}
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if wantEnv := strings.TrimPrefix(test.want, "Bearer "); len(test.own.Endpoints) > 0 || strings.HasPrefix(wantEnv, "gho_") {
			if p.GitHub != "" {
				t.Errorf("%s: the environment's token for github.com is %q", name, p.GitHub)
			}
		} else if p.GitHub != wantEnv {
			t.Errorf("%s: the environment's token for github.com is %q", name, p.GitHub)
		}
		if (name == "no YAML") != (len(p.Notices) == 1) {
			t.Errorf("%s: notices %q", name, p.Notices)
		}
	}
}

func TestGo(t *testing.T) {
	defaults := clients.DefaultEndpoints()
	const file = "/home/a/.config/go/env"
	for name, test := range map[string]struct {
		file    string
		environ []string
		proxy   string // "" is closed
		says    string
		private string // a module that is
	}{
		"nothing":                {"", nil, defaults.GoProxy, "", ""},
		"first of a list":        {"", []string{"GOPROXY= https://goproxy.acme.example/x/ ,direct"}, "https://goproxy.acme.example/x", "", ""},
		"a list by |":            {"", []string{"GOPROXY=https://one.example|https://two.example"}, "https://one.example", "", ""},
		"a password":             {"", []string{"GOPROXY=https://u:p@one.example"}, "https://one.example", "", ""},
		"off":                    {"", []string{"GOPROXY=off"}, "", "GOPROXY is off", ""},
		"direct":                 {"GOPROXY=direct\n", nil, "", "GOPROXY is direct", ""},
		"plain http":             {"", []string{"GOPROXY=http://one.example"}, "", "is not https", ""},
		"a directory":            {"", []string{"GOPROXY=file:///srv/proxy"}, "", "cannot be asked", ""},
		"the file":               {"GOPRIVATE=*.corp.example\n", nil, defaults.GoProxy, "", "git.corp.example/a"},
		"the environment first":  {"GOPRIVATE=*.corp.example\n", []string{"GOPRIVATE=other.example/team"}, defaults.GoProxy, "", "other.example/team/tool"},
		"the file is turned off": {"GOPRIVATE=*\n", []string{"GOENV=off"}, defaults.GoProxy, "", ""},
		"GONOPROXY":              {"", []string{"GONOPROXY=a.example/x", "GOPRIVATE=*"}, defaults.GoProxy, "", "a.example/x/y"},
	} {
		p := read(t, world(map[string]string{file: test.file}, test.environ...), Own{})
		got := p.Endpoints.GoProxy
		if p.Closed["go-proxy"] != "" {
			got = ""
		}
		if got != test.proxy || !strings.Contains(p.Closed["go-proxy"], test.says) {
			t.Errorf("%s: %q, %q", name, got, p.Closed["go-proxy"])
		}
		if p.Go.Private("public.example/a") || test.private != "" && !p.Go.Private(test.private) {
			t.Errorf("%s: %+v", name, p.Go)
		}
		if name == "a password" && (len(p.Tokens) != 1 || p.Tokens[0].Value != "Basic dTpw" || p.Tokens[0].Origin != "https://one.example") {
			t.Errorf("tokens %+v", p.Tokens)
		}
	}
	if p := read(t, world(nil, "GOPROXY=off"), Own{Endpoints: map[string]string{"go-proxy": "https://own.example"}}); p.Endpoints.GoProxy != "https://own.example" || len(p.Closed) > 0 {
		t.Errorf("GOPROXY goes before depreview's own: %+v", p)
	}
	for text, want := range map[string]string{"off": "GOSUMDB is off", "sum.acme.example": "whose key is not known", "sum.acme.example+1+AbC": "", "": ""} {
		p := read(t, world(nil, "GOSUMDB="+text), Own{})
		if (want == "") != (p.Closed["sumdb"] == "") || !strings.Contains(p.Closed["sumdb"], want) {
			t.Errorf("GOSUMDB=%s: %q", text, p.Closed["sumdb"])
		}
		if strings.Contains(text, "+") && (p.Endpoints.SumDB != "https://sum.acme.example" || p.Endpoints.SumDBKey != text) {
			t.Errorf("GOSUMDB=%s: %q", text, p.Endpoints.SumDB)
		}
	}
	if p := read(t, world(nil, "GONOSUMDB=b.example"), Own{}); p.Go.NoSumDB != "b.example" || p.Go.NoSumDBFrom != "GONOSUMDB" || p.Go.NoProxy != "" {
		t.Errorf("%+v", p.Go)
	}
}

func TestPip(t *testing.T) {
	defaults := clients.DefaultEndpoints()
	for name, test := range map[string]struct {
		files   map[string]string
		environ []string
		want    string // "" is closed
	}{
		"nothing":         {nil, nil, defaults.PyPI},
		"environment":     {nil, []string{"PIP_INDEX_URL=https://pip.example/root/simple/"}, "https://pip.example/root"},
		"with a password": {nil, []string{"PIP_INDEX_URL=https://u:p@pip.example/simple"}, "https://pip.example"},
		"a file":          {map[string]string{"/home/a/.config/pip/pip.conf": "# mine\n[install]\nindex_url: https://pip.example/simple\n[global]\nindex-url = https://no.example/simple\n"}, nil, "https://pip.example"},
		"the old place":   {map[string]string{"/home/a/.pip/pip.conf": "[global]\nindex-url = https://pip.example/simple\n"}, nil, "https://pip.example"},
		"another shape":   {nil, []string{"PIP_INDEX_URL=https://pip.example/root/+simple/"}, ""},
		"plain http":      {nil, []string{"PIP_INDEX_URL=http://pip.example/simple"}, ""},
		"no address":      {nil, []string{"PIP_INDEX_URL=https://u:s3cr3t@pip .example/simple"}, ""},
	} {
		p := read(t, world(test.files, test.environ...), Own{})
		got := p.Endpoints.PyPI
		if p.Closed["pypi"] != "" {
			got = ""
		}
		if got != test.want || strings.Contains(p.Closed["pypi"], "s3cr3t") {
			t.Errorf("%s: %q, %q", name, got, p.Closed["pypi"])
		}
	}
}

func TestOwnFileIsHeldToItsWord(t *testing.T) {
	for _, own := range []Own{
		{Endpoints: map[string]string{"nmp": "https://a.example"}},
		{NPMScopes: map[string]string{"acme": "https://a.example"}},
		{NPMScopes: map[string]string{"@acme": "http://a.example"}},
		{Tokens: []TokenEnv{{For: "a.example", Env: "A"}}},
	} {
		if _, err := Read(world(nil), own); err == nil || !strings.Contains(err.Error(), "\nhint: ") {
			t.Errorf("%+v: %v", own, err)
		}
	}
}

func TestUnreadableFilesAreSaid(t *testing.T) {
	w := world(map[string]string{"/home/a/.config/go/env": strings.Repeat("#", most+1)})
	inner := w.ReadFile
	w.ReadFile = func(path string) ([]byte, error) {
		if path == "/home/a/.npmrc" {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
		}
		return inner(path)
	}
	p := read(t, w, Own{})
	if len(p.Notices) != 2 || !strings.Contains(p.Notices[0], "~/.npmrc is not read: permission denied") || !strings.Contains(p.Notices[1], "larger than 1 MB") {
		t.Errorf("%q", p.Notices)
	}
	if r := p.For(nil).NPM("left-padz"); r.Base != "" || !strings.Contains(r.Refused, "~/.npmrc could not be read") {
		t.Errorf("the public registry in place of an unknown one: %+v", r)
	}
	if !p.Go.Private("any.example/module") {
		t.Error("a module that may be private is asked for")
	}
}

func FuzzNPMRC(f *testing.F) {
	for _, seed := range []string{"registry=https://a.example", "[a]\nb=c", "a[]=b", "=", "\"a\"='b", "a=${B}\\${C}${D?}", "//h/:_authToken=x ; y"} {
		f.Add(seed)
	}
	w := world(nil, "B=b")
	f.Fuzz(func(t *testing.T, text string) {
		for _, k := range parseNPMRC([]byte(text)) {
			if k.line < 1 || k.line > strings.Count(text, "\n")+1 || strings.Contains(k.name+k.value, "\n") {
				t.Errorf("%+v", k)
			}
			w.expand(k.value)
		}
	})
}
