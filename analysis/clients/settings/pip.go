package settings

import (
	"cmp"
	"path/filepath"
	"strings"
)

// readPip takes the index that pip would ask first: PIP_INDEX_URL, else
// index-url of a pip.conf. configured tells that depreview's own file names one.
func (p *Person) readPip(w World, configured bool) {
	if configured {
		return
	}
	address, from := w.getenv("PIP_INDEX_URL"), "PIP_INDEX_URL"
	for _, file := range w.pipFiles() {
		if address != "" {
			break
		}
		data, ok := p.read(w, file)
		if !ok {
			p.Closed["pypi"] = w.short(file) + " could not be read, so that the index is not known"
			return
		}
		address, from = pipIndex(data), w.short(file)
	}
	if address == "" {
		return
	}
	base, err := p.address(address)
	if err != nil {
		p.Closed["pypi"] = "the index that " + from + " names cannot be asked: " + first(err)
		return
	}
	// What the index says of a release lies beside its list of files, where it
	// does as pypi.org does.
	root, ok := strings.CutSuffix(base, "/simple")
	if !ok {
		p.Closed["pypi"] = "the index that " + from + " names does not end in /simple: where it describes releases is not known"
		return
	}
	p.Endpoints.PyPI = root
}

// pipFiles are the files of pip's settings, the one that counts first.
func (w World) pipFiles() (files []string) {
	add := func(path string) {
		if path != "" {
			files = append(files, path)
		}
	}
	name := "pip.conf"
	if w.OS == "windows" {
		name = "pip.ini"
	}
	add(w.getenv("PIP_CONFIG_FILE"))
	add(w.config("pip", name))
	if w.OS == "darwin" {
		add(w.home(".config", "pip", name))
	}
	add(w.home(map[bool]string{true: "pip", false: ".pip"}[w.OS == "windows"], name))
	if w.OS != "windows" {
		add(filepath.FromSlash("/etc/pip.conf"))
	}
	return files
}

// pipIndex is index-url of [install], else of [global].
func pipIndex(data []byte) string {
	section := ""
	found := make(map[string]string)
	for _, line := range strings.Split(string(data), "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			section = strings.Trim(trimmed, "[]")
		default:
			end := strings.IndexAny(trimmed, "=:")
			if end < 0 {
				continue
			}
			key := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(trimmed[:end])), "_", "-")
			if key == "index-url" {
				found[section] = strings.TrimSpace(trimmed[end+1:])
			}
		}
	}
	return cmp.Or(found["install"], found["global"])
}
