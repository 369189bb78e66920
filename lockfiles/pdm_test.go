package lockfiles

import "testing"

func FuzzPDM(f *testing.F) { fuzzFormat(f, pdm{}, "pdm.lock") }

func TestPDMMatch(t *testing.T) {
	for path, want := range map[string]bool{"pdm.lock": true, "a/b/pdm.lock": true, "pdm.py39.lock": true, "xpdm.lock": false, "pdm.toml": false, "pdm.lock/x": false} {
		if got := (pdm{}).Match(path); got != want {
			t.Errorf("Match(%q) = %v", path, got)
		}
	}
}

func TestPDMVersion(t *testing.T) {
	for version, ok := range map[string]bool{"4.0": true, "4.2": true, "4.4.1": true, "4.5.0": true, "4.5.9": true, "4": true, "4.6.0": false, "5.0": false, "3.1": true, "2": true, "1": false, "4.x": false, "": false} {
		table := &tomlNode{line: 7}
		table.set("lock_version", &tomlNode{line: 8, text: version})
		if err := pdmVersion("pdm.lock", table, version); (err == nil) != ok {
			t.Errorf("pdmVersion(%q) = %v", version, err)
		}
	}
}

func TestPDMEditable(t *testing.T) {
	for text, want := range map[string]string{
		"basalt>=2": "basalt>=2",
		"-e git+https://git.quarry.invalid/a#egg=b":                "b @ git+https://git.quarry.invalid/a#egg=b",
		"-e git+https://git.quarry.invalid/a#egg=b&subdirectory=c": "b @ git+https://git.quarry.invalid/a#egg=b&subdirectory=c",
		"-e ./somewhere": " @ ./somewhere",
	} {
		if got := pdmEditable(text); got != want {
			t.Errorf("pdmEditable(%q) = %q", text, got)
		}
	}
}

func TestPDMFilesOrigin(t *testing.T) {
	pypi, other := `{url = "`+pypiFiles+`a/b.whl"}`, `{url = "https://files.quarry.invalid/b.whl"}`
	for files, want := range map[string]string{
		"":                  "",
		`{file = "b.whl"}`:  "",
		pypi + "," + pypi:   pypiFiles,
		pypi + "," + other:  "https://files.quarry.invalid/b.whl",
		other + ", " + pypi: "https://files.quarry.invalid/b.whl",
	} {
		table, err := tomlTree("pdm.lock", []byte("files = ["+files+"]"))
		if err != nil {
			t.Fatal(err)
		}
		if got := pdmFilesOrigin(&tomlReader{}, table, "files"); got != want {
			t.Errorf("origin of [%s] = %q, want %q", files, got, want)
		}
	}
}
