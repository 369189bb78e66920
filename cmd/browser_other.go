//go:build !unix

package cmd

import "syscall"

// ownSession needs nothing here: what is started shares no terminal.
func ownSession() *syscall.SysProcAttr { return nil }
