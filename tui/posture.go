package tui

import (
	"context"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/screens"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// WantsPlain tells whether the person, or the environment, asks for no screen.
func (o Options) WantsPlain() bool { return o.Plain || theme.WantsPlain(o.Environ) }

// RunPosture shows a repository's posture on the terminal. read looks at it in
// its own goroutine and is cancelled through ctx when the person quits. Its
// error is shown as an error screen and returned, as with Run. Who wants no
// screen writes the text report instead: see WantsPlain.
func RunPosture(ctx context.Context, opts Options, read func(ctx context.Context) (*report.Posture, error)) error {
	t, k, err := opts.equip()
	if err != nil {
		return err
	}
	post := &postbox{}
	return runScreens(ctx, opts, newPostureRoot(t, k, post.told, outside{open: opts.Open}), post, func(ctx context.Context, _ analysis.Handler) error {
		p, err := read(ctx)
		if err == nil {
			post.send(postureMsg{p})
		}
		return err
	})
}

// newPostureRoot is the root before there is a posture.
func newPostureRoot(t theme.Theme, k *keys.Map, told func() session.Progress, world outside) *root {
	r := newRoot(t, k, told, world)
	r.stack = []screens.Screen{screens.NewPostureMessage(r.s, k)}
	return r
}
