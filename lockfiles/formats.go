package lockfiles

import (
	"path"
	"strings"
)

// Formats is every format that depreview reads, in the order in which they are
// asked. To add one, write its file and add its line.
var Formats = []Format{
	pubspecLock{},
	terraformLock{},
	githubActions{},
	packagesLock{},
	gradleLock{},
	mixLock{},
	packageResolved{},
}

// FormatOf is the format of the file at path, or nil.
func FormatOf(path string) Format {
	for _, f := range Formats {
		if f.Match(path) {
			return f
		}
	}
	return nil
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
