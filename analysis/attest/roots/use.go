package roots

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/attest"
)

// Use gives the roots that are kept in dir, for attest.Options. What does not
// verify is not used, and Problem says so; that nothing is kept is no problem.
func Use(dir string) attest.Roots {
	var found attest.Roots
	var problems []string
	problem := func(r Repository, err error) {
		if err != nil && !errors.Is(err, errNone) {
			problems = append(problems, fmt.Sprintf("the kept roots of %s are not used: %s", r.Title, oneLine(err)))
		}
	}
	k, _, err := read(dir, Sigstore())
	if problem(Sigstore(), err); err == nil {
		found.Sigstore, found.NPMKeys, found.Date = k.Targets[trustedRoot], k.Targets[npmKeys], k.Refreshed
	}
	k, _, err = read(dir, GitHub())
	if problem(GitHub(), err); err == nil {
		found.GitHub = k.Targets[trustedRoot]
	}
	found.Problem = strings.Join(problems, "; ")
	return found
}

// Kept is the roots of one repository, as they are in use.
type Kept struct {
	Repository Repository
	From       attest.From
	// Date is when they were last confirmed; zero is that there are none.
	Date time.Time
	// Expires is when TUF wants them confirmed anew; zero for embedded ones.
	Expires time.Time
	// Problem is why what is kept is not used, or "".
	Problem string
}

// List tells of each repository what is in use.
func List(dir string) []Kept {
	var all []Kept
	for _, r := range Repositories() {
		one := Kept{Repository: r}
		if r.Name == Sigstore().Name {
			one.Date = attest.EmbeddedRoot().Date
		}
		k, v, err := read(dir, r)
		switch {
		case err == nil && k.Refreshed.After(one.Date):
			one.From, one.Date, one.Expires = attest.Refreshed, k.Refreshed, v.expires
		case err != nil && !errors.Is(err, errNone):
			one.Problem = oneLine(err)
		}
		all = append(all, one)
	}
	return all
}

func oneLine(err error) string {
	const most = 200
	text := strings.Join(strings.Fields(err.Error()), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
