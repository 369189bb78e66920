package lockfiles

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
)

// gradleAlgorithms are the checksum elements of verification-metadata.xml.
var gradleAlgorithms = map[string]bool{"md5": true, "sha1": true, "sha256": true, "sha512": true}

const gradleVerificationFile = "gradle/verification-metadata.xml"

// readGradleVerification reads gradle/verification-metadata.xml of the build
// that dir belongs to, in dir or the nearest directory above it, and gives the
// digests by "group:artifact:version": those of every artifact of a component
// (the jar, the pom, the module file) in the order of the file, so that a
// download of the component is right when its hash is among them.
func readGradleVerification(tree fs.FS, dir string) map[string][]Digest {
	for {
		data, ok := readManifest(tree, path.Join(dir, gradleVerificationFile))
		if ok {
			digests, err := parseGradleVerification(data)
			if err != nil {
				return nil
			}
			return digests
		}
		if dir == "." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

// parseGradleVerification gives no digests when the file switches their
// verification off: then they hold nobody to anything.
func parseGradleVerification(data []byte) (map[string][]Digest, error) {
	digests := make(map[string][]Digest)
	d := xml.NewDecoder(bytes.NewReader(data))
	var open []string
	component, off := "", false
	add := func(algorithm string, t xml.StartElement) {
		if value := gradleAttribute(t, "value"); value != "" {
			digests[component] = append(digests[component], Digest{algorithm, value})
		}
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if off {
				return nil, nil
			}
			return digests, nil
		}
		if err != nil {
			return nil, err
		}
		parent := ""
		if len(open) > 0 {
			parent = open[len(open)-1]
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) == maxNesting {
				return nil, errors.New("elements are nested too deep")
			}
			switch name := t.Name.Local; {
			case name == "component":
				component = gradleAttribute(t, "group") + ":" + gradleAttribute(t, "name") + ":" + gradleAttribute(t, "version")
			case gradleAlgorithms[name] && parent == "artifact":
				add(name, t)
			case name == "also-trust" && gradleAlgorithms[parent]:
				add(parent, t)
			}
			open = append(open, t.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1] // the decoder has checked that it closes one
		case xml.CharData:
			off = off || parent == "verify-metadata" && strings.TrimSpace(string(t)) == "false"
		}
	}
}

func gradleAttribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
