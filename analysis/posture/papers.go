package posture

import (
	"fmt"
	"path"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/analysis/spdx"
)

// paper tells whether a file of that name lies where forges look for it.
func (r *repo) paper(dirs []string, names ...string) string {
	for _, p := range append(append([]string(nil), r.paths...), r.other...) {
		stem, _, _ := strings.Cut(strings.ToLower(path.Base(p)), ".")
		for _, dir := range dirs {
			for _, name := range names {
				if path.Dir(p) == dir && (stem == name || strings.HasPrefix(stem, name+"-") || strings.HasPrefix(stem, name+"_")) {
					return p
				}
			}
		}
	}
	return ""
}

// securityPolicy: an organisation may keep one for all of its repositories
// elsewhere, so that its absence here is no more than information.
func securityPolicy(r *reading) {
	r.applies = true
	if r.paper([]string{".", ".github", "docs", ".gitlab"}, "security") != "" {
		return
	}
	r.add(Finding{Code: "security-policy-missing", Outcome: analysis.Info, File: "SECURITY.md", Title: "there is no SECURITY.md here",
		Why: "Who finds a vulnerability does not know whom to tell, and tells everybody. One that your organisation keeps for all its repositories is not seen here.",
		Put: []Edit{{How: Create, File: "SECURITY.md", Text: "# Security\n\nPlease report a vulnerability in private: on GitHub under Security, \"Report a vulnerability\".\nWe answer within a week, and tell you when a release mends it."}}})
}

// licenses: the text, and the expression in each manifest that is published.
func licenses(r *reading) {
	r.applies = true
	file := r.paper([]string{".", ".github"}, "license", "licence", "copying", "unlicense", "ofl", "mit-license")
	for _, p := range r.paths {
		if strings.HasPrefix(p, "LICENSES/") && file == "" {
			file = p
		}
	}
	if file == "" {
		f := Finding{Code: "license-file-missing", Outcome: analysis.Warn, File: "LICENSE", Title: "there is no licence file",
			Why: "Without one nobody is allowed to use the code.", Do: "choose one at https://choosealicense.com and put its text into LICENSE"}
		for _, manifest := range []string{"package.json", "composer.json", "pyproject.toml", "Cargo.toml"} {
			d := r.document(manifest)
			for _, v := range []cooldown.Value{d.Get("license"), d.Get("project", "license"), d.Get("package", "license")} {
				if v.Text() != "" {
					f.Outcome, f.Why = analysis.Info, "The manifest names "+oneLine(v.Text())+"; most licences ask that their text goes with the code."
					f.Do = "put the text of the licence into LICENSE: https://spdx.org/licenses"
				}
			}
		}
		r.add(f)
	}
	known := r.licenseOf(file)
	for _, p := range r.named("package.json", "pyproject.toml", "Cargo.toml", "composer.json") {
		d, ok := r.ask(p)
		if !ok {
			continue
		}
		switch path.Base(p) {
		case "package.json":
			if d.Get("private").Text() != "true" && d.Get("name").There() && d.Get("version").There() {
				r.expression(d, d.Get("license"), known, `"license": "%s"`)
			}
		case "composer.json":
			if d.Get("name").There() && d.Get("type").Text() != "project" && !d.Get("license").IsList() {
				r.expression(d, d.Get("license"), known, `"license": "%s"`)
			}
		case "pyproject.toml":
			r.pyproject(d, known)
		case "Cargo.toml":
			r.crate(d, known)
		}
	}
}

// licenseOf is the expression of a licence's text, by its heading; "" when that
// does not tell.
func (r *repo) licenseOf(file string) string {
	var heading []string
	for _, l := range r.text(file).lines {
		if l = strings.TrimSpace(l); l != "" {
			heading = append(heading, l)
		}
		if len(heading) == 2 {
			break
		}
	}
	for n := 1; n <= len(heading); n++ {
		text, _, _ := strings.Cut(strings.Join(heading[:n], " "), ",")
		if read, err := spdx.Read(strings.Trim(text, "# ")); err == nil && !read.Assumed {
			return read.String()
		}
	}
	return ""
}

func (r *reading) pyproject(d *document, known string) {
	project := d.Get("project")
	if !project.Get("name").There() {
		return
	}
	license := project.Get("license")
	for _, dynamic := range project.Get("dynamic").Items() {
		if dynamic.Text() == "license" {
			return
		}
	}
	for _, c := range project.Get("classifiers").Items() {
		if strings.HasPrefix(c.Text(), "Private ::") || !license.There() && strings.HasPrefix(c.Text(), "License ::") {
			return
		}
	}
	if !license.There() && d.Get("tool", "poetry", "license").There() {
		return
	}
	if license.IsTable() { // text or file, as before PEP 639: valid, if not an expression
		return
	}
	r.expression(d, license, known, `license = "%s"`)
}

func (r *reading) crate(d *document, known string) {
	pkg := d.Get("package")
	publish := pkg.Get("publish")
	if !pkg.Get("name").There() || publish.Text() == "false" || publish.IsList() && len(publish.Items()) == 0 || publish.IsTable() ||
		!pkg.Get("description").There() && !pkg.Get("license").There() || // crates.io asks for one
		pkg.Get("license-file").There() || pkg.Get("license").IsTable() || !pkg.Get("version").There() {
		return
	}
	r.expression(d, pkg.Get("license"), known, `license = "%s"`)
}

// expression judges one manifest's licence. form is how that language writes it.
func (r *reading) expression(d *document, license cooldown.Value, known, form string) {
	toml := path.Ext(d.file) == ".toml"
	switch text := license.Text(); {
	case !license.There():
		f := Finding{Code: "license-expression-missing", Outcome: analysis.Info, File: d.file, Title: "the manifest names no licence",
			Why: "Registries and tools read the manifest, not the file: to them the licence is unknown.", Do: "name it by its SPDX expression"}
		if known != "" {
			f.Do = ""
			if f.Put = r.member(d.file, fmt.Sprintf(form, known)); toml {
				f.Put = r.section(d.file, map[string]string{"pyproject.toml": "project", "Cargo.toml": "package"}[path.Base(d.file)], fmt.Sprintf(form, known))
			}
		}
		r.add(f)
	case !license.IsString() || text == "UNLICENSED" || text == "proprietary" || strings.HasPrefix(text, "SEE LICENSE IN "):
	default:
		if _, err := spdx.Parse(text); err == nil {
			return
		}
		f := Finding{Code: "license-expression-invalid", Outcome: analysis.Warn, File: d.file, Line: license.Line(),
			Title: fmt.Sprintf("the licence %q is no SPDX expression", oneLine(text)), Why: "Tools that allow licences by name refuse it, or guess.", Do: "name it by its SPDX expression: https://spdx.org/licenses"}
		if read, err := spdx.Read(text); err == nil && !read.Assumed {
			f.Put, f.Do = d.replaceLine(license.Line(), text, read.String()), ""
		}
		r.add(f)
	}
}
