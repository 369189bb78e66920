package lockfiles

import (
	"strings"
	"testing"
	"testing/fstest"
)

func FuzzDockerfile(f *testing.F) { fuzzFormat(f, dockerfile{}, "Dockerfile") }
func FuzzCompose(f *testing.F)    { fuzzFormat(f, compose{}, "compose.yaml") }
func FuzzKubernetes(f *testing.F) { fuzzFormat(f, kubernetes{}, "pod.yaml") }

func TestImageFileNames(t *testing.T) {
	for path, want := range map[string]string{
		"Dockerfile":                        "dockerfile",
		"dockerfile":                        "dockerfile",
		"deploy/Containerfile":              "dockerfile",
		"Dockerfile.dev":                    "dockerfile",
		"Dockerfile.v1.2":                   "dockerfile",
		"api.Dockerfile":                    "dockerfile",
		"api.dockerfile":                    "dockerfile",
		"Dockerfile.dockerignore":           "",
		"Dockerfile.j2":                     "",
		"Dockerfile.dev.tmpl":               "",
		"dockerfile.go":                     "",
		"Dockerfiles":                       "",
		".dockerfile":                       "",
		"compose.yaml":                      "compose",
		"compose.prod.yml":                  "compose",
		"docker-compose.yml":                "compose",
		"docker-compose-dev.yaml":           "compose",
		"local-docker-compose.yml":          "compose",
		"Docker-Compose.yml":                "compose",
		"composer.yaml":                     "",
		"compose.json":                      "",
		"overlays/production/kustomization": "",
		"k8s/kustomization.yml":             "kubernetes",
		"k8s/deployment.yaml":               "",
	} {
		got := ""
		if f := FormatOf(path); f != nil {
			got = f.Name()
		}
		if got != want {
			t.Errorf("FormatOf(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestKubernetesContent(t *testing.T) {
	long := strings.Repeat("# words\n", 200)
	for _, c := range []struct {
		path, text string
		want       bool
	}{
		{"a/deploy.yaml", "apiVersion: apps/v1\nkind: Deployment\n", true},
		{"a/deploy.yaml", "kind: \"Pod\"\napiVersion: 'v1'\n", true},
		{"a/crd.yaml", "apiVersion: acme.example/v1\nkind: Fleet\nspec:\n  - image: a\n", true},
		{"a/config.yaml", "apiVersion: v1\nkind: ConfigMap\n", false},
		{"a/bundle.yaml", "apiVersion: v1\nkind: Namespace\n" + long, true},
		{"a/late.yaml", long + "apiVersion: v1\nkind: Pod\n", false},
		{"a/deploy.json", "apiVersion: apps/v1\nkind: Deployment\n", false},
		{"chart/templates/deploy.yaml", "apiVersion: apps/v1\nkind: Deployment\n", false},
		{"a/deploy.yaml", "apiVersion: apps/v1\nkind: Deployment\nname: {{ .Name }}\n", false},
		{"a/other.yaml", "  apiVersion: v1\n  kind: Pod\n", false},
	} {
		tree := fstest.MapFS{c.path: {Data: []byte(c.text)}}
		if got := FormatIn(tree, c.path) == Format(kubernetes{}); got != c.want {
			t.Errorf("%s %.60q: %t", c.path, c.text, got)
		}
	}
}

func TestImageName(t *testing.T) {
	for name, want := range map[string]string{
		"nginx":                             "nginx",
		"library/nginx":                     "nginx",
		"docker.io/library/nginx":           "nginx",
		"index.docker.io/library/nginx":     "nginx",
		"Docker.io/acme/http":               "acme/http",
		"docker.io/library/acme/http":       "library/acme/http",
		"acme/library/http":                 "acme/library/http",
		"GHCR.example/acme/http":            "ghcr.example/acme/http",
		"ghcr.example/library/http":         "ghcr.example/library/http",
		"localhost/acme":                    "localhost/acme",
		"${REGISTRY:-ghcr.example}/Acme":    "${REGISTRY:-ghcr.example}/Acme",
		"registry.example:5000/acme/a/b":    "registry.example:5000/acme/a/b",
		"registry.hub.docker.com/acme/http": "acme/http",
	} {
		if got := imageName(name); got != want {
			t.Errorf("imageName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSubstitute(t *testing.T) {
	values := map[string]string{"A": "1", "EMPTY": "", "B_2": "b"}
	value := func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	for text, want := range map[string]string{
		"x:$A":                 "x:1",
		"x:${A}":               "x:1",
		"$A$B_2":               "1b",
		"${EMPTY:-d}":          "d",
		"${EMPTY-d}":           "",
		"${NONE-d}":            "d",
		"${NONE:-${A}}":        "1",
		"${NONE:-${NOR:-x:y}}": "x:y",
		"${A:+other}":          "other",
		"${NONE:+other}":       "",
		"${NONE}":              "${NONE}",
		"$NONE:1":              "$NONE:1",
		"${NONE:?say it}":      "${NONE:?say it}",
		"${A:?say it}":         "1",
		"$$A":                  "$A",
		"a$":                   "a$",
		"${A":                  "${A",
		"$1":                   "$1",
		"${}":                  "${}",
		"${A/x/y}":             "${A/x/y}",
		"":                     "",
	} {
		if got := substitute(text, value); got != want {
			t.Errorf("substitute(%q) = %q, want %q", text, got, want)
		}
	}
	deep := strings.Repeat("${N:-", 10_000) + strings.Repeat("}", 10_000)
	if got := substitute(deep, value); !strings.HasPrefix(got, "${N:-") {
		t.Errorf("defaults within defaults end at %.40q", got)
	}
}
