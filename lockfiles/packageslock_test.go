package lockfiles

import "testing"

func FuzzPackagesLock(f *testing.F) { fuzzFormat(f, packagesLock{}, "packages.lock.json") }
