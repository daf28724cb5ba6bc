// Package outcome owns the facts milepost produces: their types, their identity
// and their JSON Schemas. It imports nothing of the project, does no I/O and
// reads no clock.
package outcome

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Type names a kind of outcome on the outside.
type Type string

// The types of outcome.
const (
	TypeTrip      Type = "trip"
	TypeEvent     Type = "event"
	TypeMonth     Type = "month"
	TypeCollision Type = "collision"
	TypeAddition  Type = "addition" // to a collision, by a person
	TypeCharge    Type = "charge"
	TypeFactor    Type = "factor"
)

// Outcome is one fact: a *Trip, *Event, *Month, *Collision, *Addition, *Charge or
// *Factor.
type Outcome interface {
	// Head gives the part that all outcomes share.
	Head() *Header
}

// Header is what every outcome carries. The pair ID, Revision names one version
// of a fact for ever: a replay writes the same one again.
type Header struct {
	Type      Type   `json:"type"`
	ID        string `json:"id"` // 32 hex digits
	VehicleID string `json:"vehicle_id"`
	At        Time   `json:"at"` // event time that the identity is made of; the same in every revision
	Revision  uint32 `json:"revision"`
}

// Head implements Outcome.
func (h *Header) Head() *Header { return h }

// State is where a revised fact stands.
type State string

// The states of a fact. Withdrawn deletes it everywhere.
const (
	Final     State = "final"
	Amended   State = "amended"
	Withdrawn State = "withdrawn"
)

// Time is an instant of event time in µs since the Unix epoch; outside it reads
// as RFC 3339 UTC with milliseconds.
type Time int64

const timeLayout = "2006-01-02T15:04:05.000Z"

// Std gives the instant as a time.Time in UTC.
func (t Time) Std() time.Time { return time.UnixMicro(int64(t)).UTC() }

// String is the outside form.
func (t Time) String() string { return t.Std().Format(timeLayout) }

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	return t.Std().AppendFormat(make([]byte, 0, 26), `"`+timeLayout+`"`), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("parse time of outcome: %w", err)
	}
	*t = Time(at.UnixMicro())
	return nil
}

// ID derives an outcome's identity: the first 128 bits of SHA-256 over vehicle,
// kind and event time, as hex. Kind is the type, with whatever else tells facts
// of one vehicle and instant apart.
func ID(vehicle, kind string, at Time) string {
	h := sha256.New()
	for _, part := range []string{vehicle, kind, strconv.FormatInt(int64(at), 10)} {
		// Lengths keep ("ab","c") and ("a","bc") apart.
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Decode reads one JSON outcome back as its type.
func Decode(b []byte) (Outcome, error) {
	var head Header
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, fmt.Errorf("decode outcome: %w", err)
	}
	var o Outcome
	switch head.Type {
	case TypeTrip:
		o = &Trip{}
	case TypeEvent:
		o = &Event{}
	case TypeMonth:
		o = &Month{}
	case TypeCollision:
		o = &Collision{}
	case TypeAddition:
		o = &Addition{}
	case TypeCharge:
		o = &Charge{}
	case TypeFactor:
		o = &Factor{}
	default:
		return nil, fmt.Errorf("decode outcome: unknown type %q", head.Type)
	}
	if err := json.Unmarshal(b, o); err != nil {
		return nil, fmt.Errorf("decode outcome of type %s: %w", head.Type, err)
	}
	return o, nil
}
