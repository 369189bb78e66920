package lockfiles

// absentCases names the bad inputs that a format cannot have, and why.
var absentCases = map[string]map[string]string{
	"go.mod":              {"bad-unknown-schema": "go.mod states no schema version; see bad-unknown-directive", "bad-deep-nesting": "a block holds lines, never blocks"},
	".terraform.lock.hcl": {"bad-unknown-schema": "the file states no schema version"},
	"github-actions":      {"bad-empty": "an empty workflow pins nothing and is right", "bad-unknown-schema": "workflows state no schema version"},
	"gradle.lockfile":     {"bad-unknown-schema": "the file states no schema version", "bad-deep-nesting": "lines do not nest"},
	"dockerfile":          {"bad-unknown-schema": "what # syntax names is the builder's business", "bad-duplicate-keys": "instructions have no keys", "bad-deep-nesting": "instructions do not nest"},
	"compose":             {"bad-unknown-schema": "Compose passes over the version that a file states"},
	"kubernetes":          {"bad-unknown-schema": "a custom resource has any apiVersion, and containers stand in any"},
	"pubspec.lock":        {"bad-unknown-schema": "the file states no schema version"},
	"requirements.txt":    {"bad-empty": "an empty file requires nothing, and pip accepts it", "bad-unknown-schema": "the file states no version", "bad-deep-nesting": "nothing nests: markers are kept as text"},
}
