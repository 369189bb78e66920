package lockfiles

import (
	"strings"
	"testing"
)

func FuzzTerraformLock(f *testing.F) { fuzzFormat(f, terraformLock{}, ".terraform.lock.hcl") }

func TestHCLLexer(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a = 1 # x\n", "i:a =:= o:1 n: e:"},
		{"a-b_c // x\n/* y\nz */ {}", "i:a-b_c n: {:{ }:} e:"},
		{`"a\"b\\c\n\u0041\U0001F600"`, "s:a\"b\\c\nA\U0001F600 e:"},
		{`"$${a} %%{b} $a %b"`, "s:${a} %{b} $a %b e:"},
		{`"a${b("}", {c = "${d}"})}e" f`, "t: i:f e:"},
		{"<<-EOT\n a\n  EOT\nb", "t: n: i:b e:"},
		{"\"a\nb\"", "!:a string without an end"},
		{`"\q"`, "!:an unknown escape in a string"},
		{`"\u00g0"`, "!:an unknown escape in a string"},
		{`"\uD800"`, "!:an unknown escape in a string"},
		{`"${`, "!:a string without an end"},
		{"/*", "!:a comment without an end"},
		{"<<EOT\na", "!:a heredoc without an end"},
		{"<< \n", "o:<< n: e:"},
	} {
		l := newHCLLexer([]byte(c.in))
		var got []string
		for {
			token := l.next()
			got = append(got, string(token.kind)+":"+token.text)
			if token.kind == hclEOF || token.kind == hclBad {
				break
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.in, strings.Join(got, " "), c.want)
		}
	}
}
