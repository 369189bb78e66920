package report

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// write gives what a format makes of the recorded review or listing.
func write(t *testing.T, f Format, r *analysis.Review, l *analysis.Listing) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	if r != nil {
		h := f.Handler(&out)
		err = errors.Join(h.Progress(1, 2, "halfway"), stream(h, r))
	} else {
		err = f.Listing(&out, l)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestGolden holds every writer to what it wrote before.
func TestGolden(t *testing.T) {
	for _, f := range Formats {
		for name, got := range map[string][]byte{
			"review." + f.Name:   write(t, f, recorded(), nil),
			"packages." + f.Name: write(t, f, nil, listed()),
			"nothing." + f.Name:  write(t, f, &analysis.Review{Base: analysis.Revision{Name: "main"}, Head: analysis.Revision{Name: "index"}, Diff: &diff.Diff{}}, nil),
		} {
			t.Run(name, func(t *testing.T) {
				golden := filepath.Join("..", "..", "testdata", "analysis", "report", name)
				if *update {
					if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(golden, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs; go test ./analysis/report -update rewrites it. It is now:\n%s", golden, got)
				}
				for i, r := range string(got) {
					if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
						t.Errorf("%U at byte %d reaches the terminal", r, i)
					}
				}
			})
		}
	}
}

// TestNothingIsLost: every change and every error is in every report.
func TestNothingIsLost(t *testing.T) {
	r := recorded()
	for _, f := range Formats {
		got := string(write(t, f, r, nil))
		for i := range r.Diff.Changes {
			if name := r.Diff.Changes[i].Package().Name; name != hostile && !strings.Contains(got, name) {
				t.Errorf("%s leaves out %s", f.Name, name)
			}
		}
		for _, e := range r.Errors {
			if !strings.Contains(got, strings.SplitN(e.Message, "\x1b", 2)[0]) {
				t.Errorf("%s leaves out the error %q", f.Name, e.Message)
			}
		}
	}
}

// TestNoFindingIsLost: what deserves notice is in every report, and what is
// unknown is counted.
func TestNoFindingIsLost(t *testing.T) {
	for _, f := range Formats {
		got := string(write(t, f, recorded(), nil))
		for _, want := range []string{"malware", "release-too-young", "advisory-remains", "registry.invalid answered 503"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s leaves out %s", f.Name, want)
			}
		}
	}
}

// TestLastLine: whoever sees but the end of a log sees what nobody looked at.
func TestLastLine(t *testing.T) {
	for _, got := range [][]byte{
		write(t, Formats[0], recorded(), nil),
		write(t, Formats[0], nil, listed()),
		write(t, Formats[0], &analysis.Review{Diff: &diff.Diff{}}, nil),
	} {
		lines := strings.Split(strings.TrimSuffix(string(got), "\n"), "\n")
		if last := lines[len(lines)-1]; !strings.Contains(last, "not checked: ") || strings.Contains(string(got), "malware") && !strings.HasPrefix(last, "checked ") {
			t.Errorf("the last line is %q", last)
		}
	}
}

// broken is an output that takes nothing.
type broken struct{}

var errFull = errors.New("no space left")

func (broken) Write([]byte) (int, error) { return 0, errFull }

// TestBrokenOutput: a report that could not be written is no success.
func TestBrokenOutput(t *testing.T) {
	for _, f := range Formats {
		h := f.Handler(broken{})
		if err := stream(h, recorded()); !errors.Is(err, errFull) {
			t.Errorf("%s review: %v", f.Name, err)
		}
		if err := f.Listing(broken{}, listed()); !errors.Is(err, errFull) {
			t.Errorf("%s packages: %v", f.Name, err)
		}
	}
}

func TestFind(t *testing.T) {
	for _, f := range Formats {
		if got, ok := Find(f.Name); !ok || got.Name != f.Name || !strings.Contains(Names(), f.Name) {
			t.Errorf("%s is not found or not named", f.Name)
		}
	}
	if _, ok := Find("yaml"); ok {
		t.Error("a format is found that there is none of")
	}
	if err := Formats[0].Handler(io.Discard).Progress(0, 0, ""); err != nil {
		t.Error(err)
	}
}
