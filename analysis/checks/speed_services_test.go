package checks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// speedServices answer for the generated packages as their services would,
// each answer after the latency, and count what they are asked.
type speedServices struct {
	latency time.Duration
	web     string       // of the forge
	sums    http.Handler // the checksum database

	mu      sync.Mutex
	asked   map[string]int
	queries []int // of each batch that the advisory database got
	unknown []string
}

// speedDay is before the time at which a bubble of synctest begins.
const speedDay = "1999-11-01T09:00:00Z"

// handler is one service, by the name of its endpoint.
func (s *speedServices) handler(service string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[service]++
		s.mu.Unlock()
		time.Sleep(s.latency)
		if service == "sumdb" {
			s.sums.ServeHTTP(w, r)
			return
		}
		answer := s.answer(service, r)
		if answer == nil {
			s.mu.Lock()
			s.unknown = append(s.unknown, service+" "+r.URL.Path)
			s.mu.Unlock()
			w.WriteHeader(http.StatusNotFound)
			answer = map[string]string{"message": "Not Found"}
		}
		if text, ok := answer.(string); ok {
			fmt.Fprint(w, text)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	})
}

type speedJSON = map[string]any

// answer is text, or what becomes JSON; nil is a question that nobody expected.
func (s *speedServices) answer(service string, r *http.Request) any {
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	last := segments[len(segments)-1]
	switch service {
	case "osv":
		if last == "querybatch" {
			return s.osvBatch(r)
		}
		return speedJSON{"id": last, "modified": speedDay, "summary": "slow", "affected": []speedJSON{{
			"package": speedJSON{"ecosystem": "npm", "name": strings.TrimPrefix(last, "GEN-")},
			"ranges":  []speedJSON{{"type": "SEMVER", "events": []speedJSON{{"introduced": "0"}, {"fixed": speedTo}}}}}}}
	case "deps-dev":
		return depsDevBatch(r)
	case "npm":
		if last == "keys" {
			return speedJSON{"keys": []speedJSON{}}
		}
		return s.packument(segments[0])
	case "npm-downloads":
		return speedJSON{"downloads": 1000, "package": last}
	case "pypi":
		return s.python(segments)
	case "crates-index":
		return crateLine(last, speedFrom) + crateLine(last, speedTo)
	case "crates-api":
		if last == "owners" {
			return speedJSON{"users": []speedJSON{{"login": "ada", "kind": "user"}}}
		}
		version := func(v string) speedJSON {
			return speedJSON{"num": v, "created_at": speedDay, "license": "MIT", "crate_size": 4000,
				"repository": s.forge(last), "published_by": speedJSON{"login": "ada"}}
		}
		return speedJSON{"crate": speedJSON{"name": last}, "versions": []speedJSON{version(speedTo), version(speedFrom)}}
	case "go-proxy":
		name, _, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/@")
		return s.module(last, name)
	case "rubygems":
		if last == "owners.json" {
			return []speedJSON{{"handle": "ada"}}
		}
		if segments[2] == "attestations" {
			return []speedJSON{}
		}
		return []speedJSON{s.gem(speedTo, last), s.gem(speedFrom, last)}
	case "github":
		if last == "releases" {
			return []speedJSON{{"tag_name": "v" + speedTo, "body": "notes"}}
		}
		switch {
		case len(segments) == 3:
			return speedJSON{"full_name": segments[1] + "/" + segments[2], "default_branch": "main"}
		case segments[3] == "compare":
			return speedJSON{"status": "behind", "behind_by": 1}
		case segments[3] == "attestations":
			return speedJSON{"attestations": []speedJSON{}}
		}
		return []speedJSON{{"name": "v" + speedFrom}, {"name": "v" + speedTo}}
	case "epss":
		return speedJSON{"data": []speedJSON{}}
	case "kev":
		return speedJSON{"count": 1, "vulnerabilities": []speedJSON{{"cveID": "CVE-2026-0001"}}}
	}
	return nil
}

func (s *speedServices) osvBatch(r *http.Request) any {
	var asked struct {
		Queries []struct {
			Package struct{ Name, Ecosystem string }
			Version string
		}
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil {
		return nil
	}
	s.mu.Lock()
	s.queries = append(s.queries, len(asked.Queries))
	s.mu.Unlock()
	results := make([]speedJSON, len(asked.Queries))
	for i, q := range asked.Queries {
		results[i] = speedJSON{}
		if q.Package.Ecosystem == "npm" && strings.HasSuffix(q.Package.Name, "7") && q.Version == speedFrom {
			results[i]["vulns"] = []speedJSON{{"id": "GEN-" + q.Package.Name, "modified": speedDay}}
		}
	}
	return speedJSON{"results": results}
}

func depsDevBatch(r *http.Request) any {
	var asked struct {
		Requests []struct{ VersionKey speedJSON }
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil {
		return nil
	}
	answers := []speedJSON{}
	for _, one := range asked.Requests {
		answers = append(answers, speedJSON{"request": one, "version": speedJSON{"versionKey": one.VersionKey, "licenses": []string{"MIT"}}})
	}
	return speedJSON{"responses": answers}
}

func (s *speedServices) packument(name string) any {
	version := func(v string) speedJSON {
		return speedJSON{"name": name, "version": v, "license": "MIT", "repository": speedJSON{"type": "git", "url": s.forge(name)}, "scripts": speedJSON{}, "_npmUser": speedJSON{"name": "ada"},
			"maintainers": []speedJSON{{"name": "ada"}}, "dist": speedJSON{"fileCount": 4, "unpackedSize": 4000, "integrity": speedIntegrity,
				"signatures": []speedJSON{{"keyid": "SHA256:none", "sig": "AA=="}}}}
	}
	// A registry that passes attestations on: an old release has them.
	const attested, earlier = "0.0.1", "1999-10-01T09:00:00Z"
	old := version(attested)
	old["dist"].(speedJSON)["attestations"] = speedJSON{"url": "https://npm.invalid/-/npm/v1/attestations/" + name + "@" + attested}
	return speedJSON{"name": name, "repository": s.forge(name), "maintainers": []speedJSON{{"name": "ada"}},
		"versions": speedJSON{attested: old, speedFrom: version(speedFrom), speedTo: version(speedTo)},
		"time":     speedJSON{"created": earlier, "modified": speedDay, attested: earlier, speedFrom: speedDay, speedTo: speedDay}}
}

// forge is where the source of a package is said to be: a repository each.
func (s *speedServices) forge(name string) string { return s.web + "/acme/" + lastSegment(name) }

func (s *speedServices) python(segments []string) any {
	name := segments[1]
	file := func(v string) speedJSON {
		return speedJSON{"filename": name + "-" + v + "-py3-none-any.whl", "url": "https://files.invalid/" + name, "packagetype": "bdist_wheel", "size": 4000,
			"digests": speedJSON{"sha256": strings.Repeat("ab", 32)}, "hashes": speedJSON{"sha256": strings.Repeat("ab", 32)},
			"upload_time_iso_8601": speedDay, "upload-time": speedDay, "yanked": false, "provenance": nil}
	}
	if segments[0] == "simple" {
		return speedJSON{"name": name, "versions": []string{speedFrom, speedTo}, "files": []speedJSON{file(speedFrom), file(speedTo)}, "meta": speedJSON{"api-version": "1.4"}}
	}
	version := speedTo
	if len(segments) > 3 {
		version = segments[2]
	}
	return speedJSON{"info": speedJSON{"name": name, "version": version, "license_expression": "MIT", "project_urls": speedJSON{"Source": s.forge(name)}},
		"urls": []speedJSON{file(version)}, "ownership": speedJSON{"roles": []speedJSON{{"role": "Owner", "user": "ada"}}},
		"releases": speedJSON{speedFrom: []speedJSON{file(speedFrom)}, speedTo: []speedJSON{file(speedTo)}}}
}

func crateLine(name, version string) string {
	return fmt.Sprintf(`{"name":%q,"vers":%q,"cksum":%q,"deps":[],"yanked":false,"pubtime":%q}`+"\n", name, version, strings.Repeat("ab", 32), speedDay)
}

func (s *speedServices) gem(version, file string) speedJSON {
	return speedJSON{"number": version, "platform": "ruby", "created_at": speedDay, "licenses": []string{"MIT"}, "downloads_count": 10,
		"metadata": speedJSON{"source_code_uri": s.forge(strings.TrimSuffix(file, ".json"))}}
}

func (s *speedServices) module(last, path string) any {
	version := func(v string) speedJSON {
		return speedJSON{"Version": v, "Time": speedDay, "Origin": speedJSON{"VCS": "git", "URL": s.forge(path), "Hash": strings.Repeat("ab", 20), "Ref": "refs/tags/" + v}}
	}
	switch {
	case last == "list":
		return "v" + speedFrom + "\nv" + speedTo + "\n"
	case last == "@latest":
		return version("v" + speedTo)
	case strings.HasSuffix(last, ".mod"):
		return "module " + path + "\n"
	}
	return version(strings.TrimSuffix(last, ".info"))
}
