package tui

import (
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/screens"
	"github.com/depreview/depreview/tui/session"
)

// Result is kept; what was found is told once all of it is known.
func (p *plain) Result(change, check int, r analysis.Result) error {
	p.s.Learn(change, check, r)
	return p.ctx.Err()
}

// Done tells what was found: how much is known, and each change that has a
// failure or a warning, by the number it was listed under.
func (p *plain) Done(analysis.Coverage) error {
	s := p.s
	s.Gathered()
	if !s.Checked() || len(s.Items) == 0 {
		return p.ctx.Err()
	}
	fail, warn := s.Tally()
	p.say("%s with a failure, %s with a warning at worst.", session.Count(fail, "change"), session.Count(warn, "change"))
	told := 0
	for number, item := range s.Order {
		if !s.Items[item].Eyes {
			continue
		}
		if told++; told > plainPage {
			p.say("And %d more; open them by their numbers.", fail+warn-plainPage)
			break
		}
		p.say("Change %d. %s, %s.", number+1, s.Items[item].Label, s.Moved(&s.Items[item]))
		for _, line := range screens.FindingSentences(s, item) {
			if strings.HasPrefix(line, analysis.Fail.String()) || strings.HasPrefix(line, analysis.Warn.String()) {
				p.say("  %s", line)
			}
		}
	}
	p.coverage()
	return p.ctx.Err()
}

// coverage says how much is known; the last thing said of a review.
func (p *plain) coverage() {
	if offline := p.s.Offline(); offline != "" {
		p.say("%s", offline)
	}
	if line := p.s.Coverage(); line != "" {
		p.say("%s.", strings.ToUpper(line[:1])+line[1:])
	}
}

// evidence says all that was read of the change opened last.
func (p *plain) evidence() {
	for _, line := range screens.EvidenceSentences(p.s, p.s.Order[p.at-1]) {
		p.say("  %s", line)
	}
}

// live asks for the live score of the change opened last, and tells its tab.
func (p *plain) live() error {
	item := p.s.Order[p.at-1]
	if why := screens.RefusesLive(p.s, item); why != "" {
		p.say("No live score: %s.", why)
		return nil
	}
	p.say("The source of both versions is being fetched and scored, which takes up to 4 minutes.")
	_, err := p.s.Review.Live(p.ctx, []int{item}, p)
	if p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	if err != nil {
		p.say("It failed: %s.", p.s.Safe(err.Error()))
	}
	for _, line := range screens.LiveSentences(p.s, item) {
		p.say("  %s", line)
	}
	p.coverage()
	return nil
}

// again asks for the evidence of the change opened last once more.
func (p *plain) again() error {
	p.say("Asking again.")
	_, err := p.s.Review.Again(p.ctx, []int{p.s.Order[p.at-1]}, p)
	if p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	if err != nil {
		p.say("Asking again failed: %s.", p.s.Safe(err.Error()))
	}
	p.open(p.at)
	p.coverage()
	return nil
}
