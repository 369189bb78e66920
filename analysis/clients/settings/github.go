package settings

import (
	"cmp"
	"net/url"

	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/analysis/clients"
)

// readGitHub takes the token for GitHub: the environment's, else the one that gh
// keeps in its file. Where gh keeps it in the system's keyring there is none to
// read, and gh is not started to ask. A token of github.com is not for another
// server that takes its place.
func (p *Person) readGitHub(w World, public bool) {
	host, variables := "github.com", []string{"GH_TOKEN", "GITHUB_TOKEN"}
	if !public {
		u, err := url.Parse(p.Endpoints.GitHub)
		if err != nil {
			return
		}
		host, variables = u.Host, []string{"GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"}
	}
	secret := ""
	for _, name := range variables {
		secret = cmp.Or(secret, w.getenv(name))
	}
	if public {
		p.GitHub = secret
	}
	if secret == "" {
		secret = p.ghToken(w, host)
	}
	if t := clients.GitHubToken(p.Endpoints, secret); t.Value != "" {
		p.Tokens = append(p.Tokens, t)
	}
}

// ghToken reads hosts.yml of gh.
func (p *Person) ghToken(w World, host string) string {
	dir := w.getenv("GH_CONFIG_DIR")
	if dir == "" && w.getenv("XDG_CONFIG_HOME") != "" {
		dir = below(w.getenv("XDG_CONFIG_HOME"), []string{"gh"})
	}
	if dir == "" && w.OS == "windows" {
		dir = w.config("GitHub CLI")
	}
	if dir == "" {
		dir = w.home(".config", "gh")
	}
	if dir == "" {
		return ""
	}
	file := below(dir, []string{"hosts.yml"})
	var hosts map[string]struct {
		Token string `yaml:"oauth_token"`
		User  string `yaml:"user"`
		Users map[string]struct {
			Token string `yaml:"oauth_token"`
		} `yaml:"users"`
	}
	data, _ := p.read(w, file)
	if err := yaml.Unmarshal(data, &hosts); err != nil {
		p.notice("%s is not read: it is no YAML of gh's", w.short(file))
		return ""
	}
	one := hosts[host]
	return cmp.Or(one.Token, one.Users[one.User].Token)
}
