// Package tui is the review on a terminal: it turns what a review reports into
// messages, and shows screens of what is known. It stands above analysis and
// below cmd, and is the only room that knows Bubble Tea.
package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/theme"
)

// Options is how the person wants the review shown. The environment is asked
// as well: NO_COLOR, CLICOLOR, TERM and ACCESSIBLE.
type Options struct {
	ASCII    bool // no character beyond ASCII
	NoColor  bool
	Plain    bool // questions line by line instead of a screen
	NoMotion bool // nothing moves by itself
	// Keys remaps actions, by the names in the table of bindings.
	Keys map[string][]string

	// Open shows an https address in the person's browser and returns at once;
	// nil or an error makes the screen copy the address instead.
	Open func(url string) error

	Input   io.Reader // the terminal; standard input when nil
	Output  io.Writer // the terminal; standard output when nil
	Environ []string  // "NAME=value"; the environment of the process when nil
}

// quitGrace is how long Run waits for the gathering to end once it has been
// cancelled: a person who quits is not kept.
const quitGrace = 100 * time.Millisecond

// Run opens the review on the terminal. start gathers it and reports to the
// handler; it runs in its own goroutine and is cancelled through ctx when the
// person quits. Its error is shown as an error screen and returned; that it was
// cancelled because the person quit is no error.
func Run(ctx context.Context, opts Options, start func(ctx context.Context, h analysis.Handler) error) error {
	if opts.Environ == nil {
		opts.Environ = os.Environ()
	}
	if opts.Input == nil {
		opts.Input = os.Stdin
	}
	if opts.Output == nil {
		opts.Output = os.Stdout
	}
	k, err := keys.New(opts.Keys)
	if err != nil {
		return err
	}
	t := theme.New(theme.Wishes{ASCII: opts.ASCII, NoColor: opts.NoColor, NoMotion: opts.NoMotion, Environ: opts.Environ})
	if opts.Plain || theme.WantsPlain(opts.Environ) {
		return runPlain(ctx, opts, t, start)
	}
	return runScreens(ctx, opts, t, k, start)
}

func runScreens(outer context.Context, opts Options, t theme.Theme, k *keys.Map, start func(context.Context, analysis.Handler) error) error {
	ctx, cancel := context.WithCancel(outer)
	defer cancel()
	post := &postbox{ctx: ctx}
	options := []tea.ProgramOption{
		tea.WithContext(outer), tea.WithInput(opts.Input), tea.WithOutput(opts.Output), tea.WithEnvironment(opts.Environ),
	}
	if !t.Coloured() {
		// The theme draws no colour, and the renderer shall add none.
		options = append(options, tea.WithColorProfile(colorprofile.Ascii))
	}
	program := tea.NewProgram(newRoot(t, k, post.told, outside{ask: post.again, open: opts.Open}), options...)
	post.send = program.Send

	ended := make(chan error, 1)
	go func() {
		err := start(ctx, post)
		post.deliver() // an error comes after what was learnt before it
		ended <- err
		program.Send(endedMsg{err})
	}()
	_, err := program.Run()
	cancel()
	if outer.Err() != nil {
		return outer.Err()
	}
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return err
	}
	select {
	case err = <-ended:
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	case <-time.After(quitGrace):
		return nil
	}
}
