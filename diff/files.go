package diff

import "github.com/depreview/depreview/lockfiles"

type filePair struct{ base, head *lockfiles.Lockfile }
func (filePair) file() File {return File{}}
func pairFiles(base, head []lockfiles.Lockfile) []filePair { return nil }
func comparePackages(name string, base, head *Graph, converted bool) []Change { return nil }
func explain(changes []Change, base, head *Graph) {}
