package lockfiles

import (
	"path"
	"strings"
)

// reachFrom marks the nodes of a graph that a walk from start meets, start
// itself included. next gives the neighbours of a node by their index.
func reachFrom(nodes int, start []int, next func(node int) []int) []bool {
	reached := make([]bool, nodes)
	queue := make([]int, 0, len(start))
	visit := func(list []int) {
		for _, n := range list {
			if !reached[n] {
				reached[n] = true
				queue = append(queue, n)
			}
		}
	}
	visit(start)
	for len(queue) > 0 {
		n := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		visit(next(n))
	}
	return reached
}

// withinTree resolves a path that a file of dir writes; ok is false when it
// leads out of the tree, where nothing can be read.
func withinTree(dir, written string) (resolved string, ok bool) {
	written = strings.ReplaceAll(written, `\`, "/")
	if written == "" || path.IsAbs(written) || strings.HasPrefix(written, "~") || len(written) > 1 && written[1] == ':' {
		return "", false
	}
	resolved = path.Join(dir, written)
	if resolved == ".." || strings.HasPrefix(resolved, "../") {
		return "", false
	}
	return resolved, true
}
