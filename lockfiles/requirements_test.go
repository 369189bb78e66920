package lockfiles

import "testing"

func FuzzRequirements(f *testing.F) { fuzzFormat(f, requirements{}, "requirements.txt") }
