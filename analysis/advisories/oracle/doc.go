// Package oracle holds the matching of advisories against osv-scalibr's, record
// by record, over the corpus:
//
//	cd analysis/advisories/oracle && DEPREVIEW_CORPUS=/path/to/corpus go test .
package oracle
