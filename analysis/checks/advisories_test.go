package checks

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// acme is the records of acme-http: one is fixed by 2.0.0, one comes with it,
// one stays; and malware of another package.
func acme() *service {
	return &service{
		refs: map[string][]string{
			"acme-http 1.0.0":  {"GHSA-fixd-aaaa-aaaa", "GHSA-stay-aaaa-aaaa", "PYSEC-stay-0001"},
			"acme-http 2.0.0":  {"GHSA-come-aaaa-aaaa", "GHSA-stay-aaaa-aaaa", "PYSEC-stay-0001"},
			"left-padz 1.0.1":  {"MAL-2026-1"},
			"acme-old 1.0.0":   {"RUSTSEC-2026-1"},
			"acme-split 1.0.0": {"GHSA-diff-aaaa-aaaa"},
		},
		records: map[string]string{
			"GHSA-fixd-aaaa-aaaa": osvRecord("GHSA-fixd-aaaa-aaaa", "acme-http", severe+`,"summary":"reads too\nfar"`, events("introduced", "0", "fixed", "1.5.0")),
			"GHSA-come-aaaa-aaaa": osvRecord("GHSA-come-aaaa-aaaa", "acme-http", severe+`,"summary":"slow parse()","details":"# Slow\n\nVery.","aliases":["CVE-2026-1111"]`, events("introduced", "2.0.0", "fixed", "2.0.1")),
			"GHSA-stay-aaaa-aaaa": osvRecord("GHSA-stay-aaaa-aaaa", "acme-http", `"aliases":["PYSEC-stay-0001"],"details":"no summary here"`, events("introduced", "0")),
			"PYSEC-stay-0001":     osvRecord("PYSEC-stay-0001", "acme-http", "", events("introduced", "0")),
			"MAL-2026-1":          osvRecord("MAL-2026-1", "left-padz", `"summary":"Malicious code in left-padz"`, `"versions":["1.0.1"]`),
			"RUSTSEC-2026-1":      osvRecord("RUSTSEC-2026-1", "acme-old", `"summary":"unmaintained"`, events("introduced", "0")+`,"database_specific":{"informational":"unmaintained"}`),
			"GHSA-diff-aaaa-aaaa": osvRecord("GHSA-diff-aaaa-aaaa", "acme-split", severe, events("introduced", "3.0.0")),
		},
	}
}

func TestAdvisories(t *testing.T) {
	const (
		fixes   = "advisory-fixed pass GHSA-fixd-aaaa-aaaa high 7.5: reads too far"
		brings  = "advisory-introduced fail GHSA-come-aaaa-aaaa high 7.5: slow parse()"
		remains = "advisory-remains info GHSA-stay-aaaa-aaaa severity unknown: no summary here"
		malware = "malware fail MAL-2026-1 malware: Malicious code in left-padz"
	)
	for _, c := range []struct {
		name, pkg, from, to string
		want                []string
	}{
		{"fixes one, brings one, leaves one", "acme-http", "1.0.0", "2.0.0", []string{fixes, brings, remains}},
		{"added", "acme-http", "", "2.0.0", []string{brings, strings.Replace(remains, "remains info", "introduced warn", 1)}},
		{"removed", "acme-http", "1.0.0", "", []string{fixes, strings.Replace(remains, "remains info", "fixed pass", 1)}},
		{"malware", "left-padz", "1.0.0", "1.0.1", []string{malware}},
		{"malware is left", "left-padz", "1.0.1", "1.0.0", []string{strings.Replace(malware, "malware fail", "advisory-fixed pass", 1)}},
		{"malware stays", "left-padz", "1.0.1", "1.0.1", []string{malware}},
		{"informational", "acme-old", "", "1.0.0", []string{"advisory-informational info RUSTSEC-2026-1 unmaintained: unmaintained"}},
		{"the service and the ranges disagree", "acme-split", "", "1.0.0", []string{"advisory-unclear warn GHSA-diff-aaaa-aaaa high 7.5: the advisory has no summary"}},
		{"nothing", "acme-quiet", "1.0.0", "1.0.1", nil},
	} {
		slices.Sort(c.want)
		t.Run(c.name, func(t *testing.T) {
			online := acme()
			said, _, r, why := run(t, online.sources(t, ""), change(c.pkg, c.from, c.to))
			if !slices.Equal(said, c.want) || why != "" {
				t.Errorf("online: %q, %s", said, why)
			}
			for _, f := range r.Findings {
				if f.Source != "osv.invalid" || !f.Observed.Equal(today) {
					t.Errorf("by %s at %v", f.Source, f.Observed)
				}
			}
			if len(r.Evidence) != 1 || r.Evidence[0].Source != "osv.invalid" {
				t.Errorf("%+v", r.Evidence)
			}
			if strings.HasPrefix(c.name, "the service") {
				return // the index holds no such statement
			}
			down := acme()
			down.down = true
			for name, s := range map[string]Sources{"the network is down": down.sources(t, ""), "offline": {Offline: true}} {
				s.Index = index(t, acme().records)
				said, _, r, why := run(t, s, change(c.pkg, c.from, c.to))
				if !slices.Equal(said, c.want) || why != "" || len(r.Evidence) != 1 || r.Evidence[0].Source != "offline advisories of 2026-11-20" {
					t.Errorf("%s: %q, %s, %+v", name, said, why, r.Evidence)
				}
			}
		})
	}
}

func TestAdvisoriesBody(t *testing.T) {
	s := acme()
	s.kev = []string{"CVE-2026-1111"}
	said, body, r, _ := run(t, s.sources(t, ""), change("acme-http", "1.0.0", "2.0.0"))
	if !slices.Contains(said, "known-exploited fail GHSA-come-aaaa-aaaa is being exploited: slow parse()") {
		t.Errorf("%q", said)
	}
	if len(body) != 3 {
		t.Fatalf("%d advisories", len(body))
	}
	come, stay, fixed := body[0], body[1], body[2]
	if come.Effect != advisories.Introduced || come.Have != "2.0.0" || come.Fixed != "2.0.1" || come.Details != "# Slow\n\nVery." ||
		come.EPSS == nil || *come.EPSS != 0.25 || come.KEV != lockfiles.Yes || !strings.HasSuffix(come.URL, "/GHSA-come-aaaa-aaaa") {
		t.Errorf("%+v", come)
	}
	// Without a CVE id neither service says anything of it.
	if stay.Effect != advisories.Remains || len(stay.IDs) != 2 || stay.EPSS != nil || stay.KEV != lockfiles.Unclaimed {
		t.Errorf("%+v", stay)
	}
	if fixed.Effect != advisories.Fixed || fixed.Have != "1.0.0" {
		t.Errorf("%+v", fixed)
	}
	if r.Evidence[0].Claim != "advisories: 1 introduced, 1 fixed, 1 remains" {
		t.Error(r.Evidence[0].Claim)
	}
	s = acme()
	s.noEPSS = true
	_, body, _, why := run(t, s.sources(t, ""), change("acme-http", "", "2.0.0"))
	if why != "" || body[0].EPSS != nil || body[0].KEV != lockfiles.No {
		t.Errorf("EPSS fails: %s, %+v", why, body[0])
	}
}

func TestAdvisoriesUnknown(t *testing.T) {
	down, refused, partial := acme(), acme(), acme()
	down.down = true
	partial.broken = map[string]bool{"GHSA-come-aaaa-aaaa": true}
	damaged := Sources{Offline: true, IndexErr: fmt.Errorf("open /home/ada/index.db: %w\nhint: x", advisories.ErrDamaged)}
	for _, c := range []struct {
		name    string
		sources Sources
		pkg     string
		why     string
		want    []string
	}{
		{"network down, no index", down.sources(t, ""), "acme-http", "osv.invalid could not be reached", nil},
		{"offline, no index", Sources{Offline: true, IndexErr: advisories.ErrAbsent}, "acme-http", "there is no offline advisory database", nil},
		{"offline, damaged", damaged, "acme-http", "the offline advisory database is damaged", nil},
		{"the question is refused", refused.sources(t, ""), "refused", "the name cannot be asked for", nil},
		{"half of the records fail", partial.sources(t, ""), "acme-http", "osv.invalid failed (500)", []string{
			"advisory-introduced warn GHSA-stay-aaaa-aaaa severity unknown: no summary here",
			"advisory-unclear warn GHSA-come-aaaa-aaaa severity unknown: the advisory could not be read"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, _, r, why := run(t, c.sources, change(c.pkg, "", "2.0.0"))
			if why != c.why || !slices.Equal(said, c.want) {
				t.Errorf("%q, %q", why, said)
			}
			if len(c.want) == 0 && len(r.Evidence) > 0 {
				t.Errorf("nothing is known, and %q", r.Evidence[0].Claim)
			}
		})
	}
	// What the service cannot give, the index may have.
	withIndex := partial.sources(t, "")
	withIndex.Index = index(t, acme().records)
	said, _, _, why := run(t, withIndex, change("acme-http", "", "2.0.0"))
	if why != "" || len(said) != 2 || !strings.HasPrefix(said[0], "advisory-introduced fail GHSA-come") {
		t.Errorf("%q, %s", said, why)
	}
	// An index of other ecosystems knows nothing.
	pypi := change("acme-http", "", "2.0.0")
	pypi.Head.Ecosystem = "pypi"
	_, _, _, why = run(t, Sources{Offline: true, Index: withIndex.Index}, pypi)
	if why != "the offline database holds no PyPI advisories" {
		t.Error(why)
	}
}

func TestAdvisoriesThatDoNotApply(t *testing.T) {
	for _, c := range []struct{ ecosystem, origin string }{
		{"terraform", ""}, {"docker", ""}, {"generic", "https://files.example/x.tgz"}, {"npm", "file:../acme"}, {"cargo", "path+crates/acme"},
	} {
		change := change("acme-http", "", "2.0.0")
		change.Head.Ecosystem, change.Head.Origin = c.ecosystem, c.origin
		s := acme()
		r, err := advisoryCheck{s.sources(t, "")}.Run(t.Context(), change, &analysis.Review{})
		if err == nil || len(r.Findings) > 0 || s.batches.Load() > 0 {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestAdvisoriesOfACommit(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	s := acme()
	s.refs[commit] = []string{"GHSA-come-aaaa-aaaa"}
	c := change("acme-http", "1.0.0", "2.0.0")
	c.Head.Origin = "git+ssh://git@git.example/acme/http.git#" + commit
	said, _, _, why := run(t, s.sources(t, ""), c)
	// 2.0.0 is only a word of the repository: nothing is called fixed by it.
	want := []string{
		"advisory-introduced fail GHSA-come-aaaa-aaaa high 7.5: slow parse()",
		"advisory-unclear warn GHSA-fixd-aaaa-aaaa high 7.5: reads too far",
		"advisory-unclear warn GHSA-stay-aaaa-aaaa severity unknown: no summary here",
	}
	if !slices.Equal(said, want) || why != "it comes from a commit, and most advisories name none" {
		t.Errorf("%q, %s", said, why)
	}
}

func TestAdvisoriesOfActions(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	record := strings.ReplaceAll(osvRecord("GHSA-acti-aaaa-aaaa", "Acme/build", severe, events("introduced", "0", "fixed", "4.1.2")), `"npm"`, `"GitHub Actions"`)
	for _, c := range []struct{ version, label, want string }{
		{commit, "v4.1.1", "advisory-introduced fail"},
		{commit, "v4.1.2", ""},
		{commit, "", "advisory-unclear warn"},
		{commit, "main", "advisory-unclear warn"},
		{"v4.1.1", "", "advisory-introduced fail"},
		{"v4", "", "advisory-unclear warn"},
	} {
		// The service orders no versions of actions, so it lists nothing for one.
		s := &service{refs: map[string][]string{"Acme/build": {"GHSA-acti-aaaa-aaaa"}}, records: map[string]string{"GHSA-acti-aaaa-aaaa": record}}
		change := change("Acme/build/sub/dir", "", c.version)
		change.Head.Ecosystem, change.Head.Label = "githubactions", c.label
		said, _, _, why := run(t, s.sources(t, ""), change)
		if why != "" || c.want == "" && len(said) > 0 || c.want != "" && (len(said) != 1 || !strings.HasPrefix(said[0], c.want)) {
			t.Errorf("%s # %s: %q, %s", c.version, c.label, said, why)
		}
	}
}

func TestAdvisoriesThatCannotBeToldAreOneFinding(t *testing.T) {
	s := &service{refs: map[string][]string{}, records: map[string]string{}}
	for i := range 9 {
		id := fmt.Sprintf("GHSA-many-%d", i)
		s.refs["acme-many"] = append(s.refs["acme-many"], id)
		s.records[id] = osvRecord(id, "acme-many", "", events("introduced", "0", "fixed", "9.0.0"))
	}
	s.refs["acme-many"] = append(s.refs["acme-many"], "MAL-2026-9")
	s.records["MAL-2026-9"] = osvRecord("MAL-2026-9", "acme-many", "", events("introduced", "0"))
	c := change("acme-many", "", "1")
	c.Head.Version = "" // a range
	said, body, _, why := run(t, s.sources(t, ""), c)
	if len(said) != 2 || !strings.HasPrefix(said[0], "advisory-unclear warn 9 advisories name acme-many") || !strings.HasPrefix(said[1], "malware fail") ||
		len(body) != 10 || why != "the lockfile pins no version" {
		t.Errorf("%q, %d, %s", said, len(body), why)
	}
}

func TestAdvisoriesWithdrawnAndPages(t *testing.T) {
	s := &service{refs: map[string][]string{"paged 1.0.0": {"GHSA-page-0001", "GHSA-page-0002", "GHSA-page-0003"}}, records: map[string]string{}}
	for _, id := range s.refs["paged 1.0.0"] {
		s.records[id] = osvRecord(id, "paged", severe, events("introduced", "0"))
	}
	offline := map[string]string{"GHSA-with-0001": osvRecord("GHSA-with-0001", "paged", `"withdrawn":"2026-02-01T00:00:00Z"`, events("introduced", "0"))}
	sources := s.sources(t, "")
	sources.Index = index(t, offline)
	said, _, _, _ := run(t, sources, change("paged", "", "1.0.0"))
	if len(said) != 3 || s.batches.Load() != 3 {
		t.Errorf("%q in %d requests", said, s.batches.Load())
	}
	sources.Withdrawn = true
	said, _, _, _ = run(t, sources, change("paged", "", "1.0.0"))
	if len(said) != 4 || !strings.HasPrefix(said[0], "advisory-informational info GHSA-with-0001 withdrawn") {
		t.Errorf("on request: %q", said)
	}
	sources.AsOf = time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)
	if said, _, _, _ = run(t, sources, change("paged", "", "1.0.0")); len(said) > 0 {
		t.Errorf("before they were published: %q", said)
	}
}

// A review of a thousand changes is a few requests, and asks for each record once.
func TestAdvisoriesAreAskedForTogether(t *testing.T) {
	s := acme()
	sources := s.sources(t, t.TempDir())
	check := advisoryCheck{sources}
	var wait sync.WaitGroup
	for i := range 1000 {
		wait.Go(func() {
			name := fmt.Sprintf("acme-%d", i)
			if i%10 == 0 {
				name = "acme-http"
			}
			r, err := check.Run(t.Context(), change(name, "1.0.0", "2.0.0"), &analysis.Review{})
			if err != nil || (len(r.Findings) > 0) != (name == "acme-http") {
				t.Errorf("%s: %v, %v", name, r.Findings, err)
			}
		})
	}
	wait.Wait()
	// The clock of the test does not wait for company, so a batch is what
	// happened to come together; analysis/clients counts them with a real tick.
	if s.fetched.Load() != 4 {
		t.Errorf("%d records were fetched", s.fetched.Load())
	}
	if _, err := check.Run(canceled(t), change("acme-new", "", "1.0.0"), &analysis.Review{}); !errors.Is(err, errCanceled) {
		t.Errorf("stopped: %v", err)
	}
}
