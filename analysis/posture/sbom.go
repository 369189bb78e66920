package posture

import (
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/lockfiles/pattern"
)

var billOfMaterials = pattern.New(`(?i)sbom|cyclonedx|cdxgen|\bsyft\b|spdx-|bom\.(json|xml)`)

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
