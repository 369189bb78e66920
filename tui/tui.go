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
	t, k, err := opts.equip()
	if err != nil {
		return err
	}
	if opts.Plain || theme.WantsPlain(opts.Environ) {
		return runPlain(ctx, opts, t, start)
	}
	post := &postbox{}
	model := newRoot(t, k, post.told, outside{ask: post.again, live: post.live, open: opts.Open})
	return runScreens(ctx, opts, model, post, start)
}

// equip fills in what is not said, and makes the looks and the keys.
func (o *Options) equip() (t theme.Theme, k *keys.Map, err error) {
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	if o.Input == nil {
		o.Input = os.Stdin
	}
	if o.Output == nil {
		o.Output = os.Stdout
	}
	if k, err = keys.New(o.Keys); err != nil {
		return t, nil, err
	}
	return theme.New(theme.Wishes{ASCII: o.ASCII, NoColor: o.NoColor, NoMotion: o.NoMotion, Environ: o.Environ}), k, nil
}

func runScreens(outer context.Context, opts Options, model *root, post *postbox, start func(context.Context, analysis.Handler) error) error {
	ctx, cancel := context.WithCancel(outer)
	defer cancel()
	post.ctx = ctx
	options := []tea.ProgramOption{
		tea.WithContext(outer), tea.WithInput(opts.Input), tea.WithOutput(opts.Output), tea.WithEnvironment(opts.Environ),
	}
	if !model.s.Theme.Coloured() {
		// The theme draws no colour, and the renderer shall add none.
		options = append(options, tea.WithColorProfile(colorprofile.Ascii))
	}
	program := tea.NewProgram(model, options...)
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
