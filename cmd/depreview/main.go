// Command depreview reviews dependency updates the way one reviews code.
package main

import (
	"os"

	"github.com/depreview/depreview/cmd"
)

func main() { os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
