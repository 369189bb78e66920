package registry

import (
	"testing"
	"time"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Who published the releases before is asked after the change was compared:
// the further versions come with their details, and when one was yanked.
func TestReleasesBefore(t *testing.T) {
	c, _ := serving(t, map[string]string{
		"index.invalid/ac/me/acme-ffi": acmeIndex,
		"crates.invalid/api/v1/crates/acme-ffi": `{"crate":{"name":"acme-ffi"},"versions":[{"num":"1.0.0","yanked":true,"published_by":{"login":"ada"},"audit_actions":[
			{"action":"publish","time":"2025-01-01T00:00:00Z"},{"action":"yank","time":"2025-01-02T00:00:00Z"},
			{"action":"unyank","time":"2025-01-03T00:00:00Z"},{"action":"yank","time":"2025-01-04T00:00:00Z"}]},
			{"num":"0.9.0","published_by":{"login":"bob"},"audit_actions":[{"action":"yank","time":"2025-01-02T00:00:00Z"}]},
			{"num":"1.1.0+z1"}]}`,
		"crates.invalid/api/v1/crates/acme-ffi/owners": `{"users":[]}`,
	})
	change := &diff.Change{Head: &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "cargo", Name: "acme-ffi"}, Version: "1.1.0"}}
	p, err := New(c).Releases(t.Context(), change, []string{"1.0.0", "0.9.0"})
	if err != nil || p.Incomplete != nil {
		t.Fatal(err, p)
	}
	if r := p.Find("1.0.0"); r.Detail.Publisher != "ada" || !r.WithdrawnAt.Equal(time.Date(2025, 1, 4, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %+v", r, r.Detail)
	}
	if r := p.Find("0.9.0"); r.Detail.Publisher != "bob" || !r.WithdrawnAt.IsZero() {
		t.Errorf("it was yanked and is not any more: %+v, %+v", r, r.Detail)
	}
	change.Head.Ecosystem = "nowhere"
	if _, err := New(c).Releases(t.Context(), change, []string{"1.0.0"}); err == nil || err.Error() != "no registry of nowhere is known" {
		t.Errorf("an ecosystem without a registry: %v", err)
	}
}
