package roots

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/theupdateframework/go-tuf/v2/metadata"

	"github.com/depreview/depreview/analysis/clients"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const host = "https://tuf.invalid"

// publisher is a TUF repository and the keys that sign it: one a role, and of
// npm's delegation one of its own.
type publisher struct {
	t       testing.TB
	keys    map[string]ed25519.PrivateKey
	root    *metadata.Metadata[metadata.RootType]
	version int64 // of timestamp, snapshot and targets
	until   time.Time
	targets map[string][]byte
	files   map[string][]byte // what is served, by address below host
	fail    map[string]error
	asked   []string
}

func fixture(t testing.TB, name string) []byte {
	data, err := os.ReadFile("../../../testdata/analysis/attest/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func publish(t testing.TB) *publisher {
	p := &publisher{
		t: t, keys: map[string]ed25519.PrivateKey{}, files: map[string][]byte{}, until: today.AddDate(0, 0, 7), fail: map[string]error{},
		targets: map[string][]byte{trustedRoot: fixture(t, "root.json"), npmKeys: fixture(t, "keys.json")},
	}
	p.root = metadata.Root(today.AddDate(1, 0, 0))
	for _, role := range []string{"root", "timestamp", "snapshot", "targets", "registry.npmjs.org"} {
		p.newKey(role)
	}
	p.publishRoot()
	p.publish()
	return p
}

// newKey gives a role another key.
func (p *publisher) newKey(role string) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	p.keys[role] = private
	if role == "registry.npmjs.org" {
		return
	}
	p.root.Signed.Roles[role].KeyIDs = nil
	if err := p.root.Signed.AddKey(p.public(role), role); err != nil {
		p.t.Fatal(err)
	}
}

func (p *publisher) public(role string) *metadata.Key {
	key, err := metadata.KeyFromPublicKey(p.keys[role].Public())
	if err != nil {
		p.t.Fatal(err)
	}
	return key
}

// rotate publishes the next root, with another key for a role.
func (p *publisher) rotate(role string) {
	old := p.keys["root"]
	p.newKey(role)
	p.root.Signed.Version++
	p.publishRoot(old)
}

func (p *publisher) publishRoot(others ...ed25519.PrivateKey) {
	p.root.ClearSignatures()
	p.files[fmt.Sprintf("/%d.root.json", p.root.Signed.Version)] = signed(p.t, p.root, append(others, p.keys["root"])...)
}

// publish makes the next version of everything but the root.
func (p *publisher) publish() {
	p.version++
	top, npm := metadata.Targets(p.until), metadata.Targets(p.until)
	for path, data := range p.targets {
		info, err := metadata.TargetFile().FromBytes(path, data, "sha256", "sha512")
		if err != nil {
			p.t.Fatal(err)
		}
		role := top
		if path == npmKeys {
			role = npm
		}
		role.Signed.Targets[path] = info
		dir, name := "", path
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			dir, name = path[:i+1], path[i+1:]
		}
		for _, hash := range info.Hashes {
			p.files[fmt.Sprintf("/targets/%s%s.%s", dir, hash, name)] = data
		}
	}
	key := p.public("registry.npmjs.org")
	id, err := key.ID()
	if err != nil {
		p.t.Fatal(err)
	}
	top.Signed.Delegations = &metadata.Delegations{
		Keys:  map[string]*metadata.Key{id: key},
		Roles: []metadata.DelegatedRole{{Name: "registry.npmjs.org", KeyIDs: []string{id}, Threshold: 1, Paths: []string{"registry.npmjs.org/*"}, Terminating: true}},
	}
	top.Signed.Version, npm.Signed.Version = p.version, p.version
	snapshot := metadata.Snapshot(p.until)
	snapshot.Signed.Version = p.version
	snapshot.Signed.Meta["targets.json"] = metadata.MetaFile(p.version)
	snapshot.Signed.Meta["registry.npmjs.org.json"] = metadata.MetaFile(p.version)
	timestamp := metadata.Timestamp(p.until)
	timestamp.Signed.Version = p.version
	timestamp.Signed.Meta["snapshot.json"] = metadata.MetaFile(p.version)
	p.files[fmt.Sprintf("/%d.targets.json", p.version)] = signed(p.t, top, p.keys["targets"])
	p.files[fmt.Sprintf("/%d.registry.npmjs.org.json", p.version)] = signed(p.t, npm, p.keys["registry.npmjs.org"])
	p.files[fmt.Sprintf("/%d.snapshot.json", p.version)] = signed(p.t, snapshot, p.keys["snapshot"])
	p.files["/timestamp.json"] = signed(p.t, timestamp, p.keys["timestamp"])
}

func signed[T metadata.Roles](t testing.TB, m *metadata.Metadata[T], keys ...ed25519.PrivateKey) []byte {
	for i, key := range keys {
		if i > 0 && key.Equal(keys[0]) {
			continue
		}
		signer, err := signature.LoadSigner(key, 0)
		if err == nil {
			_, err = m.Sign(signer)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	data, err := m.ToBytes(false)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// repository is Sigstore's, with this one's first root.
func (p *publisher) repository() Repository {
	r := Sigstore()
	r.Anchor = p.files["/1.root.json"]
	return r
}

func (p *publisher) Base() string { return host }
func (p *publisher) Host() string { return "tuf.invalid" }

func (p *publisher) File(ctx context.Context, address string, most int64) ([]byte, error) {
	path := strings.TrimPrefix(address, host)
	p.asked = append(p.asked, path)
	data, ok := p.files[path]
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case p.fail[path] != nil:
		return nil, p.fail[path]
	case !ok:
		return nil, &clients.Error{Reason: clients.ReasonAbsent, Host: p.Host(), URL: address, Status: 404}
	case int64(len(data)) > most:
		return nil, &clients.Error{Reason: clients.ReasonTooLarge, Host: p.Host(), URL: address}
	}
	return data, nil
}

// serving is a copy of what is served now.
func (p *publisher) serving() map[string][]byte { return maps.Clone(p.files) }
