package posture

// Code is a kind of finding, as the README and SARIF's rules tell it.
type Code struct {
	Name    string
	Outcome string // those that it can have, the worst first: "fail, warn"
	Means   string // one sentence without its full stop
}

// Codes is every code that the rules emit, in the order of the README.
var Codes = []Code{
	{"token-in-file", "fail", "a settings file holds a token or password; its value is never shown"},
	{"registry-plain-http", "fail", "packages are fetched over plain http"},
	{"certificate-unchecked", "warn", "certificates of a registry are not checked"},
	{"install-scripts-run", "warn, info", "installing runs the scripts of packages that nobody named; info where that depends on the package manager's version"},
	{"extra-index", "warn", "a second package index can slip in a package of the same name"},
	{"requirements-unhashed", "info", "requirements without the hashes of their files"},
	{"requirements-unpinned", "info", "a requirements file that names no version"},
	{"cooldown-missing", "info", "a package manager that could wait takes releases as soon as they are published"},
	{"trust-policy-missing", "info", "pnpm's trustPolicy is not no-downgrade"},
	{"exotic-dependencies", "warn, info", "pnpm lets dependencies bring others from git or any address; warn where that was switched on"},
	{"update-bot-missing", "warn", "neither Dependabot nor Renovate is configured in the repository"},
	{"update-bot-leaves-out", "info", "no entry of dependabot.yml is about a lockfile"},
	{"bot-cooldown-missing", "warn", "the bot proposes releases as soon as they are published"},
	{"workflow-permissions-missing", "warn", "a workflow does not state what its token may do"},
	{"workflow-permissions-write-all", "warn", "a workflow's token may write everything"},
	{"action-unpinned", "warn, info", "an action is at a tag or branch and not at a full commit; info for GitHub's own"},
	{"image-unpinned", "warn", "a step runs a container image that is not at a digest"},
	{"privileged-checkout", "fail, warn", "a workflow with token and secrets checks out a stranger's code; warn behind a condition that a person meets"},
	{"script-injection", "fail, warn", "a stranger's text is pasted into a script; fail where the run has token and secrets"},
	{"ci-ignores-lockfile", "info", "CI installs in a way that may change the lockfile, or passes it over"},
	{"ci-installs-unhashed", "info", "CI installs requirements without hashes"},
	{"ci-installs-newest", "info", "CI installs whatever release is the newest"},
	{"publish-token", "warn", "a release is published with a long-lived token where the registry trusts workflows"},
	{"publish-no-provenance", "warn", "npm publish with a token and without --provenance"},
	{"attestations-off", "warn", "the attestations of a PyPI release are switched off"},
	{"release-not-attested", "info", "files are uploaded to a release, and no workflow attests any"},
	{"sbom-missing", "info", "releases or images are published, and nothing writes a bill of materials"},
	{"security-policy-missing", "info", "there is no SECURITY.md"},
	{"license-file-missing", "warn, info", "there is no licence file; info where a manifest names the licence"},
	{"license-expression-missing", "info", "a manifest that is published names no licence"},
	{"license-expression-invalid", "warn", "a manifest's licence is no SPDX expression"},
	{"scorecard-binary-artifacts", "warn", "with --engine scorecard: a program or library lies among the source"},
	{"scorecard-dangerous-workflow", "fail", "with --engine scorecard: a stranger's code or text reaches a workflow with token and secrets"},
	{"scorecard-dependency-update-tool", "warn", "with --engine scorecard: no configuration of an update bot"},
	{"scorecard-license", "info", "with --engine scorecard: no licence file, or none whose name tells a licence"},
	{"scorecard-pinned-dependencies", "info", "with --engine scorecard: an action, image, script or package is fetched without a hash"},
	{"scorecard-sast", "info", "with --engine scorecard: no workflow runs a static analysis that Scorecard knows"},
	{"scorecard-security-policy", "info", "with --engine scorecard: no security policy, or one that says too little"},
	{"scorecard-token-permissions", "warn", "with --engine scorecard: a workflow's token may write more than it should have to, or it is not said"},
}
