package tui

import (
	"context"
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/assets"
	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/tui/theme"
)

const picture = "../assets/demo/picture.svg"

// TestPicture keeps the README's picture the true list of the demo, as it is
// once all is known and sorted: `go test ./tui -run Picture -update` draws it
// anew.
func TestPicture(t *testing.T) {
	d := newDriver(t, theme.Wishes{NoMotion: true}, 112, 30)
	watchDemo(t, d)
	d.press("S")
	for range len(d.r.s.Items) {
		if strings.Contains(d.screen(), "\nnpm event-flow  3.3.5") {
			break
		}
		d.press("J")
	}
	got := drawSVG(d.r.View().Content)
	if *update {
		if err := os.WriteFile(picture, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the demo shows\nhint: go test ./tui -run Picture -update, then look at it", picture)
	}
}

// watchDemo shows the review of `depreview demo` with its recorded evidence.
func watchDemo(t *testing.T, d *driver) {
	t.Helper()
	evidence, err := assets.DemoEvidence()
	if err != nil {
		t.Fatal(err)
	}
	recordings, err := replay.New(evidence)
	if err != nil {
		t.Fatal(err)
	}
	c, err := recordings.Clients()
	if err != nil {
		t.Fatal(err)
	}
	sources := checks.Sources{Clients: c, Registry: registry.New(c), IndexErr: advisories.ErrAbsent}
	if err := runDemo(t, t.Context(), analysis.Options{Now: recordings.Now(), Checks: checks.All(sources)}, watcher{d}); err != nil {
		t.Fatal(err)
	}
}

// runDemo reviews the demo's repository, which stays open to the test's end.
func runDemo(t *testing.T, ctx context.Context, opts analysis.Options, h analysis.Handler) error {
	t.Helper()
	dir := t.TempDir()
	base, head := assets.Demo()
	err := revision.Create(dir, revision.Commit{Branch: "main", Message: "base", Files: base},
		revision.Commit{Branch: "update-dependencies", Message: "head", Files: head})
	if err != nil {
		t.Fatal(err)
	}
	repo, err := revision.Open(t.Context(), dir, revision.GoGit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	before, after, err := repo.Range(t.Context(), []string{"main..update-dependencies"})
	if err != nil {
		t.Fatal(err)
	}
	return analysis.Run(ctx, repo, before, after, opts, h)
}

// watcher shows what it hears at once.
type watcher struct{ d *driver }

func (w watcher) Changes(r *analysis.Review) error  { w.d.send(changesMsg{r}); return nil }
func (w watcher) Progress(_, _ int, _ string) error { return nil }
func (w watcher) Done(analysis.Coverage) error      { w.d.send(doneMsg{}); return nil }
func (w watcher) Result(change, check int, r analysis.Result) error {
	w.d.send(resultsMsg{[]told{{change, check, r}}})
	return nil
}

// The 16 colours of a dark terminal, as the picture shows them.
var palette = map[string]string{
	"30": "#45475a", "31": "#f38ba8", "32": "#a6e3a1", "33": "#f9e2af", "34": "#89b4fa", "35": "#cba6f7", "36": "#94e2d5", "37": "#bac2de",
	"90": "#7f849c", "91": "#f38ba8", "92": "#a6e3a1", "93": "#f9e2af", "94": "#89b4fa", "95": "#cba6f7", "96": "#94e2d5", "97": "#ffffff",
}

var (
	sgr    = regexp.MustCompile("\x1b\\[([0-9;]*)m")
	phrase = regexp.MustCompile(`\S+( \S+)*`)
)

// drawSVG turns a frame into a picture, one text element a line.
func drawSVG(frame string) string {
	const column, line, margin = 8.4, 18, 12
	lines := strings.Split(frame, "\n")
	width := 0
	for _, l := range lines {
		width = max(width, ansi.StringWidth(l))
	}
	var b strings.Builder
	w, h := int(float64(width)*column)+2*margin, len(lines)*line+2*margin
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", w, h, w, h)
	fmt.Fprintf(&b, "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#1e1e2e\"/>\n", w, h)
	fmt.Fprint(&b, "<g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\" fill=\"#cdd6f4\">\n")
	for i, l := range lines {
		drawLine(&b, l, margin, margin+(i+1)*line-4, column)
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

func drawLine(b *strings.Builder, text string, x, y int, column float64) {
	at, style := 0, map[string]string{}
	put := func(run string) {
		if style["bg"] != "" {
			fmt.Fprintf(b, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>\n",
				float64(x)+float64(at)*column, y-14, float64(ansi.StringWidth(run))*column, style["bg"])
		}
		// Viewers fold spaces, so each phrase is placed for itself.
		for _, m := range phrase.FindAllStringIndex(run, -1) {
			text := run[m[0]:m[1]]
			fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\"%s%s>%s</text>\n",
				float64(x)+float64(at+ansi.StringWidth(run[:m[0]]))*column, y, float64(ansi.StringWidth(text))*column,
				style["fg"], style["weight"], html.EscapeString(text))
		}
		at += ansi.StringWidth(run)
	}
	for {
		m := sgr.FindStringSubmatchIndex(text)
		if m == nil {
			put(text)
			return
		}
		put(text[:m[0]])
		for code := range strings.SplitSeq(text[m[2]:m[3]], ";") {
			switch {
			case code == "" || code == "0":
				style = map[string]string{}
			case code == "1":
				style["weight"] = ` font-weight="bold"`
			case code == "7":
				style["bg"] = "#45475a"
			case palette[code] != "":
				style["fg"] = fmt.Sprintf(` fill="%s"`, palette[code])
			}
		}
		text = text[m[1]:]
	}
}
