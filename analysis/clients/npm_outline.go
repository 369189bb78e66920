package clients

import (
	"bytes"
	"context"
	"iter"
	"maps"

	"github.com/go-json-experiment/json/jsontext"
)

// NPMOutline is a packument of which versions are read when they are wanted: a
// real one has ten megabytes and thousands of versions, a review compares two.
type NPMOutline struct {
	Packument // Versions is nil
	raw       map[string]jsontext.Value
}

// Outline is the document of Packument. Many calls at the same time share one,
// and it is not kept in memory.
func (n *NPM) Outline(ctx context.Context, name string) (*NPMOutline, error) {
	address, err := n.at(name, "", "")
	if err != nil {
		return nil, err
	}
	req := Request{URL: address, Accept: acceptJSON, Fresh: metadataFresh, Absent: saysAbsent, MaxBody: npmMost}
	return lookup(ctx, n.t, n.outlines, req, func(r *Response) (*NPMOutline, error) {
		var wire struct {
			npmHead
			Versions map[string]jsontext.Value `json:"versions"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if wire.Name != name {
			return nil, mismatch(name, wire.Name)
		}
		return &NPMOutline{*wire.packument(r.At), wire.Versions}, nil
	})
}

// Len is how many versions the registry has.
func (o *NPMOutline) Len() int { return len(o.raw) }

// Listed are the versions that the registry has, in no order.
func (o *NPMOutline) Listed() iter.Seq[string] { return maps.Keys(o.raw) }

// Removed tells that a version was published and is no longer there.
func (o *NPMOutline) Removed(version string) bool {
	_, published := o.Times[version]
	_, listed := o.raw[version]
	return published && !listed
}

// Whole is one version as in Packument.Versions, or nil.
func (o *NPMOutline) Whole(version string) *NPMVersion {
	raw, ok := o.raw[version]
	if !ok {
		return nil
	}
	var wire lax[npmVersion]
	if decode(raw, &wire) != nil {
		return new(npmVersion).version(version)
	}
	return wire.V.version(version)
}

// Deprecated is the message of a version's deprecation, or "".
func (o *NPMOutline) Deprecated(version string) string {
	raw := o.raw[version]
	// Few versions are, and to look for the word costs nothing. It is the
	// registry that writes it, and registries spell it without escapes.
	if !bytes.Contains(raw, []byte(`"deprecated"`)) {
		return ""
	}
	var wire lax[struct {
		Deprecated lax[any] `json:"deprecated"`
	}]
	if decode(raw, &wire) != nil {
		return ""
	}
	return deprecation(wire.V.Deprecated.V)
}

// deprecation is the message; old entries have true, and false, in its place.
func deprecation(said any) string {
	if said == true {
		return "deprecated"
	}
	text, _ := said.(string)
	return text
}
