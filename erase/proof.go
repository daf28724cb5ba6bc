package erase

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"milepost/sinks"
)

// Format names the form of a Proof.
const Format = "milepost-erasure/1"

// Proof says what was deleted where, and what was found when each place was read again.
// It holds no personal data: of whom it is says a SHA-256 of the id, which whoever has
// the request can compute.
type Proof struct {
	Format    string    `json:"format"`
	Version   string    `json:"milepost_version"`
	Subject   Subject   `json:"subject"`
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	DryRun    bool      `json:"dry_run"` // nothing was deleted
	Found     bool      `json:"found"`   // anything was, anywhere
	Verified  bool      `json:"verified"`
	// Complete: verified, and all that was found is gone or has a time by which it will be.
	Complete bool `json:"complete"`
	// Stays are the places, by kind and name, in which records stay for ever.
	Stays []string `json:"stays,omitempty"`
	// Held are the ids of holds for which an erasure would be refused, in a dry run.
	Held   []string `json:"held_by,omitempty"`
	Places []*Place `json:"places"`
}

// Subject is of whom a proof is.
type Subject struct {
	Kind   string `json:"kind"`   // vehicle, account or collision
	SHA256 string `json:"sha256"` // of the id's UTF-8 bytes, hex
}

// Counts is how much of what: rows by table, records, bytes.
type Counts map[string]int64

// Place is one place that may hold someone's data.
type Place struct {
	Kind    string `json:"place"` // one of the kinds below
	Name    string `json:"name"`  // file, topic, database, topic and partition
	Found   Counts `json:"found,omitempty"`
	Deleted Counts `json:"deleted,omitempty"`
	// Verified: read again afterwards, nothing was left but what GoneBy or Never tell of.
	Verified bool   `json:"verified"`
	Check    string `json:"check"` // how that was found out
	// GoneBy is when the last of what cannot be deleted at once will be gone.
	GoneBy   *time.Time `json:"gone_by,omitempty"`
	Never    bool       `json:"never_gone,omitempty"` // no setting makes what is left go
	Warnings []string   `json:"warnings,omitempty"`
	Error    string     `json:"error,omitempty"`
}

// The kinds of places.
const (
	KindState       = "state"
	KindStore       = "store"
	KindCapture     = "capture"
	KindProfiles    = "profiles"
	KindOutcomes    = "outcomes"
	KindAlerts      = "alerts"
	KindDeadLetters = "dead_letters"
	KindTelemetry   = "telemetry"
)

// errProof is what no proof of an erasure is.
var errProof = errors.New("it is no proof of an erasure by milepost")

// ReadProof reads a proof from its JSON.
func ReadProof(data []byte) (*Proof, error) {
	p := &Proof{}
	if err := json.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("%w: %w", errProof, err)
	}
	if p.Format != Format || !slices.Contains([]string{ofVehicle, ofAccount, ofCollision}, p.Subject.Kind) || p.EndedAt.IsZero() {
		return nil, errProof
	}
	return p, nil
}

// OfAccount reports whether the subject is an account.
func (s Subject) OfAccount() bool { return s.Kind == ofAccount }

// OfCollision reports whether the subject is one collision; else it is a vehicle or an account.
func (s Subject) OfCollision() bool { return s.Kind == ofCollision }

// Sum is the SHA-256 itself.
func (s Subject) Sum() (sum [sha256.Size]byte, err error) {
	if len(s.SHA256) != hex.EncodedLen(len(sum)) {
		return sum, errProof
	}
	if _, err := hex.Decode(sum[:], []byte(s.SHA256)); err != nil {
		return sum, fmt.Errorf("%w: %w", errProof, err)
	}
	return sum, nil
}

const (
	ofVehicle = "vehicle"
	ofAccount = "account"

	ofCollision = "collision"
)

// conclude sums up what the places say.
func (p *Proof) conclude() {
	p.Verified = p.Verified && len(p.Places) > 0
	for _, place := range p.Places {
		p.Found = p.Found || len(place.Found) > 0
		p.Verified = p.Verified && place.Verified
		if place.Never {
			p.Stays = append(p.Stays, place.Kind+" "+place.Name)
		}
	}
	p.Complete = p.Verified && len(p.Stays) == 0
}

func (p *Place) warn(text string) { p.Warnings = append(p.Warnings, text) }

// fail notes an error; a place with one is not verified.
func (p *Place) fail(err error) {
	if err == nil {
		return
	}
	p.Verified = false
	if p.Error != "" {
		p.Error += "; "
	}
	p.Error += err.Error()
}

// found adds to a count, and leaves no zero behind.
func (c *Counts) add(what string, n int64) {
	if n == 0 {
		return
	}
	if *c == nil {
		*c = Counts{}
	}
	(*c)[what] += n
}

func subjectOf(s sinks.Subject) Subject {
	kind, id := ofVehicle, s.Vehicle
	switch {
	case s.Account != "":
		kind, id = ofAccount, s.Account
	case s.Collision != "":
		kind, id = ofCollision, s.Collision
	}
	sum := sha256.Sum256([]byte(id))
	return Subject{Kind: kind, SHA256: hex.EncodeToString(sum[:])}
}
