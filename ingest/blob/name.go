package blob

import (
	"fmt"
	"strings"
)

// maxName bounds a name, in bytes: what S3 takes, less room for a prefix.
const maxName = 900

// checkName refuses what is not the same name in every store: a name is parts of
// letters, digits and "-_.=" with a slash between, none of them "." or "..".
func checkName(name string) error {
	if len(name) > maxName {
		return fmt.Errorf("blob name of %d bytes: must have at most %d", len(name), maxName)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsFunc(part, outside) {
			return fmt.Errorf("blob name %q: parts must be letters, digits or one of -_.= and no step upwards", name)
		}
	}
	return nil
}

// checkPrefix refuses prefixes that no name can have.
func checkPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	return checkName(strings.TrimSuffix(prefix, "/"))
}

func outside(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_.=", r)
}

func checkRange(name string, offset, length int64) error {
	if offset < 0 || length < 0 {
		return fmt.Errorf("read %s: %d bytes from %d: must not be negative", name, length, offset)
	}
	return nil
}
