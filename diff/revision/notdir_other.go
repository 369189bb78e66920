//go:build !unix

package revision

func isNotDir(error) bool { return false }
