package engines

import (
	"testing"
)

// FuzzAnswer: whatever an engine writes is an error or a result that is whole;
// an answer without packages and without a reason never passes for one.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `{"Protocol":1,"Version":"v9.9.9","Engine":"osv","Body":{"Unread":["a"]}}`,
		`{"Protocol":1,"Version":"v9.9.9","Engine":"osv","Body":{"Packages":[{"Name":"acme-http","Source":"a","Ecosystem":"npm"}],"Databases":[{"Ecosystem":"npm"}]}}`,
		`{"Protocol":1,"Version":"v9.9.9","Engine":"osv","Failure":{"Kind":"database","Reason":"none"}}`,
		`{"Protocol":1,"Version":"v9.9.9","Engine":"osv","Body":{"Packages":[{}]}} x`,
		`{"Protocol":1,"Version":"v9.9.9","Engine":"osv","Failure":{"Kind":"database"}}`,
	} {
		f.Add([]byte(seed))
	}
	e := &Engine{Path: "/usr/bin/depreview-engines", version: fakeVersion}
	f.Fuzz(func(t *testing.T, output []byte) {
		var a OSVAnswer
		if failed := e.read(output, "osv", &a, nil); failed != nil {
			if failed.Kind == "" || failed.Reason == "" {
				t.Errorf("an error without a reason: %+v", failed)
			}
			return
		}
		if a.complete() != nil {
			return
		}
		if len(a.Packages) == 0 && len(a.Unread) == 0 {
			t.Errorf("nothing found and nothing unknown: %s", output)
		}
		for _, p := range a.Packages {
			if p.Unknown == "" && len(a.Databases) == 0 {
				t.Errorf("%+v is known without a database", p)
			}
		}
	})
}
