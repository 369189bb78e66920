package cmd

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// openBrowser shows an https address in the person's browser. The address is
// one argument of a program that is named here and found on PATH; the program
// gets neither the terminal nor anything to read, and is not waited for.
func openBrowser(url string) error {
	if !strings.HasPrefix(url, "https://") {
		return errors.New("open a browser: only https addresses are opened")
	}
	name, args, err := browser(runtime.GOOS, os.Getenv, url)
	if err != nil {
		return err
	}
	c := exec.Command(name, args...)
	c.SysProcAttr = ownSession()
	if err := c.Start(); err != nil {
		return fmt.Errorf("open a browser: %w", err)
	}
	go c.Wait() // leaves no zombie; what became of it is the person's to see
	return nil
}

// browser is the program that opens an address, and its arguments.
func browser(system string, getenv func(string) string, url string) (name string, args []string, err error) {
	switch system {
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", url}, nil
	case "darwin":
		return "open", []string{url}, nil
	}
	// Without a display, xdg-open looks for a browser that draws on this very
	// terminal.
	if getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "" && getenv("WSL_DISTRO_NAME") == "" {
		return "", nil, errors.New("open a browser: this session has no display")
	}
	return "xdg-open", []string{url}, nil
}
