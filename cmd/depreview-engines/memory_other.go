//go:build !linux

package main

import "runtime/debug"

// limitMemory makes the collector try harder from 1.5 GB; other systems have no
// limit on data that holds.
func limitMemory() {
	debug.SetGCPercent(300) // it is short-lived
	debug.SetMemoryLimit(3 << 29)
}
