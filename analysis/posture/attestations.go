package posture

import (
	"path"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles/pattern"
)

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

var attestation = pattern.New(`(?m)^[^#]*(actions/attest|slsa-framework/slsa-github-generator|cosign\s+(sign|attest)|sigstore/gh-action-sigstore|goreleaser-action[^\n]*attest|\bsigstore\s+sign\b|gpg\s+.*--detach-sign|minisign|signify)`)

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
