package attest

// HasKey tells whether a registry's signature by that key can be verified at
// all: a key that a registry took up after these were embedded cannot, which is
// another thing than a signature that does not hold.
func (v *Verifier) HasKey(id string) bool {
	keys, err := v.keys()
	if err != nil {
		return false
	}
	_, known := keys.signatures[id]
	return known
}
