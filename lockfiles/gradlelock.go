package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gradleLock reads the files of Gradle's dependency locking: gradle.lockfile,
// its twins for the build script and the settings, and the older form with one
// file for each configuration in gradle/dependency-locks. They hold neither
// edges nor hashes; hashes come from gradle/verification-metadata.xml of the
// same build. What is direct stands in Kotlin or Groovy alone.
type gradleLock struct{}

func (gradleLock) Name() string { return "gradle.lockfile" }

func (gradleLock) Match(file string) bool {
	return base(file, "gradle.lockfile", "buildscript-gradle.lockfile", "settings-gradle.lockfile") || gradlePerConfiguration(file)
}

func gradlePerConfiguration(file string) bool {
	dir := path.Dir(file)
	return path.Ext(file) == ".lockfile" && (dir == "gradle/dependency-locks" || strings.HasSuffix(dir, "/gradle/dependency-locks"))
}

func (gradleLock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	p := gradleParser{file: file, seen: make(map[string]bool)}
	project := path.Dir(file)
	if gradlePerConfiguration(file) {
		p.configuration = strings.TrimSuffix(path.Base(file), ".lockfile")
		project = path.Dir(path.Dir(project))
	}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		if number%1024 == 0 && ctx.Err() != nil {
			return Lockfile{}, asParseError(file, 0, ctx.Err())
		}
		if err := p.line(strings.TrimRight(line, "\r\n"), number); err != nil {
			return Lockfile{}, err
		}
	}
	out := Lockfile{Packages: p.packages, Roots: []Root{{Path: project}}}
	digests := readGradleVerification(tree, project)
	for i := range out.Packages {
		pkg := &out.Packages[i]
		pkg.Integrity = digests[pkg.Name+":"+pkg.Version]
	}
	return out, nil
}

type gradleParser struct {
	file          string
	configuration string // that the whole file is of, in the older form
	seen          map[string]bool
	emptySeen     bool
	packages      []Package
}

func (p *gradleParser) errorf(number int, format string, args ...any) error {
	return parseErrorf(p.file, number, format, args...)
}

// line reads "group:artifact:version=configuration,configuration", or without
// configurations in the older form. Gradle refuses any other.
func (p *gradleParser) line(line string, number int) error {
	if !utf8.ValidString(line) {
		return p.errorf(number, "the line is no valid UTF-8")
	}
	comment := line
	if p.configuration != "" { // the older reader trims here, and here alone
		comment = strings.TrimSpace(line)
	}
	if comment == "" || strings.HasPrefix(comment, "#") {
		return nil
	}
	if strings.ContainsFunc(line, unicode.IsSpace) {
		return p.errorf(number, "%.80q holds white space, which Gradle takes for a part of the name", line)
	}
	notation, list, ok := strings.Cut(line, "=")
	if p.configuration != "" {
		if ok {
			return p.errorf(number, "found %.80q where group:artifact:version belongs", line)
		}
		list = p.configuration
	} else if notation == "empty" && ok {
		if p.emptySeen {
			return p.errorf(number, "duplicate line for %q", "empty")
		}
		p.emptySeen = true
		return nil // configurations without any dependency
	} else if list == "" || strings.Contains(list, "=") {
		return p.errorf(number, "found %.80q where group:artifact:version=configurations belongs", line)
	}
	parts := strings.Split(notation, ":")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return p.errorf(number, "found %.80q where group:artifact:version belongs", notation)
	}
	if p.seen[notation] {
		return p.errorf(number, "duplicate line for %q", notation)
	}
	p.seen[notation] = true
	p.packages = append(p.packages, Package{
		ID:      ID{"maven", parts[0] + ":" + parts[1]},
		Version: parts[2],
		Dev:     !slices.ContainsFunc(strings.Split(list, ","), func(c string) bool { return !gradleDevelopment(c) }),
		Line:    number,
	})
	return nil
}

// gradleTools are configurations of Gradle's own plugins that check the build.
var gradleTools = map[string]bool{"checkstyle": true, "codenarc": true, "jacocoAgent": true, "jacocoAnt": true,
	"pmd": true, "pmdAux": true, "developmentOnly": true, "testAndDevelopmentOnly": true}

// gradleDevelopment tells whether a configuration serves development alone:
// that of a test source set (testRuntimeClasspath, integrationTestImplementation,
// debugAndroidTestCompileClasspath) or of a known tool. Test fixtures are
// published to other projects, whose tests use them: development too.
func gradleDevelopment(configuration string) bool {
	if gradleTools[configuration] || configuration == "test" {
		return true
	}
	if rest, ok := strings.CutPrefix(configuration, "test"); ok && gradleWordEnds(rest) {
		return true
	}
	for rest := configuration; ; {
		i := strings.Index(rest, "Test")
		if i < 0 {
			return false
		}
		if rest = rest[i+len("Test"):]; gradleWordEnds(rest) {
			return true
		}
	}
}

// gradleWordEnds: a camel-case word ends where rest begins, so that "test" is
// found in testCompile but not in testament.
func gradleWordEnds(rest string) bool {
	return rest == "" || rest[0] < 'a' || rest[0] > 'z'
}
