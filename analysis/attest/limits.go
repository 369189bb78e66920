package attest

import (
	"errors"
	"fmt"
)

// What a document may be, checked before anything is parsed.
const (
	mostDocument     = 8 << 20
	mostAttestations = 64
	mostSignatures   = 32
	mostSubjects     = 10000
	mostCertificates = 16
	mostDepth        = 64
)

// bounded refuses a document by its size and by how deep it nests, reading each
// byte once and keeping none.
func bounded(document []byte) error {
	if len(document) > mostDocument {
		return fmt.Errorf("the document has %d bytes, and %d are the most", len(document), mostDocument)
	}
	return shallow(document)
}

func shallow(document []byte) error {
	depth, text := 0, false
	for i := 0; i < len(document); i++ {
		switch c := document[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			if depth++; depth > mostDepth {
				return errors.New("the document nests too deep")
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
