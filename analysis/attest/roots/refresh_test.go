package roots

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/clients"
)

func mustRefresh(t testing.TB, p *publisher, dir string, now time.Time) Outcome {
	t.Helper()
	out := p.repository().Refresh(t.Context(), p, dir, now)
	if out.Err != nil || !out.Date.Equal(now) {
		t.Fatalf("%s: %v", out.Date, out.Err)
	}
	return out
}

func TestRefresh(t *testing.T) {
	p, dir := publish(t), t.TempDir()
	if out := mustRefresh(t, p, dir, today); !out.Changed || out.Broken != "" {
		t.Errorf("the first: %+v", out)
	}
	k, v, err := read(dir, p.repository())
	if err != nil || !bytes.Equal(k.Targets[trustedRoot], p.targets[trustedRoot]) || !v.expires.Equal(p.until) {
		t.Fatalf("%+v, %v", v, err)
	}
	p.asked = nil
	if out := mustRefresh(t, p, dir, today.Add(time.Hour)); out.Changed {
		t.Error("nothing is new, and it is said to have changed")
	}
	if len(p.asked) != 2 || p.asked[0] != "/2.root.json" || p.asked[1] != "/timestamp.json" {
		t.Errorf("nothing is new, and it asked for %v", p.asked)
	}
	// Months later, with other keys, and another root of trust.
	later := today.AddDate(0, 3, 0)
	p.rotate("timestamp")
	p.rotate("root")
	p.newKey("registry.npmjs.org")
	p.targets[trustedRoot], p.until = append(p.targets[trustedRoot], '\n'), later.AddDate(0, 0, 7)
	p.publish()
	if out := mustRefresh(t, p, dir, later); !out.Changed {
		t.Error("the root is new, and it is said to be as it was")
	}
	if k, _, err = read(dir, p.repository()); err != nil || len(k.Roots) != 2 || !bytes.Equal(k.Targets[trustedRoot], p.targets[trustedRoot]) {
		t.Errorf("%d roots, %v", len(k.Roots), err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 { // the file and its lock
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestRefused: what is wrong is refused with the reason and the next step, and
// what was there stays, byte for byte.
func TestRefused(t *testing.T) {
	down := &clients.Error{Reason: clients.ReasonUnreachable, Host: "tuf.invalid"}
	for name, c := range map[string]struct {
		spoil func(p *publisher, old map[string][]byte)
		now   time.Time
		want  string
	}{
		"expired":         {func(*publisher, map[string][]byte) {}, today.AddDate(0, 1, 0), "has expired (this machine says it is 2026-12-22)"},
		"root expired":    {func(*publisher, map[string][]byte) {}, today.AddDate(2, 0, 0), "has expired"},
		"rolled back":     {func(p *publisher, old map[string][]byte) { p.files = old }, today, "older roots than it gave before"},
		"wrong signature": {func(p *publisher, _ map[string][]byte) { p.newKey("timestamp"); p.publish() }, today, "not signed by those who may"},
		"wrong root": {func(p *publisher, _ map[string][]byte) {
			p.newKey("root")
			p.root.Signed.Version++
			p.publishRoot()
		}, today, "not signed by those who may"},
		"a root of another version": {func(p *publisher, _ map[string][]byte) { p.files["/2.root.json"] = p.files["/1.root.json"] }, today, "older roots"},
		"delegation by another": {func(p *publisher, _ map[string][]byte) {
			p.targets[npmKeys] = append(p.targets[npmKeys], '\n')
			p.publish()
			p.files["/3.registry.npmjs.org.json"] = signedByOther(p)
		}, today, "not signed by those who may"},
		"another target": {func(p *publisher, _ map[string][]byte) {
			p.targets[trustedRoot] = append(p.targets[trustedRoot], '\n')
			p.publish()
			for path := range p.files {
				if strings.HasSuffix(path, trustedRoot) {
					p.files[path] = bytes.Replace(p.files[path], []byte("acme"), []byte("emca"), 1)
				}
			}
		}, today, "is not what its metadata says"},
		"a huge target": {func(p *publisher, _ map[string][]byte) {
			p.targets[trustedRoot] = bytes.Repeat([]byte{' '}, mostFile+1)
			p.publish()
		}, today, "too much for a root of trust"},
		"huge metadata": {func(p *publisher, _ map[string][]byte) {
			p.files["/timestamp.json"] = bytes.Repeat([]byte{' '}, mostFile+1)
		}, today, "too large"},
		"no root of trust": {func(p *publisher, _ map[string][]byte) {
			p.targets[trustedRoot] = []byte(`{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=9"}`)
			p.publish()
		}, today, "cannot be used: trusted_root.json: reading the trusted root"},
		"no keys": {func(p *publisher, _ map[string][]byte) {
			p.targets[npmKeys] = []byte(`{"keys":[]}`)
			p.publish()
		}, today, "none of them can be used"},
		"no such target": {func(p *publisher, _ map[string][]byte) { delete(p.targets, npmKeys); p.publish() }, today, "not found"},
		"garbage":        {func(p *publisher, _ map[string][]byte) { p.files["/timestamp.json"] = []byte("<html>") }, today, "cannot be used"},
		"no timestamp":   {func(p *publisher, _ map[string][]byte) { delete(p.files, "/timestamp.json") }, today, "does not know it"},
		"no network":     {func(p *publisher, _ map[string][]byte) { p.fail["/2.root.json"] = down }, today, "could not be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			p, dir := publish(t), t.TempDir()
			old := p.serving()
			p.publish()
			mustRefresh(t, p, dir, today)
			was, err := os.ReadFile(file(dir, p.repository()))
			if err != nil {
				t.Fatal(err)
			}
			r := p.repository()
			c.spoil(p, old)
			out := r.Refresh(t.Context(), p, dir, c.now)
			if out.Err == nil || !strings.Contains(out.Err.Error(), c.want) || !strings.Contains(out.Err.Error(), "\nhint: the roots that are there stay in use; ") {
				t.Errorf("%v", out.Err)
			}
			if !out.Date.Equal(today) || out.Broken != "" {
				t.Errorf("what stays is of %s, broken %q", out.Date, out.Broken)
			}
			if is, err := os.ReadFile(file(dir, r)); err != nil || !bytes.Equal(is, was) {
				t.Errorf("it did not stay: %v", err)
			}
			if Use(dir).Problem == "" {
				t.Error("the roots of a stranger are used as Sigstore's")
			}
		})
	}
}

func signedByOther(p *publisher) []byte {
	was := p.keys["registry.npmjs.org"]
	p.newKey("registry.npmjs.org")
	files := p.files
	p.files = map[string][]byte{}
	p.version--
	p.publish()
	other := p.files["/3.registry.npmjs.org.json"]
	p.files, p.keys["registry.npmjs.org"] = files, was
	return other
}

// TestDamaged: what is kept is set aside and named, and got anew.
func TestDamaged(t *testing.T) {
	for name, spoil := range map[string]func(k *kept){
		"a target": func(k *kept) { k.Targets[trustedRoot][100] ^= 1 },
		"a signature": func(k *kept) {
			k.Roles["timestamp"] = bytes.Replace(k.Roles["timestamp"], []byte(`"sig":"`), []byte(`"sig":"00`), 1)
		},
		"a role":      func(k *kept) { delete(k.Roles, "snapshot") },
		"its time":    func(k *kept) { k.Refreshed = today.AddDate(1, 0, 0) },
		"its version": func(k *kept) { k.Schema = 9 },
	} {
		t.Run(name, func(t *testing.T) {
			p, dir := publish(t), t.TempDir()
			mustRefresh(t, p, dir, today)
			path := file(dir, p.repository())
			k, _, err := read(dir, p.repository())
			if err != nil {
				t.Fatal(err)
			}
			spoil(k)
			if err := k.write(path); err != nil {
				t.Fatal(err)
			}
			if _, _, err := read(dir, p.repository()); !errors.As(err, &damaged{}) {
				t.Fatalf("it is used: %v", err)
			}
			out := mustRefresh(t, p, dir, today)
			if out.Broken != path+".broken" {
				t.Errorf("set aside as %q", out.Broken)
			}
			if _, err := os.Stat(out.Broken); err != nil {
				t.Error(err)
			}
			if _, _, err := read(dir, p.repository()); err != nil {
				t.Error(err)
			}
		})
	}
	p, dir := publish(t), t.TempDir()
	for _, text := range []string{"", "{", `{"schema":1}`, "null"} {
		if err := os.WriteFile(file(dir, p.repository()), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := read(dir, p.repository()); !errors.As(err, &damaged{}) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestTwoAtOnce: whoever comes second finds what the first one left.
func TestTwoAtOnce(t *testing.T) {
	dir := t.TempDir()
	p := publish(t)
	var both sync.WaitGroup
	for range 2 {
		served := *p // its own list of what was asked
		both.Go(func() {
			if out := served.repository().Refresh(context.Background(), &served, dir, today); out.Err != nil {
				t.Error(out.Err)
			}
		})
	}
	both.Wait()
	if _, _, err := read(dir, p.repository()); err != nil {
		t.Error(err)
	}
}

// TestNoRoomOnDisk: a directory that cannot be written to.
func TestNoRoomOnDisk(t *testing.T) {
	p, dir := publish(t), filepath.Join(t.TempDir(), "roots")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out := p.repository().Refresh(t.Context(), p, dir, today)
	if out.Err == nil || !strings.Contains(out.Err.Error(), "\nhint: the roots that are there stay in use; see whether "+dir) {
		t.Error(out.Err)
	}
	if len(p.asked) > 0 {
		t.Errorf("it asked for %v", p.asked)
	}
}

// TestNotWritten: what cannot be written down whole does not take the place of
// what is there.
func TestNotWritten(t *testing.T) {
	p, dir := publish(t), t.TempDir()
	mustRefresh(t, p, dir, today)
	path := file(dir, p.repository())
	was, err := os.ReadFile(path)
	if err == nil {
		err = os.Mkdir(path+".part", 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.publish()
	out := p.repository().Refresh(t.Context(), p, dir, today.Add(time.Hour))
	if !errors.As(out.Err, &diskError{}) || !out.Date.Equal(today) {
		t.Errorf("%s, %v", out.Date, out.Err)
	}
	if is, err := os.ReadFile(path); err != nil || !bytes.Equal(is, was) {
		t.Errorf("it did not stay: %v", err)
	}
}

func TestStopped(t *testing.T) {
	p := publish(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if out := p.repository().Refresh(ctx, p, t.TempDir(), today); !errors.Is(out.Err, context.Canceled) {
		t.Error(out.Err)
	}
}

func FuzzRead(f *testing.F) {
	p, dir := publish(f), f.TempDir()
	mustRefresh(f, p, dir, today)
	data, err := os.ReadFile(file(dir, p.repository()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"schema":1,"roots":{"2":"e30="},"roles":{"timestamp":"e30="}}`))
	want := p.targets
	f.Fuzz(func(t *testing.T, data []byte) {
		k := &kept{}
		if json.Unmarshal(data, k) != nil {
			return
		}
		if _, err := p.repository().verify(k); err == nil && !bytes.Equal(k.Targets[trustedRoot], want[trustedRoot]) {
			t.Error("another root of trust is believed")
		}
	})
}
