package lockfiles

import (
	"io/fs"
	"path"
	"strings"
)

// swiftProject is what can be read of a Package.swift or an Xcode project
// without running either.
type swiftProject struct {
	dir, name string
	deps      []pair // url or identity, requirement as written
}

// readPackageSwift looks for .package(url: "...", ...) and .package(id: "...",
// ...); what code puts together stays unseen.
func readPackageSwift(tree fs.FS, dir string) (p swiftProject, ok bool) {
	data, ok := readManifest(tree, path.Join(dir, "Package.swift"))
	if !ok {
		return p, false
	}
	p.dir = dir
	text, named := string(data), false
	for i := 0; i < len(text); {
		end, _ := swiftSkip(text, i)
		if end > i {
			i = end
			continue
		}
		switch rest := text[i:]; {
		case !named && strings.HasPrefix(rest, "Package("):
			named = true
			i += len("Package(")
			arguments, _ := swiftArguments(text, i)
			p.name = swiftArgument(arguments, "name")
		case strings.HasPrefix(rest, ".package("):
			arguments, end := swiftArguments(text, i+len(".package("))
			i = end
			source := swiftArgument(arguments, "url")
			if source == "" {
				source = swiftArgument(arguments, "id")
			}
			if source == "" { // path: is of the project itself
				continue
			}
			var constraint []string
			for _, a := range arguments {
				if !strings.HasPrefix(a, "name:") && !strings.HasPrefix(a, "url:") && !strings.HasPrefix(a, "id:") {
					constraint = append(constraint, a)
				}
			}
			p.deps = append(p.deps, pair{source, strings.Join(constraint, ", ")})
		default:
			i++
		}
	}
	return p, true
}

// maxSwiftArguments bounds the text of one call that is looked at: an unclosed
// one must not make every later call a walk to the end of the file.
const maxSwiftArguments = 4096

// swiftArguments splits the arguments of a call, from behind its parenthesis,
// and gives the offset behind its end.
func swiftArguments(text string, from int) (arguments []string, end int) {
	limit := min(len(text), from+maxSwiftArguments)
	depth := 0
	var argument strings.Builder
	flush := func() {
		if a := strings.TrimSpace(argument.String()); a != "" {
			arguments = append(arguments, a)
		}
		argument.Reset()
	}
	for i := from; i < limit; {
		if end, comment := swiftSkip(text, i); end > i {
			if !comment {
				argument.WriteString(text[i:min(end, limit)])
			}
			i = end
			continue
		}
		switch c := text[i]; {
		case c == ')' && depth == 0:
			flush()
			return arguments, i + 1
		case c == ',' && depth == 0:
			flush()
			i++
			continue
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		}
		argument.WriteByte(text[i])
		i++
	}
	flush()
	return arguments, limit
}

// swiftArgument is the value of label: "text", or "" when it is anything else.
func swiftArgument(arguments []string, label string) string {
	for _, a := range arguments {
		value, ok := strings.CutPrefix(a, label+":")
		value = strings.TrimSpace(value)
		if ok && len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' && !strings.ContainsAny(value[1:len(value)-1], `"\`) {
			return value[1 : len(value)-1]
		}
	}
	return ""
}

// swiftSkip is the offset behind the comment or string that begins at i, or i
// itself when none does.
func swiftSkip(text string, i int) (end int, comment bool) {
	rest := text[i:]
	switch {
	case strings.HasPrefix(rest, "//"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n, true
		}
		return len(text), true
	case strings.HasPrefix(rest, "/*"): // they nest
		depth := 1
		for i += 2; i < len(text) && depth > 0; i++ {
			switch {
			case strings.HasPrefix(text[i:], "/*"):
				depth++
				i++
			case strings.HasPrefix(text[i:], "*/"):
				depth--
				i++
			}
		}
		return min(i, len(text)), true
	case strings.HasPrefix(rest, `"""`):
		if n := strings.Index(rest[3:], `"""`); n >= 0 {
			return i + n + 6, false
		}
		return len(text), false
	case rest[0] == '"':
		for i++; i < len(text) && text[i] != '"' && text[i] != '\n'; i++ {
			if text[i] == '\\' {
				i++
			}
		}
		return min(i+1, len(text)), false
	}
	return i, false
}
