package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

func TestCheckedStories(t *testing.T) {
	event := []string{"/", "=event", "enter", "esc"} // the cursor on event-flow, the list whole
	with := func(first []string, more ...string) []string { return append(append([]string{}, first...), more...) }
	for _, c := range []struct {
		name, stage string
		keys        []string
		want, not   []string
	}{
		{"what is asked waits, what is not asked stays unknown", "waiting", nil, []string{".   .   .\n", "checked 0/56 [------]", "14 . waiting"}, []string{"✓"}},
		{"rows fill while others wait", "half", nil, []string{"✗   !   ✗\n", ".   .   .\n", "checked 30/56 [###---]"}, nil},
		{"a folded row carries the worst below it", "full", nil, []string{"▸ ↑ npm acme-http +3 below   1.7.2 → 1.7.4        patch dir      !   –   ✓"}, nil},
		{"unfolded it stands for itself", "full", []string{"/", "=acme-http", "esc", "right"}, []string{"▾ ↑ npm acme-http", "✓   –   ✓"}, nil},
		{"a heading counts what is bad below it", "full", nil, []string{"11 changes  1 ✗  1 !", "3 changes  1 !"}, nil},
		{"no row moves by itself", "full", nil, []string{"❯       ! npm semver-lite", "3 rows changed rank, press S to sort"}, nil},
		{"S sorts and keeps the row", "full", []string{"S"}, []string{"❯       ! npm semver-lite", "2 of 43 facts unknown"}, []string{"changed rank"}},
		{"S puts the worst in front", "full", []string{"S", "t", "g"}, []string{"❯ ↑ npm event-flow"}, nil},
		{"S again says why not", "full", []string{"S", "S"}, []string{"the rows are in order"}, nil},
		{"S keeps the folds", "full", with(event, "right", "S"), []string{"▾ ↑ npm event-flow", "flat-stream", "▸ ↑ npm acme-http +3"}, nil},
		{"the preview shows the findings, the worst first", "full", event, []string{"✗  advisory-introduced  malicious code in event-flow\n✗  release-too-young"}, nil},
		{"what needs eyes", "full", []string{"f"}, []string{"show: needs eyes (f)", "event-flow", "range-parse", "example.org/net"}, []string{"left-padz", "tiny-tools"}},
		{"what needs eyes is skipped while nothing does", "waiting", []string{"f"}, []string{"show: direct (f)"}, nil},
		{"the page begins with the findings", "full", with(event, "enter"), []string{"[Overview] Advisories 1  Scripts 2  Release ✗  Why  Lockfile", "✗  advisory-introduced", "(registry.example, 20:31 today)"}, nil},
		{"tabs of topics without a check are not there", "full", with(event, "enter"), nil, []string{"Provenance "}},
		{"scripts say what is not compared", "full", with(event, "enter", "tab", "tab"), []string{"ADDED  postinstall", "now         node lib/.env.js", "not compared yet"}, nil},
		{"facts stand side by side, and what differs is marked", "full", with(event, "enter", "tab", "tab", "tab"), []string{"published by  trusted publisher (github)  acme-bot          ✗", "downloads     ?                           1,204"}, nil},
		{"unknown says why and which key asks again", "full", []string{"j", "enter"}, []string{"release-age  unknown: registry.example did not answer in time   r asks again"}, nil},
		{"not supported says why", "full", nil, []string{"?  advisories  unknown, not supported: no source of advisories"}, nil},
		{"not applicable is one line", "full", nil, []string{"–  install-scripts  not applicable"}, []string{"nothing of it runs"}},
		{"not applicable says why in its tab", "full", []string{"enter", "tab", "tab"}, []string{"[Scripts –]", "–  install-scripts  not applicable: nothing of it runs at install"}, nil},
		{"J keeps the tab of a topic", "full", []string{"enter", "tab", "tab", "J"}, []string{"> npm left-padz", "[Scripts –]"}, nil},
		{"2 shows the advisories", "full", []string{"2"}, []string{"[2 Advisories 4]", "❯ BRINGS  MAL-2026-0001", "1 fixed  2 brought  1 remain", "? 1 change not known"}, nil},
		{"1 goes back", "full", []string{"2", "1"}, []string{"[1 Changes 14]"}, nil},
		{"esc goes back", "full", []string{"2", "esc"}, []string{"[1 Changes 14]"}, nil},
		{"q goes back", "full", []string{"2", "q"}, []string{"[1 Changes 14]"}, nil},
		{"2 works on a page", "full", []string{"enter", "2"}, []string{"[2 Advisories 4]"}, nil},
		{"the path by which it comes", "full", []string{"2", "j"}, []string{"comes in by acme-http > make-fetch > range-parse", "7.5 (CVSS:3.1/AV:N", "CVE-2026-ffff"}, nil},
		{"those still open", "full", []string{"2", "f"}, []string{"filter: open (f)", "REMAINS"}, []string{"FIXES"}},
		{"those fixed", "full", []string{"2", "f", "f"}, []string{"filter: fixed (f)", "FIXES"}, []string{"BRINGS"}},
		{"esc clears the filter first", "full", []string{"2", "f", "esc"}, []string{"filter: all (f)", "FIXES"}, nil},
		{"enter opens the package at its advisories", "full", []string{"2", "enter"}, []string{"> npm event-flow", "[Advisories 1]"}, nil},
		{"J there goes to the next of another package", "full", []string{"2", "enter", "J"}, []string{"> npm range-parse", "advisory 2 of 4"}, nil},
		{"esc from there goes back to the advisories", "full", []string{"2", "enter", "J", "esc"}, []string{"[2 Advisories 4]", "❯ BRINGS  GHSA-dddd"}, nil},
		{"y copies the id", "full", []string{"2", "j", "y"}, []string{"copied GHSA-dddd-eeee-ffff"}, nil},
		{"none known is said when all are answered", "clean", []string{"2"}, []string{"No advisory is known for any of the 14 changes", "All were asked."}, []string{"not known"}},
		{"unknown is not none", "offline", []string{"2"}, []string{"Unknown: no source answered for any of the 14 changes", "2 Advisories ?"}, []string{"No advisory is known"}},
		{"nor is waiting", "waiting", []string{"2"}, []string{"None known yet: 0 of 14 changes are answered."}, nil},
		{"offline is said", "offline", nil, []string{"Offline: OSV, deps.dev and the registries were not asked; 56 facts are unknown."}, []string{"✓"}},
		{"nothing found is not all well", "clean", nil, []string{"14 ✓ ok so far", "not checked: provenance, scorecard, source"}, nil},
		{"r while it waits says so", "waiting", []string{"r"}, []string{"its checks are still waiting"}, nil},
		{"o without a link says so", "clean", []string{"enter", "o"}, []string{"no source has given a link"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openAt(t, c.stage, theme.Wishes{NoColor: true, NoMotion: true}, 80, 24).press(c.keys...)
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
		})
	}
}

func TestNotCheckedIsNotNone(t *testing.T) {
	screen := open(t, usual(), 80, 24).press("2").screen()
	if !strings.Contains(screen, "Not checked: this review asks no source of advisories.") || !strings.Contains(screen, "2 Advisories ?") {
		t.Errorf("a review without a check of advisories:\n%s", screen)
	}
}

func TestAskingAgain(t *testing.T) {
	d := openAt(t, "offline", theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
	var asked []int
	d.r.ask = func(_ *analysis.Review, changes []int) tea.Cmd {
		asked = append(asked, changes...)
		return nil
	}
	d.press("r")
	at := changeOf(t, d.r.s.Review, "semver-lite")
	if len(asked) != 1 || asked[0] != at {
		t.Fatalf("asked for %v, want %d", asked, at)
	}
	if !strings.Contains(d.screen(), "~   ~   ~\n") || !strings.Contains(d.screen(), "being asked again") {
		t.Errorf("that it is asked is not shown:\n%s", d.screen())
	}
	if d.press("r"); len(asked) != 1 {
		t.Error("asked while it was being asked")
	}
	d.send(resultsMsg{[]told{{at, checkAge, done(finding("release-too-young", analysis.Warn, "an hour old"))}}})
	d.send(askedMsg{changes: []int{at}})
	if screen := d.screen(); !strings.Contains(screen, "?   ?   !\n") || !strings.Contains(screen, "asked again about npm semver-lite") || strings.Contains(screen, "~") {
		t.Errorf("the answer is not shown:\n%s", screen)
	}
	if _, _, c := d.r.s.Covered(); c.Total() != 56 || c.Unknown != 55 {
		t.Errorf("coverage %+v after one of 56 was answered", c)
	}
	d.press("r")
	d.send(askedMsg{changes: []int{at}, err: errors.New("stopped\x1b[2J")})
	if !strings.Contains(d.screen(), "asking again failed: stopped<ESC>[2J") {
		t.Errorf("the failure is not shown:\n%s", d.screen())
	}
}

func TestBrowse(t *testing.T) {
	d := openAt(t, "full", theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
	var opened []string
	var fails error
	d.r.open = func(url string) error { opened = append(opened, url); return fails }
	d.press("2", "j", "o")
	d.press("1", "/", "=event", "enter", "enter", "o")
	want := []string{"https://osv.example/vulnerability/GHSA-dddd-eeee-ffff", "https://registry.example/event-flow"}
	if fmt.Sprint(opened) != fmt.Sprint(want) {
		t.Errorf("opened %q, want %q", opened, want)
	}
	fails = errors.New("no display")
	if d.press("o"); !strings.Contains(d.screen(), "no browser opened; copied https://registry.example/event-flow") {
		t.Errorf("without a browser:\n%s", d.screen())
	}
	for _, url := range []string{"http://a.example/", "file:///etc/passwd", "https://", "https://user:pw@a.example/", "https://a.example/\x1b", "https://a.example/ b", "https://a.example/\u202e", "javascript:x", "HTTPS://a.example/`id`"} {
		if openable(url) {
			t.Errorf("%q would be opened", url)
		}
	}
	if !openable("https://a.example/b?c=d&e=%20f#g") {
		t.Error("a plain address is not opened")
	}
}

// What is learnt while a page is read is added to it, and the reader stays
// where they are.
func TestAPageKeepsItsPlace(t *testing.T) {
	d, r := newDriver(t, theme.Wishes{NoColor: true, NoMotion: true}, 80, 15), checked()
	d.send(changesMsg{r})
	list := answers(t, r)
	d.press("/", "=event", "enter", "enter").screen()
	d.press("j", "j", "j")
	before := strings.Split(d.screen(), "\n")[3]
	at := changeOf(t, r, "event-flow")
	for _, x := range list {
		if x.change != at {
			d.send(resultsMsg{[]told{x}})
		}
	}
	if after := strings.Split(d.screen(), "\n")[3]; after != before {
		t.Errorf("answers about others moved the page: %q, then %q", before, after)
	}
	d.send(resultsMsg{list})
	if screen := d.screen(); !strings.Contains(screen, "lines 4 to") {
		t.Errorf("an answer moved the page to its top:\n%s", screen)
	}
}

// Thousands of results are as many messages as there were ticks.
func TestResultsAreBatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []tea.Msg
		p := &postbox{ctx: t.Context(), send: func(m tea.Msg) { got = append(got, m) }}
		const results = 2000
		for i := range results {
			if err := p.Result(i, 0, analysis.Result{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond / 2) // of the bubble's clock
		}
		if err := p.Done(analysis.Coverage{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		batches, next := 0, 0
		for _, m := range got {
			if batch, ok := m.(resultsMsg); ok {
				batches++
				for _, x := range batch.list {
					if x.change != next {
						t.Fatalf("result %d came where %d was due", x.change, next)
					}
					next++
				}
			}
		}
		if next != results || batches > 22 || batches < 10 {
			t.Errorf("%d results in %d messages within a second", next, batches)
		}
		if _, last := got[len(got)-1].(doneMsg); !last {
			t.Errorf("the last message is %T", got[len(got)-1])
		}
	})
}

func TestAQuitEndsTheDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := &postbox{ctx: ctx, send: func(m tea.Msg) { t.Errorf("%T was sent", m) }}
		p.Result(0, 0, analysis.Result{})
		cancel()
		time.Sleep(time.Second)
		synctest.Wait()
		if err := p.Result(0, 0, analysis.Result{}); !errors.Is(err, context.Canceled) {
			t.Errorf("after quitting: %v", err)
		}
		time.Sleep(time.Second)
	})
}

// A result that names no change of the review must not end the program.
func TestWrongIndexesAreLeftOut(t *testing.T) {
	s := &session.Session{}
	s.Know(checked())
	for _, at := range [][2]int{{-1, 0}, {0, -1}, {14, 0}, {0, 4}} {
		s.Learn(at[0], at[1], done())
	}
	if ended, _, _ := s.Covered(); ended != 0 {
		t.Errorf("%d were counted", ended)
	}
}

// What has no answer when the review ends in an error is unknown, not waiting.
func TestAnEndBeforeTheAnswers(t *testing.T) {
	d := openAt(t, "half", theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
	d.send(endedMsg{errors.New("read the cache: no")})
	if !strings.Contains(d.screen(), "read the cache: no") {
		t.Errorf("the error is not shown:\n%s", d.screen())
	}
	screen := d.press("q").screen()
	if !strings.Contains(screen, "?   ?   ?\n") || strings.Contains(screen, ". waiting") || !strings.Contains(screen, "28 of 49 facts unknown") {
		t.Errorf("what was never answered:\n%s", screen)
	}
}
