//go:build !engines

package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
)

// A build without the libraries says so, and how to get the other one.
func TestHoldsNoEngine(t *testing.T) {
	e := find(t)
	_, err := e.OSV(t.Context(), engines.OSVRequest{Directory: "/nonexistent", Database: "/nonexistent"})
	failed, ok := errors.AsType[*engines.Error](err)
	if !ok || failed.Kind != engines.NoEngine || !strings.Contains(err.Error(), "hint: build both from one checkout of depreview: go build -tags engines ") {
		t.Errorf("got %v", err)
	}
}
