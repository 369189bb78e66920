package posture

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
)

// workflowPermissions: where nothing is stated the token may do what the
// repository's or the organisation's setting says, which may be everything.
func workflowPermissions(r *reading) {
	for _, w := range r.workflows() {
		if w.action || len(w.jobs) == 0 {
			continue
		}
		r.applies = true
		top := w.Get("permissions")
		var silent []string
		for _, j := range w.jobs {
			own := j.value.Get("permissions")
			if !own.There() {
				silent = append(silent, j.id)
			}
			r.writeAll(w, own.Text(), own.Line(), "the job "+j.id)
		}
		r.writeAll(w, top.Text(), top.Line(), "every job")
		called := w.on("workflow_call") && !w.on("push", "pull_request", "schedule", "workflow_dispatch") // it has no more than its caller
		if top.There() || len(silent) == 0 || called {
			continue
		}
		f := Finding{Code: "workflow-permissions-missing", Outcome: analysis.Warn, File: w.file, Line: w.jobs[0].line,
			Title: fmt.Sprintf("permissions are not stated for %s", strings.Join(silent[:min(4, len(silent))], ", ")),
			Why:   "The token then has what the repository's setting gives, often write access to everything. A job that writes needs its own line on top of this one."}
		for i, l := range w.lines {
			if strings.HasPrefix(l, "jobs:") {
				f.Line = i + 1
				f.Put = []Edit{{After, w.file, i, "permissions:\n  contents: read\n"}}
				break
			}
		}
		r.add(f)
	}
}

func (r *reading) writeAll(w *workflow, value string, line int, who string) {
	if value != "write-all" {
		return
	}
	f := Finding{Code: "workflow-permissions-write-all", Outcome: analysis.Warn, File: w.file, Line: line,
		Title: "write-all is given to " + who,
		Why:   "A step that goes wrong, or an action that was taken over, can then push, release and change the repository's settings. Name what the job writes, such as contents: write, beneath this."}
	in := indent(w.line(line))
	if strings.HasPrefix(strings.TrimSpace(w.line(line)), "permissions:") {
		f.Put = []Edit{{Replace, w.file, line, in + "permissions:\n" + in + "  contents: read"}}
	}
	r.add(f)
}
