package lockfiles

import (
	"context"
	"io/fs"
	"path"
)

// Follower is a Format whose lockfiles draw in other files that no name tells:
// what a requirements file includes, the hashes of a Gradle build further up.
type Follower interface {
	Format
	// Follows tells whether the lockfile at path of tree draws in a file that
	// differs, so that it is to be compared though its own text is the same.
	Follows(ctx context.Context, tree fs.FS, path string, differs map[string]bool) bool
}

// watched is a tree that remembers which files were asked for.
type watched struct {
	fs.FS
	opened map[string]bool
}

func (w watched) Open(name string) (fs.File, error) {
	w.opened[name] = true
	return w.FS.Open(name)
}

// Follows reads the file, since only that tells what it includes. Where its
// own text and that of each file it draws in is the same on both sides, so is
// what it draws in.
func (f requirements) Follows(ctx context.Context, tree fs.FS, file string, differs map[string]bool) bool {
	w := watched{tree, make(map[string]bool)}
	// An error is no reason to look away: the review will find it and say so.
	_, _ = f.Parse(ctx, w, file)
	for name := range w.opened {
		if differs[name] {
			return true
		}
	}
	return false
}

// Follows: the hashes lie in the build's own directory or in one above it.
func (gradleLock) Follows(_ context.Context, _ fs.FS, file string, differs map[string]bool) bool {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if differs[path.Join(dir, gradleVerificationFile)] {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}

var (
	_ Follower = requirements{}
	_ Follower = gradleLock{}
)
