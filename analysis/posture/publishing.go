package posture

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
)

// publisher is a registry that takes a workflow's own identity (OIDC) in place
// of a token, and how one publishes to it.
type publisher struct {
	registry string
	command  *regexp.Regexp // of a script
	tokens   []string       // variables that hold a token
}

var publishers = []publisher{
	{"npm", regexp.MustCompile(`\b(npm|pnpm)\s+(-\S+\s+)*publish\b|\byarn\s+npm\s+publish\b|\b(lerna|changeset|semantic-release|release-it|np)\b.*\b(publish|release)\b|\bnpx\s+semantic-release\b`),
		[]string{"NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN", "YARN_NPM_AUTH_TOKEN", "npm_config__authToken"}},
	{"PyPI", regexp.MustCompile(`\btwine\s+upload\b|\bflit\s+publish\b|\bpoetry\s+publish\b|\bpdm\s+publish\b|\buv\s+publish\b|\bhatch\s+publish\b`),
		[]string{"TWINE_PASSWORD", "FLIT_PASSWORD", "POETRY_PYPI_TOKEN_PYPI", "POETRY_HTTP_BASIC_PYPI_PASSWORD", "PDM_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD", "HATCH_INDEX_AUTH", "PYPI_TOKEN", "PYPI_API_TOKEN"}},
	{"crates.io", regexp.MustCompile(`\bcargo\s+(-\S+\s+)*(publish|release|workspaces\s+publish|ws\s+publish)\b`), []string{"CARGO_REGISTRY_TOKEN", "CRATES_IO_TOKEN", "CARGO_TOKEN"}},
	{"RubyGems", regexp.MustCompile(`\bgem\s+push\b|\brake\s+release\b`), []string{"GEM_HOST_API_KEY", "RUBYGEMS_API_KEY", "RUBYGEMS_AUTH_TOKEN"}},
}

// elsewhere are commands that publish to another registry than the public one.
var elsewhere = regexp.MustCompile(`--(registry|repository|repository-url|publish-url|host|index)[ =]|npm\.pkg\.github\.com|\s-r\s`)

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

// publishAttestations: without one nobody can tell a release that was built here
// from one that was uploaded by a thief.
func publishAttestations(r *reading) {
	attests := false
	flows := r.workflows()
	for _, w := range flows {
		attests = attests || attestation.MatchString(strings.Join(w.lines, "\n"))
	}
	for _, w := range flows {
		w.steps(func(s step) {
			r.npmProvenance(w, s)
			if v := s.Get("with", "attestations"); s.uses() == "pypa/gh-action-pypi-publish" {
				r.applies = true
				if v.Text() == "false" {
					r.add(Finding{Code: "attestations-off", Outcome: analysis.Warn, File: w.file, Line: v.Line(), Title: "attestations of the PyPI release are switched off",
						Put: w.removeLine(v.Line()), Why: "Without them nobody can tell a release that was built here from one that was uploaded with a stolen token."})
				}
			}
			if where, what := releases(s); where.There() {
				r.applies = true
				if !attests {
					r.add(Finding{Code: "release-not-attested", Outcome: analysis.Info, File: w.file, Line: w.lineWith(where, what), Title: what + " uploads files that nothing attests",
						Why: "Who downloads them cannot tell that they were built here. An attestation costs one step and two permissions.",
						Do:  "before the upload: uses: actions/attest-build-provenance with subject-path, and permissions id-token: write, attestations: write"})
				}
			}
		})
	}
}

var attestation = regexp.MustCompile(`(?m)^[^#]*(actions/attest|slsa-framework/slsa-github-generator|cosign\s+(sign|attest)|sigstore/gh-action-sigstore|goreleaser-action[^\n]*attest|\bsigstore\s+sign\b|gpg\s+.*--detach-sign|minisign|signify)`)

// releases is where a step uploads files to a release.
func releases(s step) (cooldown.Value, string) {
	switch s.uses() {
	case "softprops/action-gh-release", "ncipollo/release-action":
		if s.Get("with", "files").There() || s.Get("with", "artifacts").There() {
			return s.Get("uses"), s.uses()
		}
	case "svenstaro/upload-release-action", "actions/upload-release-asset":
		return s.Get("uses"), s.uses()
	}
	if run := s.Get("run"); run.IsString() {
		for _, c := range commands(run.Text()) {
			if len(c.words) > 3 && c.words[0] == "gh" && c.words[1] == "release" && c.words[2] == "upload" {
				return run, "gh release upload"
			}
		}
	}
	return cooldown.Value{}, ""
}

// npmProvenance: trusted publishing makes it by itself; a token needs the flag.
func (r *reading) npmProvenance(w *workflow, s step) {
	run := s.Get("run")
	if !run.IsString() || r.otherRegistry(w, s) {
		return
	}
	for _, c := range commands(run.Text()) {
		line := strings.Join(c.words, " ")
		if len(c.words) < 2 || c.words[0] != "npm" || c.words[1] != "publish" || elsewhere.MatchString(line) || c.flag("--dry-run") {
			continue
		}
		r.applies = true
		withToken := secret(w.env(s, "NODE_AUTH_TOKEN").Text()) || secret(w.env(s, "NPM_TOKEN").Text())
		if !withToken || c.flag("--provenance") || w.env(s, "NPM_CONFIG_PROVENANCE").There() || r.provenanceByFile() {
			continue
		}
		n := w.lineWith(run, c.text)
		r.add(Finding{Code: "publish-no-provenance", Outcome: analysis.Warn, File: w.file, Line: n, Title: c.text + " states no provenance",
			Why: "Nobody can then tell a release that was built here from one that was uploaded with a stolen token. It needs permissions: id-token: write, and a public repository.",
			Put: w.replaceLine(n, c.text, strings.Replace(c.text, "npm publish", "npm publish --provenance", 1))})
	}
}

// provenanceByFile tells whether .npmrc or a package.json asks for provenance.
func (r *reading) provenanceByFile() bool {
	for _, file := range r.named(".npmrc", "package.json") {
		d := r.document(file)
		v := d.Get("publishConfig", "provenance")
		if path.Base(file) == ".npmrc" {
			v = d.Get("provenance")
		}
		if v.Text() == "true" {
			return true
		}
	}
	return false
}

var billOfMaterials = regexp.MustCompile(`(?i)sbom|cyclonedx|cdxgen|\bsyft\b|spdx-|bom\.(json|xml)`)

// sbom applies to who publishes something.
func sbom(r *reading) {
	var file, what string
	line := 0
	for _, w := range r.workflows() {
		if billOfMaterials.MatchString(strings.Join(w.lines, "\n")) {
			r.applies = true
			return
		}
		w.steps(func(s step) {
			if where, name := releases(s); line == 0 && where.There() {
				file, line, what = w.file, w.lineWith(where, name), name
			}
			if push := s.Get("with", "push"); line == 0 && s.uses() == "docker/build-push-action" && push.There() && push.Text() != "false" {
				file, line, what = w.file, s.Get("uses").Line(), s.uses()
			}
		})
	}
	if line == 0 {
		return
	}
	for _, name := range []string{".goreleaser.yml", ".goreleaser.yaml", "pom.xml", "build.gradle", "build.gradle.kts", "Makefile", "package.json"} {
		if billOfMaterials.MatchString(strings.Join(r.text(name).lines, "\n")) {
			r.applies = true
			return
		}
	}
	f := Finding{Code: "sbom-missing", Outcome: analysis.Info, File: file, Line: line, Title: what + " publishes without a bill of materials",
		Why: "Who uses the release cannot look up what is in it on the day an advisory appears.",
		Do:  "add a step that writes one from the lockfiles (uses: anchore/sbom-action), and upload it with the release"}
	d := r.document(file)
	if with := d.line(line); what == "docker/build-push-action" && strings.Contains(with, "uses:") {
		f.Do = "under with of this step: sbom: true"
	}
	r.add(f)
}
