package clients

import (
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestHostsStandInOnePlace: who looks for what depreview talks to reads
// endpoints.go and has seen all. The rooms below know registries as data of
// lockfiles, and speak to none.
func TestHostsStandInOnePlace(t *testing.T) {
	var hosts []string
	defaults := reflect.ValueOf(DefaultEndpoints())
	for i := range defaults.NumField() {
		if address := defaults.Field(i).String(); strings.HasPrefix(address, "https://") {
			hosts = append(hosts, "://"+hostOf(address))
		}
	}
	for _, room := range []string{"../../analysis", "../../tui", "../../cmd"} {
		tree := os.DirFS(room)
		err := fs.WalkDir(tree, ".", func(file string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || file == "clients/endpoints.go" {
				return err
			}
			data, err := fs.ReadFile(tree, file)
			for _, host := range hosts {
				if strings.Contains(string(data), host) {
					t.Errorf("%s/%s holds %s: base URLs stand in endpoints.go", room, file, host)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
