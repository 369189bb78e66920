package lockfiles

import (
	"io/fs"
	"path"
	"strings"
)

// terraformHosts are the registries a source without a host may mean: that of
// Terraform and that of OpenTofu. Which one depends on the program.
var terraformHosts = []string{"registry.terraform.io/", "registry.opentofu.org/"}

// maxTerraformModules bounds the local modules that one lockfile makes us read.
const maxTerraformModules = 200

// readTerraformRequirements gives the addresses of the providers that the
// configuration in dir names, and that the modules of the repository name that
// it calls by a path. Providers that only modules from elsewhere require are
// not in it.
func readTerraformRequirements(tree fs.FS, dir string) map[string]bool {
	addresses := make(map[string]bool)
	modules, seen := []string{dir}, map[string]bool{dir: true}
	for i := 0; i < len(modules) && i < maxTerraformModules; i++ {
		for _, source := range readTerraformModule(tree, modules[i], addresses) {
			if module, ok := withinTree(modules[i], source); ok && !seen[module] {
				seen[module] = true
				modules = append(modules, module)
			}
		}
	}
	return addresses
}

// readTerraformModule adds the addresses that the files in dir name: in
// required_providers, or by a provider block for a name that stands in none
// (which then means hashicorp/name). It gives the paths of the modules that
// they call.
func readTerraformModule(tree fs.FS, dir string, addresses map[string]bool) (calls []string) {
	named := make(map[string]bool)
	var blocks []string
	entries, err := fs.ReadDir(tree, dir)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		if ext := path.Ext(entry.Name()); ext != ".tf" && ext != ".tofu" || !entry.Type().IsRegular() {
			continue
		}
		data, ok := readManifest(tree, path.Join(dir, entry.Name()))
		if !ok {
			continue
		}
		c := terraformConfig{lex: newHCLLexer(data)}
		c.read()
		for _, r := range c.required {
			named[r.key] = true
			addTerraformSource(addresses, r.value)
		}
		blocks = append(blocks, c.blocks...)
		calls = append(calls, c.calls...)
	}
	for _, name := range blocks {
		if !named[name] {
			addTerraformSource(addresses, "hashicorp/"+name)
		}
	}
	return calls
}

func addTerraformSource(addresses map[string]bool, source string) {
	source = strings.ToLower(source)
	switch strings.Count(source, "/") {
	case 0:
		source = "hashicorp/" + source
		fallthrough
	case 1:
		for _, host := range terraformHosts {
			addresses[host+source] = true
		}
	default:
		addresses[source] = true
	}
}

// terraformConfig walks the tokens of a configuration file. It looks at braces
// and at the few words that matter, and so needs no grammar of expressions.
type terraformConfig struct {
	lex      *hclLexer
	required []pair   // local name, source
	blocks   []string // local names of provider blocks
	calls    []string // paths of the modules that it calls
}

func (c *terraformConfig) read() {
	// words are the tokens since the last end of a line or brace; path is the
	// first word of each open block.
	var words []hclToken
	var path []string
	for {
		t := c.lex.next()
		switch t.kind {
		case hclEOF, hclBad:
			return
		case hclNewline:
			c.statement(path, words)
			words = words[:0]
		case '{':
			word := ""
			if len(words) > 0 {
				word = words[0].text
			}
			if len(path) == 0 && len(words) == 2 && word == "provider" {
				c.blocks = append(c.blocks, words[1].text)
			}
			path = append(path, word)
			words = words[:0]
			if len(path) == 2 && path[0] == "terraform" && path[1] == "required_providers" {
				c.requirements()
				path = path[:1]
			}
		case '}':
			c.statement(path, words)
			path = path[:max(len(path)-1, 0)]
			words = words[:0]
		default:
			if len(words) < 3 { // no block that matters has more words before its brace
				words = append(words, t)
			}
		}
	}
}

// statement looks for the source of a module, of which only a path is read.
func (c *terraformConfig) statement(path []string, words []hclToken) {
	if len(path) != 1 || path[0] != "module" || len(words) != 3 || words[0].text != "source" ||
		words[1].kind != '=' || words[2].kind != hclString {
		return
	}
	if source := words[2].text; strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
		c.calls = append(c.calls, source)
	}
}

// requirements reads required_providers up to its closing brace:
// name = { source = "a/b", version = "~> 1.0" }, or before 0.13 name = "~> 1.0".
func (c *terraformConfig) requirements() {
	depth := 1
	name, key, source := "", "", ""
	flush := func() {
		if name == "" {
			return
		}
		if source == "" {
			source = "hashicorp/" + name
		}
		c.required = append(c.required, pair{name, source})
		name, key, source = "", "", ""
	}
	var last hclToken
	for depth > 0 {
		t := c.lex.next()
		switch t.kind {
		case hclEOF, hclBad:
			return
		case '{':
			depth++
		case '}':
			if depth--; depth <= 1 {
				flush()
			}
		case '=':
			if depth == 1 {
				flush()
				name = last.text
			} else {
				key = last.text
			}
		case hclString:
			if depth == 2 && key == "source" && source == "" {
				source = t.text
			}
		}
		if t.kind != hclNewline {
			last = t
		}
	}
}
