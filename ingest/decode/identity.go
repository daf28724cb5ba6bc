package decode

import (
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

// Pseudonym is the vehicle id that stands for a VIN: HMAC-SHA-256, 32 hex digits.
func (i Identity) Pseudonym(vin []byte) string {
	mac := hmac.New(sha256.New, i.Key)
	mac.Write(vin)
	return hex.EncodeToString(mac.Sum(nil))[:idHex]
}

// VehicleID is the vehicle that a key names: the key itself, or the pseudonym where
// it has the shape of a VIN. It fails as an *Error.
func (i Identity) VehicleID(key []byte) (string, error) {
	switch {
	case len(key) == 0:
		return "", fail(ClassNoKey, "it has no key")
	case looksLikeVIN(key):
		return i.hide(key)
	case len(key) > longestKey || !printable(key):
		return "", fail(ClassIdentity, "its key of %d bytes is no vehicle id", len(key))
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

// looksLikeVIN reports 17 letters and digits without I, O and Q (ISO 3779).
func looksLikeVIN(key []byte) bool {
	if len(key) != 17 {
		return false
	}
	for _, c := range key {
		if c |= 0x20; c >= 'a' && c <= 'z' {
			if c == 'i' || c == 'o' || c == 'q' {
				return false
			}
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

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
