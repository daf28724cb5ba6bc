package deadletter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Class is why a record was refused, in few kinds.
type Class string

// The classes: those of package decode, by their names, and Late.
const (
	Malformed     Class = "malformed"      // not what its format says
	UnknownFormat Class = "unknown_format" // no decoder for its content type, or a newer version of one
	NoKey         Class = "no_key"         // nobody knows whose it is
	Identity      Class = "identity"       // its key, header and payload name different vehicles
	TooLarge      Class = "too_large"      // larger than records may be
	Empty         Class = "empty"          // no payload
	Clock         Class = "clock"          // its times cannot be, compared with its arrival
	Late          Class = "late"           // its trip is closed and can no longer be amended
)

// Classes lists all classes, in the order in which they are shown.
var Classes = []Class{Malformed, UnknownFormat, NoKey, Identity, TooLarge, Empty, Clock, Late}

// Origin is where a record lies.
type Origin struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
}

// String is topic/partition/offset.
func (o Origin) String() string { return fmt.Sprintf("%s/%d/%d", o.Topic, o.Partition, o.Offset) }

// Letter is one record that was refused.
type Letter struct {
	Origin
	// Key is the vehicle's id, or the HMAC of its VIN; empty where the record has
	// none, or one that looks like a VIN.
	Key       string    `json:"key,omitempty"`
	ArrivedAt time.Time `json:"arrived_at"`
	Class     Class     `json:"class"`
	Reason    string    `json:"reason"`           // in words, without anything of the content
	Format    string    `json:"format,omitempty"` // the decoder's name
	SHA256    string    `json:"sha256"`           // of the value, hex
	Size      int       `json:"size"`             // of the value, bytes
	At        time.Time `json:"at"`               // when the letter was written
	// ReplayOf is the first place of a record that was fed in again and refused
	// again.
	ReplayOf *Origin `json:"replay_of,omitempty"`
}

// Refused is a record as whoever refuses it has it.
type Refused struct {
	Origin
	Key       []byte // the vehicle's id, never a VIN
	Value     []byte
	ArrivedAt time.Time
	Format    string // the decoder's name; anything that cannot be one is left out
	ReplayOf  []byte // the value of its header ReplayHeader, if it has one
}

// New writes the letter of a record. The reason may be any error's text: what it
// quotes of the record is left out.
func New(r Refused, class Class, reason string, at time.Time) Letter {
	sum := sha256.Sum256(r.Value)
	key, hidden := vehicleKey(r.Key), [][]byte{r.Value}
	if key == "" {
		hidden = append(hidden, r.Key)
	}
	l := Letter{
		Origin: r.Origin, Key: key, ArrivedAt: r.ArrivedAt.UTC(), Class: class,
		Reason: scrub(reason, hidden...), Format: formatName(r.Format, r.Value),
		SHA256: hex.EncodeToString(sum[:]), Size: len(r.Value), At: at.UTC(),
	}
	// A replay goes back into its own topic: any other name is not ours.
	if first, err := parseOrigin(string(r.ReplayOf)); err == nil && first.Topic == r.Topic {
		l.ReplayOf = &first
	}
	return l
}

// Root is where the record was refused first.
func (l *Letter) Root() Origin {
	if l.ReplayOf != nil {
		return *l.ReplayOf
	}
	return l.Origin
}

// Validate reports the first thing that is wrong with the letter.
func (l *Letter) Validate() error {
	switch {
	case l.Topic == "":
		return errors.New("topic is empty")
	case l.Partition < 0 || l.Offset < 0:
		return fmt.Errorf("partition %d, offset %d: both must be at least 0", l.Partition, l.Offset)
	case !slices.Contains(Classes, l.Class):
		return fmt.Errorf("class %q is none of %v", l.Class, Classes)
	case l.Size < 0:
		return fmt.Errorf("size is %d: must be at least 0", l.Size)
	case len(l.SHA256) != hex.EncodedLen(sha256.Size):
		return fmt.Errorf("sha256 has %d digits", len(l.SHA256))
	}
	if _, err := hex.DecodeString(l.SHA256); err != nil {
		return errors.New("sha256 is not hex")
	}
	return nil
}

// decodeLetter reads a letter's JSON.
func decodeLetter(value []byte) (l Letter, err error) {
	if err := json.Unmarshal(value, &l); err != nil {
		return Letter{}, fmt.Errorf("decode dead letter: %w", err)
	}
	if err := l.Validate(); err != nil {
		return Letter{}, fmt.Errorf("decode dead letter: %w", err)
	}
	return l, nil
}
