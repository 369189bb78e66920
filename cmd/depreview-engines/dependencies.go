//go:build engines

package main

// The engines' libraries, kept in go.mod under one version selection with the
// viewer's, and built together with `go build -tags engines`.
import (
	_ "github.com/google/osv-scanner/v2/pkg/osvscanner"
	_ "github.com/ossf/scorecard/v5/pkg/scorecard"
)
