package decode

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Identity turns VINs into pseudonyms. A VIN points to a person: whoever has the
// pseudonyms and not the key can't try VINs until one fits.
type Identity struct {
	Key []byte // secret, at least 16 bytes, the same for ever: another key makes other vehicles
}

const (
	leastKey   = 16
	idHex      = 32 // digits of a pseudonym
	longestKey = 128
)

// Validate fails on a key that is too short; none at all is allowed where no
// uplink names vehicles by VIN.
func (i Identity) Validate() error {
	if n := len(i.Key); n > 0 && n < leastKey {
		return fmt.Errorf("identity key of %d bytes: must be at least %d", n, leastKey)
	}
	return nil
}

// Pseudonym is the vehicle id that stands for a VIN, in upper case or not: HMAC-SHA-256
// of it in upper case, 32 hex digits.
func (i Identity) Pseudonym(vin []byte) string {
	mac := hmac.New(sha256.New, i.Key)
	mac.Write(bytes.ToUpper(vin))
	return hex.EncodeToString(mac.Sum(nil))[:idHex]
}

// VehicleID is the vehicle that a key names: the key itself, or the pseudonym of all of it
// where a part, between other signs than letters and digits, has the shape of a VIN. It
// fails as an *Error.
func (i Identity) VehicleID(key []byte) (string, error) {
	switch {
	case len(key) == 0:
		return "", fail(ClassNoKey, "it has no key")
	case len(key) > longestKey || !printable(key):
		return "", fail(ClassIdentity, "its key of %d bytes is no vehicle id", len(key))
	case namesVIN(key):
		return i.hide(key)
	}
	return string(key), nil
}

// hide is the pseudonym, or an error where no key was set.
func (i Identity) hide(vin []byte) (string, error) {
	if len(i.Key) < leastKey {
		return "", fail(ClassIdentity, "a vehicle named by VIN, and no identity key to hide it")
	}
	return i.Pseudonym(vin), nil
}

// namesVIN reports whether a part of a key has the shape of a VIN.
func namesVIN(key []byte) bool {
	other := func(r rune) bool { return r > unicode.MaxASCII || !isDigit(byte(r)) && !isLetter(byte(r)) }
	for part := range bytes.FieldsFuncSeq(key, other) {
		if looksLikeVIN(part) {
			return true
		}
	}
	return false
}

// looksLikeVIN reports 17 letters and digits without I, O and Q (ISO 3779).
func looksLikeVIN(part []byte) bool {
	for _, c := range part {
		if !isDigit(c) && (!isLetter(c) || bytes.IndexByte([]byte("IOQioq"), c) >= 0) {
			return false
		}
	}
	return len(part) == 17
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func printable(key []byte) bool {
	for rest := key; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) {
			return false
		}
		rest = rest[n:]
	}
	return true
}

// names remembers what recent keys stand for, so that a record of a known vehicle
// costs no hash and no allocation. It holds between one and two times namesKept.
type names struct{ now, before map[string]string }

// namesKept is about a partition's vehicles.
const namesKept = 1 << 14

func (n *names) find(key []byte) (string, bool) {
	if id, ok := n.now[string(key)]; ok {
		return id, true
	}
	id, ok := n.before[string(key)]
	if ok {
		n.keep(string(key), id)
	}
	return id, ok
}

func (n *names) keep(key, id string) {
	if n.now == nil || len(n.now) >= namesKept {
		n.before, n.now = n.now, make(map[string]string)
	}
	n.now[key] = id
}
