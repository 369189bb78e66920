package session

import (
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Filter is a kind of change that the list can be held to.
type Filter struct {
	Name  string
	Holds func(*Item) bool
	// Learns: what checks say makes a change pass or not.
	Learns bool
}

// Filters are every filter, all first.
var Filters = []Filter{
	{Name: "all", Holds: func(*Item) bool { return true }},
	{Name: "needs eyes", Holds: func(i *Item) bool { return i.Eyes }, Learns: true},
	{Name: "direct", Holds: func(i *Item) bool { return i.Cause.State == diff.Direct || i.Package().Direct }},
	{Name: "unexplained", Holds: func(i *Item) bool { return i.Cause.State == diff.Unexplained }},
	{Name: "added", Holds: func(i *Item) bool { return i.Kind == diff.Added }},
	{Name: "downgraded or repinned", Holds: func(i *Item) bool { return i.Kind == diff.Downgraded || i.Kind == diff.Repinned }},
	{Name: "install script claimed", Holds: func(i *Item) bool { return i.Head != nil && i.Head.InstallScript == lockfiles.Yes }},
	{Name: "major", Holds: func(i *Item) bool { return i.Class == diff.Major }},
	{Name: "production", Holds: func(i *Item) bool { return !i.Package().Dev }},
	{Name: "removed", Holds: func(i *Item) bool { return i.Kind == diff.Removed }},
}
