//go:build engines

package main

import (
	_ "github.com/google/osv-scanner/v2/pkg/osvscanner"
	_ "github.com/ossf/scorecard/v5/pkg/scorecard"
)
