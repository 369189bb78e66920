package posture

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles/pattern"
)

var (
	// headOf names a stranger's commit, branch or repository.
	headOf = pattern.New(`github\.event\.pull_request\.head\.|github\.event\.pull_request\.merge_commit_sha|github\.head_ref|` +
		`github\.event\.workflow_run\.head_(sha|branch|commit|repository)|github\.event\.workflow_run\.pull_requests|refs/pull/`)
	fetchesHead = pattern.New(`\bgh\s+pr\s+checkout\b|\bgit\s+(fetch|pull)\b[^\n]*\b(refs/)?pull/`)
	// sameRepository are conditions that keep forks out.
	sameRepository = pattern.New(`head\.repo\.full_name\s*==\s*(github\.repository|'[^']+')|github\.repository\s*==\s*github\.event\.(pull_request|workflow_run)\.head|` +
		`head\.repo\.fork\s*(==\s*false|!=\s*true)|!\s*github\.event\.pull_request\.head\.repo\.fork|head_repository\.full_name\s*==|head_repository\.fork\s*==\s*false|` +
		`head\.repo\.owner\.login\s*==|workflow_run\.event\s*==\s*'(push|schedule|workflow_dispatch|release|merge_group)'|` +
		`github\.event_name\s*==\s*'(push|pull_request|schedule|workflow_dispatch|release|merge_group)'|workflow_run\.event\s*!=\s*'pull_request'`)
	plainMember = pattern.New(`^\s*(ref|repository):\s`)
	// gate are conditions by which a person of the project lets it run.
	gate = pattern.New(`author_association|\.labels|event\.label\.|user\.login|github\.actor|sender\.login|permission|github\.triggering_actor`)
)

// privilegedEvents run with the repository's token and secrets, whoever causes
// them.
var privilegedEvents = []string{"pull_request_target", "workflow_run", "issue_comment"}

// inherit gives a workflow that others of the repository call the privileged
// events of its callers: github.event is the caller's there.
func inherit(flows []*workflow) {
	for range 4 { // GitHub allows ten levels, nobody uses them
		for _, w := range flows {
			for i := range w.jobs {
				j := &w.jobs[i]
				file, ok := strings.CutPrefix(j.value.Get("uses").Text(), "./")
				condition := j.value.Get("if").Text()
				if !ok || keepsForksOut(condition) {
					continue
				}
				for _, called := range flows {
					for _, event := range privilegedEvents {
						if called.file == file && called != w && w.on(event) && !called.on(event) {
							called.triggers = append(called.triggers, event)
							called.gated = called.gated || w.gated || gate.MatchString(condition) || needsGate(w, step{job: j})
						}
					}
				}
			}
		}
	}
}

// workflowTriggers looks for the pwn request: code of a stranger's branch in a
// run that has the repository's token and secrets.
func workflowTriggers(r *reading) {
	for _, w := range r.workflows() {
		if w.action {
			continue
		}
		if !w.on(privilegedEvents...) {
			r.applies = r.applies || len(w.triggers) > 0
			continue
		}
		r.applies = true
		w.steps(func(s step) {
			job, own := s.job.value.Get("if").Text(), s.Get("if").Text()
			if keepsForksOut(job, own) {
				return
			}
			conditions := job + "\n" + own
			if where, what := strangers(w, s); where.There() {
				r.privileged(w, s, where, what, conditions)
			}
		})
	}
}

// strangers is where a step fetches the head of a pull request.
func strangers(w *workflow, s step) (where cooldown.Value, what string) {
	if s.uses() == "actions/checkout" {
		for _, key := range []string{"ref", "repository"} {
			if v := s.Get("with", key); headOf.MatchString(v.Text()) && (strings.Contains(v.Text(), "${{") || strings.Contains(v.Text(), "refs/pull/")) {
				return v, key + ": " + v.Text()
			}
		}
	}
	if run := s.Get("run"); fetchesHead.MatchString(run.Text()) {
		return run, fetchesHead.FindString(run.Text())
	}
	return cooldown.Value{}, ""
}

func (r *reading) privileged(w *workflow, s step, where cooldown.Value, what, conditions string) {
	event := "pull_request_target"
	for _, e := range []string{"workflow_run", "issue_comment"} {
		if w.on(e) && !w.on("pull_request_target") {
			event = e
		}
	}
	f := Finding{Code: "privileged-checkout", Outcome: analysis.Fail, File: w.file, Line: w.lineWith(where, what),
		Title: fmt.Sprintf("%s checks out a stranger's code: %s", event, what),
		Why: "This event runs with the repository's token and secrets, also for pull requests from forks; a build, a test or an installation then runs the stranger's code with them. " +
			"Use pull_request, or keep what needs secrets in a job that never has this code."}
	if environment := s.job.value.Get("environment"); gate.MatchString(conditions) || environment.There() || w.gated || needsGate(w, s) {
		f.Outcome = analysis.Warn
		f.Why = "This event runs with the repository's token and secrets. What goes before it lets only some runs through, as far as can be seen here; a commit that is pushed after the approval is still a stranger's."
	}
	if s.uses() == "actions/checkout" && event != "issue_comment" && plainMember.MatchString(w.line(where.Line())) {
		f.Put = w.removeLine(where.Line())
		f.Why += " Without the line the step checks out the base branch."
	} else {
		f.Do = "move the step into a workflow on pull_request, which has neither token nor secrets"
	}
	r.add(f)
}

// needsGate tells whether the job waits for one that has a condition or an
// environment, or that runs a workflow of another repository, which may be one.
func needsGate(w *workflow, s step) bool {
	needs := s.job.value.Get("needs")
	names := []string{needs.Text()}
	for _, n := range needs.Items() {
		names = append(names, n.Text())
	}
	for _, j := range w.jobs {
		for _, n := range names {
			elsewhere := j.value.Get("uses").There() && !strings.HasPrefix(j.value.Get("uses").Text(), "./")
			if j.id == n && (elsewhere || gate.MatchString(j.value.Get("if").Text()) || j.value.Get("environment").There()) {
				return true
			}
		}
	}
	return false
}
