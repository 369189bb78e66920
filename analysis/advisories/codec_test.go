package advisories

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

const everyField = `{"id":"GHSA-aaaa-bbbb-cccc","modified":"2026-01-02T03:04:05.678Z","published":"1969-01-01T00:00:00Z","withdrawn":"2026-02-02T00:00:00Z",
	"aliases":["CVE-2026-1"],"upstream":["U-1"],"related":["R-1","R-2"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],"summary":"what it does",
	"affected":[{"package":{"ecosystem":"npm","name":"acme-http"},"severity":[{"type":"Ubuntu","score":"low"}],
		"ranges":[{"type":"GIT","repo":"https://git.example/a","events":[{"introduced":"0"},{"fixed":"abc"}]},{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"last_affected":"1.2.0"},{"limit":"2.0.0"}]}],
		"versions":["1.0.0","1.1.0"],"ecosystem_specific":{"imports":[{"path":"a/b","symbols":["F","G"]},{"path":"c"}]},
		"database_specific":{"informational":"unsound","cvss":"x"}},{"package":{"ecosystem":"PyPI","name":"acme"}}],
	"database_specific":{"severity":"HIGH","cwe_ids":["CWE-1"],"malicious-packages-origins":[{"source":"us"}]}}`

func TestCodecKeepsEveryField(t *testing.T) {
	for _, text := range []string{everyField, `{"id":"X-1","modified":"0001-01-01T00:00:00Z"}`, `{"id":"X-2","modified":"2500-01-01T00:00:00.000000001Z"}`} {
		want, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeCore(encodeCore(want))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
		}
	}
	// A new field of a record must be kept, or be named here.
	kept := reflect.TypeFor[Record]().NumField()
	if without := len([]string{"Details", "References", "Unread", "number"}); kept != 11+without {
		t.Errorf("a record has %d fields; does the codec know all of them?", kept)
	}
}

func TestCodecRefusesWhatIsCut(t *testing.T) {
	r, err := Parse([]byte(everyField))
	if err != nil {
		t.Fatal(err)
	}
	data := encodeCore(r)
	for n := range len(data) {
		if _, err := decodeCore(data[:n]); err == nil {
			t.Errorf("%d of %d bytes are a record", n, len(data))
		}
	}
	if _, err := decodeCore(append(bytes.Clone(data), 0)); err == nil {
		t.Error("a byte too many is a record")
	}
	if _, err := decodeCore([]byte(strings.Repeat("\xff", 30))); err == nil {
		t.Error("a number without end is a record")
	}
	if _, err := decodeCore(encodeCore(&Record{Modified: time.Now()})); err == nil {
		t.Error("a record has no id")
	}
}

func FuzzCodec(f *testing.F) {
	if r, err := Parse([]byte(everyField)); err == nil {
		f.Add(encodeCore(r))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeCore(data)
		if err != nil {
			return
		}
		again, err := decodeCore(encodeCore(r))
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%v: %+v is not %+v", err, again, r)
		}
	})
}
