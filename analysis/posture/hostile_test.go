package posture

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/analysis"
)

// TestHostile: what a stranger's repository may hold ends as a problem with its
// file, never as silence, a hang or a panic.
func TestHostile(t *testing.T) {
	bomb := "a0: &a0 [x]\n"
	for i := 1; i < 20; i++ {
		name, below := string(rune('a'+i)), string(rune('a'+i-1))
		if i == 1 {
			below = "a0"
		}
		bomb += name + ": &" + name + " [" + strings.TrimSuffix(strings.Repeat("*"+below+", ", 9), ", ") + "]\n"
	}
	const ci = ".github/workflows/ci.yml"
	for name, c := range map[string]struct {
		file, text string
		line       bool
	}{
		"duplicate keys":  {ci, "on: push\njobs: {}\njobs: {}\n", true},
		"anchor bomb":     {ci, bomb, true},
		"huge":            {ci, "on: push\n" + strings.Repeat("# x\n", 100_000), false},
		"binary":          {ci, "\x00\x01\x02\xff", false},
		"not UTF-8":       {".npmrc", "registry=\xff\xfe", false},
		"deep":            {ci, strings.Repeat("[", 5000), true},
		"jobs of a list":  {ci, "on: push\njobs: [a]\n", false},
		"steps of a word": {ci, "on: push\njobs:\n  a:\n    steps: x\n", false},
		"conflict":        {".npmrc", "<<<<<<< main\nfund=false\n", true},
		"broken manifest": {"package.json", "{", true},
		"broken TOML":     {"pyproject.toml", "[project\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := Read(context.Background(), repository(map[string]string{c.file: c.text, "package-lock.json": npmLock}), Options{})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(report.Problems, func(p Problem) bool { return p.File == c.file })
			if i < 0 {
				t.Fatalf("nothing tells that %s could not be read: %v", c.file, report.Problems)
			}
			if c.line && report.Problems[i].Line == 0 {
				t.Errorf("the problem names no line: %s", report.Problems[i])
			}
			if report.Count(Unknown) == 0 {
				t.Error("no rule is unknown")
			}
		})
	}
}

// TestLinks: a symbolic link is told, and not followed.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	inside := filepath.Join(dir, "repository")
	for _, d := range []string{outside, filepath.Join(inside, ".github", "workflows")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for file, text := range map[string]string{"npmrc": "//npm.acme.example/:_authToken=s3cret\n", "ci.yml": "on: push\npermissions: write-all\n"} {
		if err := os.WriteFile(filepath.Join(outside, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{".npmrc": "npmrc", ".github/workflows/ci.yml": "ci.yml"} {
		if err := os.Symlink(filepath.Join(outside, to), filepath.Join(inside, link)); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	report, err := Read(context.Background(), os.DirFS(inside), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Code == "token-in-file" || f.Code == "workflow-permissions-write-all" {
			t.Errorf("the link was followed: %+v", f)
		}
	}
	if len(report.Problems) != 2 {
		t.Errorf("want a problem for each link, got %v", report.Problems)
	}
}

// TestSecretsStay: no output ever holds the value of a secret, whatever way it
// is written.
func TestSecretsStay(t *testing.T) {
	const value = "hunter2hunter2hunter2"
	report, err := Read(context.Background(), repository(map[string]string{
		".npmrc":           "//npm.acme.example/:_authToken=" + value + "\n//npm.acme.example/:_password = \"" + value + "\"\nregistry=http://me:" + value + "@npm.acme.example/\nstrict-ssl=false\n",
		".yarnrc.yml":      "npmScopes:\n  acme:\n    npmAuthToken: " + value + "\n",
		"pip.conf":         "[global]\nindex-url = http://" + value + "@pypi.acme.example/simple\nextra-index-url = https://me:" + value + "@pypi.acme.example/simple\ntrusted-host = me:" + value + "@x.example\n",
		"requirements.txt": "--extra-index-url http://me:" + value + "@pypi.acme.example/simple\nacme-http==1.0\n",
		"bunfig.toml":      "[install.registry]\nurl = \"https://npm.acme.example\"\ntoken = \"" + value + "\"\n",
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	secrets := 0
	for _, f := range report.Findings {
		if f.Code == "token-in-file" {
			secrets++
		}
		texts := f.Title + f.Why + f.Do
		for _, e := range f.Put {
			texts += e.Text
		}
		if strings.Contains(texts, value) {
			t.Errorf("%s at %s:%d shows the secret: %+v", f.Code, f.File, f.Line, f)
		}
	}
	if secrets < 7 {
		t.Errorf("only %d secrets were found", secrets)
	}
	for _, p := range report.Problems {
		if strings.Contains(p.String(), value) {
			t.Errorf("a problem shows the secret: %s", p)
		}
	}
}

// TestCancelled: whoever asked may leave.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, repository(flow(workflowHead)), Options{}); err == nil {
		t.Error("a cancelled reading gives a report")
	}
}

// TestExtra: findings of somebody else take their place among the others.
func TestExtra(t *testing.T) {
	extra := Finding{Code: "dangerous-workflow", Rule: "scorecard", Outcome: analysis.Fail, File: "z", Title: "x"}
	report, err := Read(context.Background(), fstest.MapFS{}, Options{Extra: []Finding{extra}})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) < 2 || report.Findings[0].Code != extra.Code || !report.Failed() {
		t.Errorf("the failing finding does not come first: %+v", report.Findings)
	}
}

// FuzzWorkflow: no workflow makes the rules panic, and every finding stands
// within the file, with edits that fit it.
func FuzzWorkflow(f *testing.F) {
	for _, c := range workflowCases {
		for _, text := range c.files {
			f.Add(text)
		}
	}
	for _, c := range append(slices.Clone(ciCases), publishCases...) {
		f.Add(c.files[".github/workflows/ci.yml"])
	}
	f.Fuzz(func(t *testing.T, text string) {
		const file = ".github/workflows/ci.yml"
		report, err := Read(context.Background(), repository(map[string]string{file: text, "package-lock.json": npmLock, "Gemfile.lock": gemLock}), Options{})
		if err != nil {
			t.Fatal(err)
		}
		lines := 1 + strings.Count(text, "\n")
		for _, found := range report.Findings {
			if found.File == file && (found.Line < 0 || found.Line > lines) {
				t.Errorf("%s stands at line %d of %d", found.Code, found.Line, lines)
			}
			if strings.ContainsAny(found.Title, "\n\r") {
				t.Errorf("the title of %s is no line: %q", found.Code, found.Title)
			}
			for _, e := range found.Put {
				if e.File == file && (e.Line < 0 || e.Line > lines || e.How == Create) {
					t.Errorf("%s edits line %d of %d: %+v", found.Code, e.Line, lines, e)
				}
			}
		}
	})
}

// TestReadmeKnowsEveryCode: the README's table of posture is Codes, and the
// rules are all named there.
func TestReadmeKnowsEveryCode(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "## Posture\n")
	part, _, ended := strings.Cut(rest, "\n## ")
	if !ok || !ended {
		t.Fatal("the README has no part about posture")
	}
	for _, c := range Codes {
		if row := "| `" + c.Name + "` | " + c.Outcome + " | " + c.Means + " |"; !strings.Contains(part, row) {
			t.Errorf("the README lacks the row\n%s", row)
		}
	}
	if rows := regexp.MustCompile("(?m)^\\| `").FindAllString(part, -1); len(rows) != len(Codes) {
		t.Errorf("the README has %d rows for %d codes", len(rows), len(Codes))
	}
}

// TestCodesAreListed: every code in the source stands in Codes.
func TestCodesAreListed(t *testing.T) {
	known := make(map[string]bool)
	for _, c := range Codes {
		known[c.Name] = true
	}
	sources, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	emitted := 0
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`Code(?:: "|(?:, \S+)? = ")([a-z-]+)"`).FindAllStringSubmatch(string(data), -1) {
			emitted++
			if !known[m[1]] {
				t.Errorf("%s emits %s, which is not in Codes", file, m[1])
			}
		}
	}
	if emitted < len(Codes) {
		t.Errorf("only %d codes were found in the source", emitted)
	}
}
