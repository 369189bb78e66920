package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// written is one [[images]] as it is printed.
type written struct {
	Match   []string `toml:"match"`
	Except  []string `toml:"except,omitempty"`
	Require string   `toml:"require"`
	writtenSigner
	Any []writtenSigner `toml:"any,omitempty"`
}

// provenanceTypes are the predicates that require = "provenance" is about.
var provenanceTypes = []string{"https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"}

// entry writes the rules of one verifyImages entry.
func (im *importing) entry(v map[string]any) {
	im.leftOut("", v, "type", "image", "imageReferences", "skipImageReferences", "attestors", "attestations", "key", "subject", "issuer")
	if kind := textOf(v["type"]); kind == "Notary" {
		im.note("signatures of the Notary Project are not verified: the rule is left out")
		im.comment()
		return
	}
	base := written{Match: im.names(v["imageReferences"], "imageReferences"), Except: im.names(v["skipImageReferences"], "skipImageReferences")}
	if image := textOf(v["image"]); image != "" {
		base.Match = append(base.Match, im.names([]any{image}, "image")...)
	}
	if len(base.Match) == 0 {
		im.note("it names no images: the rule is left out")
		im.comment()
		return
	}
	sets := listOf(v["attestors"])
	if old := im.oldSigner(v); old != nil {
		sets = append(sets, map[string]any{"entries": []any{old}})
	}
	before := im.rules
	for _, set := range sets {
		base.Require = "signature"
		im.set(base, tableOf(set))
	}
	for _, one := range listOf(v["attestations"]) {
		attestation := tableOf(one)
		im.leftOut("attestations", attestation, "type", "predicateType", "attestors", "name")
		kind := textOf(attestation["type"])
		if kind == "" {
			kind = textOf(attestation["predicateType"])
		}
		switch sets := listOf(attestation["attestors"]); {
		case !slices.Contains(provenanceTypes, kind):
			im.note("an attestation of the type %.100q cannot be required: provenance of SLSA alone can", kind)
		case len(sets) == 0:
			im.note("the attestation %s names nobody who must have signed it, and is not required", kind)
		default:
			for _, set := range sets {
				base.Require = "provenance"
				im.set(base, tableOf(set))
			}
		}
	}
	if im.rules == before {
		im.note("nothing of it could be carried over: %s", strings.Join(base.Match, ", "))
	}
	im.comment()
}

// leftOut notes every key that is not read.
func (im *importing) leftOut(in string, table map[string]any, read ...string) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if !slices.Contains(read, key) {
			im.note("%s is not carried over", strings.TrimPrefix(in+"."+key, "."))
		}
	}
}

// names makes patterns of names of references, which may have tags.
func (im *importing) names(v any, key string) (found []string) {
	for _, one := range listOf(v) {
		reference := textOf(one)
		name, _, digest := strings.Cut(reference, "@")
		tag := ""
		if at := strings.LastIndexByte(name, ':'); at > strings.LastIndexByte(name, '/') {
			name, tag = name[:at], name[at+1:]
		}
		switch {
		case !plainPattern(name) || strings.Contains(name, "{{"):
			im.note("%s %.200q is no name of an image", key, reference)
			continue
		case key == "skipImageReferences" && (digest || tag != "" && tag != "*"):
			im.note("%s %.200q is left out: a rule cannot except some tags of an image", key, reference)
			continue
		case digest || tag != "" && tag != "*":
			im.note("%s %.200q: the rule holds for every tag and digest", key, reference)
		}
		found = append(found, name)
	}
	return found
}

// oldSigner is the attestor of the deprecated fields, or nil.
func (im *importing) oldSigner(v map[string]any) map[string]any {
	if key := textOf(v["key"]); key != "" {
		return map[string]any{"keys": map[string]any{"publicKeys": key}}
	}
	if v["subject"] != nil || v["issuer"] != nil {
		return map[string]any{"keyless": map[string]any{"subject": v["subject"], "issuer": v["issuer"]}}
	}
	return nil
}

// set writes one set of attestors: without a count all of them must have signed,
// with a count of one any of them.
func (im *importing) set(base written, set map[string]any) {
	im.leftOut("attestors", set, "count", "entries")
	var signers []writtenSigner
	entries := listOf(set["entries"])
	for _, one := range entries {
		signers = append(signers, im.signers(tableOf(one))...)
	}
	count, counted := set["count"].(int)
	if set["count"] != nil && !counted {
		im.note("count is no number, and all are demanded")
	}
	switch {
	case len(signers) == 0:
		im.note("a set of attestors names nobody that can be carried over")
	case counted && count == 1 && len(signers) > 1:
		base.Any = signers
		im.write(base)
	default:
		if counted && count > 1 && count < len(signers) {
			im.note("a count of %d of %d cannot be said: all are demanded, which is stricter", count, len(signers))
		}
		for _, s := range signers {
			base.writtenSigner = s
			im.write(base)
		}
	}
}

// comment writes the notes that are not above a rule yet.
func (im *importing) comment() {
	if len(im.pending) == 0 {
		return
	}
	if im.out.Len() > 0 {
		im.out.WriteByte('\n')
	}
	fmt.Fprintf(&im.out, "# %s\n", im.where)
	for _, note := range im.pending {
		fmt.Fprintf(&im.out, "# note: %s\n", note)
	}
	im.pending = nil
}

func (im *importing) write(rule written) {
	if len(im.pending) > 0 {
		im.comment()
	} else {
		if im.out.Len() > 0 {
			im.out.WriteByte('\n')
		}
		fmt.Fprintf(&im.out, "# %s\n", im.where)
	}
	text, err := toml.Marshal(struct {
		Images []written `toml:"images"`
	}{[]written{rule}})
	if err != nil {
		im.note("a rule could not be written: %v", err)
		return
	}
	im.out.Write(text)
	im.rules++
}
