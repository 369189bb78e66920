package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/module"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
)

// upstream is what the forge has of the versions of one change.
type upstream struct {
	source
	change   *diff.Change
	from, to string // as tags write them; "" where the change has no such side
	scheme   *tagScheme
	releases []clients.GitHubRelease
	tags     []string // of the releases, then of the list of tags
	listed   bool     // tags holds the list of tags too
	cut      bool     // that list is as long as lists can be
	versions []tagged // of tags
	oldTag   string
	newTag   string
	observed time.Time // when the forge said so
}

func newUpstream(c *diff.Change, s source) *upstream {
	return &upstream{source: s, change: c, from: tagVersionOf(c.Base), to: tagVersionOf(c.Head)}
}

func (u *upstream) addReleases(releases []clients.GitHubRelease) {
	for _, r := range releases {
		if !r.Draft && r.Tag != "" {
			u.releases = append(u.releases, r)
			u.tags = append(u.tags, r.Tag)
		}
	}
	u.read()
}

func (u *upstream) addTags(tags []clients.GitHubTag) {
	for _, t := range tags {
		u.tags = append(u.tags, t.Name)
	}
	u.listed, u.cut = true, len(tags) >= clients.GitHubMost
	u.read()
}

func (u *upstream) read() {
	p := u.change.Package()
	u.scheme = newTagScheme(p.Ecosystem, p.Name, u.dir, u.tags)
	u.versions = u.scheme.read(u.tags)
	if p.Ecosystem == "githubactions" { // the version is a tag, and a floating one such as v4 no version
		u.oldTag, u.newTag = amongTags(u.tags, u.from), amongTags(u.tags, u.to)
		return
	}
	u.oldTag, u.newTag = u.scheme.find(u.from, u.versions), u.scheme.find(u.to, u.versions)
}

func amongTags(tags []string, tag string) string {
	if tag != "" && slices.Contains(tags, tag) {
		return tag
	}
	return ""
}

func (u *upstream) bothTagged() bool {
	return u.newTag != "" && (u.oldTag != "" || u.change.Base == nil)
}

// released tells whether head is a version at all, and no commit.
func (u *upstream) released() bool {
	if _, ok := diff.Compare(u.change.Package().Ecosystem, u.to, u.to); !ok {
		return false
	}
	return !module.IsPseudoVersion(u.to)
}

// findings judges the tag of head by those of the versions before it: that a
// version has none says little of a project that does not tag (signal S07).
// The outcome is for the fact as well.
func (u *upstream) findings() ([]analysis.Finding, analysis.Outcome) {
	if u.newTag != "" || !u.listed || u.cut || !u.released() {
		return nil, analysis.Unknown
	}
	const looked, enough = 4, 3
	before := u.before(looked)
	with := 0
	for _, version := range before {
		if u.scheme.find(version, u.versions) != "" {
			with++
		}
	}
	f := analysis.Finding{
		Code: "no-tag-for-version", Outcome: analysis.Info, Source: u.host(), Observed: u.observed,
		Title: fmt.Sprintf("no tag in %s names %s", u.name, u.to),
		Detail: fmt.Sprintf("That the source is there is what %s says; a tag may come later than the release.",
			u.claimedBy),
	}
	switch {
	case with >= enough:
		f.Outcome = analysis.Warn
		f.Title += fmt.Sprintf("; %d of the %d versions before it have one", with, len(before))
		f.Fix = "ask upstream, or read the published files"
	case len(before) > 0:
		f.Title += fmt.Sprintf("; %d of the %d versions before it have none either", len(before)-with, len(before))
	}
	return []analysis.Finding{f}, f.Outcome
}

// before is the last versions that were published before head, final ones
// where head is final; none where the registry does not tell when.
func (u *upstream) before(most int) (versions []string) {
	if u.known == nil || u.known.Head == nil || u.known.Head.Published.IsZero() {
		return nil
	}
	head := u.known.Head
	for _, r := range slices.Backward(u.known.Package.Releases) {
		earlier := !r.Published.IsZero() && r.Published.Before(head.Published) && r.Version != head.Version
		if earlier && (isPrerelease(head.Version) || !isPrerelease(r.Version)) {
			if versions = append(versions, r.Version); len(versions) == most {
				break
			}
		}
	}
	return versions
}

// evidence are the facts, and the pages that are known to exist.
func (u *upstream) evidence(look analysis.Outcome) []analysis.Evidence {
	tag := func(tag, version string) string {
		switch {
		case tag != "":
			return tag
		case version != "" && u.listed && !u.cut:
			return "no tag names it"
		}
		return ""
	}
	facts := analysis.Facts{
		{Name: "tag", Base: tag(u.oldTag, u.from), Head: tag(u.newTag, u.to), Look: look},
		{Name: "repository known by", Base: "", Head: u.how()},
	}
	links := analysis.Links{{Label: "the repository " + u.name, URL: u.link("")}}
	if u.oldTag != "" && u.newTag != "" && u.oldTag != u.newTag {
		links = append(links, analysis.Link{
			Label: "compare " + u.oldTag + " with " + u.newTag, URL: u.link("/compare/", u.oldTag, u.newTag)})
	}
	evidence := []analysis.Evidence{u.shown("tags of the source in "+u.name, facts)}
	if !strings.HasPrefix(u.web, "https://") { // a forge on this computer, which links do not lead to
		return evidence
	}
	return append(evidence, u.shown("pages of the source", links))
}

func (u *upstream) shown(claim string, body analysis.Body) analysis.Evidence {
	return analysis.Evidence{Claim: claim, Source: u.host(), Observed: u.observed, Body: body}
}

const (
	noteMost     = 16 << 10 // bytes of one release's notes
	notesMost    = 64 << 10 // of all together
	releasesMost = 50
)

// notes are the releases after base up to head, the newest first; of a
// downgrade those that it takes back, of an addition head's own.
func (u *upstream) notes() (evidence []analysis.Evidence) {
	skipped, early := u.skipped()
	room := notesMost
	for i, r := range skipped {
		if i == releasesMost || room <= 0 {
			return append(evidence, u.shown(fmt.Sprintf("%d older releases are not shown", len(skipped)-i),
				analysis.Links{{Label: "all releases", URL: u.link("/releases")}}))
		}
		note := cutText(r.Body.V, min(noteMost, room))
		room -= len(note)
		one := u.shown(releaseTitle(r), analysis.Text(note))
		if u.change.Kind == diff.Downgraded {
			one.Claim += " (taken back)"
		}
		if note == "" {
			one.Claim, one.Body = one.Claim+": no notes", nil
		}
		evidence = append(evidence, one)
	}
	switch {
	case early > 0:
		evidence = append(evidence, u.shown(fmt.Sprintf("%d pre-releases between them are not shown", early), nil))
	case len(skipped) == 0:
		evidence = append(evidence, u.shown("no release notes of "+u.span(), nil))
	}
	return evidence
}

func (u *upstream) span() string {
	if u.change.Base == nil || u.from == "" {
		return u.to
	}
	return u.from + " to " + u.to
}

// skipped are the releases of the change, and how many pre-releases between
// two final versions were left out.
func (u *upstream) skipped() (releases []clients.GitHubRelease, early int) {
	low, high := u.from, u.to
	switch u.change.Kind {
	case diff.Downgraded:
		low, high = high, low
	case diff.Added, diff.Changed:
		low = ""
	}
	final := !isPrerelease(low) && !isPrerelease(high)
	type found struct {
		release clients.GitHubRelease
		version string
	}
	var all []found
	for _, r := range u.releases {
		v, ok := u.scheme.version(r.Tag)
		switch {
		case !ok || !u.scheme.between(v, low, high) || slices.ContainsFunc(all, func(f found) bool { return f.version == v }):
		case final && (r.Prerelease || isPrerelease(v)) && !u.scheme.same(v, high):
			early++
		default:
			all = append(all, found{r, v})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int {
		order, _ := diff.Compare(u.scheme.ecosystem, u.scheme.plain(b.version), u.scheme.plain(a.version))
		return order
	})
	for _, f := range all {
		releases = append(releases, f.release)
	}
	return releases, early
}

// releaseTitle is a release in one line: "v1.7.4: Fixes, 2026-11-18".
func releaseTitle(r clients.GitHubRelease) string {
	title := r.Tag
	if name := strings.Join(strings.Fields(r.Name.V), " "); name != "" && name != r.Tag {
		title += ": " + name
	}
	title = cutText(title, 200)
	if published, err := time.Parse(time.RFC3339, r.Published.V); err == nil {
		title += ", " + published.UTC().Format(time.DateOnly)
	}
	return title
}

// cutText is a stranger's text of at most so many bytes, cut between runes.
func cutText(text string, most int) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return fmt.Sprintf("%s... (%d bytes more)", text[:cut], len(text)-cut)
}
