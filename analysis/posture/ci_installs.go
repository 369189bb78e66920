package posture

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// ciInstalls looks for commands of workflows that install something else than
// the lockfiles pin. A lockfile that CI ignores protects nobody.
func ciInstalls(r *reading) {
	for _, w := range r.workflows() {
		w.steps(func(s step) {
			run := s.Get("run")
			if !run.IsString() {
				return
			}
			for _, c := range commands(run.Text()) {
				if say := r.installs(w, s, c); say != nil {
					r.applies = true
					if len(say.findings) == 0 {
						continue
					}
					f := say.findings[0]
					f.File, f.Line, f.Outcome = w.file, w.lineWith(run, c.text), analysis.Info
					if f.Put != nil {
						f.Put = w.replaceLine(f.Line, c.text, f.Put[0].Text)
					}
					r.add(f)
				}
			}
		})
	}
}

// installation is what a command was found to be: one that installs, with at
// most one finding. nil is another command.
type installation struct{ findings []Finding }

func ignoring(c command, title, why, instead string) *installation {
	f := Finding{Code: "ci-ignores-lockfile", Title: c.text + ": " + title, Why: why}
	if instead != "" {
		f.Put = []Edit{{Text: instead}}
	}
	return &installation{[]Finding{f}}
}

var following = &installation{}

const movedWhy = "A run then takes releases that no commit names, and a reviewer of the lockfile did not see."

func (r *reading) installs(w *workflow, s step, c command) *installation {
	words := c.words
	if len(words) == 0 {
		return nil
	}
	switch program := words[0]; program {
	case "npm":
		return r.npmInstall(c)
	case "yarn":
		if len(r.classicYarn()) == 0 || len(words) > 1 && words[1] != "install" && !strings.HasPrefix(words[1], "-") || c.flag("--version", "-v", "--help") {
			return nil
		}
		if c.flag("--frozen-lockfile", "--immutable", "--pure-lockfile") || c.flag("--production") && len(words) == 1 {
			return following
		}
		return ignoring(c, "the lockfile may be changed", "Yarn 1 writes a new lockfile where it does not fit package.json. "+movedWhy, insertAfter(c.text, "yarn install", "yarn", "--frozen-lockfile"))
	case "pnpm":
		if len(words) < 2 || words[1] != "install" && words[1] != "i" {
			return nil
		}
		for _, flag := range []string{"--no-frozen-lockfile", "--frozen-lockfile=false"} {
			if c.flag(flag) && len(r.locksOf("pnpm-lock.yaml")) > 0 {
				return ignoring(c, "the lockfile may be changed", movedWhy, strings.Replace(c.text, flag, "--frozen-lockfile", 1))
			}
		}
		return following
	case "bundle":
		if len(words) < 2 || words[1] != "install" || len(r.locksOf("Gemfile.lock")) == 0 {
			return nil
		}
		if c.flag("--frozen", "--deployment") || r.bundlerFrozen(w, s) || slices.ContainsFunc(c.sets, func(a string) bool {
			return strings.HasPrefix(a, "BUNDLE_FROZEN=") || strings.HasPrefix(a, "BUNDLE_DEPLOYMENT=")
		}) {
			return following
		}
		return ignoring(c, "the lockfile may be changed", "Bundler resolves anew where Gemfile.lock does not fit the Gemfile. "+movedWhy, "BUNDLE_FROZEN=true "+c.text)
	case "cargo":
		if len(words) < 3 || words[1] != "install" || c.flag("--locked", "--frozen", "--path", "--list") {
			return nil
		}
		return ignoring(c, "the lockfile of the program is not used", "cargo install resolves the newest dependencies unless --locked is given. "+movedWhy, strings.Replace(c.text, "cargo install", "cargo install --locked", 1))
	case "pip", "pip3":
		return r.pipInstall(c, words[1:])
	case "python", "python3", "py":
		if len(words) > 3 && words[1] == "-m" && words[2] == "pip" {
			return r.pipInstall(c, words[3:])
		}
	}
	return nil
}

func (r *reading) npmInstall(c command) *installation {
	if len(c.words) < 2 || len(r.locksOf("package-lock.json", "npm-shrinkwrap.json")) == 0 {
		return nil
	}
	switch c.words[1] {
	case "ci", "clean-install":
		return following
	case "install", "i":
	default:
		return nil
	}
	if c.flag("-g", "--global", "--package-lock-only", "--no-package-lock", "--prefix", "-C", "--dry-run") || c.arguments(2) > 0 {
		return nil // another thing is installed, or meant
	}
	return ignoring(c, "the lockfile may be changed", "npm install writes a new lockfile where it does not fit package.json; npm ci fails instead. "+movedWhy,
		strings.Replace(c.text, "npm "+c.words[1], "npm ci", 1))
}

// classicYarn gives the lockfiles of yarn 1: later ones refuse a change in CI
// by themselves.
func (r *reading) classicYarn() (found []lock) {
	for _, l := range r.locksOf("yarn.lock") {
		if classic(r.text(l.path)) {
			found = append(found, l)
		}
	}
	return found
}

var bundleConfig = pattern.New(`bundle\s+config\s+(set\s+)?(--\w+\s+)*(frozen|deployment)`)

func (r *reading) bundlerFrozen(w *workflow, s step) bool {
	for _, name := range []string{"BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT"} {
		if w.env(s, name).There() {
			return true
		}
	}
	if slices.ContainsFunc(w.lines, bundleConfig.MatchString) {
		return true
	}
	return slices.ContainsFunc(r.text(".bundle/config").lines, func(l string) bool {
		return strings.HasPrefix(l, "BUNDLE_FROZEN") || strings.HasPrefix(l, "BUNDLE_DEPLOYMENT")
	})
}

// pipInstall looks at requirements files of the repository that carry no
// hashes, and at names without any pin.
func (r *reading) pipInstall(c command, words []string) *installation {
	if len(words) == 0 || words[0] != "install" {
		return nil
	}
	if c.flag("--require-hashes", "--no-index") {
		return following
	}
	var unhashed, names []string
	for i := 1; i < len(words); i++ {
		word := words[i]
		file, isFile := "", false
		switch {
		case word == "-r" || word == "--requirement":
			if i++; i < len(words) {
				file, isFile = words[i], true
			}
		case strings.HasPrefix(word, "-r") || strings.HasPrefix(word, "--requirement="):
			file, isFile = strings.TrimPrefix(strings.TrimPrefix(word, "-r"), "--requirement="), true
		case pipTakes[word]:
			i++
			continue
		case strings.HasPrefix(word, "-"):
			continue
		default:
			if name := packageName.FindString(word); name == word && !slices.Contains(pipTools, strings.ToLower(name)) {
				names = append(names, name)
			}
		}
		if isFile && r.unhashed(path.Clean(file)) {
			unhashed = append(unhashed, file)
		}
	}
	switch {
	case len(unhashed) > 0:
		say := ignoring(c, unhashed[0]+" carries no hashes", "What the index serves for a version is installed unseen, and what the file does not name is resolved anew on each run.", "")
		say.findings[0].Code, say.findings[0].Do = "ci-installs-unhashed", "write the hashes (uv pip compile --generate-hashes), then add --require-hashes"
		return say
	case len(names) > 0:
		say := ignoring(c, strings.Join(names, ", ")+" without a version", "Each run takes the newest release, of this minute too.", "")
		say.findings[0].Code, say.findings[0].Do = "ci-installs-newest", fmt.Sprintf("name a version (%s==...), or a requirements file with hashes", names[0])
		return say
	}
	return following
}

// unhashed tells whether a requirements file of the repository lacks hashes.
func (r *reading) unhashed(file string) bool {
	i := slices.IndexFunc(r.locks, func(l lock) bool { return l.path == file && l.format == "requirements.txt" })
	if i < 0 {
		return false
	}
	read, err := lockfiles.Read(r.ctx, r.tree, file)
	if err != nil {
		r.problem(file, lineOf(err), cause(err))
		return false
	}
	hashed, _ := hashes(read.Packages)
	return hashed < len(read.Packages)
}

var (
	packageName = pattern.New(`^[A-Za-z][\w.-]*(\[[\w,.-]*\])?$`)
	pipTools    = []string{"pip", "setuptools", "wheel", "build", "uv"}
	// pipTakes are options with a value of their own.
	pipTakes = map[string]bool{"-c": true, "--constraint": true, "-e": true, "--editable": true, "-t": true, "--target": true, "-i": true, "--index-url": true,
		"--extra-index-url": true, "-f": true, "--find-links": true, "--prefix": true, "--root": true, "--python": true, "--group": true, "--platform": true,
		"--progress-bar": true, "--only-binary": true, "--no-binary": true, "--timeout": true, "--retries": true, "--cache-dir": true, "--trusted-host": true}
)

// insertAfter puts a flag behind the first of the beginnings that a command has.
func insertAfter(text, long, short, flag string) string {
	if strings.HasPrefix(text, long) {
		return long + " " + flag + text[len(long):]
	}
	if strings.HasPrefix(text, short) {
		return short + " install " + flag + text[len(short):]
	}
	return ""
}
