package session

import (
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Filter is a kind of change that the list can be held to.
type Filter struct {
	Name  string
	Holds func(*Item) bool
}

// Filters are every filter, all first.
var Filters = []Filter{
	{"all", func(*Item) bool { return true }},
	{"direct", func(i *Item) bool { return i.Cause.State == diff.Direct || i.Package().Direct }},
	{"unexplained", func(i *Item) bool { return i.Cause.State == diff.Unexplained }},
	{"added", func(i *Item) bool { return i.Kind == diff.Added }},
	{"downgraded or repinned", func(i *Item) bool { return i.Kind == diff.Downgraded || i.Kind == diff.Repinned }},
	{"install script claimed", func(i *Item) bool { return i.Head != nil && i.Head.InstallScript == lockfiles.Yes }},
	{"major", func(i *Item) bool { return i.Class == diff.Major }},
	{"production", func(i *Item) bool { return !i.Package().Dev }},
	{"removed", func(i *Item) bool { return i.Kind == diff.Removed }},
}
