package advisories

import (
	"encoding/binary"
	"errors"
	"time"
)

// The index keeps the part of a record that matching needs in a form of its
// own: fields in a fixed order, numbers as varints, texts behind their length.
// Reading JSON costs ten times as much, and a package like electron has two
// hundred records. Whoever changes the order raises schema.

type encoder []byte

func (e *encoder) num(n int)          { *e = binary.AppendUvarint(*e, uint64(n)) }
func (e *encoder) str(s string)       { e.num(len(s)); *e = append(*e, s...) }
func (e *encoder) strs(list []string) { each(e, list, e.str) }

func each[T any](e *encoder, list []T, one func(T)) {
	e.num(len(list))
	for _, item := range list {
		one(item)
	}
}

func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.num(0)
		return
	}
	e.num(1 + t.Nanosecond())
	*e = binary.AppendVarint(*e, t.Unix())
}

func (e *encoder) score(s Score) { e.str(s.Type); e.str(s.Score) }

func (e *encoder) specific(s Specific) {
	if s.IsZero() {
		e.num(0)
		return
	}
	e.num(1)
	e.str(s.Severity)
	e.str(s.CVSS)
	e.str(s.Informational)
	e.strs(s.CWEs)
	each(e, s.Imports, func(i Import) { e.str(i.Path); e.strs(i.Symbols) })
	each(e, s.Origins, func(o Origin) { e.str(o.Source) })
}

func (e *encoder) event(v Event) {
	e.str(v.Introduced)
	e.str(v.Fixed)
	e.str(v.LastAffected)
	e.str(v.Limit)
}

// encodeCore writes a record without Details and References.
func encodeCore(r *Record) []byte {
	e := make(encoder, 0, 512)
	e.str(r.ID)
	e.time(r.Modified)
	e.time(r.Published)
	e.time(r.Withdrawn)
	e.strs(r.Aliases)
	e.strs(r.Upstream)
	e.strs(r.Related)
	each(&e, r.Scores, e.score)
	each(&e, r.Affected, func(a Affected) {
		e.str(a.Package.Ecosystem)
		e.str(a.Package.Name)
		each(&e, a.Scores, e.score)
		each(&e, a.Ranges, func(r Range) { e.str(r.Type); e.str(r.Repo); each(&e, r.Events, e.event) })
		e.strs(a.Versions)
		e.specific(a.Ecosystem)
		e.specific(a.Database)
	})
	e.specific(r.Specific)
	e.str(r.Summary)
	return e
}

var errCodec = errors.New("a record is not what was written")

// decoder reads what an encoder wrote. Its texts are parts of one string. After
// a failure it gives zero values.
type decoder struct {
	rest   string
	failed bool
}

func (d *decoder) fail() { d.rest, d.failed = "", true }

func (d *decoder) uvarint() (n uint64) {
	for i := range min(len(d.rest), binary.MaxVarintLen64) {
		n |= uint64(d.rest[i]&0x7f) << (7 * i)
		if d.rest[i] < 0x80 {
			d.rest = d.rest[i+1:]
			return n
		}
	}
	d.fail()
	return 0
}

// num is a length, which is never more than what is left.
func (d *decoder) num() int {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) str() string {
	n := d.num()
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

// strs is list(d, d.str), written out: lists of versions are most of a record.
func (d *decoder) strs() []string {
	n := d.num()
	if n == 0 {
		return nil
	}
	items := make([]string, n) // num bounds it by what is left
	for i := range items {
		if short := d.rest; len(short) > 0 && short[0] < 0x80 && int(short[0]) < len(short) {
			end := 1 + int(short[0])
			items[i], d.rest = short[1:end], short[end:]
			continue
		}
		items[i] = d.str()
	}
	return items
}

// list grows with what is read where a length is large, so that a wrong one
// does not take the memory of a right one.
func list[T any](d *decoder, one func() T) []T {
	n := d.num()
	if n == 0 {
		return nil
	}
	items := make([]T, 0, min(n, 1<<12))
	for range n {
		items = append(items, one())
	}
	return items
}

func (d *decoder) time() time.Time {
	nanoseconds := d.uvarint()
	if nanoseconds == 0 {
		return time.Time{}
	}
	zigzag := d.uvarint()
	seconds := int64(zigzag>>1) ^ -int64(zigzag&1)
	return time.Unix(seconds, int64(nanoseconds-1)).UTC()
}

func (d *decoder) score() Score { return Score{Type: d.str(), Score: d.str()} }

func (d *decoder) event() Event {
	return Event{Introduced: d.str(), Fixed: d.str(), LastAffected: d.str(), Limit: d.str()}
}

func (d *decoder) span() Range { return Range{Type: d.str(), Repo: d.str(), Events: list(d, d.event)} }

func (d *decoder) specific() (s Specific) {
	if d.num() == 0 {
		return s
	}
	s.Severity, s.CVSS, s.Informational, s.CWEs = d.str(), d.str(), d.str(), d.strs()
	s.Imports = list(d, func() Import { return Import{Path: d.str(), Symbols: d.strs()} })
	s.Origins = list(d, func() Origin { return Origin{Source: d.str()} })
	return s
}

func (d *decoder) affected() (a Affected) {
	a.Package = Package{Ecosystem: d.str(), Name: d.str()}
	a.Scores = list(d, d.score)
	a.Ranges = list(d, d.span)
	a.Versions = d.strs()
	a.Ecosystem, a.Database = d.specific(), d.specific()
	return a
}

// decodeCore reads what encodeCore wrote.
func decodeCore(data []byte) (*Record, error) {
	d := &decoder{rest: string(data)}
	r := &Record{ID: d.str(), Modified: d.time(), Published: d.time(), Withdrawn: d.time()}
	r.Aliases, r.Upstream, r.Related = d.strs(), d.strs(), d.strs()
	r.Scores = list(d, d.score)
	r.Affected = list(d, d.affected)
	r.Specific = d.specific()
	r.Summary = d.str()
	if d.failed || d.rest != "" || r.ID == "" {
		return nil, errCodec
	}
	return r, nil
}
