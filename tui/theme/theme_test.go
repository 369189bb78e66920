package theme

import (
	"reflect"
	"strings"
	"testing"
)

func TestWishes(t *testing.T) {
	for _, c := range []struct {
		name                  string
		wishes                Wishes
		colour, ascii, motion bool
	}{
		{"none", Wishes{}, true, false, true},
		{"NO_COLOR", Wishes{Environ: []string{"NO_COLOR=1"}}, false, false, true},
		{"NO_COLOR empty", Wishes{Environ: []string{"NO_COLOR="}}, true, false, true},
		{"CLICOLOR=0", Wishes{Environ: []string{"CLICOLOR=0"}}, false, false, true},
		{"CLICOLOR=1", Wishes{Environ: []string{"CLICOLOR=1"}}, true, false, true},
		{"dumb", Wishes{Environ: []string{"TERM=dumb"}}, false, true, false},
		{"options", Wishes{ASCII: true, NoColor: true, NoMotion: true}, false, true, false},
		{"the last setting counts", Wishes{Environ: []string{"NO_COLOR=1", "NO_COLOR="}}, true, false, true},
	} {
		th := New(c.wishes)
		if th.Coloured() != c.colour || th.ASCII != c.ascii || th.Motion != c.motion {
			t.Errorf("%s: colour %v, ascii %v, motion %v", c.name, th.Coloured(), th.ASCII, th.Motion)
		}
	}
}

func TestASCIITwins(t *testing.T) {
	ascii, full := reflect.ValueOf(symbols(true)), reflect.ValueOf(symbols(false))
	for i := range ascii.NumField() {
		if ascii.Field(i).Kind() != reflect.String {
			continue
		}
		name, text := ascii.Type().Field(i).Name, ascii.Field(i).String()
		if text == "" || full.Field(i).String() == "" {
			t.Errorf("%s is missing", name)
		}
		for _, r := range text {
			if r > '~' {
				t.Errorf("%s is %q in ASCII", name, text)
			}
		}
	}
}

func TestSpell(t *testing.T) {
	if got := (Theme{ASCII: true}).Spell("a宽é"); got != "a<U+5BBD><U+00E9>" {
		t.Error(got)
	}
	if got := (Theme{}).Spell("a宽é"); got != "a宽é" {
		t.Error(got)
	}
}

func TestWantsPlain(t *testing.T) {
	for env, want := range map[string]bool{"ACCESSIBLE=1": true, "ACCESSIBLE=0": false, "ACCESSIBLE=": false, "TERM=dumb": true, "TERM=xterm": false} {
		if WantsPlain([]string{env}) != want {
			t.Error(env)
		}
	}
}

// TestLightBackground: no yellow and no cyan on white, and each outcome looks
// like none of the others.
func TestLightBackground(t *testing.T) {
	th := New(Wishes{}).OnBackground(false)
	looks := make(map[string]string)
	for name, style := range map[string]Style{"block": th.Block, "warn": th.Warn, "pass": th.Pass, "unknown": th.Unknown, "accent": th.Accent, "strong": th.Strong, "faint": th.Faint} {
		on := style.on
		if twin := looks[on]; twin != "" {
			t.Errorf("%s looks like %s", name, twin)
		}
		looks[on] = name
		for _, colour := range []string{"33", "36", "37", "93", "96", "97"} {
			if strings.Contains(on, colour+"m") || strings.Contains(on, colour+";") {
				t.Errorf("%s is %q, which vanishes on white", name, on)
			}
		}
	}
}
