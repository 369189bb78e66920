package oracle

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/depreview/depreview/lockfiles"
)

// TestTerraformLock holds our own reader against HCL itself, which Terraform
// uses; osv-scalibr reads no Terraform lockfiles.
func TestTerraformLock(t *testing.T) {
	eachFile(t, ".terraform.lock.hcl", func(t *testing.T, tree fs.FS, path string) {
		data, err := fs.ReadFile(tree, path)
		if err != nil {
			t.Fatal(err)
		}
		file, diagnostics := hclsyntax.ParseConfig(data, path, hcl.InitialPos)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		var want []string
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			var hashes []string
			if list, ok := block.Body.Attributes["hashes"]; ok {
				value, _ := list.Expr.Value(nil)
				for _, hash := range value.AsValueSlice() {
					hashes = append(hashes, hash.AsString())
				}
			}
			constraints := ""
			if a, ok := block.Body.Attributes["constraints"]; ok {
				value, _ := a.Expr.Value(nil)
				constraints = value.AsString()
			}
			version, _ := block.Body.Attributes["version"].Expr.Value(nil)
			want = append(want, fmt.Sprintln(block.TypeRange.Start.Line, block.Labels[0], version.AsString(), constraints, hashes))
		}
		lockfile, err := lockfiles.Read(t.Context(), tree, path)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, p := range lockfile.Packages {
			var hashes []string
			for _, d := range p.Integrity {
				hashes = append(hashes, d.Algorithm+":"+d.Value)
			}
			got = append(got, fmt.Sprintln(p.Line, p.Name, p.Version, lockfile.Roots[0].Requires[i].Constraint, hashes))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: read\n%swant\n%s", path, strings.Join(got, ""), strings.Join(want, ""))
		}
	})
}
