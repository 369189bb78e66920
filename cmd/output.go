package cmd

import (
	"fmt"
	"io"
	"os"
)

// output is where a report goes: a file, or w where path is "" or "-". The
// file is made by the first byte, so that a review that fails leaves the
// report of before as it was.
type output struct {
	path string
	w    io.Writer
	file *os.File
}

func (o *output) Write(p []byte) (int, error) {
	if o.path == "" || o.path == "-" {
		return o.w.Write(p)
	}
	if o.file == nil {
		file, err := os.Create(o.path)
		if err != nil {
			return 0, fmt.Errorf("write the report: %w\nhint: name a file in a directory that exists and that you may write to", err)
		}
		o.file = file
	}
	return o.file.Write(p)
}

func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	if err := o.file.Close(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
