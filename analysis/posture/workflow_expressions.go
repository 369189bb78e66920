package posture

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// anyone are the contexts that a stranger writes (GitHub's own list of
// potentially untrusted input); commits are those of a push and of a merge.
var (
	anyone = pattern.New(`github\.event\.(issue\.(title|body)|pull_request\.(title|body|head\.(ref|label|repo\.default_branch))|comment\.body|review\.body|review_comment\.body|discussion\.(title|body)|` +
		`pages(\.\*|\[\d+\])?\.page_name|commits(\.\*|\[\d+\])\.(message|author\.(email|name))|head_commit\.(message|author\.(email|name))|` +
		`workflow_run\.(head_branch|display_title|head_commit\.(message|author\.(email|name))|head_repository\.description|pull_requests(\.\*|\[\d+\])\.head\.ref))|github\.head_ref`)
	commits = pattern.New(`^github\.event\.(commits|head_commit)`)
	// answers are calls and comparisons that give true or false, whatever they
	// are given.
	answers    = pattern.New(`(?i)\b(contains|startsWith|endsWith|hashFiles)\s*\((?:[^()]|\([^()]*\))*\)`)
	comparison = pattern.New(`[\w.\[\]*-]+\s*[=!]=\s*('[^']*'|[\w.]+)`)
)

// workflowExpressions: GitHub puts the text into the script before the shell
// reads it, so that a title such as `$(id)` is run.
func workflowExpressions(r *reading) {
	for _, w := range r.workflows() {
		w.steps(func(s step) {
			script := s.Get("run")
			if strings.HasPrefix(s.uses(), "actions/github-script") {
				script = s.Get("with", "script")
			}
			if !script.IsScalar() {
				return
			}
			r.applies = true
			seen := make(map[string]bool)
			for _, m := range expression.FindAllStringSubmatch(script.Text(), -1) {
				rest := comparison.ReplaceAllString(answers.ReplaceAllString(m[1], ""), "")
				context := anyone.FindString(rest)
				if context == "" || seen[m[0]] {
					continue
				}
				seen[m[0]] = true
				r.injection(w, s, script, m[0], context)
			}
		})
	}
}

func (r *reading) injection(w *workflow, s step, script cooldown.Value, whole, context string) {
	f := Finding{Code: "script-injection", Outcome: analysis.Warn, File: w.file, Line: w.lineWith(script, whole),
		Title: whole + " is pasted into a script",
		Why:   "Who writes that text writes the script: `$(...)` in it is run, here with the rights of the pull request's own run. In a variable it stays text."}
	privileged := w.on("pull_request_target", "issues", "issue_comment", "discussion", "discussion_comment", "workflow_run", "gollum")
	if privileged && !commits.MatchString(context) && !keepsForksOut(s.job.value.Get("if").Text(), s.Get("if").Text()) {
		f.Outcome = analysis.Fail
		f.Why = "Anyone can write that text, and so the script: `$(...)` in it is run with the repository's token and secrets. In a variable it stays text."
	}
	name := variableName(context)
	in := indent(w.line(s.Line()))
	line := fmt.Sprintf("%s: %s", name, strings.Join(strings.Fields(whole), " "))
	switch env := s.Get("env"); {
	case w.action && s.uses() != "":
	case env.IsTable() && len(env.Members()) > 0:
		first := env.Members()[0].Line
		f.Put = []Edit{{After, w.file, first - 1, indent(w.line(first)) + line}}
	case !env.There() && s.Line() > 0 && strings.HasPrefix(strings.TrimSpace(w.line(s.Line())), "- "):
		f.Put = r.beforeKey(w, s, in, in+"env:\n"+in+"  "+line)
	}
	if in := w.inScript(f.Line, whole, asVariable(w, s, name)); f.Put != nil && in != nil && !strings.Contains(script.Text(), "<<") {
		if f.Put[0].How == Replace && f.Put[0].Line == f.Line { // both in the step's one line
			at := strings.LastIndex(f.Put[0].Text, whole) // the first stands in env
			f.Put[0].Text = f.Put[0].Text[:at] + strings.Split(in[0].Text, "\x00")[1] + f.Put[0].Text[at+len(whole):]
		} else {
			f.Put = append(f.Put, Edit{Replace, w.file, f.Line, strings.ReplaceAll(in[0].Text, "\x00", "")})
		}
	} else {
		f.Put, f.Do = nil, fmt.Sprintf("under env of the step: %s   # then, in the script: %s", line, asVariable(w, s, name))
	}
	r.add(f)
}

// inScript is a line of a POSIX shell's script with a variable in place of the
// expression, between two NULs; nil where quotes keep the shell from reading it.
func (w *workflow) inScript(n int, whole, variable string) []Edit {
	l := w.line(n)
	at := strings.Index(l, whole)
	if at < 0 || strings.Count(l, whole) != 1 || !strings.HasPrefix(variable, `"$`) {
		return nil
	}
	text := l[:at]
	if i := strings.Index(text, "run:"); i >= 0 && strings.TrimLeft(text[:i], " -") == "" {
		text = text[i+4:]
		if strings.ContainsAny(strings.TrimSpace(text)+" ", "\"'") && strings.IndexAny(strings.TrimSpace(text), "\"'") == 0 {
			return nil // the YAML itself is quoted
		}
	}
	double, single := false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"' && !single:
			double = !double
		case c == '\'' && !double:
			single = !single
		}
	}
	if single {
		return nil
	}
	name := strings.Trim(variable, `"$`)
	written := `"${` + name + `}"`
	if double {
		written = `${` + name + `}`
	}
	return []Edit{{Text: l[:at] + "\x00" + written + "\x00" + l[at+len(whole):]}}
}

// beforeKey puts lines in front of the step's last key that begins a line of its
// own: in front of run or with, or behind the step's only line.
func (r *reading) beforeKey(w *workflow, s step, in, text string) []Edit {
	for _, m := range s.Members() {
		if m.Key != "run" && m.Key != "with" {
			continue
		}
		if m.Line > s.Line() && strings.HasPrefix(w.line(m.Line), in+m.Key) {
			return []Edit{{After, w.file, m.Line - 1, text}}
		}
		if m.Key == "run" && m.Line == s.Line() { // "- run: ..." is the first key
			rest := strings.TrimPrefix(strings.TrimSpace(w.line(m.Line)), "- ")
			lead := w.line(m.Line)[:len(w.line(m.Line))-len(strings.TrimLeft(w.line(m.Line), " "))]
			body := strings.SplitN(text, "\n", 2)
			return []Edit{{Replace, w.file, m.Line, lead + "- " + strings.TrimSpace(body[0]) + "\n" + body[1] + "\n" + in + rest}}
		}
	}
	return nil
}

var notInName = pattern.New(`[^A-Z0-9]+`)

// variableName is the end of a context as a variable: PULL_REQUEST_TITLE.
func variableName(context string) string {
	context = strings.TrimPrefix(strings.TrimPrefix(context, "github."), "event.")
	return strings.Trim(notInName.ReplaceAllString(strings.ToUpper(context), "_"), "_")
}

// asVariable is how the step's language reads a variable.
func asVariable(w *workflow, s step, name string) string {
	shell := s.Get("shell").Text()
	for _, v := range []cooldown.Value{s.job.value, w.Value} {
		if shell == "" {
			shell = v.Get("defaults", "run", "shell").Text()
		}
	}
	switch {
	case s.uses() != "":
		return "process.env." + name
	case strings.HasPrefix(shell, "pwsh") || strings.HasPrefix(shell, "powershell") || shell == "" && strings.Contains(s.job.value.Get("runs-on").Text(), "windows"):
		return "$env:" + name
	case shell == "cmd":
		return "%" + name + "%"
	case strings.HasPrefix(shell, "python"):
		return "os.environ[" + `"` + name + `"]`
	}
	return `"$` + name + `"`
}
