package lockfiles

import (
	"strings"
	"testing"
	"testing/fstest"
)

func FuzzMixLock(f *testing.F) { fuzzFormat(f, mixLock{}, "mix.lock") }

func FuzzMixExs(f *testing.F) {
	f.Add([]byte("defp deps do\n[{:a, \"~> 1.0\", only: [:test]}]\nend"))
	f.Fuzz(func(t *testing.T, data []byte) {
		readMixProjects(fstest.MapFS{"mix.exs": {Data: data}}, ".")
	})
}

func TestExLexer(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`%{"a": :b, c: 1} # d`, "m:%{ k:a a:b ,:, k:c w:1 }:} e:"},
		{`"a" => :"b c"`, "s:a >:=> a:b c e:"},
		{`"a\"b\\c\#{d}"`, `s:a"b\c#{d} e:`},
		{`"a#{"}" <> b("#{c}")}d" e`, `?: w:e e:`},
		{`"\n"`, "?: e:"},
		{"\"\"\"\n\"x\"\n  \"\"\" a", "?: w:a e:"},
		{`~w[a "] b`, "?: w:b e:"},
		{`~r/a\/"/ b`, "?: w:b e:"},
		{`?" a ?\" b`, "o:? w:a o:? w:b e:"},
		{"a::b", "w:a o:: a:b e:"},
		{`"a`, "!:a string without an end"},
		{`:"a`, "!:an atom without an end"},
		{`"""`, "!:a heredoc without an end"},
		{"~s(a", "!:a sigil without an end"},
	} {
		l := &exLexer{data: c.in, line: 1}
		var got []string
		for {
			token := l.next()
			got = append(got, string(token.kind)+":"+token.text)
			if token.kind == exEOF || token.kind == exBad {
				break
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.in, strings.Join(got, " "), c.want)
		}
	}
}
