package tui

import (
	"errors"
	"net/url"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/tui/session"
)

// learn takes in what came within one tick and shows it once.
func (r *root) learn(list []told) {
	if r.s.Review == nil {
		return
	}
	for _, t := range list {
		r.s.Learn(t.change, t.check, t.result)
	}
	r.s.Version++
	r.refresh()
}

// askAgain asks for the evidence of changes anew. What was said before stays
// until it is answered.
func (r *root) askAgain(changes []int) tea.Cmd {
	if r.ask == nil {
		return r.say("nothing can be asked here")
	}
	for _, i := range changes {
		r.s.Asking(i, true)
	}
	r.refresh()
	return r.ask(r.s.Review, changes)
}

// askLive asks for the live scores of changes. What was said before stays until
// they are here.
func (r *root) askLive(changes []int) tea.Cmd {
	if r.live == nil {
		return r.say("nothing can be asked here")
	}
	for _, i := range changes {
		r.s.AskingLive(i, true)
	}
	r.refresh()
	return r.live(r.s.Review, changes)
}

// asked is the end of asking again.
func (r *root) asked(msg askedMsg) tea.Cmd {
	asking, did := r.s.Asking, "asked again about "
	if msg.live {
		asking, did = r.s.AskingLive, "asked for the live score of "
	}
	for _, i := range msg.changes {
		asking(i, false)
	}
	r.refresh()
	if msg.err != nil {
		return r.say("asking again failed: " + r.s.Safe(strings.Join(strings.Fields(msg.err.Error()), " ")))
	}
	name := session.Count(len(msg.changes), "change")
	if len(msg.changes) == 1 {
		name = r.s.Items[msg.changes[0]].Label
	}
	return r.say(did + name)
}

// browse opens an address in the browser of the person. It came from a
// stranger, so that only what a browser alone will read goes out.
func (r *root) browse(address string) tea.Cmd {
	if !openable(address) {
		return r.say("not opened, as it is no https address: " + r.s.Safe(address))
	}
	open := r.open
	return func() tea.Msg {
		if open == nil {
			return openedMsg{address, errors.New("no browser")}
		}
		return openedMsg{address, open(address)}
	}
}

// openable tells whether an address is a plain https one.
func openable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || !strings.HasPrefix(address, "https://") {
		return false
	}
	return !strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"'`\\<>", r) })
}

// opened says what was opened, or leaves the address where the person can use
// it.
func (r *root) opened(msg openedMsg) tea.Cmd {
	if msg.err == nil {
		return r.say("opened " + msg.url)
	}
	return tea.Batch(tea.SetClipboard(msg.url), r.say("no browser opened; copied "+msg.url))
}
