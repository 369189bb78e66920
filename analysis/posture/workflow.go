package posture

import (
	"fmt"
	"path"
	"strings"

	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// workflow is a workflow of GitHub Actions, or an action of the repository's
// own, as the rules need it.
type workflow struct {
	*document
	action   bool // action.yml: its steps run with the rights of whoever uses it
	triggers []string
	gated    bool // a privileged event reaches it through a caller's condition alone
	jobs     []job
}

type job struct {
	id    string
	line  int
	value cooldown.Value
	steps []step
}

type step struct {
	cooldown.Value
	job *job
}

// isWorkflow: GitHub runs what lies in this one directory.
func isWorkflow(p string) bool {
	ext := path.Ext(p)
	return path.Dir(p) == ".github/workflows" && (ext == ".yml" || ext == ".yaml")
}

// workflows gives those that can be read; a rule that asks is told of the others.
func (r *reading) workflows() []*workflow {
	match := func(p string) bool {
		return isWorkflow(p) || !fixture(p) && (path.Base(p) == "action.yml" || path.Base(p) == "action.yaml")
	}
	for _, p := range r.other {
		if match(p) {
			r.ask(p)
		}
	}
	for _, p := range r.paths {
		if !match(p) {
			continue
		}
		if d, ok := r.ask(p); ok && !r.repo.read {
			w := &workflow{document: d, action: !isWorkflow(p)}
			if err := w.fill(); err != nil {
				d.err = err
				r.problem(p, cooldown.LineOf(err), err)
				continue
			}
			r.flows = append(r.flows, w)
		}
	}
	if !r.repo.read {
		inherit(r.flows)
	}
	r.repo.read = true
	return r.flows
}

// fill takes the document apart. What is of another shape than GitHub takes is
// an error, because then nothing is known of what GitHub would run.
func (w *workflow) fill() error {
	if w.action {
		w.jobs = []job{{id: "runs", line: w.Get("runs").Line(), value: w.Get("runs")}}
	} else {
		on := w.Get("on")
		switch {
		case on.IsScalar():
			w.triggers = []string{on.Text()}
		default:
			for _, item := range on.Items() {
				w.triggers = append(w.triggers, item.Text())
			}
			for _, m := range on.Members() {
				w.triggers = append(w.triggers, m.Key)
			}
		}
		jobs := w.Get("jobs")
		if jobs.There() && !jobs.IsTable() {
			return fmt.Errorf("jobs, in line %d, are no table", jobs.Line())
		}
		for _, m := range jobs.Members() {
			w.jobs = append(w.jobs, job{id: m.Key, line: m.Line, value: m.Value})
		}
	}
	for i := range w.jobs {
		j := &w.jobs[i]
		steps := j.value.Get("steps")
		if steps.There() && !steps.IsList() {
			return fmt.Errorf("steps, in line %d, are no list", steps.Line())
		}
		for _, s := range steps.Items() {
			j.steps = append(j.steps, step{s, j})
		}
	}
	return nil
}

// steps calls each for every step of every job.
func (w *workflow) steps(each func(s step)) {
	for i := range w.jobs {
		for _, s := range w.jobs[i].steps {
			each(s)
		}
	}
}

// on tells whether one of the events starts the workflow.
func (w *workflow) on(events ...string) bool {
	for _, t := range w.triggers {
		for _, e := range events {
			if t == e {
				return true
			}
		}
	}
	return false
}

// env is the value of a variable for a step, wherever it is set.
func (w *workflow) env(s step, name string) cooldown.Value {
	for _, v := range []cooldown.Value{s.Value, s.job.value, w.Value} {
		if found := v.Get("env", name); found.There() {
			return found
		}
	}
	return cooldown.Value{}
}

// uses is the action of a step in lower case, without its ref.
func (s step) uses() string {
	name, _, _ := strings.Cut(s.Get("uses").Text(), "@")
	return strings.ToLower(name)
}

// lineWith is the first line from a value's own on that holds the text: a
// script's line where the value is a block of lines. It is the value's own when
// none does.
func (d *document) lineWith(v cooldown.Value, text string) int {
	text, _, _ = strings.Cut(text, "\n")
	for i := v.Line(); i <= len(d.lines) && i < v.Line()+2000; i++ {
		if strings.Contains(d.line(i), text) {
			return i
		}
	}
	return v.Line()
}

var expression = pattern.New(`(?s)\$\{\{(.*?)\}\}`)
