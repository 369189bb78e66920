//go:build unix

package cmd

import "syscall"

// ownSession keeps the terminal, and its Ctrl-C, from what is started.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
