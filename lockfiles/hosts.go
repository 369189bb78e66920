package lockfiles

// Hosts that package managers' own rules name, and that lockfiles therefore
// leave unsaid. Nothing here is ever connected to.

// PyPI's index is served by one host and the archives it lists by another: the
// two belong together.
const (
	pypiIndex = "https://pypi.org/"
	pypiFiles = "https://files.pythonhosted.org/"
)

// yarnGitHosts are the hosts whose https://host/owner/repository yarn 1 takes
// for a git repository without being told (git+https:, .git).
var yarnGitHosts = map[string]bool{"github.com": true, "gitlab.com": true, "bitbucket.org": true, "gist.github.com": true}
