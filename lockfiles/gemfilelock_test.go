package lockfiles

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func FuzzGemfilelock(f *testing.F) { fuzzFormat(f, gemfilelock{}, "Gemfile.lock") }

func FuzzGemfile(f *testing.F) {
	f.Add("source \"https://gems.example\"\ngroup :test do\n  gem \"a\", '~> 1', require: false # why\nend\n")
	f.Fuzz(func(t *testing.T, text string) {
		readGemfile(fstest.MapFS{"Gemfile": {Data: []byte(text)}}, "Gemfile")
	})
}

func TestSplitGemVersion(t *testing.T) {
	for version, want := range map[string][2]string{
		"1.2.3":                   {"1.2.3", ""},
		"1.2.3-x86_64-linux-musl": {"1.2.3", "x86_64-linux-musl"},
		"1.2.3.rc1-java":          {"1.2.3.rc1", "java"},
	} {
		if number, platform := SplitGemVersion(version); number != want[0] || platform != want[1] {
			t.Errorf("%s is %q of %q, want %v", version, number, platform, want)
		}
	}
}

// TestReadGemfile: what is for development alone, or "unread" when a statement
// makes the whole file unreadable.
func TestReadGemfile(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no group", "gem 'a'\ngem \"b\", '~> 1'", ""},
		{"block", "group :development do\n gem 'a'\nend\ngem 'b'", "a"},
		{"two groups", "group :development, :test do\n gem 'a'\nend", "a"},
		{"a group of production among them", "group :test, :assets do\n gem 'a'\nend", ""},
		{"optional group", "group :development, optional: true do\n gem 'a'\nend", "a"},
		{"parentheses", "group(:test) do\n gem('a')\nend", "a"},
		{"option", "gem 'a', group: :test\ngem 'b', '>= 1', groups: [:development, 'test'], require: false\ngem 'c', :group => %i[test]\ngem 'd', group: %w[test production]", "a b c"},
		{"option adds to the block", "group :test do\n gem 'a', group: :production\nend", ""},
		{"nested", "group :test do\n platforms :ruby do\n  gem 'a'\n end\n if x\n  gem 'b'\n else\n  gem 'c'\n end\nend\ngem 'd'", "a b c"},
		{"named twice", "gem 'a', group: :test\ngem 'a'", ""},
		{"unknown options", "group :test do\n gem 'a', *rest\n gem 'b', **options\n gem 'c', group: name\nend", ""},
		{"options in a variable", "group :test do\n gem 'a', options\n gem 'b', '1', options.merge(x: 1)\n gem 'c', require: false\n gem 'd', '1' if x\nend", "c d"},
		{"continued", "gem 'a',\n  '~> 1',\n  group: [\n    :test\n  ]\ngem 'b'", "a"},
		{"comments", "# gem 'x'\ngroup :test do # tests\n gem 'a' # group: :production\nend\n__END__\nend", "a"},
		{"plain statements", "source 'https://gems.example'\nruby '3.3.0'\ngemspec\nversion = ENV['V'] || '1'\ngit_source(:own) { |repo| \"https://git.example/#{repo}\" }\ngem 'a', version, group: :test", "a"},
		{"a source block", "source 'https://gems.example' do\n gem 'a', group: :test\nend", "a"},
		{"condition behind", "gem 'a', group: :test if windows?", "a"},
		{"another file", "eval_gemfile 'common'\ngem 'a', group: :test", "unread"},
		{"a loop", "%w[a b].each do |name|\n gem name, group: :test\nend", "unread"},
		{"a loop in one line", "%w[a b].each { |name| gem name }\ngem 'c', group: :test", "unread"},
		{"an assigned block", "x = if y\n gem 'a'\nend\ngem 'c', group: :test", "unread"},
		{"group by variable", "group name do\n gem 'a'\nend", "unread"},
		{"with_options", "with_options group: :production do\n gem 'a', group: :test\nend", "unread"},
		{"heredoc", "x = <<~A\n gem 'a'\nA\ngem 'c', group: :test", "unread"},
		{"several statements", "group :test do; gem 'a'; end", "unread"},
		{"missing end", "group :test do\n gem 'a'", "unread"},
		{"end too many", "gem 'a', group: :test\nend", "unread"},
		{"open string", "gem 'a, group: :test", "unread"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := "unread"
			if names := readGemfile(fstest.MapFS{"Gemfile": {Data: []byte(c.text)}}, "Gemfile"); names != nil {
				got = strings.Join(slices.Sorted(maps.Keys(names)), " ")
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
