package posture

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles/pattern"
)

var (
	fullCommit  = pattern.New(`^[0-9a-fA-F]{40}$|^[0-9a-fA-F]{64}$`)
	versionTag  = pattern.New(`^v?\d+(\.\d+)*([-+].*)?$`)
	plainRef    = pattern.New(`^[\w][\w./+-]*$`)
	plainAction = pattern.New(`^[\w][\w.-]*/[\w.-]+(/[\w./-]+)?$`)
	pinComment  = pattern.New(`uses:\s*["']?([\w.-]+/[\w./-]+)@([0-9a-f]{40})["']?\s+#\s*(\S+)`)
)

// workflowPins: a tag can be moved to another commit, as it was in the attacks
// on tj-actions and reviewdog; a commit cannot.
func workflowPins(r *reading) {
	flows := r.workflows()
	known := make(map[string]string) // action@label: commit, as other lines of the repository pin it
	for _, w := range flows {
		for _, l := range w.lines {
			if m := pinComment.FindStringSubmatch(l); m != nil {
				known[strings.ToLower(m[1])+"@"+m[3]] = m[2]
			}
		}
	}
	for _, w := range flows {
		for _, j := range w.jobs {
			r.pin(w, j.value.Get("uses"), known)
			r.pin(w, j.value.Get("image"), known) // of an action that is a container
		}
		w.steps(func(s step) { r.pin(w, s.Get("uses"), known) })
	}
}

func (r *reading) pin(w *workflow, uses cooldown.Value, known map[string]string) {
	text := uses.Text()
	if text == "" || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "$/") || strings.HasPrefix(text, `.\`) {
		return
	}
	if image, ok := strings.CutPrefix(text, "docker://"); ok {
		r.applies = true
		if !strings.Contains(image, "@sha256:") {
			r.add(Finding{Code: "image-unpinned", Outcome: analysis.Warn, File: w.file, Line: uses.Line(), Title: "the container image " + image + " is not at a digest",
				Why: "Whoever publishes the image can change what runs here, with this workflow's token and secrets.",
				Do:  "put the image's digest behind its name: docker://name@sha256:..."})
		}
		return
	}
	name, ref, ok := strings.Cut(text, "@")
	if !ok { // an image of an action, built from its own Dockerfile
		return
	}
	r.applies = true
	owner := strings.ToLower(strings.SplitN(name, "/", 2)[0])
	switch {
	case fullCommit.MatchString(ref):
		return
	case strings.HasPrefix(strings.ToLower(name), "slsa-framework/slsa-github-generator/") && versionTag.MatchString(ref):
		return // it verifies itself by its tag, and refuses a commit
	}
	f := Finding{Code: "action-unpinned", Outcome: analysis.Warn, File: w.file, Line: uses.Line(), Title: fmt.Sprintf("%s is at %s, which can be moved", name, ref),
		Why: "Whoever can push to the action's repository changes what runs here, with this workflow's token and secrets. A full commit cannot be moved; Dependabot and Renovate keep the comment behind it up to date."}
	if !versionTag.MatchString(ref) {
		f.Title = fmt.Sprintf("%s is at %s, which moves", name, ref)
	}
	if owner == "actions" || owner == "github" {
		f.Outcome = analysis.Info
		f.Why = "GitHub's own action is as trusted as the runner it runs on; still, its tag can be moved, and a full commit cannot."
	}
	if commit := known[strings.ToLower(name)+"@"+ref]; commit != "" {
		f.Put = w.replaceLine(uses.Line(), text, name+"@"+commit+" # "+ref)
	}
	if f.Put == nil && plainAction.MatchString(name) && plainRef.MatchString(ref) {
		parts := strings.SplitN(name, "/", 3)
		f.Do = fmt.Sprintf("gh api repos/%s/%s/commits/%s --jq .sha   # then: uses: %s@<that> # %s", parts[0], parts[1], ref, name, ref)
	}
	r.add(f)
}
