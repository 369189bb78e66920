package checks

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/spdx"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// licenseSide is what is known of the licence of one version.
type licenseSide struct {
	version  string
	stated   string        // as the source writes it; "" where nothing is stated
	reading  *spdx.Reading // nil: not known, and why
	why      string
	source   string // the host that stated it
	observed time.Time
}

func (s *licenseSide) expression() string {
	if s.reading == nil {
		return ""
	}
	return s.reading.String()
}

// text is the licence in a title.
func (s *licenseSide) text() string {
	if s.reading == nil {
		return licenseLine(s.stated)
	}
	return licenseLine(s.reading.String())
}

func (s *licenseSide) class() string {
	if s.reading == nil {
		return ""
	}
	return spdx.ClassOf(s.reading.Expression).String()
}

// licenseLine bounds a stranger's text: one line, of a length that fits.
func licenseLine(text string) string {
	const most = 80
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}

// sides asks the registry, and deps.dev where that states no licence that can
// be read. Head is nil when nothing can be said at all. An error beside it is
// of a service without which one side is not known.
func (k *licenseCheck) sides(ctx context.Context, c *diff.Change) (base, head *licenseSide, err error) {
	said, err := k.s.Registry.Compare(ctx, c)
	if err != nil {
		var failed *clients.Error
		// Who does not know the package, or must not be asked, is the end of it:
		// its name is no other service's business either.
		if !errors.As(err, &failed) || clients.StateOf(err) == clients.Absent {
			return nil, nil, err
		}
		said = &registry.Comparison{}
	}
	side := func(p *lockfiles.Package, r *registry.Release) *licenseSide {
		s := &licenseSide{version: p.Version, why: "the registry states none"}
		if err != nil {
			s.why = clients.Why(err)
		}
		if said.Package != nil {
			s.source, s.observed = said.Package.Source, said.Package.Observed
			switch {
			case r == nil:
				s.why = s.source + " does not list this version"
			case r.Detail != nil:
				s.stated = r.Detail.License
			}
		}
		s.read()
		return s
	}
	head = side(c.Head, said.Head)
	failed := k.second(ctx, c.Head, head)
	if c.Base != nil && c.Base.ID == c.Head.ID && said.BaseUnasked == "" {
		base = side(c.Base, said.Base)
		failed = errors.Join(failed, k.second(ctx, c.Base, base))
	}
	// What the registry could not say is no loss when the other could.
	open := head.reading == nil || base != nil && base.reading == nil
	switch {
	case !open:
		return base, head, nil
	case err != nil:
		return base, head, err
	case said.Package.Incomplete != nil:
		return base, head, said.Package.Incomplete
	}
	return base, head, failed
}

func (s *licenseSide) read() {
	if s.stated == "" {
		return
	}
	var err error
	if s.reading, err = spdx.Read(s.stated); err != nil {
		s.why = err.Error()
	}
}

// depsDevSystems are the ecosystems that deps.dev knows, by its names.
var depsDevSystems = map[string]string{
	"npm": "NPM", "pypi": "PYPI", "golang": "GO", "cargo": "CARGO", "maven": "MAVEN", "nuget": "NUGET", "gem": "RUBYGEMS",
}

// second asks deps.dev for the licence of a version of a public package. The
// error is why it could not; that it knows nothing is none.
func (k *licenseCheck) second(ctx context.Context, p *lockfiles.Package, s *licenseSide) error {
	system := depsDevSystems[p.Ecosystem]
	if s.reading != nil || system == "" || !k.s.Clients.Public(p.ID) {
		return nil
	}
	version := p.Version
	if p.Ecosystem == "gem" {
		version, _ = lockfiles.SplitGemVersion(version)
	}
	ctx, seen := clients.Observe(ctx)
	found, err := k.s.Clients.DepsDev.Version(ctx, clients.DepsDevKey{System: system, Name: p.Name, Version: version})
	if clients.StateOf(err) == clients.Absent {
		return nil
	}
	if err != nil {
		return err
	}
	// Several are as little told to be a choice as those of a registry.
	stated := strings.Join(found.Licenses, ", ")
	reading, err := spdx.Read(stated)
	if err != nil {
		return nil
	}
	s.reading, s.why = reading, ""
	if s.stated == "" {
		s.stated = stated
	}
	s.source, s.observed = k.s.Clients.DepsDev.Host(), seen.Oldest()
	return nil
}
