package lockfiles

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// dockerfile reads Dockerfiles: the images of FROM, of COPY --from and RUN
// --mount=from, and that of the # syntax directive. Names of stages are no
// images, and neither is scratch. Variables have the values that ARG gives
// them before the first FROM; one without a default stays in the name or the
// label as it is written, because the command line decides.
//
// Source of the rules: docs.docker.com/reference/dockerfile.
type dockerfile struct{}

func (dockerfile) Name() string { return "dockerfile" }

// Match: Docker looks for Dockerfile and podman for Containerfile; others are
// named for what they build. What ends like a template is none yet.
func (dockerfile) Match(file string) bool {
	b := strings.ToLower(path.Base(file))
	stem, ext := strings.TrimSuffix(b, path.Ext(b)), strings.TrimPrefix(path.Ext(b), ".")
	switch {
	case b == "dockerfile" || b == "containerfile":
		return true
	case ext == "dockerfile" || ext == "containerfile":
		return stem != ""
	}
	rest, ok := strings.CutPrefix(b, "dockerfile.")
	if !ok {
		rest, ok = strings.CutPrefix(b, "containerfile.")
	}
	return ok && rest != "" && !slices.Contains(noDockerfiles, ext)
}

// noDockerfiles are endings of what is made into a Dockerfile, or tells of one.
var noDockerfiles = []string{"dockerignore", "containerignore", "template", "tmpl", "tpl", "gotmpl", "j2", "jinja", "jinja2", "erb", "ejs", "hbs",
	"mustache", "in", "md", "txt", "rst", "adoc", "html", "go", "py", "rb", "js", "ts", "sh", "rs", "java", "kt", "cs", "php", "yml", "yaml", "json", "toml", "patch", "diff", "orig", "rej", "bak", "sig", "asc", "lock"}

func (dockerfile) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	if line := invalidUTF8(data); line > 0 {
		return Lockfile{}, parseErrorf(file, line, "the file is no valid UTF-8")
	}
	d := dockerfileParser{args: make(map[string]string), stages: make(map[string]bool)}
	lines, directives, err := dockerfileLines(ctx, string(data))
	if err != nil {
		return Lockfile{}, asParseError(file, 1, err)
	}
	if syntax, ok := directives["syntax"]; ok {
		// The image of a frontend is run by the builder itself.
		if i, ok := readImage(syntax.text); ok {
			d.book.add(i, syntax.line)
		}
	}
	if len(lines) == 0 {
		return Lockfile{}, parseErrorf(file, 1, "the file holds no instruction")
	}
	for _, l := range lines {
		if err := ctx.Err(); err != nil {
			return Lockfile{}, asParseError(file, l.line, err)
		}
		if err := d.instruction(l); err != nil {
			return Lockfile{}, asParseError(file, l.line, err)
		}
	}
	if !d.from {
		return Lockfile{}, parseErrorf(file, lines[0].line, "the file builds on no image: it has no FROM")
	}
	return d.book.lockfile(file, nil), nil
}

type dockerfileParser struct {
	book   imageBook
	args   map[string]string // of before the first FROM, with their defaults
	stages map[string]bool   // names, in lower case
	count  int               // stages so far
	from   bool
}

func (d *dockerfileParser) instruction(l dockerLine) error {
	keyword, rest := cutWord(l.text)
	switch strings.ToUpper(keyword) {
	case "ARG":
		if !d.from { // those of a stage are not known to FROM
			d.argument(rest)
		}
	case "FROM":
		return d.stage(rest, l.line)
	case "COPY", "ADD", "RUN":
		return d.flags(rest, l.line)
	case "ONBUILD":
		keyword, rest = cutWord(rest)
		switch strings.ToUpper(keyword) {
		case "COPY", "ADD", "RUN":
			return d.flags(rest, l.line)
		}
	}
	return nil
}

// argument remembers the defaults of ARG a=1 b.
func (d *dockerfileParser) argument(text string) {
	for _, word := range dockerWords(text) {
		if name, value, ok := strings.Cut(word, "="); ok {
			d.args[name] = substitute(unquote(value), d.value)
		}
	}
}

func (d *dockerfileParser) value(name string) (string, bool) {
	value, ok := d.args[name]
	return value, ok && !variable(value)
}

// stage reads FROM [--platform=...] image [AS name].
func (d *dockerfileParser) stage(text string, line int) error {
	words := dockerWords(text)
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		words = words[1:]
	}
	if len(words) != 1 && (len(words) != 3 || !strings.EqualFold(words[1], "as")) {
		return &ParseError{Line: line, Err: fmt.Errorf("found FROM %.80q where FROM image [AS name] belongs", text)}
	}
	d.from = true
	name := substitute(unquote(words[0]), d.value)
	err := d.image(name, line)
	if len(words) == 3 {
		d.stages[strings.ToLower(words[2])] = true
	}
	d.count++
	return err
}

// image adds what is no stage of the file.
func (d *dockerfileParser) image(name string, line int) error {
	if name == "scratch" || d.stages[strings.ToLower(name)] {
		return nil
	}
	i, ok := readImage(name)
	if !ok {
		return &ParseError{Line: line, Err: fmt.Errorf("found %.80q where a container image belongs", name)}
	}
	d.book.add(i, line)
	return nil
}

// flags looks for images in those of COPY, ADD and RUN: --from=image and
// --mount=type=bind,from=image. A number is a stage, by its index. What is no
// image is a build context that the command line names.
func (d *dockerfileParser) flags(text string, line int) error {
	for {
		word, rest := cutWord(text)
		if !strings.HasPrefix(word, "--") {
			return nil
		}
		text = rest
		name, value, _ := strings.Cut(word, "=")
		switch strings.ToLower(name) {
		case "--from":
			d.source(unquote(value), line)
		case "--mount":
			for part := range strings.SplitSeq(unquote(value), ",") {
				if key, from, ok := strings.Cut(part, "="); ok && strings.EqualFold(strings.TrimSpace(key), "from") {
					d.source(strings.TrimSpace(from), line)
				}
			}
		}
	}
}

func (d *dockerfileParser) source(name string, line int) {
	if name == "" || strings.Trim(name, "0123456789") == "" {
		return
	}
	_ = d.image(substitute(name, d.value), line) // a name that is no image is a build context
}
