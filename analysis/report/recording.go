package report

import (
	"io"

	"github.com/depreview/depreview/analysis"
)

// Recording is a review with all that its checks said: what a report is
// written from.
type Recording struct {
	*analysis.Review
	Results  [][]analysis.Result // by change, and by check within
	Coverage analysis.Coverage
}

// Handler listens to a review and writes it to w when all of it is known: a
// report is sorted, and the stream is not.
func (f Format) Handler(w io.Writer) analysis.Handler {
	return &listener{write: func(r *Recording) error { return f.Review(w, r) }}
}

type listener struct {
	Recording
	write func(*Recording) error
}

func (h *listener) Changes(r *analysis.Review) error {
	h.Review = r
	h.Results = make([][]analysis.Result, len(r.Diff.Changes))
	for i := range h.Results {
		h.Results[i] = make([]analysis.Result, len(r.Checks))
	}
	return nil
}

func (h *listener) Progress(int, int, string) error { return nil }

func (h *listener) Result(change, check int, r analysis.Result) error {
	h.Results[change][check] = r
	return nil
}

func (h *listener) Done(c analysis.Coverage) error {
	h.Coverage = c
	return h.write(&h.Recording)
}
