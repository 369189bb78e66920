package pattern

import "testing"

func TestBrokenPatternsFailInTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a broken expression was made, and would fail at its first use only")
		}
	}()
	New("(")
}

func TestPatternIsCompiledOnce(t *testing.T) {
	p := New(`^v(\d+)`)
	if p.compiled() != p.compiled() {
		t.Error("compiled twice")
	}
	if got := p.FindStringSubmatch("v12.3"); len(got) != 2 || got[1] != "12" {
		t.Errorf("found %q", got)
	}
}
