package clients

import (
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

func TestPublic(t *testing.T) {
	mirrored, err := DefaultEndpoints().Override(map[string]string{"pypi": "https://mirror.invalid/py"})
	if err != nil {
		t.Fatal(err)
	}
	c := New(quiet(t), mirrored, map[string]string{"@acme": "https://npm.acme.invalid"})
	for id, want := range map[lockfiles.ID]bool{
		{Ecosystem: "npm", Name: "left-padz"}:   true,
		{Ecosystem: "npm", Name: "@acme/http"}:  false,
		{Ecosystem: "npm", Name: "@other/http"}: true,
		{Ecosystem: "pypi", Name: "acme-http"}:  false,
		{Ecosystem: "cargo", Name: "acme-http"}: true,
		{Ecosystem: "docker", Name: "acme"}:     false,
	} {
		if c.Public(id) != want {
			t.Errorf("%s: %v", id, !want)
		}
	}
}
