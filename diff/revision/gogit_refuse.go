package revision

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// repoConfig is what a repository's own configuration says that decides
// whether and how go-git can read it.
type repoConfig struct {
	err        error
	version    string
	extensions []string
	promisor   bool
	bare       bool
	worktree   string
	autocrlf   bool
	ignoreMode bool // core.fileMode is false: the disk's executable bit says nothing
}

func readConfig(path string) repoConfig {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return repoConfig{}
	}
	raw := config.New()
	if err == nil {
		err = config.NewDecoder(bytes.NewReader(data)).Decode(raw)
	}
	if err != nil {
		return repoConfig{err: fmt.Errorf("read %s: %w", path, err)}
	}
	core := raw.Section("core").Options
	c := repoConfig{
		version:    core.Get("repositoryformatversion"),
		bare:       isTrue(core.Get("bare")),
		worktree:   core.Get("worktree"),
		autocrlf:   isTrue(core.Get("autocrlf")) || strings.EqualFold(core.Get("autocrlf"), "input"),
		ignoreMode: core.Has("filemode") && !isTrue(core.Get("filemode")),
	}
	for _, option := range raw.Section("extensions").Options {
		c.extensions = append(c.extensions, strings.ToLower(option.Key))
	}
	for _, remote := range raw.Section("remote").Subsections {
		if remote.Options.Has("promisor") || remote.Options.Has("partialclonefilter") {
			c.promisor = true
		}
	}
	return c
}

func isTrue(value string) bool {
	return slices.Contains([]string{"true", "yes", "on", "1"}, strings.ToLower(value))
}

// steering are the variables by which git finds another repository, or reads
// the same one differently; go-git knows none of them.
var steering = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_REPLACE_REF_BASE", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
}

// steered names the variable that git would obey, or "".
func steered() string {
	for _, name := range steering {
		if os.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

// refusal says why go-git would misread this repository, or "".
func (p place) refusal() string {
	for _, extension := range p.config.extensions {
		switch extension {
		case "noop", "noop-v1", "preciousobjects":
		case "objectformat":
			return "the repository uses another hash than SHA-1 (extensions.objectFormat)"
		case "refstorage":
			return "the repository keeps its refs in another form (extensions.refStorage, such as reftable)"
		case "partialclone":
			return "this is a partial clone"
		default:
			return "the repository uses extensions." + extension
		}
	}
	if v := p.config.version; v != "" && v != "0" && v != "1" {
		return "the repository has format version " + v
	}
	if p.config.promisor {
		return "this is a partial clone"
	}
	if w := p.config.worktree; w != "" && !samePlace(p.gitDir, w, p.top) {
		return "core.worktree names another work tree"
	}
	for file, reason := range map[string]string{
		"objects/info/alternates": "objects are borrowed from another repository (alternates)",
		"info/grafts":             "the repository has grafts",
	} {
		if found, err := os.Stat(filepath.Join(p.common, file)); err == nil && found.Size() > 0 {
			return reason
		}
	}
	if p.hasReplaceRefs() {
		return "the repository has replace refs"
	}
	return ""
}

// samePlace tells whether core.worktree, relative to the git directory, is
// where the repository was found: so it is in every submodule.
func samePlace(gitDir, worktree, top string) bool {
	if !filepath.IsAbs(worktree) {
		worktree = filepath.Join(gitDir, worktree)
	}
	a, errA := os.Stat(worktree)
	b, errB := os.Stat(top)
	return errA == nil && errB == nil && os.SameFile(a, b)
}

func (p place) hasReplaceRefs() bool {
	if names, err := os.ReadDir(filepath.Join(p.common, "refs", "replace")); err == nil && len(names) > 0 {
		return true
	}
	packed, err := os.ReadFile(filepath.Join(p.common, "packed-refs"))
	return err == nil && bytes.Contains(packed, []byte(" refs/replace/"))
}
