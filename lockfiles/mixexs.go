package lockfiles

import (
	"io/fs"
	"path"
)

// mixProject is what can be read of a mix.exs without running it.
type mixProject struct {
	dir, app string
	appsPath string // of an umbrella
	deps     []mixDep
}

// mixDep is one {:app, requirement, options} of a project.
type mixDep struct {
	app, requirement string
	dev              bool // only: names environments, and :prod is not among them
}

// readMixProjects reads the mix.exs of dir and, if that is an umbrella, those
// of its applications. None when there is no mix.exs.
func readMixProjects(tree fs.FS, dir string) []mixProject {
	main, ok := readMixProject(tree, dir)
	if !ok {
		return nil
	}
	projects := []mixProject{main}
	if apps, ok := withinTree(dir, main.appsPath); ok {
		entries, err := fs.ReadDir(tree, apps)
		if err != nil {
			return projects
		}
		for _, entry := range entries {
			if app, ok := readMixProject(tree, path.Join(apps, entry.Name())); ok {
				projects = append(projects, app)
			}
		}
	}
	return projects
}

func readMixProject(tree fs.FS, dir string) (mixProject, bool) {
	data, ok := readManifest(tree, path.Join(dir, "mix.exs"))
	if !ok {
		return mixProject{}, false
	}
	r := mixReader{p: newExParser(data), project: mixProject{dir: dir}}
	r.read()
	return r.project, true
}

// mixReader walks the tokens of a mix.exs. It looks for the tuples in the
// function deps, or in a list behind the key deps:, and passes over the rest;
// tuples that code puts together stay unseen.
type mixReader struct {
	p       *exParser
	project mixProject
}

func (r *mixReader) read() {
	for r.p.token.kind != exEOF && r.p.token.kind != exBad {
		t := r.p.token
		r.p.advance()
		switch {
		case t.kind == exKey && t.text == "app" && r.p.token.kind == exAtom && r.project.app == "":
			r.project.app = r.p.token.text
		case t.kind == exKey && t.text == "apps_path" && r.p.token.kind == exString:
			r.project.appsPath = r.p.token.text
		case t.kind == exKey && t.text == "deps" && r.p.token.kind == '[':
			r.body(0)
		case t.kind == exWord && (t.text == "def" || t.text == "defp") && r.p.token.kind == exWord && r.p.token.text == "deps":
			r.function()
		}
	}
}

// function reads "deps do ... end", "deps() do ... end" and "deps, do: [...]".
func (r *mixReader) function() {
	r.p.advance()
	if r.p.token.kind == '(' {
		if r.p.advance(); r.p.token.kind != ')' {
			return // a helper that takes arguments
		}
		r.p.advance()
	}
	switch {
	case r.p.token.kind == exWord && r.p.token.text == "do":
		r.p.advance()
		r.body(1)
	case r.p.token.kind == ',':
		if r.p.advance(); r.p.token.kind == exKey && r.p.token.text == "do" {
			r.p.advance()
			r.body(0)
		}
	}
}

// body collects tuples up to the end of the block, or of the list when blocks
// is 0.
func (r *mixReader) body(blocks int) {
	list := blocks == 0
	brackets := 0
	for {
		t := r.p.token
		switch t.kind {
		case exEOF, exBad:
			return
		case '[', '(', exMap:
			brackets++
		case ']', ')', '}':
			if brackets--; list && brackets <= 0 {
				return
			}
		case '{':
			if r.p.advance(); r.p.token.kind == exAtom {
				r.dependency()
				continue // behind the tuple's end
			}
			brackets++
			continue
		case exWord:
			switch t.text {
			case "do", "fn":
				blocks++
			case "end":
				if blocks--; blocks <= 0 && (!list || brackets == 0) {
					return
				}
			case "def", "defp", "defmodule":
				return
			}
		}
		r.p.advance()
	}
}

// dependency reads a tuple from its name to behind its end.
func (r *mixReader) dependency() {
	d := mixDep{app: r.p.token.text}
	var only []string
	brackets, key, keep := 1, "", true
	for r.p.advance(); brackets > 0; r.p.advance() {
		switch t := r.p.token; t.kind {
		case exEOF, exBad:
			return
		case '{', '[', '(', exMap:
			brackets++
		case '}', ']', ')':
			brackets--
		case exKey:
			key = t.text
			// A path inside the umbrella or beside it stands in no mix.lock.
			keep = keep && key != "path" && key != "in_umbrella"
		case exString:
			if key == "" && brackets == 1 && d.requirement == "" {
				d.requirement = t.text
			}
		case exAtom:
			if key == "only" {
				only = append(only, t.text)
			}
		}
	}
	d.dev = len(only) > 0
	for _, environment := range only {
		d.dev = d.dev && environment != "prod"
	}
	if keep {
		r.project.deps = append(r.project.deps, d)
	}
}
