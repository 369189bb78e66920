package cmd

import (
	"fmt"
	"io"
	"time"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/untrusted"
)

// staleAfter is how old advisories may be before a person is told: most
// malware is known within a week of its release.
const staleAfter = 7 * 24 * time.Hour

// age is a time span in words, rounded down: "3 days ago".
func age(d time.Duration) string {
	count := func(n int, unit string) string {
		if n != 1 {
			unit += "s"
		}
		return fmt.Sprintf("%d %s ago", n, unit)
	}
	switch {
	case d < -time.Minute:
		return "the future"
	case d < time.Hour:
		return "less than an hour ago"
	case d < 24*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/(24*time.Hour)), "day")
}

// warnOld tells which advisories are older than a week.
func warnOld(w io.Writer, info advisories.Info, now time.Time) error {
	for _, c := range info.Ecosystems {
		if old := now.Sub(c.AsOf); !c.AsOf.IsZero() && old > staleAfter {
			if _, err := fmt.Fprintf(w, "depreview: the %s advisories are of %s; what was found since is not in them\nhint: depreview db update\n",
				untrusted.Line(c.Ecosystem), age(old)); err != nil {
				return err
			}
		}
	}
	return nil
}
