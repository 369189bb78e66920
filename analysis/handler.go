package analysis

// Handler learns of a review as it comes to be known. Run calls one method at
// a time. A review means the same with every Progress call left out. An error
// of a Handler ends the review.
type Handler interface {
	// Changes is called once, when everything that moved is known.
	Changes(*Review) error
	// Progress tells a person how far the review is; total is 0 while unknown.
	Progress(done, total int, what string) error
	// Result is called once for each change and each check of Review.Checks, in
	// no particular order: change is the index in Review.Diff.Changes, check
	// that in Review.Checks. When a person asks again, it is called again and
	// replaces what was said before.
	Result(change, check int, r Result) error
	// Done is called once, when every check of every change has ended.
	Done(Coverage) error
}
