package oracle

import (
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/erlang/mixlock"

	"github.com/depreview/depreview/lockfiles"
)

func TestMixLock(t *testing.T) {
	// Before Elixir 1.0 the first entry stood behind the opening bracket, where
	// the extractor's regular expression, which wants a line's start, misses it.
	behindBracket := map[string]string{"+bcrypt ": "on the line of the opening bracket"}
	comparison{
		format:    "mix.lock",
		extractor: mixlock.New(),
		// The extractor gives the application's name where we give the
		// package's, and no version where we give the git commit.
		ours: func(p lockfiles.Package) (entry, bool) {
			e := entry{p.Name, p.Version}
			if app, ok := strings.CutPrefix(p.Path, "deps/"); ok {
				e.name = app
			}
			if strings.Contains(p.Origin, "#") {
				e.version = ""
			}
			return e, true
		},
		known: map[string]map[string]string{
			"mix-hexpm-3a50cc85/before/mix.lock": behindBracket,
			"mix-hexpm-3a50cc85/after/mix.lock":  behindBracket,
		},
	}.run(t)
}
