package lockfiles

// absentCases names the bad inputs that a format cannot have, and why.
var absentCases = map[string]map[string]string{
	"requirements.txt": {"bad-empty": "an empty file requires nothing, and pip accepts it", "bad-unknown-schema": "the file states no version", "bad-deep-nesting": "nothing nests: markers are kept as text"},
}
