package lockfiles

import "testing"

func TestAtMost(t *testing.T) {
	three := []Package{{Line: 1}, {Line: 2}, {Line: 3}}
	if err := atMost(3, "x.lock", three); err != nil {
		t.Error(err)
	}
	if err := atMost(2, "x.lock", three); err == nil || err.Error() != "x.lock:3: the file holds more than 2 entries" {
		t.Errorf("error %v", err)
	}
}
