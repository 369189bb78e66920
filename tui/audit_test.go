package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/theme"
)

var still = theme.Wishes{NoColor: true, NoMotion: true}

// clean is an audit of which everything was answered, and nothing found.
func clean() *exposure.Exposure {
	file := lockfiles.Lockfile{Path: "package-lock.json", Format: "package-lock.json", Packages: []lockfiles.Package{npmPackage("fine", "1.0.0", 1)}}
	return pins([]lockfiles.Lockfile{file}, func(*lockfiles.Package) []analysis.Result {
		return heard("offline advisories of 2026-11-19", reviewed.Add(-72*time.Hour))
	}).exposure()
}

// scanned is the same as exposed with another engine's findings.
func scanned() *exposure.Exposure {
	x := exposed().exposure()
	x.Merge(exposure.Scanner, []exposure.Found{
		{ID: lockfiles.ID{Ecosystem: "npm", Name: "acme-http"}, Version: "1.7.2", Lockfile: "web/package-lock.json", IDs: []string{"CVE-2026-0001"}, Reach: exposure.Called},
		{ID: lockfiles.ID{Ecosystem: "npm", Name: "vendored-thing"}, Version: "0.1.0", IDs: []string{"CVE-2026-0009"}, Summary: "found in code", Reach: exposure.NotCalled},
	})
	x.Unscanned(errors.New("the engine is absent\nhint: go install it"))
	return x
}

func TestAuditFrames(t *testing.T) {
	half := exposed()
	half.results[3], half.results[5] = nil, nil
	for _, c := range []struct {
		name string
		x    *exposure.Exposure
		keys []string
	}{
		{"audit", exposed().exposure(), nil},
		{"audit-row", exposed().exposure(), []string{"f", "j"}},
		{"audit-page", exposed().exposure(), []string{"/", "=aaaa-aaaa", "enter", "enter"}},
		{"audit-unknown-page", exposed().exposure(), []string{"j", "enter"}},
		{"audit-scanned", scanned(), []string{"G"}},
		{"audit-empty", clean(), nil},
		{"audit-strange", strangers(), []string{"G"}},
		{"audit-strange-page", strangers(), []string{"G", "enter"}},
		{"audit-help", exposed().exposure(), []string{"?"}},
		{"audit-filter-none", exposed().exposure(), []string{"/", "=zzzz", "enter"}},
	} {
		for _, size := range []struct{ width, height int }{{80, 24}, {140, 40}} {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				d := openAudit(t, c.x, still, size.width, size.height).press(c.keys...)
				d.fits()
				golden(t, name, d.screen())
			})
		}
	}
	d := openAudit(t, nil, still, 80, 24)
	golden(t, "audit-reading-80x24", d.screen())
	d.send(auditMsg{half.exposure(), "asking"})
	d.fits()
	golden(t, "audit-half-80x24", d.screen())
	d.send(endedMsg{errors.New("the wire was cut\nhint: plug it in")})
	golden(t, "audit-failed-80x24", d.screen())
	golden(t, "audit-stopped-80x24", d.press("q").screen())
}

// The story of a person's keys on the list and on its page.
func TestAuditStories(t *testing.T) {
	for _, c := range []struct {
		name      string
		x         *exposure.Exposure
		keys      []string
		want, not []string
	}{
		{"what is not known comes first", exposed().exposure(), nil,
			[]string{"❯ ?  broken/yarn.lock could not be read", "next        write it anew", "4 ? unknown  1 malware  1 exploited  1 low  1 unclear  1 notice", "1 of "}, nil},
		{"the next command is copied", exposed().exposure(), []string{"j", "y"}, []string{"copied depreview db update"}, nil},
		{"the packages of which it is not known", exposed().exposure(), []string{"j"}, []string{"npm silent", "What is not known is not clean."}, nil},
		{"an old database is said", exposed().exposure(), []string{"j", "j"}, []string{"❯ ?  the offline advisories are 20 days old", "next        depreview db update"}, nil},
		{"malware goes before all", exposed().exposure(), []string{"j", "j", "j", "j"}, []string{"❯ ✗  malware", "remove it"}, nil},
		{"an id is copied", exposed().exposure(), []string{"G", "y"}, []string{"copied RUSTSEC-2026-1"}, nil},
		{"what has no address is not opened", exposed().exposure(), []string{"j", "j", "j", "j", "o"}, []string{"its source gives no address"}, nil},
		{"what is not known has no page to open", exposed().exposure(), []string{"o"}, []string{"what is not known has no page to open"}, nil},
		{"the search holds aliases", exposed().exposure(), []string{"/", "=cve-2026-0001", "enter"}, []string{"❯ ✗  critical KEV", "1 of 1", "rows match /cve-2026-0001"}, []string{"GHSA-bbbb-bbbb-bbbb low"}},
		{"esc drops the search", exposed().exposure(), []string{"/", "=cve", "enter", "esc"}, []string{"broken/yarn.lock"}, []string{"match /"}},
		{"sorted by package", exposed().exposure(), []string{"S", "S", "j", "j", "j", "j"}, []string{"by package (S)", "❯ ✗  critical KEV npm acme-http"}, nil},
		{"the filter shows one kind", exposed().exposure(), []string{"f"}, []string{"filter: urgent (f)"}, []string{"yarn.lock could", "RUSTSEC"}},
		{"the page has every way and place", exposed().exposure(), []string{"/", "=cve-2026-0001", "enter", "enter"},
			[]string{"api/package-lock.json:5, dev", "web/package-lock.json:20", "web/package-lock.json > event-flow > acme-http", "upgrade to 1.7.4", "CVE-2026-0001",
				"https://osv.example/GHSA-aaaa-aaaa-aaaa", "found by    depreview", "25.0%", "Other advisories of npm acme-http 1.7.2"}, nil},
		{"the page goes on to the next", exposed().exposure(), []string{"G", "k", "enter", "J"}, []string{"unloved", "RUSTSEC-2026-1"}, nil},
		{"and ends there", exposed().exposure(), []string{"G", "enter", "J"}, []string{"this is the last row"}, nil},
		{"esc goes back to the row", exposed().exposure(), []string{"G", "enter", "K", "esc"}, []string{"❯ ?  high", "old-time"}, nil},
		{"who found it, and what is called", scanned(), []string{"/", "=osv-scanner", "enter", "G"}, []string{"vendored-thing", "not called", "in no lockfile: an engine found it"}, nil},
		{"an engine that failed is said", scanned(), []string{"/", "=no answer", "enter"}, []string{"osv-scanner gave no answer", "why         the engine is absent", "next        go install it"}, nil},
		{"nothing found says what was asked", clean(), nil,
			[]string{"1 package in 1 lockfile at HEAD (a1a1a1a)", "no advisory is known of any; all", "Read: package-lock.json.", "Asked: offline advisories of 2026-11-19, 3 days old."}, nil},
		{"keys of a review do nothing", exposed().exposure(), []string{"2", "1", "r", "J", "t"}, []string{"❯ ?  broken", "1 of "}, nil},
		{"every key on an empty list", clean(), strings.Split("j k g G y f tab enter esc m ctrl+d ctrl+u down up l h S o /", " "), []string{"no advisory is known of any"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openAudit(t, c.x, still, 80, 24).press(c.keys...)
			d.fits()
			screen := d.screen()
			for _, want := range c.want {
				if !strings.Contains(screen, want) {
					t.Errorf("%q is not on screen:\n%s", want, screen)
				}
			}
			for _, not := range c.not {
				if strings.Contains(screen, not) {
					t.Errorf("%q is on screen:\n%s", not, screen)
				}
			}
			if d.quit {
				t.Error("it quit")
			}
		})
	}
}

// Rows come in while the person reads: the cursor and the page stay where they
// are, and what is not asked yet is not said to be clean.
func TestAuditRowsComeIn(t *testing.T) {
	p := exposed()
	all := p.results
	p.results = make([][]analysis.Result, len(all))
	d := openAudit(t, nil, still, 80, 24)
	d.send(auditMsg{p.exposure(), "asking"})
	if s := d.screen(); !strings.Contains(s, "asked 0/8 [------]") || !strings.Contains(s, "0 of 8 packages asked about so far, 0 advisories known") || strings.Contains(s, "no advisory is known") {
		t.Errorf("nothing is asked yet:\n%s", s)
	}
	last := len(all) - 1
	for p.review.Diff.Changes[last].Package().Name != "unloved" {
		last--
	}
	p.results[last] = all[last]
	d.send(auditMsg{p.exposure(), "asking"})
	d.press("G", "enter")
	before := d.screen()
	p.results = all
	d.send(auditMsg{p.exposure(), "asking osv-scanner"})
	if after := d.screen(); strings.Split(after, "\n")[3] != strings.Split(before, "\n")[3] || !strings.Contains(after, "RUSTSEC-2026-1") {
		t.Errorf("the page went elsewhere:\n%s\nfrom\n%s", after, before)
	}
	if s := d.press("esc").screen(); !strings.Contains(s, "❯ i  unmaintained") || !strings.Contains(s, "asking osv-scanner") || !strings.Contains(s, "9 of 9") {
		t.Errorf("the cursor went elsewhere:\n%s", s)
	}
	d.send(auditMsg{p.exposure(), ""})
	d.send(endedMsg{})
	if s := d.screen(); strings.Contains(s, "asking") || !strings.Contains(s, "❯ i  unmaintained") {
		t.Errorf("it goes on asking:\n%s", s)
	}
}

// A frame, a key and a text with every stranger's trick at every size.
func TestAuditFits(t *testing.T) {
	for _, x := range []*exposure.Exposure{strangers(), scanned(), clean()} {
		d := openAudit(t, x, theme.Wishes{ASCII: true, NoColor: true, NoMotion: true}, 80, 24)
		for _, key := range []string{"j", "G", "enter", "?", "esc", "f", "S", "tab"} {
			d.press(key)
			for _, w := range []int{1, 59, 60, 61, 79, 80, 100, 120, 300} {
				for _, h := range []int{1, 14, 15, 16, 24, 60} {
					d.send(sized(w, h))
					d.fits()
				}
			}
			if at := strings.IndexFunc(d.screen(), func(r rune) bool { return r > '~' || r != '\n' && unicode.IsControl(r) }); at >= 0 {
				t.Errorf("%s: %q is not ASCII:\n%s", key, d.screen()[at:][:5], d.screen())
			}
		}
	}
}

func TestAuditInColour(t *testing.T) {
	for _, keys := range [][]string{nil, {"G"}, {"enter"}, {"?"}} {
		d := openAudit(t, exposed().exposure(), theme.Wishes{Environ: []string{"NO_COLOR=1"}, NoMotion: true}, 120, 40).press(keys...)
		if at := colours.FindString(d.r.View().Content); at != "" {
			t.Errorf("%v: colour %q in spite of NO_COLOR", keys, at)
		}
	}
	if d := openAudit(t, exposed().exposure(), theme.Wishes{}, 120, 40); !colours.MatchString(d.r.View().Content) {
		t.Error("no colour at all: this finds nothing")
	}
}

// Whatever is typed while whatever comes in: no panic, no frame larger than
// the terminal.
func TestAuditAnyKeys(t *testing.T) {
	names := []string{"=a", "=e", "backspace"}
	for _, b := range keys.Table {
		if b.Action != keys.Close && b.Action != keys.Quit {
			names = append(names, b.Keys...)
		}
	}
	known := []*exposure.Exposure{exposed().exposure(), scanned(), strangers(), clean()}
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		d := openAudit(t, known[seed%4], still, 80, 24)
		var typed []string
		for range 200 {
			switch random.IntN(20) {
			case 0:
				d.send(sized(60+random.IntN(120), 15+random.IntN(40)))
			case 1:
				d.send(auditMsg{known[random.IntN(4)], []string{"", "asking"}[random.IntN(2)]})
			}
			name := names[random.IntN(len(names))]
			typed = append(typed, name)
			d.press(name)
			d.fits()
			if t.Failed() {
				t.Fatalf("seed %d after %q:\n%s", seed, typed, d.screen())
			}
		}
	}
}

// TestAuditSpeed holds the promises for 3,000 packages and 2,000 advisories,
// with a factor for busy machines.
func TestAuditSpeed(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("timing means nothing here")
	}
	const factor = 5
	many := exposedMany()
	x := many.exposure()
	if n := x.Count(); n.Levels[1]+n.Levels[2]+n.Levels[3]+n.Levels[4]+n.Levels[5] != 2_000 || x.Pinned != 3_000 {
		t.Fatalf("%+v of %d: this measures something else", n, x.Pinned)
	}
	d := openAudit(t, x, theme.Wishes{}, 160, 50)
	for _, c := range []struct {
		name  string
		limit time.Duration
		setup []string
		do    func()
	}{
		{"first frame", 100 * time.Millisecond, nil, func() { openAudit(t, x, theme.Wishes{}, 160, 50).r.View() }},
		{"key", 16 * time.Millisecond, nil, func() { d.r.Update(down); d.r.View() }},
		{"answers come in", 16 * time.Millisecond, nil, func() { d.send(auditMsg{x, "asking"}); d.r.View() }},
		{"put together", 250 * time.Millisecond, nil, func() { many.exposure() }},
		{"sort", 100 * time.Millisecond, nil, func() { d.press("S"); d.r.View() }},
		{"filter", 100 * time.Millisecond, nil, func() { d.press("f"); d.r.View() }},
		{"search key", 16 * time.Millisecond, []string{"esc", "/"}, func() { d.press("=1"); d.r.View() }},
		{"page", 16 * time.Millisecond, []string{"esc", "enter"}, func() { d.press("J"); d.r.View() }},
	} {
		d.press(c.setup...)
		best := time.Hour
		for range 5 {
			start := time.Now()
			c.do()
			best = min(best, time.Since(start))
		}
		t.Logf("%-16s %10v of %v", c.name, best, c.limit)
		if best > factor*c.limit {
			t.Errorf("%s takes %v, promised are %v", c.name, best, c.limit)
		}
	}
}

// Every row copies exactly what is on screen, or says why not.
func TestAuditCopies(t *testing.T) {
	d := openAudit(t, strangers(), still, 80, 24).press("G")
	_, cmd := d.r.Update(tea.KeyPressMsg{Code: 'y', Text: "y"})
	if got := clipboard(cmd); got != "" || !strings.Contains(d.screen(), "characters that do not show") {
		t.Errorf("copied %q:\n%s", got, d.screen())
	}
	d = openAudit(t, exposed().exposure(), still, 80, 24).press("G")
	_, cmd = d.r.Update(tea.KeyPressMsg{Code: 'y', Text: "y"})
	if got := clipboard(cmd); got != "RUSTSEC-2026-1" {
		t.Errorf("copied %q", got)
	}
}

// What is learnt within a tick goes as one message; the end goes last, and
// nothing after it.
func TestAuditPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []auditMsg
		p := &auditPost{postbox: &postbox{ctx: t.Context(), send: func(msg tea.Msg) { sent = append(sent, msg.(auditMsg)) }}}
		from := exposed()
		if err := p.Changes(from.review); err != nil || len(sent) != 1 || sent[0].exposure.Waiting() != 8 || sent[0].doing == "" {
			t.Fatalf("%v, %d messages", err, len(sent))
		}
		for i, list := range from.results[:6] {
			if err := p.Result(i, 0, list[0]); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * auditEvery)
		synctest.Wait()
		if len(sent) != 2 || sent[1].exposure.Waiting() != 2 {
			t.Fatalf("%d messages after a tick", len(sent))
		}
		for i, list := range from.results[6:] {
			_ = p.Result(6+i, 0, list[0])
		}
		if err := p.Done(analysis.Coverage{}); err != nil || len(sent) != 3 || sent[2].exposure.Waiting() != 0 {
			t.Fatalf("%d messages at the end of the checks", len(sent))
		}
		p.do("asking osv-scanner")
		whole := from.exposure()
		p.end(whole, nil)
		time.Sleep(2 * auditEvery)
		synctest.Wait()
		if last := sent[len(sent)-1]; len(sent) != 5 || sent[3].doing != "asking osv-scanner" || last.exposure != whole || last.doing != "" {
			t.Errorf("%d messages, the last %+v", len(sent), last.doing)
		}
		if sent[1].exposure.Coverage.Total() != 6 { // later counting changes no message
			t.Error("a message has changed")
		}
	})
}

func TestRunAudit(t *testing.T) {
	failure := errors.New("read the revision: no")
	for _, want := range []error{nil, failure} {
		in, keys := io.Pipe()
		read, done := make(chan struct{}), make(chan error, 1)
		go func() {
			opts := Options{Input: in, Output: io.Discard, Environ: []string{"TERM=xterm-256color"}, NoMotion: true}
			done <- RunAudit(t.Context(), opts, func(_ context.Context, h analysis.Handler, doing func(string)) (*exposure.Exposure, error) {
				defer close(read)
				p := exposed()
				if err := errors.Join(h.Progress(0, 0, "reading"), h.Changes(p.review), h.Result(0, 0, p.results[0][0]), h.Done(analysis.Coverage{})); err != nil {
					return nil, err
				}
				doing("more")
				return p.exposure(), want
			})
		}()
		<-read
		_, _ = io.WriteString(keys, "q")
		if want != nil {
			_, _ = io.WriteString(keys, "q") // the error stands above the list
		}
		if err := <-done; !errors.Is(err, want) {
			t.Errorf("returned %v, want %v", err, want)
		}
		keys.Close()
	}
}

// Hundreds of lockfiles that cannot be read do not hide what is known.
func TestAuditOfManyUnread(t *testing.T) {
	p := exposed()
	for i := range 300 {
		p.review.Errors = append(p.review.Errors, analysis.Error{Lockfile: fmt.Sprintf("b/%d/yarn.lock", i), Message: "it is empty"})
	}
	d := openAudit(t, p.exposure(), still, 80, 40)
	if s := d.screen(); !strings.Contains(s, "298 more lockfiles could not be read") || !strings.Contains(s, "MAL-2026-1") {
		t.Error(s)
	}
	d.press("j", "j", "j", "enter").screen() // the room of the page is known when it is drawn
	if s := d.press("G").screen(); !strings.Contains(s, "b/299/yarn.lock   it is empty") {
		t.Error(s)
	}
}
