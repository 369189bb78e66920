package registry

import (
	"context"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// mavenParents bounds how far a POM is followed to the POMs it inherits from.
const mavenParents = 8

// maven asks a Maven repository, which is a directory of files: it lists the
// versions, and everything else stands in the POM of each. Who published it,
// and whether anything was taken back, it does not tell.
type maven struct{ c *clients.Clients }

func (maven) Ecosystems() []string    { return []string{"maven"} }
func (a maven) Address(string) string { return a.c.Endpoints.Maven }

func (a maven) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	meta, err := a.c.Maven.Metadata(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &Package{ID: lockfiles.ID{Ecosystem: "maven", Name: name}, Source: hostOf(a.c.Endpoints.Maven)}
	for _, v := range meta.Versions {
		p.Releases = append(p.Releases, Release{Version: v})
	}
	for _, v := range versions {
		pom, err := a.c.Maven.POM(ctx, name, v)
		listed := p.Find(v) != nil
		if clients.StateOf(err) == clients.Absent && !listed {
			continue
		}
		if !listed {
			// The list is made anew from time to time, the files are the truth.
			p.Releases = append(p.Releases, Release{Version: v})
		}
		if p.leftOut(err); err != nil {
			continue
		}
		r := p.Find(v)
		r.Published = pom.Uploaded
		if to := pom.Relocation; to != nil {
			r.Deprecated = relocated(pom, to.Group, to.Artifact, to.Version, to.Message)
		}
		r.Detail = mavenDetail(pom)
		p.leftOut(a.inherit(ctx, pom, r.Detail))
		p.leftOut(a.digest(ctx, name, v, pom, r.Detail))
		p.Repository = r.Detail.Repository
	}
	byTime(p.Releases)
	return p, nil
}

func relocated(pom *clients.MavenPOM, group, artifact, version, message string) string {
	if group == "" {
		group = pom.Group
	}
	if group == "" {
		group = pom.Parent.Group
	}
	if artifact == "" {
		artifact = pom.Artifact
	}
	text := "it moved to " + group + ":" + artifact
	if version != "" {
		text += " " + version
	}
	if message != "" {
		text += ": " + strings.Join(strings.Fields(message), " ")
	}
	return text
}

func mavenDetail(pom *clients.MavenPOM) *Detail {
	d := &Detail{
		Scripts:      map[string]string{},
		ScriptsLimit: "whether it is a plugin of the build or an annotation processor, which run in it, is told by its files alone",
	}
	if pom.Packaging == "maven-plugin" || pom.Packaging == "maven-extension" {
		d.Scripts[pom.Packaging] = pom.Group + ":" + pom.Artifact
	}
	mavenClaims(d, pom)
	if pom.Parent.Artifact == "" || len(pom.Dependencies) > 0 {
		d.Requires = []string{}
		for _, dep := range pom.Dependencies {
			switch strings.TrimSpace(dep.Scope) {
			case "", "compile", "runtime":
				if strings.TrimSpace(dep.Optional) != "true" {
					d.Requires = append(d.Requires, strings.TrimSpace(dep.Group)+":"+strings.TrimSpace(dep.Artifact))
				}
			}
		}
		slices.Sort(d.Requires)
	}
	return d
}

// mavenClaims takes from a POM what the ones below it left out. Several
// licences are a choice as little as they are a sum: Maven does not say.
func mavenClaims(d *Detail, pom *clients.MavenPOM) {
	if d.License == "" {
		var names []string
		for _, one := range pom.Licenses {
			if one.Name = strings.TrimSpace(one.Name); one.Name == "" {
				one.Name = strings.TrimSpace(one.URL)
			}
			if one.Name != "" {
				names = append(names, one.Name)
			}
		}
		d.License = strings.Join(names, ", ")
	}
	if d.Repository == "" {
		d.Repository = repository(pom.SCM.URL)
	}
	if d.Commit == "" && pom.SCM.Tag != "HEAD" {
		d.Commit = strings.TrimSpace(pom.SCM.Tag)
	}
}

// inherit looks in the parents for the licence and the repository.
func (a maven) inherit(ctx context.Context, pom *clients.MavenPOM, d *Detail) error {
	for range mavenParents {
		up := pom.Parent
		if d.License != "" && d.Repository != "" || up.Group == "" || up.Artifact == "" || up.Version == "" {
			return nil
		}
		var err error
		if pom, err = a.c.Maven.POM(ctx, strings.TrimSpace(up.Group)+":"+strings.TrimSpace(up.Artifact), strings.TrimSpace(up.Version)); err != nil {
			return err
		}
		mavenClaims(d, pom)
	}
	return nil
}

// digest adds the one digest that every repository has.
func (a maven) digest(ctx context.Context, name, version string, pom *clients.MavenPOM, d *Detail) error {
	if pom.Packaging != "" && pom.Packaging != "jar" && pom.Packaging != "bundle" && pom.Packaging != "maven-plugin" {
		return nil // of another kind than a jar, or of none
	}
	_, artifact, _ := strings.Cut(name, ":")
	sum, err := a.c.Maven.Checksum(ctx, name, version, artifact+"-"+version+".jar", "sha1")
	if err == nil {
		d.Digests = []lockfiles.Digest{{Algorithm: "sha1", Value: sum}}
	}
	return err
}
