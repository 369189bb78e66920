package cmd

// The exit codes, as the README states them.
const (
	exitOK = 0
	// exitFound: an audit found advisories of at least the severity asked for, or
	// posture something that fails; or what was to be verified is not.
	exitFound = 1
	// exitUsage: the command line, the repository or the revision is wrong, or
	// the review could not be done at all.
	exitUsage = 2
	// exitIncomplete: the review was done, and at least one lockfile could not
	// be read, so that nothing is known of it; of an audit also, that nobody
	// answered for a package, or nothing can be told of it.
	exitIncomplete = 3
)
