package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/theme"
)

// The checks of the reviews below: two of one topic, and topics without any.
var invented = []analysis.CheckInfo{
	{Name: "advisories", Topic: "advisories"},
	{Name: "install-scripts", Topic: "scripts"},
	{Name: "release-age", Topic: "release"},
	{Name: "publisher", Topic: "release"},
}

const (
	checkAdvisories = iota
	checkScripts
	checkAge
	checkPublisher
)

var (
	reviewed = time.Date(2026, 11, 21, 21, 0, 0, 0, time.UTC)
	observed = time.Date(2026, 11, 21, 20, 31, 0, 0, time.UTC)
)

// checked is the usual review with checks that have not said anything yet.
func checked() *analysis.Review {
	r := usual()
	r.Checks, r.Now = invented, reviewed
	return r
}

// changeOf is the index of a package's change.
func changeOf(t testing.TB, r *analysis.Review, name string) int {
	for i := range r.Diff.Changes {
		if r.Diff.Changes[i].Package().Name == name {
			return i
		}
	}
	t.Fatalf("no change of %s", name)
	return -1
}

func done(findings ...analysis.Finding) analysis.Result {
	for i := range findings {
		findings[i].Source, findings[i].Observed = "registry.example", observed
	}
	return analysis.Result{State: analysis.StateDone, Findings: findings}
}

func unknown(reason string) analysis.Result { return analysis.Result{Reason: reason} }

func finding(code string, o analysis.Outcome, title string) analysis.Finding {
	return analysis.Finding{Code: code, Outcome: o, Title: title}
}

func advisory(id string, effect advisories.Effect, level advisories.Level, have, fixed, summary string, path ...string) analysis.Advisory {
	epss := 0.031
	return analysis.Advisory{
		Difference: advisories.Difference{Effect: effect, Advisory: advisories.Advisory{
			ID: id, IDs: []string{id, "CVE-2026-" + id[len(id)-4:]}, Fixed: fixed, Status: advisories.IsAffected,
			Severity: advisories.Severity{Level: level, Ratings: []advisories.Rating{{Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", Score: 7.5, Level: level}}},
		}},
		Have: have, Summary: summary, Details: "The parser backtracks.\n\n- every input longer than 1 kB\n- no work-around", Path: path,
		URL: "https://osv.example/vulnerability/" + id, EPSS: &epss, KEV: lockfiles.No,
	}
}

func listed(list ...analysis.Advisory) analysis.Evidence {
	return analysis.Evidence{Claim: "advisories for the two versions", Source: "api.osv.example", Observed: observed, Body: analysis.Advisories(list)}
}

// answers is what the checks say of every change: most of it good, with each
// outcome, state and body somewhere.
func answers(t testing.TB, r *analysis.Review) []told {
	said := map[string]map[int]analysis.Result{}
	say := func(name string, check int, result analysis.Result) {
		if said[name] == nil {
			said[name] = map[int]analysis.Result{}
		}
		said[name][check] = result
	}
	flow := done(finding("advisory-introduced", analysis.Fail, "malicious code in event-flow"))
	mal := advisory("MAL-2026-0001", advisories.Introduced, advisories.Critical, "3.3.6", "", "malicious code in event-flow", "event-flow")
	mal.Malware, mal.Severity.Ratings = true, nil
	flow.Evidence = []analysis.Evidence{listed(mal)}
	say("event-flow", checkAdvisories, flow)
	script := done(analysis.Finding{Code: "script-added", Outcome: analysis.Warn, Title: "postinstall is new: node lib/.env.js",
		Detail: "3.3.5 ran nothing at install.", Fix: "read the files that it runs"})
	script.Evidence = []analysis.Evidence{{Claim: "what installing runs", Source: "registry.example", Observed: observed, Body: analysis.Scripts{
		{Hook: "postinstall", Head: "node lib/.env.js", Change: analysis.ScriptAdded},
		{Hook: "install", Base: "node-gyp rebuild", Head: "node-gyp rebuild", Change: analysis.ScriptSame, Allowed: lockfiles.Yes, Rule: "pnpm-workspace.yaml: allowBuilds.event-flow"},
	}}}
	say("event-flow", checkScripts, script)
	say("event-flow", checkAge, done(analysis.Finding{Code: "release-too-young", Outcome: analysis.Fail, Title: "3.3.6 was published 4 hours ago", Fix: "wait until it is 3 days old, as the project's own setting asks"}))
	publisher := done(finding("publisher-known", analysis.Pass, "the same publisher as the 41 releases before"))
	publisher.Evidence = []analysis.Evidence{
		{Claim: "the two releases", Source: "registry.example", Observed: observed, Body: analysis.Facts{
			{Name: "published", Base: "2026-10-02 10:11", Head: "2026-11-21 17:02", Look: analysis.Warn},
			{Name: "published by", Base: "trusted publisher (github)", Head: "acme-bot", Look: analysis.Fail},
			{Name: "license", Base: "MIT", Head: "MIT"},
			{Name: "size", Base: "2.1 MB", Head: "2.2 MB"},
			{Name: "downloads", Head: "1,204 last week"},
		}},
		{Claim: "pages", Body: analysis.Links{{Label: "package", URL: "https://registry.example/event-flow"}, {Label: "source", URL: "https://git.example/acme/event-flow"}}},
		{Claim: "release notes", Source: "git.example", Observed: observed.AddDate(0, 0, -3), Body: analysis.Text("## 3.3.6\n\n- faster start\n- a very long line of a release note that has to go on in the line below since it does not fit in eighty columns")},
		{Claim: "releases between", Body: analysis.Table{Heads: []string{"version", "published", "state"}, Rows: [][]string{{"3.3.5", "2026-10-02", ""}, {"3.3.6", "2026-11-21", "latest"}}}},
	}
	say("event-flow", checkPublisher, publisher)
	rng := done(finding("advisory-introduced", analysis.Warn, "GHSA-dddd-eeee-ffff: slow regular expression in parse()"))
	rng.Evidence = []analysis.Evidence{listed(advisory("GHSA-dddd-eeee-ffff", advisories.Introduced, advisories.High, "7.5.1", "7.5.2", "slow regular expression in parse()", "acme-http", "make-fetch", "range-parse"))}
	say("range-parse", checkAdvisories, rng)
	http := done(finding("advisory-fixed", analysis.Pass, "GHSA-aaaa-bbbb-cccc is fixed by 1.7.4"))
	http.Evidence = []analysis.Evidence{listed(advisory("GHSA-aaaa-bbbb-cccc", advisories.Fixed, advisories.High, "1.7.2", "1.7.4", "request smuggling"))}
	say("acme-http", checkAdvisories, http)
	net := done(finding("advisory-remains", analysis.Warn, "GO-2026-0001 affects both versions"))
	net.Evidence = []analysis.Evidence{listed(advisory("GO-2026-0001", advisories.Remains, advisories.Medium, "v0.33.0", "v0.34.0", "unbounded memory in the parser"))}
	say("example.org/net", checkAdvisories, net)
	say("left-padz", checkAge, unknown("registry.example did not answer in time"))
	say("left-padz", checkPublisher, done(finding("publisher-new", analysis.Info, "the first package of this account")))
	say("semver-lite", checkAdvisories, analysis.Result{State: analysis.StateNotSupported, Reason: "no source of advisories is known for it"})
	var list []told
	for i := range r.Diff.Changes {
		name := r.Diff.Changes[i].Package().Name
		for check := range r.Checks {
			result, ok := said[name][check]
			switch {
			case ok:
			case check == checkScripts:
				result = analysis.Result{State: analysis.StateNotApplicable, Reason: "nothing of it runs at install"}
			default:
				result = done()
			}
			list = append(list, told{i, check, result})
		}
	}
	return list
}

// stages are how far the checks of a review are.
var stages = map[string]func(testing.TB, *driver, *analysis.Review){
	"waiting": func(testing.TB, *driver, *analysis.Review) {},
	"half": func(t testing.TB, d *driver, r *analysis.Review) {
		list := answers(t, r)
		d.send(resultsMsg{list[:len(list)/2+2]})
	},
	"full": func(t testing.TB, d *driver, r *analysis.Review) {
		d.send(resultsMsg{answers(t, r)})
		d.send(doneMsg{})
	},
	"offline": func(t testing.TB, d *driver, r *analysis.Review) {
		every(d, r, unknown("offline, and not in the cache"))
	},
	"clean": func(t testing.TB, d *driver, r *analysis.Review) { every(d, r, done()) },
	"hostile": func(t testing.TB, d *driver, r *analysis.Review) {
		every(d, r, hostileResult())
	},
}

func every(d *driver, r *analysis.Review, result analysis.Result) {
	var list []told
	for i := range r.Diff.Changes {
		for check := range r.Checks {
			list = append(list, told{i, check, result})
		}
	}
	d.send(resultsMsg{list})
	d.send(doneMsg{})
}

// hostileResult holds a stranger's text in every place that has room for one.
func hostileResult() analysis.Result {
	const evil = "evil\x1b[2J\u202e\u200b\x07\nname 宽字符"
	long := evil + strings.Repeat(" long", 60)
	a := advisory("GHSA-"+evil, advisories.EffectUnknown, advisories.Unknown, evil, evil, long, evil, long)
	a.IDs, a.Details, a.Why, a.Severity.Word = []string{a.ID, evil}, long+"\r\n\t"+evil, evil, evil
	return analysis.Result{Reason: long, Findings: []analysis.Finding{
		{Code: evil, Outcome: analysis.Fail, Title: long, Detail: long + "\n" + evil, Fix: long, Source: evil, Observed: observed},
		{Code: "quiet"},
	}, Evidence: []analysis.Evidence{
		listed(a),
		{Claim: long, Source: evil, Body: analysis.Facts{{Name: evil, Base: long, Head: evil, Look: analysis.Fail}, {}}},
		{Claim: evil, Body: analysis.Table{Heads: []string{evil, long, evil}, Rows: [][]string{{long, evil}, {evil, long, evil, evil}, {}}}},
		{Claim: evil, Body: analysis.Text(long + "\n\n" + long)},
		{Claim: evil, Body: analysis.Links{{Label: evil, URL: "https://x.invalid/" + evil}}},
		{Claim: evil, Body: analysis.Scripts{{Hook: evil, Base: long, Head: evil, Change: analysis.ScriptChanged, Rule: evil}}},
		{Claim: evil},
	}}
}

func openAt(t testing.TB, stage string, w theme.Wishes, width, height int) *driver {
	d, r := newDriver(t, w, width, height), checked()
	d.send(changesMsg{r})
	stages[stage](t, d, r)
	return d
}

func TestCheckedFrames(t *testing.T) {
	for _, c := range []struct {
		name, stage string
		keys        []string
	}{
		{"checked-waiting", "waiting", nil},
		{"checked-half", "half", nil},
		{"checked", "full", nil},
		{"checked-sorted", "full", []string{"S", "t", "g"}},
		{"checked-offline", "offline", nil},
		{"checked-clean", "clean", nil},
		{"checked-page", "full", []string{"/", "=event", "enter", "enter"}},
		{"checked-page-advisories", "full", []string{"/", "=event", "enter", "enter", "tab"}},
		{"checked-page-scripts", "full", []string{"/", "=event", "enter", "enter", "tab", "tab"}},
		{"checked-page-release", "full", []string{"/", "=event", "enter", "enter", "tab", "tab", "tab"}},
		{"checked-page-unknown", "full", []string{"/", "=left", "enter", "enter", "tab", "tab", "tab"}},
		{"advisories", "full", []string{"2", "j"}},
		{"advisories-waiting", "waiting", []string{"2"}},
		{"advisories-offline", "offline", []string{"2"}},
		{"advisories-clean", "clean", []string{"2"}},
		{"checked-hostile", "hostile", nil},
		{"checked-hostile-release", "hostile", []string{"enter", "tab"}},
		{"advisories-hostile", "hostile", []string{"2"}},
	} {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				d := openAt(t, c.stage, theme.Wishes{NoColor: true, NoMotion: true}, size.width, size.height).press(c.keys...)
				d.fits()
				golden(t, name, d.screen())
			})
		}
	}
	d := openAt(t, "full", theme.Wishes{ASCII: true, NoColor: true, NoMotion: true}, 80, 24)
	golden(t, "checked-ascii-80x24", d.screen())
	d = openAt(t, "full", theme.Wishes{NoMotion: true}, 80, 24)
	golden(t, "checked-colour-80x24", strings.ReplaceAll(d.r.View().Content, "\x1b", "<ESC>")+"\n")
}
