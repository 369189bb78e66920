package policy

import (
	"fmt"
	"io/fs"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/depreview/depreview/analysis/spdx"
)

// Licenses is the allow list of a project:
//
//	[licenses]
//	allow = ["MIT", "Apache-2.0"]
//
// It is nil without an error where there is no file, or no such table in it. A
// file that cannot be read is an error that names it and the line: then nothing
// is known of what is allowed.
func Licenses(tree fs.FS) (spdx.Allowlist, error) {
	data, table, err := section(tree, "licenses")
	if table == nil || err != nil {
		return nil, err
	}
	for key := range table {
		if key != "allow" { // a misspelt one would allow everything
			return nil, problem(lineOf(data, unstable.Key, key), fmt.Sprintf("licenses has no key %.60q\nhint: the key is allow", key))
		}
	}
	values, ok := table["allow"].([]any)
	if !ok {
		return nil, problem(max(lineOf(data, unstable.Key, "allow"), lineOf(data, unstable.Key, "licenses")), "allow of licenses is no list")
	}
	list := make(spdx.Allowlist, len(values))
	for _, value := range values {
		entry, ok := value.(string)
		if !ok {
			return nil, problem(lineOf(data, unstable.Key, "allow"), "allow of licenses holds what is no text")
		}
		one, err := spdx.NewAllowlist([]string{entry})
		if err != nil {
			return nil, problem(lineOf(data, unstable.String, entry), err.Error())
		}
		for key := range one {
			list[key] = true
		}
	}
	return list, nil
}
