package lockfiles

import (
	"io"
	"io/fs"
	"path"
	"strings"
)

// Formats is every format that depreview reads, in the order in which they are
// asked. To add one, write its file and add its line.
var Formats = []Format{
	packageLock{},
	npmShrinkwrap{},
	pnpm{},
	poetry{},
	pdm{},
	gomod{},
	cargolock{},
	pubspecLock{},
	terraformLock{},
	githubActions{},
	requirements{},
	pipfileLock{},
	uv{},
	packagesLock{},
	composerlock{},
	gradleLock{},
	yarnLock{},
	bun{},
	deno{},
	pylock{},
	gemfilelock{},
	mixLock{},
	packageResolved{},
	dockerfile{},
	compose{},
	kubernetes{},
}

// ContentFormat is a Format that also knows files by how they begin, because
// the tools write them under any name.
type ContentFormat interface {
	Format
	// Plausible tells by the path alone whether a look into the file at path is
	// worth its price.
	Plausible(path string) bool
	// MatchContent tells whether a plausible file is of this format. head is
	// its beginning: all of a short file, and HeadSize bytes of a longer one.
	MatchContent(path string, head []byte) bool
}

// HeadSize is how much of a file a ContentFormat may look at.
const HeadSize = 1024

// Plausible tells whether only the content of the file at path can tell its
// format, so that FormatIn is worth asking.
func Plausible(path string) bool {
	for _, f := range Formats {
		if content, ok := f.(ContentFormat); ok && content.Plausible(path) {
			return true
		}
	}
	return false
}

// FormatIn is the format of the file at path of tree, or nil. It reads the
// beginning of files that only their content can tell.
func FormatIn(tree fs.FS, path string) Format {
	if f := FormatOf(path); f != nil {
		return f
	}
	var head []byte
	for _, f := range Formats {
		content, ok := f.(ContentFormat)
		if !ok || !content.Plausible(path) {
			continue
		}
		if head == nil {
			if head = readHead(tree, path); head == nil {
				return nil
			}
		}
		if content.MatchContent(path, head) {
			return f
		}
	}
	return nil
}

// readHead is the beginning of a file, or nil when it has none to read.
func readHead(tree fs.FS, path string) []byte {
	f, err := tree.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, HeadSize)
	n, _ := io.ReadFull(f, head) // a shorter file is an error that says nothing
	if n == 0 {
		return nil
	}
	return head[:n]
}

// FormatOf is the format of the file at path by its name alone, or nil; FormatIn
// knows more.
func FormatOf(path string) Format {
	for _, f := range Formats {
		if f.Match(path) {
			return f
		}
	}
	// Where the file system folds case, Package-Lock.json is package-lock.json
	// to npm, and of two such files a checkout keeps either.
	if name := canonical(path); name != "" {
		for _, f := range Formats {
			// GitHub looks for its files by their exact names.
			if _, exact := f.(githubActions); !exact && f.Match(name) {
				return f
			}
		}
	}
	return nil
}

// upperCase are the lockfile names with capitals; all others have none.
var upperCase = []string{"Cargo.lock", "Gemfile.lock", "Package.resolved", "Pipfile.lock"}

// canonical is the path with its base name in the case that package managers
// write, or "" when it is in that case already.
func canonical(file string) string {
	dir, name := path.Split(file)
	folded := strings.ToLower(name)
	for _, known := range upperCase {
		if strings.EqualFold(name, known) {
			folded = known
		}
	}
	if folded == name {
		return ""
	}
	return dir + folded
}

// base is the Match of most formats: the base name is one of names.
func base(file string, names ...string) bool {
	b := path.Base(file)
	for _, name := range names {
		if b == name {
			return true
		}
	}
	return false
}

// Vendored tells whether path lies in a copy of someone else's source, where
// lockfiles are that package's business: node_modules, vendor and their like.
func Vendored(file string) bool {
	for dir := range strings.SplitSeq(path.Dir(file), "/") {
		switch dir {
		case "node_modules", "vendor", "bower_components", "site-packages", ".venv", "Pods":
			return true
		}
	}
	return false
}
