//go:build engines

package main

import (
	"context"
	"errors"
	"io"

	"github.com/ossf/scorecard/v5/clients"
	"github.com/ossf/scorecard/v5/clients/localdir"
)

// fileRepo names what is looked at; its place on this machine is nobody's matter.
type fileRepo struct{}

func (fileRepo) Path() string             { return "source" }
func (fileRepo) URI() string              { return "source" }
func (fileRepo) Host() string             { return "" }
func (fileRepo) String() string           { return "source" }
func (fileRepo) IsValid() error           { return nil }
func (fileRepo) Metadata() []string       { return nil }
func (fileRepo) AppendMetadata(...string) {}
func (fileRepo) Type() clients.RepoType   { return clients.RepoTypeLocal }

// fileClient gives the library a source's files and nothing else: what only a
// forge knows is unsupported, as it is for a local directory.
type fileClient struct {
	clients.RepoClient
	source *source
}

func unsupported(ctx context.Context) clients.RepoClient {
	return localdir.CreateLocalDirClient(ctx, nil)
}

func (c *fileClient) InitRepo(clients.Repo, string, int) error { return nil }
func (c *fileClient) URI() string                              { return "source" }
func (c *fileClient) Close() error                             { return nil }

// LocalPath is asked for by the library's remediation texts; there is none.
func (c *fileClient) LocalPath() (string, error) { return "", nil }

func (c *fileClient) ListFiles(wanted func(string) (bool, error)) ([]string, error) {
	files := make([]string, 0, len(c.source.files))
	for _, file := range c.source.files {
		ok, err := wanted(file)
		if err != nil {
			return nil, err
		}
		if ok {
			files = append(files, file)
		}
	}
	return files, nil
}

func (c *fileClient) GetFileReader(file string) (io.ReadCloser, error) { return c.source.open(file) }

// nobody stands where the library would ask a service.
type nobody struct{}

var errNobody = errors.New("no service is asked")

func (nobody) GetBadgeLevel(context.Context, string) (clients.BadgeLevel, error) {
	return clients.Unknown, errNobody
}

func (nobody) ListUnfixedVulnerabilities(context.Context, string, string) (clients.VulnerabilitiesResponse, error) {
	return clients.VulnerabilitiesResponse{}, errNobody
}
