package registry

import (
	"slices"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

var hexAnswers = answering{absent: `{"message":"Page not found","status":404}`, answers: map[string]string{
	"hex.example/api/packages/acme_http": `{"name":"acme_http","downloads":{"all":9,"week":3},"meta":{"licenses":["MIT","Apache-2.0"],"links":{"Changelog":"x","GitHub":"https://forge.invalid/acme"}},"owners":[{"username":"ada"}],
 "releases":[{"version":"2.0.0","inserted_at":"2026-11-01T00:00:00Z"},{"version":"1.0.0","inserted_at":"2025-11-01T00:00:00Z"},{"version":"0.9.0"}],"retirements":{"1.0.0":{"reason":"security","message":"upgrade"}}}`,
	"hex.example/api/packages/acme_http/releases/2.0.0": `{"version":"2.0.0","checksum":"AB","downloads":5,"publisher":{"username":"ada"},"meta":{"build_tools":["mix","make"]},"requirements":{"acme_io":{"optional":false},"acme_opt":{"optional":true}}}`,
	"hex.example/api/packages/acme_http/releases/1.0.0": `{"version":"1.0.0","publisher":null,"requirements":{}}`,
	"hex.example/api/packages/bare":                     `{"name":"bare","meta":{},"releases":[{"version":"1.0.0"}]}`,
}}

func TestHex(t *testing.T) {
	a := hex{clientsOf(t, hexAnswers)}
	p := ask(t, a, "acme_http", "1.0.0", "2.0.0")
	if p.Source != "hex.example" || *p.Weekly != 3 || !slices.Equal(p.Maintainers, []string{"ada"}) || p.Repository != "https://forge.invalid/acme" ||
		p.Releases[0].Version != "1.0.0" || p.Releases[2].Version != "0.9.0" {
		t.Errorf("%+v", p)
	}
	old, head := p.Find("1.0.0"), p.Find("2.0.0")
	if old.Withdrawn != lockfiles.Yes || old.WithdrawnReason != "retired (security): upgrade" || head.Withdrawn != lockfiles.No {
		t.Errorf("%+v %+v", old, head)
	}
	if d := old.Detail; d.Publisher != "" || d.License != "" || d.Scripts != nil || d.Requires == nil || d.Digests != nil {
		t.Errorf("%+v", d)
	}
	if d := head.Detail; d.Publisher != "ada" || d.License != "MIT, Apache-2.0" || d.Scripts["build tool make"] != "make" || d.ScriptsLimit == "" ||
		!slices.Equal(d.Requires, []string{"acme_io"}) || d.Digests[0].Value != "ab" || *d.Downloads != 5 {
		t.Errorf("%+v", d)
	}
	wantAbsent(t, a, "none")
	// Neither times nor retirements nor the release itself: nothing is known.
	bare := ask(t, a, "bare", "1.0.0")
	if r := bare.Find("1.0.0"); r.Withdrawn != lockfiles.Unclaimed || r.Detail != nil || bare.Weekly != nil || bare.Maintainers != nil {
		t.Errorf("%+v", bare)
	}
}

var pubAnswers = answering{absent: `{"error":{"code":"NotFound","message":"Could not find it"}}`, answers: map[string]string{
	"pub.example/api/packages/acme_http": `{"name":"acme_http","isDiscontinued":true,"replacedBy":"acme_better","versions":[
 {"version":"2.0.0","published":"2026-11-01T00:00:00Z","archive_sha256":"AB","pubspec":{"repository":"https://forge.invalid/acme","dependencies":{"acme_io":"^1.0.0","flutter":{"sdk":"flutter"}}}},
 {"version":"1.0.0","published":"2025-11-01T00:00:00Z","retracted":true,"pubspec":{"homepage":"https://acme.invalid"}}]}`,
	"pub.example/api/packages/acme_http/versions/2.0.0/score": `{"tags":["sdk:dart","license:osi-approved","license:bsd-3-clause"]}`,
	"pub.example/api/packages/acme_http/versions/1.0.0/score": `{"tags":["license:unknown"]}`,
	"pub.example/api/packages/acme_http/publisher":            `{"publisherId":"acme.example"}`,
	"pub.example/api/packages/alone":                          `{"name":"alone","versions":[{"version":"1.0.0"}]}`,
	"pub.example/api/packages/alone/publisher":                `{"publisherId":null}`,
}}

func TestPub(t *testing.T) {
	a := pub{clientsOf(t, pubAnswers)}
	p := ask(t, a, "acme_http", "1.0.0", "2.0.0", "3.0.0")
	if p.Status != "discontinued" || p.StatusReason != "use acme_better instead" || !slices.Equal(p.Maintainers, []string{"acme.example"}) ||
		p.Releases[0].Version != "1.0.0" || p.Find("3.0.0") != nil || p.Weekly != nil {
		t.Errorf("%+v", p)
	}
	old, head := p.Find("1.0.0"), p.Find("2.0.0")
	if old.Withdrawn != lockfiles.Yes || head.Withdrawn != lockfiles.No || old.Detail.License != "" || old.Detail.Repository != "https://acme.invalid" {
		t.Errorf("%+v %+v", old, old.Detail)
	}
	if d := head.Detail; d.License != "bsd-3-clause" || d.Digests[0].Value != "ab" || !slices.Equal(d.Requires, []string{"acme_io", "flutter"}) || d.ScriptsLimit == "" {
		t.Errorf("%+v", d)
	}
	if p := ask(t, a, "alone", "1.0.0"); p.Maintainers != nil || p.Status != "" || p.Find("1.0.0").Detail.License != "" || p.Incomplete != nil {
		t.Errorf("%+v", p)
	}
	wantAbsent(t, a, "none")
	failing := pubAnswers
	failing.fail = "/publisher"
	if p := ask(t, pub{clientsOf(t, failing)}, "acme_http", "2.0.0"); p.Incomplete == nil || p.Maintainers != nil {
		t.Errorf("%+v", p)
	}
}
