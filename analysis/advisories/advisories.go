// Package advisories knows what is known to be wrong with a version of a
// package: it reads OSV records, tells whether one affects a version, folds
// the records of one vulnerability into one advisory, tells what a change
// introduces, fixes and leaves, and keeps a local index for work without a
// network.
//
// It speaks to no server: records come from files, or from a client that
// fetched them. analysis and its checks stand above; diff, for the order of
// versions, and lockfiles, for names, below.
//
// Nothing here calls a package clean. A question ends as affected, not
// affected or cannot tell, and the zero value is cannot tell.
package advisories
