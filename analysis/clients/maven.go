package clients

import (
	"context"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Maven is a Maven repository: files, and nothing else.
type Maven struct {
	t        *Transport
	base     string
	metadata *memo[*MavenMetadata]
	poms     *memo[*MavenPOM]
	sums     *memo[string]
	besides  *memo[[]byte]
}

// NewMaven asks the repository that the endpoints name.
func NewMaven(t *Transport, e Endpoints) *Maven {
	return &Maven{t: t, base: e.Maven, metadata: newMemo[*MavenMetadata](keptAnswers), poms: newMemo[*MavenPOM](keptAnswers), sums: newMemo[string](keptAnswers),
		besides: newMemo[[]byte](keptAnswers)}
}

// MavenMetadata lists the versions of an artifact.
type MavenMetadata struct {
	Group    string   `xml:"groupId"`
	Artifact string   `xml:"artifactId"`
	Latest   string   `xml:"versioning>latest"`
	Release  string   `xml:"versioning>release"`
	Versions []string `xml:"versioning>versions>version"`
}

// MavenPOM is what a POM states of itself; a parent may state more.
type MavenPOM struct {
	Group    string `xml:"groupId"` // "" when the parent's
	Artifact string `xml:"artifactId"`
	Version  string `xml:"version"` // "" when the parent's
	URL      string `xml:"url"`
	// Packaging is "" for a jar; "maven-plugin" runs in a build that names it.
	Packaging string `xml:"packaging"`
	Parent    struct {
		Group    string `xml:"groupId"`
		Artifact string `xml:"artifactId"`
		Version  string `xml:"version"`
	} `xml:"parent"`
	Licenses []struct {
		Name string `xml:"name"`
		URL  string `xml:"url"`
	} `xml:"licenses>license"`
	SCM struct {
		URL string `xml:"url"`
		Tag string `xml:"tag"`
	} `xml:"scm"`
	// Dependencies are its own; a parent may add more.
	Dependencies []struct {
		Group    string `xml:"groupId"`
		Artifact string `xml:"artifactId"`
		Scope    string `xml:"scope"` // "" is compile
		Optional string `xml:"optional"`
	} `xml:"dependencies>dependency"`
	Relocation *struct {
		Group    string `xml:"groupId"`
		Artifact string `xml:"artifactId"`
		Version  string `xml:"version"`
		Message  string `xml:"message"`
	} `xml:"distributionManagement>relocation"`
	// Uploaded is the Last-Modified of the file: when it came to the
	// repository, as far as that keeps it. Zero is unknown.
	Uploaded time.Time `xml:"-"`
}

// Metadata lists the versions of an artifact ("group:artifact").
func (m *Maven) Metadata(ctx context.Context, name string) (*MavenMetadata, error) {
	group, artifact, dir, err := m.dir(name)
	if err != nil {
		return nil, err
	}
	return lookup(ctx, m.t, m.metadata, m.request(dir+"/maven-metadata.xml", metadataFresh), func(r *Response) (*MavenMetadata, error) {
		found := &MavenMetadata{}
		if err := xml.Unmarshal(r.Body, found); err != nil {
			return nil, err
		}
		if found.Group != group || found.Artifact != artifact {
			return nil, mismatch(name, found.Group+":"+found.Artifact)
		}
		return found, nil
	})
}

// POM is the project file of a version.
func (m *Maven) POM(ctx context.Context, name, version string) (*MavenPOM, error) {
	_, artifact, dir, err := m.dir(name)
	if err != nil {
		return nil, err
	}
	path, err := segment(version, artifact+"-"+version+".pom")
	if err != nil {
		return nil, err
	}
	return lookup(ctx, m.t, m.poms, m.request(dir+"/"+path, Immutable), func(r *Response) (*MavenPOM, error) {
		found := &MavenPOM{}
		if err := xml.Unmarshal(r.Body, found); err != nil {
			return nil, err
		}
		if strings.TrimSpace(found.Artifact) != artifact {
			return nil, mismatch(name, found.Artifact)
		}
		if at, err := http.ParseTime(r.lastModified); err == nil {
			found.Uploaded = at.UTC()
		}
		return found, nil
	})
}

// Checksum is what the repository says is the digest of a file, in lower-case
// hexadecimal. Algorithm is sha1, sha256 or sha512; only the first is always there.
func (m *Maven) Checksum(ctx context.Context, name, version, file, algorithm string) (string, error) {
	_, _, dir, err := m.dir(name)
	if err != nil {
		return "", err
	}
	size := map[string]int{"sha1": 20, "sha256": 32, "sha512": 64}[algorithm]
	if size == 0 {
		return "", &Error{Reason: ReasonBadName, Detail: clip("a repository has no digests of the kind " + algorithm)}
	}
	path, err := segment(version, file+"."+algorithm)
	if err != nil {
		return "", err
	}
	return lookup(ctx, m.t, m.sums, m.request(dir+"/"+path, Immutable), func(r *Response) (string, error) {
		// Some tools write the name of the file behind the digest.
		fields := strings.Fields(string(r.Body))
		if len(fields) == 0 {
			return "", errors.New("it is empty")
		}
		digest := strings.ToLower(fields[0])
		if raw, err := hex.DecodeString(digest); err != nil || len(raw) != size {
			return "", errors.New("it is no digest")
		}
		return digest, nil
	})
}

// request: a repository is a directory, and its "not there" is whatever page
// the web server makes of it, so that every 404 counts.
func (m *Maven) request(address string, fresh time.Duration) Request {
	return Request{URL: address, Fresh: fresh, Absent: func(*Response) bool { return true }}
}

func (m *Maven) dir(name string) (group, artifact, dir string, err error) {
	group, artifact, ok := strings.Cut(name, ":")
	if !ok || strings.Contains(artifact, ":") {
		return "", "", "", &Error{Reason: ReasonBadName, Detail: clip(name + " is no group:artifact")}
	}
	if strings.ContainsAny(name, `/\`) {
		return "", "", "", &Error{Reason: ReasonBadName, Detail: clip(name + " holds a slash")}
	}
	path, err := segment(append(strings.Split(group, "."), artifact)...)
	return group, artifact, m.base + "/" + path, err
}
