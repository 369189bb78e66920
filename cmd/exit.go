package cmd

// The exit codes, as the README states them.
const (
	exitOK = 0
	// exitFailed: what was asked was done, and something fails.
	exitFailed = 1
	// exitUsage: the command line, the repository or the revision is wrong, or
	// the review could not be done at all.
	exitUsage = 2
	// exitIncomplete: the review was done, and at least one lockfile could not
	// be read, so that nothing is known of it.
	exitIncomplete = 3
)
