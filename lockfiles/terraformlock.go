package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"strings"
)

// terraformLock reads .terraform.lock.hcl, which Terraform and OpenTofu write.
// It pins providers alone, never modules, and states no schema version. A
// hash is kept under the name of its scheme: "h1" is a dirhash of the unpacked
// provider, "zh" the sha256 of its zip for one platform.
type terraformLock struct{}

func (terraformLock) Name() string           { return ".terraform.lock.hcl" }
func (terraformLock) Match(file string) bool { return base(file, ".terraform.lock.hcl") }

func (terraformLock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	if line := invalidUTF8(data); line > 0 {
		return Lockfile{}, parseErrorf(file, line, "the file is no valid UTF-8")
	}
	p := terraformParser{lex: newHCLLexer(data), file: file, seen: make(map[string]bool)}
	for p.token.kind != hclEOF {
		if err := ctx.Err(); err != nil {
			return Lockfile{}, asParseError(file, 0, err)
		}
		if err := p.block(); err != nil {
			return Lockfile{}, err
		}
	}
	// Constraints are those of the configuration and its modules together, and
	// modules are no packages here: the root requires every provider.
	required := readTerraformRequirements(tree, path.Dir(file))
	root := Root{Path: path.Dir(file)}
	for i := range p.packages {
		pkg := &p.packages[i]
		pkg.Direct = required[pkg.Name]
		root.Requires = append(root.Requires, Edge{pkg.Name, p.constraints[i], pkg.Key()})
	}
	return Lockfile{Packages: p.packages, Roots: []Root{root}}, nil
}

type terraformParser struct {
	lex         *hclLexer
	token       hclToken
	file        string
	seen        map[string]bool
	packages    []Package
	constraints []string // of the package at the same index
}

func (p *terraformParser) advance() { p.token = p.lex.next() }

func (p *terraformParser) errorf(format string, args ...any) error {
	return parseErrorf(p.file, p.token.line, format, args...)
}

// unexpected says what stands where something else belongs.
func (p *terraformParser) unexpected(belongs string) error {
	switch p.token.kind {
	case hclBad:
		return p.errorf("%s", p.token.text)
	case hclEOF:
		return p.errorf("the file ends where %s belongs", belongs)
	case hclNewline:
		return p.errorf("the line ends where %s belongs", belongs)
	case hclTemplate:
		return p.errorf("found a template where %s belongs", belongs)
	}
	return p.errorf("found %.40q where %s belongs", p.token.text, belongs)
}

func (p *terraformParser) newlines() {
	for p.advance(); p.token.kind == hclNewline; p.advance() {
	}
}

// block reads one provider block, or finds the end of the file.
func (p *terraformParser) block() error {
	p.newlines()
	if p.token.kind == hclEOF {
		return nil
	}
	if p.token.kind != hclIdent || p.token.text != "provider" {
		return p.unexpected("a provider block")
	}
	line := p.token.line
	if p.advance(); p.token.kind != hclString {
		return p.unexpected("a provider's address")
	}
	name := p.token.text
	if !terraformAddress(name) {
		return p.errorf("%.80q is no provider address of the form host/namespace/type", name)
	}
	if p.seen[name] {
		return p.errorf("duplicate provider %q", name)
	}
	p.seen[name] = true
	if p.advance(); p.token.kind != '{' {
		return p.unexpected("{")
	}
	pkg := Package{ID: ID{"terraform", name}, Line: line}
	constraints, err := p.body(&pkg)
	if err != nil {
		return err
	}
	if pkg.Version == "" {
		return parseErrorf(p.file, line, "provider %q has no version", name)
	}
	p.packages = append(p.packages, pkg)
	p.constraints = append(p.constraints, constraints)
	if p.advance(); p.token.kind != hclNewline && p.token.kind != hclEOF {
		return p.unexpected("the end of the line")
	}
	return nil
}

// terraformAddress: Terraform wants the full, normal form and nothing else.
func terraformAddress(name string) bool {
	parts := strings.Split(name, "/")
	if len(parts) != 3 || strings.ContainsAny(name, " \t\n\"\\") {
		return false
	}
	return parts[0] != "" && parts[1] != "" && parts[2] != ""
}

func (p *terraformParser) body(pkg *Package) (constraints string, err error) {
	seen := make(map[string]bool)
	for p.newlines(); p.token.kind != '}'; {
		if p.token.kind != hclIdent {
			return "", p.unexpected("an argument")
		}
		name := p.token.text
		if seen[name] {
			return "", p.errorf("duplicate argument %q", name)
		}
		seen[name] = true
		known := name == "version" || name == "constraints" || name == "hashes"
		if !known {
			return "", p.errorf("unknown argument %q", name)
		}
		if p.advance(); p.token.kind != '=' {
			return "", p.unexpected("=")
		}
		p.advance()
		switch name {
		case "version":
			pkg.Version, err = p.text()
		case "constraints":
			constraints, err = p.text()
		case "hashes":
			pkg.Integrity, err = p.hashes()
		}
		if err != nil {
			return "", err
		}
		switch p.advance(); p.token.kind {
		case hclNewline:
			p.newlines()
		case '}':
		default:
			return "", p.unexpected("the end of the line")
		}
	}
	return constraints, nil
}

func (p *terraformParser) text() (string, error) {
	if p.token.kind != hclString {
		return "", p.unexpected("a quoted string")
	}
	return p.token.text, nil
}

func (p *terraformParser) hashes() ([]Digest, error) {
	if p.token.kind != '[' {
		return nil, p.unexpected("a list of hashes")
	}
	var digests []Digest
	for {
		p.newlines()
		if p.token.kind == ']' {
			break
		}
		text, err := p.text()
		if err != nil {
			return nil, err
		}
		digest, ok := ParseDigest(text)
		if !ok {
			return nil, p.errorf("%.80q is no hash of the form scheme:value", text)
		}
		digests = append(digests, digest)
		if p.newlines(); p.token.kind == ']' {
			break
		}
		if p.token.kind != ',' {
			return nil, p.unexpected("a comma")
		}
	}
	if len(digests) == 0 {
		return nil, p.errorf("the list of hashes is empty")
	}
	return digests, nil
}
