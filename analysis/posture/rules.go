package posture

// Rule is one thing that is looked at.
type Rule struct {
	Name  string // stable: "workflow-pins"
	About string // what it asks, as a sentence without its full stop
	run   func(r *reading)
}

// Rules is every rule. To add one, write its file and add its line.
var Rules = []Rule{
	{"secrets-in-settings", "no settings file of a package manager holds a password or token", secretsInSettings},
	{"registry-transport", "packages are fetched over https, with certificates checked", registryTransport},
	{"install-scripts", "installing runs no code of packages that nobody named", installScripts},
	{"extra-indexes", "no second package index can slip in a package of the same name", extraIndexes},
	{"hashes", "pinned Python requirements carry the hashes of their files", requirementHashes},
	{"cooldown", "package managers wait before they take a fresh release", managerCooldown},
	{"pnpm-trust", "pnpm refuses a fall of trust and exotic dependencies of dependencies", pnpmTrust},
	{"update-bot", "a bot proposes updates for every ecosystem, and waits before it does", updateBot},
	{"workflow-permissions", "workflows state what their token may do, and ask for little", workflowPermissions},
	{"workflow-pins", "workflows use actions at a full commit", workflowPins},
	{"workflow-triggers", "no workflow with secrets checks out a stranger's code", workflowTriggers},
	{"workflow-expressions", "no stranger's text is pasted into a script", workflowExpressions},
	{"ci-installs", "CI installs what the lockfile pins", ciInstalls},
	{"publish-credentials", "releases are published without long-lived tokens", publishCredentials},
	{"publish-attestations", "releases state where they were built", publishAttestations},
	{"sbom", "releases come with a bill of materials", sbom},
	{"security-policy", "it is said how to report a vulnerability", securityPolicy},
	{"license", "the licence is in a file, and the manifests name it by SPDX", licenses},
}
