package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/theme"
)

// Details that are longer than their room can be read to the end without
// leaving the list of advisories.
func TestAdvisoryDetailsScroll(t *testing.T) {
	d := openAt(t, "full", theme.Wishes{NoColor: true, NoMotion: true}, 80, 24).press("2", "j")
	if !strings.Contains(d.screen(), "lines 1 to 12 of 16") {
		t.Fatalf("that there is more is not said:\n%s", d.screen())
	}
	d.press("tab", "G")
	if screen := d.screen(); !strings.Contains(screen, "reading lines 5 to 16 of 16") || !strings.Contains(screen, "❯ BRINGS  GHSA-dddd") {
		t.Errorf("the details do not scroll, or the cursor moved:\n%s", screen)
	}
	if d.press("esc", "j"); !strings.Contains(d.screen(), "❯ REMAINS") {
		t.Errorf("esc does not go back to the list:\n%s", d.screen())
	}
	if d.press("k", "tab", "tab", "j"); !strings.Contains(d.screen(), "❯ REMAINS") {
		t.Errorf("tab does not go back to the list:\n%s", d.screen())
	}
}

// A heading asks again for what is unknown below it, and for nothing else.
func TestAskingAgainBelowAHeading(t *testing.T) {
	d := openAt(t, "full", theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
	var asked []int
	d.r.ask = func(_ *analysis.Review, changes []int) tea.Cmd {
		asked = append(asked, changes...)
		return nil
	}
	d.press("g", "r") // pnpm-lock.yaml
	if at := changeOf(t, d.r.s.Review, "left-padz"); len(asked) != 1 || asked[0] != at {
		t.Errorf("asked for %v, want %d alone:\n%s", asked, at, d.screen())
	}
	if d.press("]", "r"); len(asked) != 1 || !strings.Contains(d.screen(), "nothing below this row is unknown") {
		t.Errorf("asked for %v below a heading of which all is known:\n%s", asked, d.screen())
	}
}

// What is unknown is told with its reason and what to do.
func TestWhyIsTold(t *testing.T) {
	for _, c := range []struct {
		stage string
		keys  []string
		want  []string
	}{
		{"full", []string{"S"}, []string{"1 ? unknown, registry.example did not answer in time"}},
		{"full", []string{"g"}, []string{"all lockfiles: 2 of 43 facts unknown; 13 checks had nothing to ask",
			"?  1  registry.example did not answer in time", "?  1  cannot be asked by depreview", "r asks again for what is unknown below this row"}},
		{"offline", []string{"g"}, []string{"?  56  offline, and not in the cache", "depreview db update keeps the advisories for offline use"}},
		{"waiting", []string{"g"}, []string{"all lockfiles: 0 of 56 checks answered"}},
	} {
		d := openAt(t, c.stage, theme.Wishes{NoColor: true, NoMotion: true}, 119, 24).press(c.keys...)
		for _, want := range c.want {
			if !strings.Contains(d.screen(), want) {
				t.Errorf("%s: %q is not on screen:\n%s", c.stage, want, d.screen())
			}
		}
	}
}

// A topic that no check is about takes no column while others have one; it is
// still said that nobody looked.
func TestUncheckedTopicsTakeNoColumn(t *testing.T) {
	d := openAt(t, "clean", theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
	screen := d.screen()
	if strings.Contains(screen, "PRV") || !strings.Contains(screen, "ADV SCR REL") || !strings.Contains(screen, "not checked: provenance, scorecard, source") {
		t.Errorf("columns:\n%s", screen)
	}
	if screen = open(t, usual(), 100, 24).screen(); !strings.Contains(screen, "ADV SCR REL PRV") {
		t.Errorf("nothing is checked, and the columns do not say so:\n%s", screen)
	}
}
