package cooldown

import (
	"slices"
	"strings"

	"github.com/depreview/depreview/diff"
)

// renovateFiles are where Renovate looks, in its order; it stops at the first,
// whatever that says.
var renovateFiles = []string{
	"renovate.json", "renovate.jsonc", "renovate.json5",
	".github/renovate.json", ".github/renovate.jsonc", ".github/renovate.json5",
	".gitlab/renovate.json", ".gitlab/renovate.jsonc", ".gitlab/renovate.json5",
	".renovaterc", ".renovaterc.json", ".renovaterc.jsonc", ".renovaterc.json5",
	"package.json",
}

// readRenovate reads minimumReleaseAge as far as the file itself tells: of the
// whole, of a manager, of a class of updates, and of packageRules, of which the
// last that applies wins. Of presets only Renovate's own are known; what others
// say is unknown. Security updates do not wait for it.
func readRenovate(f *file) (ask, error) {
	root, err := parseJSON(f.data)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(f.path, "package.json") {
		if root = root.get("renovate"); root == nil {
			return nil, nil
		}
	}
	r := &renovate{file: f, root: root}
	// A span that cannot be read is a problem of the file, whichever package
	// is asked about.
	sets := []*node{root}
	for _, m := range rootMembers(root) {
		if m.value.is(table) {
			sets = append(sets, m.value)
		}
	}
	for _, rule := range append(sets, itemsOf(root.get("packageRules"))...) {
		if _, _, err := r.age(rule); err != nil {
			return nil, err
		}
	}
	return r.ask, nil
}

func rootMembers(n *node) []member {
	if n == nil {
		return nil
	}
	return n.members
}

type renovate struct {
	*file
	root *node
}

// age is what a set of options says: set tells that it says something, and a
// nil demand that it says null.
func (r *renovate) age(options *node) (d *Demand, set bool, err error) {
	for _, key := range []string{"minimumReleaseAge", "stabilityDays"} {
		value := options.get(key)
		if value == nil {
			continue
		}
		if value.is(null) {
			return nil, true, nil
		}
		bare := day // stabilityDays
		if key == "minimumReleaseAge" {
			bare = 0
		}
		d := r.demand(key, value)
		return &d, true, d.setAge(key, value, bare)
	}
	return nil, false, nil
}

// ask goes through what may set an age, in Renovate's order.
func (r *renovate) ask(q Query) ([]Demand, []Problem) {
	var current *Demand
	problems := r.unknownPresets()
	apply := func(options *node, what string) {
		d, set, err := r.age(options)
		switch {
		case err != nil || !set:
		case d != nil && !d.Off():
			current = d
		case current != nil: // null, or no days: let out of what was asked before
			exempt := *current
			exempt.Exempt = oneLine(place(r.path, options.line) + " (" + what + ")")
			current = &exempt
		default:
			current = d
		}
	}
	apply(r.root, "minimumReleaseAge")
	for _, manager := range renovateManagers(r.lockfile, q.Ecosystem) {
		apply(r.root.get(manager), manager)
	}
	if q.Class != diff.NoClass {
		apply(r.root.get(q.Class.String()), q.Class.String())
	}
	for _, preset := range itemsOf(r.root.get("extends")) {
		if d := r.preset(preset, q); d != nil {
			current = d
		}
	}
	for _, rule := range itemsOf(r.root.get("packageRules")) {
		if _, set, _ := r.age(rule); !set {
			continue
		}
		switch applies, unknown := ruleApplies(rule, r.lockfile, q); {
		case unknown != "":
			problems = append(problems, Problem{r.tool, r.path, rule.line, "whether this rule applies is not known: " + unknown})
		case applies:
			apply(rule, "package rule")
		}
	}
	slices.SortStableFunc(problems, byLine)
	if current == nil {
		return nil, problems
	}
	return []Demand{*current}, problems
}

// presetAges are Renovate's own presets that set an age, all of three days, by
// the ecosystem that they set it for.
var presetAges = map[string]string{
	"config:best-practices":            "npm",
	"security:minimumReleaseAgeNpm":    "npm",
	"npm:unpublishSafe":                "npm",
	"security:minimumReleaseAgeCrates": "cargo",
}

// presetFamilies are those of Renovate's own presets that set none.
var presetFamilies = []string{
	":", "abandonments:", "compatibility:", "config:", "customManagers:", "default:", "docker:", "global:", "group:", "helpers:",
	"mergeConfidence:", "monorepo:", "npm:", "packages:", "preview:", "regexManagers:", "replacements:", "schedule:",
	"security:", "workarounds:",
}

func (r *renovate) preset(preset *node, q Query) *Demand {
	if ecosystem, ok := presetAges[preset.text]; !ok || ecosystem != q.Ecosystem {
		return nil
	}
	d := r.demand("extends", preset)
	d.Setting += " (3 days)"
	d.Age = 3 * day
	return &d
}

func (r *renovate) unknownPresets() []Problem {
	var problems []Problem
	for _, preset := range itemsOf(r.root.get("extends")) {
		own := slices.ContainsFunc(presetFamilies, func(family string) bool { return strings.HasPrefix(preset.text, family) })
		if !own {
			problems = append(problems, Problem{r.tool, r.path, preset.line, oneLine("it extends " + preset.text + ", which is not in this repository and may set an age")})
		}
	}
	return problems
}
