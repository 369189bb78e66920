package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/screens"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// The smallest terminal that anything is drawn on.
const (
	minWidth  = 60
	minHeight = 15
)

// bands is how many lines stand above the body (title, tabs, rule) and, as
// many, below it (rule, status, keys).
const bands = 3

const (
	toastLife = 4 * time.Second
	tickEvery = 100 * time.Millisecond
)

// root is the model of the program: a stack of screens, the size of the
// terminal, and the one place where the session is written.
type root struct {
	s     *session.Session
	keys  *keys.Map
	stack []screens.Screen

	width, height int
	mouse         bool
	toast         string
	toasts        int // how many there were: the number of the present one
	frame         int // of the spinner
	told          func() session.Progress
	after         func(time.Duration, tea.Msg) tea.Cmd
	changes       *screens.Changes // the first screen, once there is a review
	posture       *screens.Posture // the first screen of a posture, once it is known
	audit         *screens.Audit   // the first screen of an audit, once it is known what is pinned
	outside
}

// outside is what the root asks of the world; each is a command, which waits
// where it must.
type outside struct {
	ask  func(review *analysis.Review, changes []int) tea.Cmd // ends with an askedMsg
	live func(review *analysis.Review, changes []int) tea.Cmd // ends with an askedMsg too
	open func(url string) error                               // nil where no browser can be opened
}

// The messages that come from outside of the screens.
type (
	changesMsg struct{ review *analysis.Review }
	resultsMsg struct{ list []told } // of one tick
	postureMsg struct{ posture *report.Posture }
	auditMsg   struct {
		exposure *exposure.Exposure
		doing    string // what is under way; "" once everything has ended
	}
	doneMsg  struct{}
	askedMsg struct {
		changes []int
		err     error
		live    bool // of a live score alone
	}
	openedMsg struct {
		url string
		err error
	}
	endedMsg struct{ err error }
	tickMsg  struct{}
	staleMsg struct{ toast int }
)

// told is what a check has said of a change.
type told struct {
	change, check int
	result        analysis.Result
}

func newRoot(t theme.Theme, k *keys.Map, told func() session.Progress, world outside) *root {
	r := &root{s: &session.Session{Theme: t}, keys: k, told: told, outside: world}
	r.after = func(d time.Duration, msg tea.Msg) tea.Cmd {
		return tea.Tick(d, func(time.Time) tea.Msg { return msg })
	}
	r.stack = []screens.Screen{screens.NewMessage(r.s, k)}
	return r
}

// Init asks the terminal for its background, and starts the clock that shows
// progress.
func (r *root) Init() tea.Cmd {
	cmds := []tea.Cmd{r.after(tickEvery, tickMsg{})}
	if r.s.Theme.Coloured() {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

// known tells whether there is something to show.
func (r *root) known() bool { return r.s.Review != nil || r.posture != nil || r.audit != nil }

func (r *root) top() screens.Screen { return r.stack[len(r.stack)-1] }

// Update takes one message.
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.width, r.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		r.s.Retheme(r.s.Theme.OnBackground(msg.IsDark()))
		r.refresh()
	case changesMsg:
		r.s.Know(msg.review)
		r.changes = screens.NewChanges(r.s, r.keys)
		r.stack = []screens.Screen{r.changes}
	case postureMsg:
		r.posture = screens.NewPosture(r.s, r.keys, msg.posture)
		r.stack = []screens.Screen{r.posture}
	case auditMsg:
		r.audited(msg)
	case resultsMsg:
		r.learn(msg.list)
	case doneMsg:
		r.s.Gathered()
		r.refresh()
	case askedMsg:
		return r, r.asked(msg)
	case openedMsg:
		return r, r.opened(msg)
	case endedMsg:
		return r, r.ended(msg.err)
	case tickMsg:
		return r, r.tick()
	case staleMsg:
		if msg.toast == r.toasts {
			r.toast = ""
		}
	case tea.KeyPressMsg:
		return r, r.press(msg)
	case tea.PasteMsg:
		if r.top().Typing() {
			return r, r.follow(r.top().Type(msg))
		}
	case tea.MouseClickMsg:
		if msg.Button == tea.MouseLeft && !r.tooSmall() {
			r.top().Click(msg.X, msg.Y-bands)
		}
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			r.top().Scroll(-3)
		} else if msg.Button == tea.MouseWheelDown {
			r.top().Scroll(3)
		}
	default:
		// An answer may come after its screen was covered or left; the one
		// that asked knows it by its type.
		var cmds []tea.Cmd
		for _, s := range r.stack {
			cmds = append(cmds, r.follow(s.Receive(msg)))
		}
		return r, tea.Batch(cmds...)
	}
	return r, nil
}

// ended takes the end of the gathering: without a review or with an error it
// has failed.
func (r *root) ended(err error) tea.Cmd {
	if err == nil && !r.known() {
		err = fmt.Errorf("read the revisions: nothing came of it\nhint: this is a fault of depreview; please report it")
	}
	if r.s.Review != nil {
		r.s.Gathered()
		r.refresh()
	}
	if err != nil {
		r.s.Failed(err)
		if r.s.Review != nil { // the list stays below
			r.stack = append(r.stack, screens.NewMessage(r.s, r.keys))
		}
		if r.audit != nil {
			r.audit.Stopped(err)
			r.stack = append(r.stack, screens.NewAuditMessage(r.s, r.keys, true))
		}
	}
	return nil
}

// tick shows how far the gathering is, until there is something else to show.
func (r *root) tick() tea.Cmd {
	if r.known() || r.s.Err != nil {
		return nil
	}
	r.s.Progressed(r.told())
	r.frame++
	return r.after(tickEvery, tickMsg{})
}

func (r *root) refresh() {
	for _, s := range r.stack {
		s.Refresh()
	}
}

// press gives a key its meaning on the screen on top.
func (r *root) press(msg tea.KeyPressMsg) tea.Cmd {
	if r.toast != "" {
		r.toast = ""
	}
	key := msg.String()
	if key == "ctrl+c" { // whatever else it is bound to, this always ends
		return tea.Quit
	}
	if r.top().Typing() {
		return r.follow(r.top().Type(msg))
	}
	b, ok := r.keys.Find(r.top().Kind(), key)
	if !ok {
		return nil
	}
	return r.run(b.Action)
}

// run carries out an action, or says why it cannot be done now.
func (r *root) run(a keys.Action) tea.Cmd {
	if why := r.top().Refuses(a); why != "" {
		return r.say(why)
	}
	switch a {
	case keys.Quit:
		return tea.Quit
	case keys.Close:
		if len(r.stack) == 1 {
			return tea.Quit
		}
		r.stack = r.stack[:len(r.stack)-1]
	case keys.Help:
		r.stack = append(r.stack, screens.NewHelp(r.s, r.keys, r.top()))
	case keys.ShowChanges:
		r.stack = []screens.Screen{r.changes}
		r.changes.Refresh()
	case keys.ShowAdvisories:
		r.stack = []screens.Screen{r.changes, screens.NewAdvisories(r.s, r.keys, r.changes)}
	case keys.Redraw:
		return tea.ClearScreen
	case keys.Mouse:
		r.mouse = !r.mouse
		if r.mouse {
			return r.say("the mouse selects rows now; " + r.keys.Key(keys.Mouse) + " gives it back to the terminal")
		}
		return r.say("the mouse selects text of the terminal again")
	default:
		return r.follow(r.top().Do(a))
	}
	return nil
}

// follow does what a screen asks of the root.
func (r *root) follow(e screens.Effect) tea.Cmd {
	cmds := []tea.Cmd{e.Cmd}
	if e.Close && len(r.stack) > 1 {
		r.stack = r.stack[:len(r.stack)-1]
	}
	if e.Open != nil {
		r.stack = append(r.stack, e.Open)
	}
	if e.Toast != "" {
		cmds = append(cmds, r.say(e.Toast))
	}
	if len(e.Ask) > 0 {
		cmds = append(cmds, r.askAgain(e.Ask))
	}
	if len(e.Live) > 0 {
		cmds = append(cmds, r.askLive(e.Live))
	}
	if e.Browse != "" {
		cmds = append(cmds, r.browse(e.Browse))
	}
	if e.Run != keys.None {
		cmds = append(cmds, r.run(e.Run))
	}
	return tea.Batch(cmds...)
}

// say shows a sentence in the status line for a while.
func (r *root) say(text string) tea.Cmd {
	r.toast = text
	r.toasts++
	return r.after(toastLife, staleMsg{r.toasts})
}
