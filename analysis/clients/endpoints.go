package clients

import (
	"fmt"
	"net"
	"net/url"
	"reflect"
	"sort"
	"strings"
	"time"
)

const projectPage = "github.com/depreview/depreview"

// Endpoints is every address that depreview asks, without a slash at the end.
// No other file holds one.
type Endpoints struct {
	OSV          string `name:"osv"`
	OSVDatabase  string `name:"osv-database"` // the bucket with all.zip
	EPSS         string `name:"epss"`
	KEV          string `name:"kev"` // the catalogue itself, as JSON
	DepsDev      string `name:"deps-dev"`
	Scorecard    string `name:"scorecard"`
	NPM          string `name:"npm"`
	NPMDownloads string `name:"npm-downloads"`
	PyPI         string `name:"pypi"`
	CratesIndex  string `name:"crates-index"`
	CratesAPI    string `name:"crates-api"`
	GoProxy      string `name:"go-proxy"`
	SumDB        string `name:"sumdb"`
	SumDBKey     string `name:"sumdb-key"` // verifier key: name+hash+key
	RubyGems     string `name:"rubygems"`
	PackagistP2  string `name:"packagist-p2"`
	Packagist    string `name:"packagist"`
	NuGet        string `name:"nuget"` // the service index
	Maven        string `name:"maven"`
	Hex          string `name:"hex"`
	Pub          string `name:"pub"`
	GitHub       string `name:"github"`
	SigstoreTUF  string `name:"sigstore-tuf"` // the roots of trust of Sigstore, and npm's keys
	GitHubTUF    string `name:"github-tuf"`   // the roots of GitHub's own instance of Sigstore
	// Registries of container images.
	DockerHub      string `name:"docker-hub"`
	GHCR           string `name:"ghcr"`
	Quay           string `name:"quay"`
	GCR            string `name:"gcr"`
	K8sRegistry    string `name:"k8s-registry"`
	ECRPublic      string `name:"ecr-public"`
	MCR            string `name:"mcr"`
	GitLabRegistry string `name:"gitlab-registry"`
}

// DefaultEndpoints are the public services.
func DefaultEndpoints() Endpoints {
	return Endpoints{
		OSV:          "https://api.osv.dev",
		OSVDatabase:  "https://osv-vulnerabilities.storage.googleapis.com",
		EPSS:         "https://api.first.org",
		KEV:          "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
		DepsDev:      "https://api.deps.dev",
		Scorecard:    "https://api.scorecard.dev",
		NPM:          "https://registry.npmjs.org",
		NPMDownloads: "https://api.npmjs.org",
		PyPI:         "https://pypi.org",
		CratesIndex:  "https://index.crates.io",
		CratesAPI:    "https://crates.io",
		GoProxy:      "https://proxy.golang.org",
		SumDB:        "https://sum.golang.org",
		SumDBKey:     "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
		RubyGems:     "https://rubygems.org",
		PackagistP2:  "https://repo.packagist.org",
		Packagist:    "https://packagist.org",
		NuGet:        "https://api.nuget.org/v3/index.json",
		Maven:        "https://repo1.maven.org/maven2",
		Hex:          "https://hex.pm",
		Pub:          "https://pub.dev",
		GitHub:       "https://api.github.com",
		SigstoreTUF:  "https://tuf-repo-cdn.sigstore.dev",
		GitHubTUF:    "https://tuf-repo.github.com",

		DockerHub:      "https://registry-1.docker.io",
		GHCR:           "https://ghcr.io",
		Quay:           "https://quay.io",
		GCR:            "https://gcr.io",
		K8sRegistry:    "https://registry.k8s.io",
		ECRPublic:      "https://public.ecr.aws",
		MCR:            "https://mcr.microsoft.com",
		GitLabRegistry: "https://registry.gitlab.com",
	}
}

// GitHubWeb is where people read what the forge's interface tells of, without
// a slash at the end: of GitHub itself another host than the interface, of a
// GitHub Enterprise Server the same.
func (e Endpoints) GitHubWeb() string {
	if e.GitHub == DefaultEndpoints().GitHub {
		return "https://github.com"
	}
	u, err := url.Parse(e.GitHub)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Override puts other addresses in place of the defaults, by name. They come
// from the user's own configuration, never from a project's.
func (e Endpoints) Override(others map[string]string) (Endpoints, error) {
	names := make([]string, 0, len(others))
	for name := range others {
		names = append(names, name)
	}
	sort.Strings(names)
	v := reflect.ValueOf(&e).Elem()
	for _, name := range names {
		field := -1
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("name") == name {
				field = i
			}
		}
		if field < 0 {
			return e, fmt.Errorf("set the endpoint %q: there is none of this name\nhint: the names are %s", name, strings.Join(EndpointNames(), ", "))
		}
		value := strings.TrimRight(others[name], "/")
		if name != "sumdb-key" {
			if err := checkBase(value); err != nil {
				return e, fmt.Errorf("set the endpoint %s: %w", name, err)
			}
		}
		v.Field(field).SetString(value)
	}
	return e, nil
}

// EndpointNames lists the names that Override knows, in the order of the struct.
func EndpointNames() []string {
	kind := reflect.TypeFor[Endpoints]()
	names := make([]string, kind.NumField())
	for i := range names {
		names[i] = kind.Field(i).Tag.Get("name")
	}
	return names
}

// CheckBase gives the base address of a service without a slash at its end, or
// why it is none.
func CheckBase(address string) (string, error) {
	base := strings.TrimRight(strings.TrimSpace(address), "/")
	return base, checkBase(base)
}

// checkBase allows https, and http on this computer alone.
func checkBase(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "":
		return fmt.Errorf("%s is no address\nhint: write it as https://HOST/PATH", clip(base))
	case u.User != nil:
		return fmt.Errorf("the address of %s holds a user or password\nhint: give the token apart from the address", u.Host)
	case u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%s has a query\nhint: write it as https://HOST/PATH", redact(base))
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%s is not https\nhint: plain http is for this computer alone", redact(base))
}

func loopback(name string) bool {
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// Limits is what each service is asked at most. crates.io demands one request
// a second of its API, RubyGems ten; Packagist wants no more than ten at once.
func (e Endpoints) Limits() map[string]Limit {
	limits := make(map[string]Limit)
	for base, limit := range map[string]Limit{
		e.OSV:         {Concurrent: 24},
		e.EPSS:        {Concurrent: 4},
		e.KEV:         {Concurrent: 1},
		e.DepsDev:     {Concurrent: 16},
		e.Scorecard:   {Concurrent: 8},
		e.NPM:         {Concurrent: 16},
		e.PyPI:        {Concurrent: 8},
		e.CratesIndex: {Concurrent: 16},
		e.CratesAPI:   {Concurrent: 1, Interval: time.Second},
		e.GoProxy:     {Concurrent: 16},
		e.SumDB:       {Concurrent: 8},
		e.RubyGems:    {Concurrent: 4, Interval: 100 * time.Millisecond},
		e.PackagistP2: {Concurrent: 10},
		e.Packagist:   {Concurrent: 4},
		e.NuGet:       {Concurrent: 12},
		e.Maven:       {Concurrent: 8},
		e.Hex:         {Concurrent: 4},
		e.Pub:         {Concurrent: 4},
		e.GitHub:      {Concurrent: 6},
		e.SigstoreTUF: {Concurrent: 2},
		e.GitHubTUF:   {Concurrent: 2},
		e.DockerHub:   {Concurrent: 4},
	} {
		u, err := url.Parse(base)
		if err != nil || u.Host == "" {
			continue
		}
		// Behind one proxy for everything the strictest interval would slow all
		// down; the limits of the services are not the proxy's.
		if _, twice := limits[u.Host]; twice {
			limit = defaultLimit
		}
		limits[u.Host] = limit
	}
	return limits
}

// publicOrigins are what lockfiles name as the origin of packages that the
// public registry of an ecosystem serves: the registry itself, its files, its
// older names, and mirrors that its own people run. Without a scheme; a name
// without a host is the lockfile's own word for the registry.
var publicOrigins = map[string][]string{
	"npm":   {"registry.npmjs.org", "registry.yarnpkg.com"},
	"pypi":  {"pypi.org", "files.pythonhosted.org", "pypi.python.org"},
	"cargo": {"index.crates.io", "github.com/rust-lang/crates.io-index", "crates.io", "static.crates.io"},
	"gem":   {"rubygems.org", "www.rubygems.org", "index.rubygems.org"},
	// A package of Packagist is installed from the forge of its repository.
	"composer":      {"api.github.com", "codeload.github.com", "github.com", "gitlab.com", "api.bitbucket.org", "bitbucket.org"},
	"nuget":         {"api.nuget.org", "www.nuget.org"},
	"maven":         {"repo1.maven.org/maven2", "repo.maven.apache.org/maven2"},
	"hex":           {"hexpm", "repo.hex.pm"},
	"pub":           {"pub.dev", "pub.dartlang.org"},
	"githubactions": {"github.com"},
	"swift":         {"github.com"},
}

// scorecardForges are the forges of which the public services keep Scorecard's
// results; both are told no name of a repository elsewhere.
var scorecardForges = []string{"github.com", "gitlab.com"}

// imageRegistry is the address of a registry of images that everybody uses, by
// the host in the names of its images ("" is Docker Hub's); "" for any other.
func (e Endpoints) imageRegistry(host string) string {
	switch host {
	case "":
		return e.DockerHub
	case "ghcr.io":
		return e.GHCR
	case "quay.io":
		return e.Quay
	case "gcr.io":
		return e.GCR
	case "registry.k8s.io":
		return e.K8sRegistry
	case "public.ecr.aws":
		return e.ECRPublic
	case "mcr.microsoft.com":
		return e.MCR
	case "registry.gitlab.com":
		return e.GitLabRegistry
	}
	return ""
}

// registries are the addresses that are asked about the packages of an ecosystem.
func (e Endpoints) registries(ecosystem string) []string {
	switch ecosystem {
	case "npm":
		return []string{e.NPM}
	case "pypi":
		return []string{e.PyPI}
	case "cargo":
		return []string{e.CratesIndex, e.CratesAPI}
	case "golang":
		return []string{e.GoProxy}
	case "gem":
		return []string{e.RubyGems}
	case "composer":
		return []string{e.Packagist, e.PackagistP2}
	case "nuget":
		return []string{e.NuGet}
	case "maven":
		return []string{e.Maven}
	case "hex":
		return []string{e.Hex}
	case "pub":
		return []string{e.Pub}
	}
	return nil
}
