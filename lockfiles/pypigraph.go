package lockfiles

// pypiArc is an edge between entries: it asks for an entry, and perhaps for
// extras of it.
type pypiArc struct {
	to     int
	extras []string
}

// pypiGraph holds which entry needs which, by their places in a list. An extra
// of an entry brings arcs of its own, when somebody asks for it.
type pypiGraph struct {
	base   [][]pypiArc
	extras []map[string][]pypiArc
}

func newPyPIGraph(n int) *pypiGraph {
	return &pypiGraph{make([][]pypiArc, n), make([]map[string][]pypiArc, n)}
}

// add notes an arc; extra is the dependant's own that brings it, or "".
func (g *pypiGraph) add(from int, extra string, arc pypiArc) {
	if extra == "" {
		g.base[from] = append(g.base[from], arc)
		return
	}
	if g.extras[from] == nil {
		g.extras[from] = make(map[string][]pypiArc)
	}
	g.extras[from][extra] = append(g.extras[from][extra], arc)
}

// reach marks every entry that the arcs of starts lead to.
func (g *pypiGraph) reach(starts []pypiArc) []bool {
	type extraOf struct {
		entry int
		extra string
	}
	reached := make([]bool, len(g.base))
	asked := make(map[extraOf]bool)
	stack := append([]pypiArc(nil), starts...)
	for len(stack) > 0 {
		arc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !reached[arc.to] {
			reached[arc.to] = true
			stack = append(stack, g.base[arc.to]...)
		}
		for _, extra := range arc.extras {
			if state := (extraOf{arc.to, extra}); !asked[state] {
				asked[state] = true
				stack = append(stack, g.extras[arc.to][extra]...)
			}
		}
	}
	return reached
}

// maxPyPIForks bounds how many entries of one name an edge is held against:
// real lockfiles have two or three, and a file made of one name alone must not
// cost its square.
const maxPyPIForks = 32

// pypiCandidates are the entries of one name that may satisfy a range: all of
// them when none seems to, since the package manager has judged that already.
func pypiCandidates(entries []int, versions func(int) string, specifier string) []int {
	if len(entries) > maxPyPIForks {
		return entries[:maxPyPIForks]
	}
	if len(entries) < 2 || specifier == "" || specifier == "*" {
		return entries
	}
	var fit []int
	for _, i := range entries {
		if pypiSatisfies(versions(i), specifier) {
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		return entries
	}
	return fit
}
