package lockfiles

import "testing"

func FuzzPipfileLock(f *testing.F) { fuzzFormat(f, pipfileLock{}, "Pipfile.lock") }
