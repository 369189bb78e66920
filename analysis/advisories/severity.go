package advisories

import (
	"slices"
	"strings"

	cvss20 "github.com/pandatix/go-cvss/20"
	cvss30 "github.com/pandatix/go-cvss/30"
	cvss31 "github.com/pandatix/go-cvss/31"
	cvss40 "github.com/pandatix/go-cvss/40"
)

// Level is how bad a vulnerability is, in CVSS's bands. The zero Level is
// unknown, which is not None.
type Level int

// The levels, so that a larger one is worse.
const (
	Unknown Level = iota
	None
	Low
	Medium
	High
	Critical
)

var levelNames = [...]string{"unknown", "none", "low", "medium", "high", "critical"}

func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return levelNames[Unknown]
	}
	return levelNames[l]
}

// Severity is how bad a vulnerability is, and who says so.
type Severity struct {
	// Level is the highest of the ratings; a malicious package is critical.
	Level Level
	// Ratings are the CVSS vectors that could be read, newest version first.
	Ratings []Rating
	// Word is the database's own, as it writes it, or "". It makes the Level
	// only where no vector does.
	Word string
}

// Rating is a CVSS vector with its score.
type Rating struct {
	Version string // 2.0, 3.0, 3.1, 4.0
	Vector  string
	Score   float64
	Level   Level
}

// words of the databases: GitHub's, Red Hat's, Ubuntu's.
var words = map[string]Level{
	"none": None, "negligible": Low, "low": Low, "moderate": Medium, "medium": Medium,
	"important": High, "high": High, "critical": Critical,
}

// SeverityOf is the severity of the record for the package of entry, one of
// its Affected; a nil entry asks for the record's own.
func (r *Record) SeverityOf(entry *Affected) Severity {
	scores, statements := r.Scores, []Specific{r.Specific}
	if entry != nil {
		// The schema lets a package's scores replace the record's.
		if len(entry.Scores) > 0 {
			scores = entry.Scores
		}
		statements = []Specific{entry.Database, entry.Ecosystem, r.Specific}
	}
	var s Severity
	for _, score := range scores {
		if strings.HasPrefix(score.Type, "CVSS_") {
			s.rate(score.Score)
		} else if s.Word == "" {
			s.Word = score.Score
		}
	}
	for _, statement := range statements {
		if s.Word == "" {
			s.Word = statement.Severity
		}
		if len(s.Ratings) == 0 && statement.CVSS != "" {
			s.rate(statement.CVSS)
		}
	}
	s.settle()
	if r.Malware() {
		s.Level = Critical
	}
	return s
}

// settle orders the ratings and finds the level.
func (s *Severity) settle() {
	slices.SortStableFunc(s.Ratings, func(a, b Rating) int { return strings.Compare(b.Version, a.Version) })
	for _, rating := range s.Ratings {
		s.Level = max(s.Level, rating.Level)
	}
	if len(s.Ratings) == 0 {
		s.Level = words[strings.ToLower(s.Word)]
	}
}

// rate adds a vector; one that cannot be read is left out.
func (s *Severity) rate(vector string) {
	rating := Rating{Vector: vector}
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		v, err := cvss40.ParseVector(vector)
		if err != nil {
			return
		}
		rating.Version, rating.Score = "4.0", v.Score()
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		v, err := cvss31.ParseVector(vector)
		if err != nil {
			return
		}
		rating.Version, rating.Score = "3.1", v.BaseScore()
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		v, err := cvss30.ParseVector(vector)
		if err != nil {
			return
		}
		rating.Version, rating.Score = "3.0", v.BaseScore()
	default:
		v, err := cvss20.ParseVector(vector)
		if err != nil {
			return
		}
		rating.Version, rating.Score = "2.0", v.BaseScore()
	}
	rating.Level = LevelOf(rating.Score)
	s.Ratings = append(s.Ratings, rating)
}

// LevelOf is the level of a CVSS base score, 0 to 10. CVSS 2 has no bands of its own.
func LevelOf(score float64) Level {
	switch {
	case score >= 9:
		return Critical
	case score >= 7:
		return High
	case score >= 4:
		return Medium
	case score > 0:
		return Low
	}
	return None
}
