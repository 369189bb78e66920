package registry

import (
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

var mavenAnswers = answering{absent: "<html>404</html>", answers: map[string]string{
	"maven.example/m2/example/acme/http/maven-metadata.xml": `<metadata><groupId>example.acme</groupId><artifactId>http</artifactId><versioning><versions><version>1.0</version><version>2.0</version></versions></versioning></metadata>`,
	"maven.example/m2/example/acme/http/2.0/http-2.0.pom": `<project><parent><groupId>example.acme</groupId><artifactId>parent</artifactId><version>7</version></parent><artifactId>http</artifactId>
 <scm><url>https://forge.invalid/acme</url><tag>http-2.0</tag></scm>
 <dependencies><dependency><groupId>example.acme</groupId><artifactId>io</artifactId></dependency><dependency><groupId>x</groupId><artifactId>t</artifactId><scope>test</scope></dependency><dependency><groupId>x</groupId><artifactId>o</artifactId><optional>true</optional></dependency></dependencies></project>`,
	"maven.example/m2/example/acme/parent/7/parent-7.pom":      `<project><groupId>example.acme</groupId><artifactId>parent</artifactId><version>7</version><parent><groupId>example.acme</groupId><artifactId>parent</artifactId><version>7</version></parent><licenses><license><name>Apache License, Version 2.0</name></license><license><url>https://license.invalid/mit</url></license></licenses></project>`,
	"maven.example/m2/example/acme/http/2.0/http-2.0.jar.sha1": strings.Repeat("ab", 20),
	"maven.example/m2/example/acme/http/3.0/http-3.0.pom":      `<project><artifactId>http</artifactId><packaging>maven-plugin</packaging><distributionManagement><relocation><artifactId>http2</artifactId><message>renamed</message></relocation></distributionManagement><groupId>example.acme</groupId></project>`,
	"maven.example/m2/example/acme/looping/maven-metadata.xml": `<metadata><groupId>example.acme</groupId><artifactId>looping</artifactId></metadata>`,
	"maven.example/m2/example/acme/looping/1/looping-1.pom":    `<project><artifactId>looping</artifactId><parent><groupId>example.acme</groupId><artifactId>looping</artifactId><version>1</version></parent></project>`,
	"maven.example/m2/example/acme/orphan/maven-metadata.xml":  `<metadata><groupId>example.acme</groupId><artifactId>orphan</artifactId><versioning><versions><version>1</version></versions></versioning></metadata>`,
	"maven.example/m2/example/acme/orphan/1/orphan-1.pom":      `<project><artifactId>orphan</artifactId><packaging>pom</packaging><parent><groupId>example.acme</groupId><artifactId>none</artifactId><version>1</version></parent></project>`,
}}

func TestMaven(t *testing.T) {
	a := maven{clientsOf(t, mavenAnswers)}
	p := ask(t, a, "example.acme:http", "1.0", "2.0", "3.0", "4.0")
	if p.Source != "maven.example" || p.Incomplete != nil || len(p.Releases) != 3 || p.Find("4.0") != nil {
		t.Errorf("%+v", p)
	}
	// The list names it, its POM is not there: it is listed, and unknown.
	if r := p.Find("1.0"); r == nil || r.Detail != nil || !r.Published.IsZero() {
		t.Errorf("%+v", r)
	}
	head := p.Find("2.0")
	if !head.Published.Equal(newest) || head.Withdrawn != lockfiles.Unclaimed {
		t.Errorf("%+v", head)
	}
	d := head.Detail
	if d.License != "Apache License, Version 2.0, https://license.invalid/mit" || d.Repository != "https://forge.invalid/acme" || d.Commit != "http-2.0" ||
		!slices.Equal(d.Requires, []string{"example.acme:io"}) || d.Digests[0].Value != strings.Repeat("ab", 20) || d.Scripts == nil || len(d.Scripts) != 0 || d.ScriptsLimit == "" {
		t.Errorf("%+v", d)
	}
	moved := p.Find("3.0")
	if moved.Deprecated != "it moved to example.acme:http2: renamed" || moved.Detail.Scripts["maven-plugin"] != "example.acme:http" || moved.Detail.License != "" {
		t.Errorf("%+v %+v", moved, moved.Detail)
	}
	wantAbsent(t, a, "example.acme:none")
	if p := ask(t, a, "example.acme:looping", "1"); p.Find("1").Detail == nil {
		t.Errorf("%+v", p)
	}
	if p := ask(t, a, "example.acme:orphan", "1"); p.Find("1").Detail.License != "" || p.Find("1").Detail.Requires != nil {
		t.Errorf("a parent that is not there says nothing: %+v", p.Find("1").Detail)
	}
	failing := mavenAnswers
	failing.fail = "parent-7"
	if p := ask(t, maven{clientsOf(t, failing)}, "example.acme:http", "2.0"); p.Incomplete == nil || p.Find("2.0").Detail.License != "" {
		t.Errorf("%+v", p)
	}
}
