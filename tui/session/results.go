package session

import (
	"slices"

	"github.com/depreview/depreview/analysis"
)

// Mark is how the checks of one topic stand for one change. A larger one
// weighs more where several changes share a cell. The zero Mark is not checked.
type Mark uint8

// The marks.
const (
	NotChecked    Mark = iota // no check of this review is about it
	NotApplicable             // there is nothing to ask
	Told                      // all was asked, nothing bad found, and that is context: see analysis.Topic
	Good                      // all was asked, and nothing bad found
	Unknown                   // nothing can be said, or not all
	Waiting                   // not all has ended yet
	Running                   // asked again, and not answered yet
	Warned
	Failed
)

// Checked is how one check of one change stands. Its findings and its reason
// have passed the gate; its evidence has not, and does so when it is drawn.
type Checked struct {
	analysis.Result
	Ended   bool
	Running bool // asked again; what is here was said before
	Live    bool // asked again for a live score, which takes minutes
}

// Mark is how the check stands.
func (c *Checked) Mark() Mark {
	worst := c.Worst()
	switch {
	case c.Running:
		return Running
	case !c.Ended:
		return Waiting
	case worst == analysis.Fail:
		return Failed
	case worst == analysis.Warn:
		return Warned
	case c.State == analysis.StateNotApplicable:
		return NotApplicable
	case c.State == analysis.StateDone:
		return Good
	}
	return Unknown
}

// evidence is what a session knows from the checks of its review.
type evidence struct {
	results  []Checked // of change i and check j at i*checks+j
	marks    []Mark    // of change i and topic j at i*len(Topics)+j
	classes  []class   // of each change, as it is now
	sorted   []class   // of each change, as Order has it
	moved    int       // how many of them differ
	ordered  bool      // is any of sorted more than the rest
	byClass  [3]int    // how many changes are of each class
	topicOf  []int     // of each check
	topics   []bool    // has the topic a check
	open     int       // pairs that have not ended
	coverage analysis.Coverage

	listed   int // advisories in all results
	listedAt int // Version for which advisory was made
	advisory []Listed
}

// class is what the list can be sorted by: the worst first.
type class uint8

const (
	classFail class = iota
	classWarn
	classRest
)

// equip makes room for the results of the review.
func (s *Session) equip() {
	n, checks := len(s.Items), len(s.Review.Checks)
	s.evidence = evidence{
		results: make([]Checked, n*checks), marks: make([]Mark, n*len(analysis.Topics)),
		classes: make([]class, n), sorted: make([]class, n),
		topicOf: make([]int, checks), topics: make([]bool, len(analysis.Topics)), open: n * checks,
	}
	for j, c := range s.Review.Checks {
		s.topicOf[j] = slices.IndexFunc(analysis.Topics, func(t analysis.Topic) bool { return t.Name == c.Topic })
		if s.topicOf[j] >= 0 {
			s.topics[s.topicOf[j]] = true
		}
	}
	for i := range n {
		s.classes[i], s.sorted[i] = classRest, classRest
		for topic, checked := range s.topics {
			if checked {
				s.marks[i*len(analysis.Topics)+topic] = Waiting
			}
		}
	}
	s.byClass[classRest] = n
}

// Learn takes in what a check says of a change, in place of what it said
// before. Whoever calls it raises Version once for all of a tick.
func (s *Session) Learn(item, check int, r analysis.Result) {
	at := item*len(s.Review.Checks) + check
	if s.Review == nil || item < 0 || check < 0 || item >= len(s.Items) || check >= len(s.Review.Checks) {
		return // a fault of whoever reports; what is known stays
	}
	old := &s.results[at]
	s.listed += countAdvisories(&r) - countAdvisories(&old.Result)
	r.Reason = s.Safe(r.Reason)
	r.Findings = slices.Clone(r.Findings)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Code, f.Title, f.Source = s.Safe(f.Code), s.Safe(f.Title), s.Safe(f.Source)
		f.Detail, f.Fix = s.SafeBlock(f.Detail), s.SafeBlock(f.Fix)
	}
	if old.Ended {
		s.coverage.Replace(&old.Result, &r)
	} else {
		s.coverage.Add(&r)
		s.open--
	}
	*old = Checked{Result: r, Ended: true}
	s.Items[item].Told++
	s.judge(item)
}

// Asking marks the checks of a change as asked again, or, when it is over,
// those that gave no new answer as answered by the old one.
func (s *Session) Asking(item int, begins bool) {
	for j := range s.Review.Checks {
		c := &s.results[item*len(s.Review.Checks)+j]
		c.Running, c.Live = begins && c.Ended, false
	}
	s.asked(item)
}

// AskingLive is Asking where a live score is asked for, of one topic alone.
func (s *Session) AskingLive(item int, begins bool) {
	for j, info := range s.Review.Checks {
		if info.Topic == analysis.LiveTopic {
			c := &s.results[item*len(s.Review.Checks)+j]
			c.Running = begins && c.Ended
			c.Live = c.Running
		}
	}
	s.asked(item)
}

func (s *Session) asked(item int) {
	s.Items[item].Told++
	s.Version++
	s.judge(item)
}

// judge finds the marks of a change anew, and whether it ranks otherwise.
func (s *Session) judge(item int) {
	marks := s.Marks(item)
	for topic := range marks {
		marks[topic] = NotChecked
	}
	now := classRest
	for j, topic := range s.topicOf {
		c := &s.results[item*len(s.topicOf)+j]
		if topic >= 0 {
			mark := c.Mark()
			if mark == Good && analysis.Topics[topic].Context {
				mark = Told
			}
			marks[topic] = max(marks[topic], mark)
		}
		if c.Ended {
			switch c.Worst() {
			case analysis.Fail:
				now = classFail
			case analysis.Warn:
				now = min(now, classWarn)
			}
		}
	}
	s.Items[item].Eyes = now != classRest
	if was := s.classes[item]; was != now {
		s.byClass[was]--
		s.byClass[now]++
		differed, differs := was != s.sorted[item], now != s.sorted[item]
		if differs && !differed {
			s.moved++
		} else if differed && !differs {
			s.moved--
		}
		s.classes[item] = now
	}
}

// Marks is how each of analysis.Topics stands for a change.
func (s *Session) Marks(item int) []Mark {
	n := len(analysis.Topics)
	return s.marks[item*n : (item+1)*n]
}

// Worst is the heaviest mark of a change.
func (s *Session) Worst(item int) Mark {
	switch s.classes[item] {
	case classFail:
		return Failed
	case classWarn:
		return Warned
	}
	if len(s.Review.Checks) == 0 {
		return NotChecked
	}
	return slices.Max(s.Marks(item))
}

// Checks is how each of Review.Checks stands for a change.
func (s *Session) Checks(item int) []Checked {
	n := len(s.Review.Checks)
	return s.results[item*n : (item+1)*n]
}

// Ended tells whether every check of a change has been answered, and none is
// being asked again.
func (s *Session) Ended(item int) bool {
	return !slices.ContainsFunc(s.Checks(item), func(c Checked) bool { return !c.Ended || c.Running })
}

// Gathered takes note that nothing more comes by itself. What has not been
// answered by then is unknown, and says so.
func (s *Session) Gathered() {
	for at := range s.results {
		if !s.results[at].Ended {
			n := len(s.Review.Checks)
			s.Learn(at/n, at%n, analysis.Result{Reason: "the review ended before it was answered"})
		}
	}
	s.Version++
}

// Checking tells whether answers of the first round are still to come.
func (s *Session) Checking() bool { return s.open > 0 }

// Covered is how many pairs of a change and a check have ended, of how many,
// and what came of them.
func (s *Session) Covered() (ended, of int, c analysis.Coverage) {
	return len(s.results) - s.open, len(s.results), s.coverage
}

// HasTopic tells whether a check of this review is about a topic, by its index
// in analysis.Topics.
func (s *Session) HasTopic(topic int) bool { return topic < len(s.topics) && s.topics[topic] }

// AllKnown tells whether every change was answered about a topic.
func (s *Session) AllKnown(topic int) bool { return s.Unanswered(topic) == 0 }

// Unanswered is how many changes nothing, or not all, is known of about a
// topic.
func (s *Session) Unanswered(topic int) (n int) {
	for i := range s.Items {
		if m := s.Marks(i)[topic]; m == NotChecked || m == Unknown || m == Waiting || m == Running || m >= Warned && !s.certain(i, topic) {
			n++
		}
	}
	return n
}

// certain tells whether every check of a topic was done or had nothing to ask.
func (s *Session) certain(item, topic int) bool {
	for j, c := range s.Checks(item) {
		if s.topicOf[j] == topic && (!c.Ended || c.State == analysis.StateUnknown || c.State == analysis.StateNotSupported) {
			return false
		}
	}
	return true
}

// Checked tells whether this review has checks at all.
func (s *Session) Checked() bool { return s.Review != nil && len(s.Review.Checks) > 0 }

// Tally is how many changes have a failure, and how many a warning at worst.
func (s *Session) Tally() (fail, warn int) { return s.byClass[classFail], s.byClass[classWarn] }
