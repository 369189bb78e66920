package posture

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
)

// updateBot: Dependabot or Renovate, what they leave out, and whether they wait.
func updateBot(r *reading) {
	if len(r.locks) == 0 {
		return
	}
	r.applies = true
	file, updates, err := cooldown.Dependabot(r.tree)
	r.problem(file, cooldown.LineOf(err), err)
	renovate, renovateErr := cooldown.RenovateFile(r.tree)
	r.problem("package.json", cooldown.LineOf(renovateErr), renovateErr)
	switch {
	case err != nil || renovateErr != nil:
	case renovate != "":
		r.renovateWaits(renovate)
	case file == "":
		f := Finding{Code: "update-bot-missing", Outcome: analysis.Warn, File: ".github/dependabot.yml",
			Title: "neither Dependabot nor Renovate is configured in this repository",
			Why:   "Updates that nobody proposes are made in a hurry, when an advisory is out. A bot that is configured outside of the repository is not seen here."}
		f.Put = []Edit{{How: Create, File: f.File, Text: "version: 2\nupdates:\n" + strings.Join(r.entries(r.locks), "\n")}}
		r.add(f)
	default:
		r.leftOut(file, updates)
		r.entriesWait(file, updates)
	}
}

// place is where an entry of dependabot.yml looks: its ecosystem and directory.
type place struct{ ecosystem, dir string }

func placeOf(l lock) (place, bool) {
	name := cooldown.DependabotName(ecosystems[l.format], l.format)
	dir := "/" + l.dir
	if l.format == "github-actions" && path.Dir(l.path) == ".github/workflows" {
		dir = "/"
	}
	dir = path.Clean(dir)
	return place{name, dir}, name != "" && !strings.ContainsAny(dir, "\"\\\n*")
}

// entries are those that a dependabot.yml needs for the lockfiles.
func (r *reading) entries(locks []lock) (texts []string) {
	var done []place
	for _, l := range locks {
		p, ok := placeOf(l)
		if !ok || slices.Contains(done, p) {
			continue
		}
		done = append(done, p)
		texts = append(texts, fmt.Sprintf("  - package-ecosystem: %s\n    directory: %q\n    schedule:\n      interval: weekly\n    cooldown:\n      default-days: 7", p.ecosystem, p.dir))
	}
	return texts
}

// leftOut tells the ecosystems and directories that no entry covers.
func (r *reading) leftOut(file string, updates []cooldown.Update) {
	var missing []lock
	for _, l := range r.locks {
		covered := slices.ContainsFunc(updates, func(u cooldown.Update) bool {
			return u.Covers(l.path, ecosystems[l.format]) || l.format == "yarn.lock" && u.Covers(l.path, "npm")
		})
		if _, known := placeOf(l); known && !covered && !r.inWorkspace(l, updates) {
			missing = append(missing, l)
		}
	}
	var names []string
	dirs := make(map[string][]string)
	for _, l := range missing {
		p, _ := placeOf(l)
		if dirs[p.ecosystem] == nil {
			names = append(names, p.ecosystem)
		}
		if quoted := fmt.Sprintf("%q", p.dir); !slices.Contains(dirs[p.ecosystem], quoted) {
			dirs[p.ecosystem] = append(dirs[p.ecosystem], quoted)
		}
	}
	for _, name := range names {
		where := "directory: " + dirs[name][0]
		if len(dirs[name]) > 1 {
			where = "directories:\n    - " + strings.Join(dirs[name], "\n    - ")
		}
		r.add(Finding{Code: "update-bot-leaves-out", Outcome: analysis.Info, File: file,
			Title: fmt.Sprintf("Dependabot does not update %s in %s", name, strings.ReplaceAll(strings.Join(dirs[name][:min(4, len(dirs[name]))], ", "), `"`, "")),
			Why:   "What the lockfiles there pin is updated by nobody but you.",
			Put:   r.underUpdates(file, fmt.Sprintf("- package-ecosystem: %s\n  %s\n  schedule:\n    interval: weekly\n  cooldown:\n    default-days: 7", name, where))})
	}
}

// inWorkspace: Dependabot looks below the directory of an entry where the tool
// itself does, through solutions, settings.gradle, and -r.
func (r *reading) inWorkspace(l lock, updates []cooldown.Update) bool {
	if l.format != "requirements.txt" && l.format != "packages.lock.json" && l.format != "gradle.lockfile" {
		return false
	}
	for dir := l.dir; dir != "."; {
		dir = path.Dir(dir)
		above := path.Join(dir, path.Base(l.path))
		if slices.ContainsFunc(updates, func(u cooldown.Update) bool { return u.Covers(above, ecosystems[l.format]) }) {
			return true
		}
		if l.format == "requirements.txt" {
			return false // of pip, one level
		}
	}
	return false
}

// underUpdates is the Edit that puts an entry in front of the others.
func (r *reading) underUpdates(file, text string) []Edit {
	d := r.document(file)
	for i, l := range d.lines {
		if strings.TrimRight(l, " ") != "updates:" || d.err != nil {
			continue
		}
		items := d.Get("updates").Items()
		if len(items) == 0 {
			return nil
		}
		first := d.line(items[0].Line())
		lead := first[:len(first)-len(strings.TrimLeft(first, " "))]
		if !strings.HasPrefix(strings.TrimLeft(first, " "), "- ") {
			return nil
		}
		return []Edit{{After, file, i + 1, lead + strings.ReplaceAll(text, "\n", "\n"+lead)}}
	}
	return nil
}

const freshWhy = "A bot proposes a malicious release within minutes, and half of them live less than six hours. Security updates do not wait for a cooldown."

// entriesWait: every entry of dependabot.yml, but those whose package manager
// waits itself.
func (r *reading) entriesWait(file string, updates []cooldown.Update) {
	d := r.document(file)
	for _, u := range updates {
		if u.Cooldown || r.managerWaits(u) {
			continue
		}
		f := Finding{Code: "bot-cooldown-missing", Outcome: analysis.Warn, File: file, Line: u.Line, Why: freshWhy,
			Title: fmt.Sprintf("Dependabot proposes releases of %s as soon as they are published", u.Ecosystem)}
		if line := d.line(u.Line); strings.Contains(line, "package-ecosystem:") {
			in := indent(line)
			f.Put = []Edit{{After, file, u.Line, in + "cooldown:\n" + in + "  default-days: 7"}}
		}
		r.add(f)
	}
}

// managerWaits tells whether each lockfile that the entry is about has a
// cooldown of its own.
func (r *reading) managerWaits(u cooldown.Update) bool {
	waits := false
	for _, l := range r.locks {
		if !u.Covers(l.path, ecosystems[l.format]) {
			continue
		}
		by, _ := r.waits(l)
		if !slices.ContainsFunc(by, func(tool string) bool { return !slices.Contains(bots, tool) }) {
			return false
		}
		waits = true
	}
	return waits
}

// renovateWaits asks for one lockfile of each ecosystem: what a preset outside
// of the repository sets is not known, and then nothing is said.
func (r *reading) renovateWaits(file string) {
	var without []string
	for _, l := range r.locks {
		by, unknown := r.waits(l)
		if unknown {
			return
		}
		if len(by) == 0 && !slices.Contains(without, ecosystems[l.format]) {
			without = append(without, ecosystems[l.format])
		}
	}
	if len(without) == 0 {
		return
	}
	f := Finding{Code: "bot-cooldown-missing", Outcome: analysis.Warn, File: file, Line: 0, Why: freshWhy,
		Title: "Renovate proposes releases of " + strings.Join(without, ", ") + " as soon as they are published"}
	if path.Base(file) != "package.json" {
		f.Put = r.member(file, `"minimumReleaseAge": "7 days"`)
	}
	r.add(f)
}
