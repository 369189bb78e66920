package posture

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// publisher is a registry that takes a workflow's own identity (OIDC) in place
// of a token, and how one publishes to it.
type publisher struct {
	registry string
	command  *pattern.Pattern // of a script
	tokens   []string         // variables that hold a token
}

var publishers = []publisher{
	{"npm", pattern.New(`\b(npm|pnpm)\s+(-\S+\s+)*publish\b|\byarn\s+npm\s+publish\b|\b(lerna|changeset|semantic-release|release-it|np)\b.*\b(publish|release)\b|\bnpx\s+semantic-release\b`),
		[]string{"NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN", "YARN_NPM_AUTH_TOKEN", "npm_config__authToken"}},
	{"PyPI", pattern.New(`\btwine\s+upload\b|\bflit\s+publish\b|\bpoetry\s+publish\b|\bpdm\s+publish\b|\buv\s+publish\b|\bhatch\s+publish\b`),
		[]string{"TWINE_PASSWORD", "FLIT_PASSWORD", "POETRY_PYPI_TOKEN_PYPI", "POETRY_HTTP_BASIC_PYPI_PASSWORD", "PDM_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD", "HATCH_INDEX_AUTH", "PYPI_TOKEN", "PYPI_API_TOKEN"}},
	{"crates.io", pattern.New(`\bcargo\s+(-\S+\s+)*(publish|release|workspaces\s+publish|ws\s+publish)\b`), []string{"CARGO_REGISTRY_TOKEN", "CRATES_IO_TOKEN", "CARGO_TOKEN"}},
	{"RubyGems", pattern.New(`\bgem\s+push\b|\brake\s+release\b`), []string{"GEM_HOST_API_KEY", "RUBYGEMS_API_KEY", "RUBYGEMS_AUTH_TOKEN"}},
}

// elsewhere are commands that publish to another registry than the public one.
var elsewhere = pattern.New(`--(registry|repository|repository-url|publish-url|host|index)[ =]|npm\.pkg\.github\.com|\s-r\s`)

// publishCredentials: a token is stolen once and publishes for ever; the
// identity of a workflow lasts for minutes and cannot leave it.
func publishCredentials(r *reading) {
	for _, w := range r.workflows() {
		w.steps(func(s step) {
			if s.uses() == "pypa/gh-action-pypi-publish" {
				r.applies = true
				r.pypiAction(w, s)
				return
			}
			for _, p := range publishers {
				text, where := publishes(w, s, p)
				if !where.There() {
					continue
				}
				r.applies = true
				if elsewhere.MatchString(text) || r.otherRegistry(w, s) {
					continue
				}
				for _, name := range p.tokens {
					if token := w.env(s, name); secret(token.Text()) {
						r.publishToken(w, s, token.Line(), p.registry, name, "env")
					}
				}
			}
		})
	}
}

// publishes is the text by which a step publishes, and where it stands.
func publishes(w *workflow, s step, p publisher) (string, cooldown.Value) {
	if run := s.Get("run"); run.IsString() {
		for _, c := range commands(run.Text()) {
			line := strings.Join(c.words, " ")
			if p.command.MatchString(line) && !c.flag("--dry-run") && !strings.HasPrefix(line, "echo ") {
				return line, run
			}
		}
	}
	if p.registry == "npm" && s.uses() == "changesets/action" && s.Get("with", "publish").There() {
		return "", s.Get("uses")
	}
	return "", cooldown.Value{}
}

func secret(text string) bool {
	return strings.Contains(text, "secrets.") && !strings.Contains(text, "secrets.GITHUB_TOKEN")
}

// otherRegistry tells that the job is set up for another registry than npm's.
func (r *reading) otherRegistry(w *workflow, s step) bool {
	other := false
	for _, before := range s.job.steps {
		if url := before.Get("with", "registry-url").Text(); url != "" && before.Line() <= s.Line() {
			other = !strings.Contains(url, "registry.npmjs.org")
		}
	}
	return other
}

func (r *reading) pypiAction(w *workflow, s step) {
	url := s.Get("with", "repository-url").Text() + s.Get("with", "repository_url").Text()
	password := s.Get("with", "password")
	if secret(password.Text()) && (url == "" || strings.Contains(url, "pypi.org")) {
		r.publishToken(w, s, password.Line(), "PyPI", "password", "with")
	}
}

// publishToken tells of one token, under env or with. What it says to put there
// works once the registry knows the workflow.
func (r *reading) publishToken(w *workflow, s step, line int, registry, name, table string) {
	f := Finding{Code: "publish-token", Outcome: analysis.Warn, File: w.file, Line: line,
		Title: fmt.Sprintf("%s is published with a token that lasts: %s", registry, name),
		Why: "Who steals it publishes as you until someone notices; most takeovers of packages began so. " + registry +
			" can trust this workflow itself (trusted publishing), without any secret, and then states where the release was built.",
		Do: fmt.Sprintf("first, name this workflow as a trusted publisher at %s", registry)}
	if grant, ok := r.identity(w, s); ok {
		if gone := w.without(s, table, name); gone != nil {
			f.Put = append(grant, gone...)
		}
	}
	r.add(f)
}

// identity is the Edit that lets a job ask for its own identity; none is needed
// where it may already. ok is false when the file does not take one line more.
func (r *reading) identity(w *workflow, s step) (edits []Edit, ok bool) {
	own := s.job.value.Get("permissions")
	asked := own
	if !own.There() {
		asked = w.Get("permissions")
	}
	members := s.job.value.Members()
	switch {
	case asked.Get("id-token").Text() == "write" || asked.Text() == "write-all":
		return nil, true
	case w.action || len(members) == 0 || !strings.HasSuffix(strings.TrimSpace(w.line(s.job.line)), ":"):
		return nil, false
	case !own.There():
		in := indent(w.line(members[0].Line))
		text := in + "permissions:\n"
		given := w.Get("permissions").Members()
		if len(given) == 0 {
			text += in + "  contents: read\n"
		}
		for _, m := range given { // what the job had from above it keeps
			if m.Key != "id-token" && m.Value.IsScalar() {
				text += in + "  " + m.Key + ": " + m.Value.Text() + "\n"
			}
		}
		return []Edit{{After, w.file, s.job.line, text + in + "  id-token: write"}}, true
	case own.IsTable() && len(own.Members()) > 0 && own.Members()[0].Line > s.job.line && !strings.Contains(w.line(own.Line()), "{"):
		first := own.Members()[0].Line
		return []Edit{{After, w.file, first - 1, indent(w.line(first)) + "id-token: write"}}, true
	}
	return nil, false
}

// without takes a member of env or with away, and the whole of it where nothing
// is left; nil where it is not written on lines of its own.
func (w *workflow) without(s step, table, name string) []Edit {
	for _, v := range []cooldown.Value{s.Value, s.job.value, w.Value} {
		in := v.Get(table)
		for _, m := range in.Members() {
			if m.Key != name {
				continue
			}
			line := strings.TrimSpace(w.line(m.Line))
			if !strings.HasPrefix(line, name) || m.Value.Line() != m.Line || strings.HasSuffix(line, "|") || strings.HasSuffix(line, ">") {
				return nil
			}
			if len(in.Members()) > 1 {
				return w.removeLine(m.Line)
			}
			for _, above := range v.Members() {
				if above.Key == table && above.Line < m.Line && strings.HasPrefix(strings.TrimSpace(w.line(above.Line)), table+":") {
					return append(w.removeLine(above.Line), w.removeLine(m.Line)...)
				}
			}
			return nil
		}
	}
	return nil
}
