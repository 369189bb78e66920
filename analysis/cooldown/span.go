package cooldown

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/depreview/depreview/lockfiles/pattern"
)

const day = 24 * time.Hour

// units of spans, as the tools write them. Tools that know months take them for
// thirty days, and years for 365.
var units = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "sec": time.Second, "second": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hour": time.Hour,
	"d": day, "day": day, "w": 7 * day, "wk": 7 * day, "week": 7 * day,
	"mo": 30 * day, "month": 30 * day, "y": 365 * day, "yr": 365 * day, "year": 365 * day,
}

var (
	spanPart = pattern.New(`^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*,?`)
	isoSpan  = pattern.New(`^[Pp](?:(\d+)[Yy])?(?:(\d+)[Mm])?(?:(\d+)[Ww])?(?:(\d+)[Dd])?(?:[Tt](?:(\d+)[Hh])?(?:(\d+)[Mm])?(?:(\d+(?:\.\d+)?)[Ss])?)?$`)
)

// span reads "3 days", "1w 2d", "P3DT12H"; a bare number counts in bare, and
// when that is 0 only the number 0 is one.
func span(text string, bare time.Duration) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		if bare == 0 && n != 0 {
			return 0, false
		}
		return scaled(n, bare)
	}
	if iso := isoSpan.FindStringSubmatch(text); iso != nil && len(text) > 2 {
		return isoSum(iso[1:])
	}
	var sum time.Duration
	for rest := text; rest != ""; {
		part := spanPart.FindStringSubmatch(rest)
		if part == nil {
			return 0, false
		}
		unit, ok := units[strings.ToLower(part[2])]
		if !ok {
			unit, ok = units[strings.ToLower(strings.TrimSuffix(part[2], "s"))]
		}
		n, err := strconv.ParseFloat(part[1], 64)
		add, fits := scaled(n, unit)
		if !ok || err != nil || !fits || sum > math.MaxInt64-add {
			return 0, false
		}
		sum += add
		rest = rest[len(part[0]):]
	}
	return sum, text != ""
}

func isoSum(parts []string) (time.Duration, bool) {
	var sum time.Duration
	for i, unit := range []time.Duration{365 * day, 30 * day, 7 * day, day, time.Hour, time.Minute, time.Second} {
		if parts[i] == "" {
			continue
		}
		n, err := strconv.ParseFloat(parts[i], 64)
		add, ok := scaled(n, unit)
		if err != nil || !ok || sum > math.MaxInt64-add {
			return 0, false
		}
		sum += add
	}
	return sum, true
}

// scaled is n units, for what a cooldown can be: from nothing to a century.
func scaled(n float64, unit time.Duration) (time.Duration, bool) {
	const century = 100 * 365 * day
	product := n * float64(unit)
	if math.IsNaN(product) || product < 0 || product > float64(century) {
		return 0, false
	}
	return time.Duration(product), true
}

// moment reads a day or a time; a time without a zone is UTC's, because the
// tools take that of whoever runs them, which the file does not tell. dated
// tells that there was no time of day.
func moment(text string) (at time.Time, dated, ok bool) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), layout == "2006-01-02", true
		}
	}
	return time.Time{}, false, false
}

// setAge reads a span into a demand.
func (d *Demand) setAge(key string, value *node, bare time.Duration) error {
	if !value.scalar() {
		return value.unexpected(key, "a span of time")
	}
	age, ok := span(value.text, bare)
	if !ok || value.is(word) {
		return errorAt(value.line, "%s is %q, which is no span of time", key, oneLine(value.text))
	}
	d.Age = age
	return nil
}
