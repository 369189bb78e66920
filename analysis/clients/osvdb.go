package clients

import (
	"context"
	"io"
)

// osvDatabaseMost bounds the download of one ecosystem; npm's, the largest of
// those with lockfiles, is some hundred megabytes.
const osvDatabaseMost = 4 << 30

// OSVDatabase is the storage of OSV's downloads.
type OSVDatabase struct {
	t    *Transport
	base string
}

// NewOSVDatabase asks the storage that the endpoints name.
func NewOSVDatabase(t *Transport, e Endpoints) *OSVDatabase {
	return &OSVDatabase{t: t, base: e.OSVDatabase}
}

// Host is where the downloads come from.
func (d *OSVDatabase) Host() string { return hostOf(d.base) }

// Download streams all.zip of one ecosystem ("PyPI") into a writer: every
// record, also those that were withdrawn. Nothing comes when it is still the
// one of the ETag. After an error the caller throws away what was written.
func (d *OSVDatabase) Download(ctx context.Context, ecosystem, etag string, to io.Writer) (Downloaded, error) {
	name, err := segment(ecosystem)
	if err != nil {
		return Downloaded{}, err
	}
	return d.t.Download(ctx, Request{
		URL: d.base + "/" + name + "/all.zip", MaxBody: osvDatabaseMost,
		// The storage answers 404 with XML.
		Absent: plainAbsent,
	}, etag, to)
}
