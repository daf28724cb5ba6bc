package fleet

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Instant is a time in Unix µs. Outside it is RFC 3339 in UTC.
type Instant int64

// MarshalText implements encoding.TextMarshaler.
func (t Instant) MarshalText() ([]byte, error) {
	return time.UnixMicro(int64(t)).UTC().AppendFormat(nil, time.RFC3339Nano), nil
}

// The years between which a profile may begin.
const firstYear, lastYear = 1970, 2100

var errYear = fmt.Errorf("the year is not from %d to %d", firstYear, lastYear)

// UnmarshalText implements encoding.TextUnmarshaler; it takes any zone's offset.
func (t *Instant) UnmarshalText(b []byte) error {
	at, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return fmt.Errorf("parse time of profile: %w", err)
	}
	if y := at.UTC().Year(); y < firstYear || y > lastYear {
		return fmt.Errorf("parse time of profile: %w", errYear)
	}
	*t = Instant(at.UnixMicro())
	return nil
}

// History is what was known of one vehicle, and from when on: each profile holds from
// its From until the next one's. Whoever holds one must not change it.
type History struct {
	VehicleID string
	Profiles  []Profile // ascending by From
}

// longestHistory bounds the profiles of a history.
const longestHistory = 4096

// Always is the history of a vehicle of which one profile is known.
func Always(p Profile) History { return History{VehicleID: p.VehicleID, Profiles: []Profile{p}} }

// With is the history with one profile more, at its place in time. The vehicle is the
// profile's.
func (h History) With(p Profile) History {
	all := append(slices.Clone(h.Profiles), p)
	slices.SortStableFunc(all, func(a, b Profile) int { return cmp.Compare(a.From, b.From) })
	return History{VehicleID: p.VehicleID, Profiles: all}
}

// At is the profile in force at a time in Unix µs: one that says nothing where the
// history begins later. The caller must not change it.
func (h *History) At(us int64) *Profile {
	for i := len(h.Profiles) - 1; i >= 0; i-- {
		if int64(h.Profiles[i].From) <= us {
			return &h.Profiles[i]
		}
	}
	return &Profile{VehicleID: h.VehicleID}
}

// Unshared reports whether the setting in force at a time in Unix µs keeps the
// location to its owner. A nil history has no settings.
func (h *History) Unshared(us int64) bool {
	if h == nil {
		return false
	}
	for i := len(h.Profiles) - 1; i >= 0; i-- {
		if int64(h.Profiles[i].From) <= us {
			return h.Profiles[i].LocationSharing == Off
		}
	}
	return false
}

// EverUnshared reports whether any setting of the history keeps the location private.
func (h *History) EverUnshared() bool {
	return slices.ContainsFunc(h.Profiles, func(p Profile) bool { return p.LocationSharing == Off })
}

// Consents reports whether the profile in force at a time in Unix µs has a consent, and
// the date, Unix µs, at which it then ends, the largest int64 for none. A nil history
// has no consents.
func (h *History) Consents(us int64, consent string) (given bool, until int64) {
	until = math.MaxInt64
	if h == nil {
		return false, until
	}
	for _, p := range slices.Backward(h.Profiles) {
		has := slices.Contains(p.Consents, consent)
		if int64(p.From) <= us {
			return has, until
		}
		if !has {
			until = int64(p.From)
		}
	}
	return false, until
}

// EverConsents reports whether any profile of the history has a consent.
func (h *History) EverConsents(consent string) bool {
	return slices.ContainsFunc(h.Profiles, func(p Profile) bool { return slices.Contains(p.Consents, consent) })
}

// Equal reports whether two histories say the same.
func (h History) Equal(o History) bool {
	return h.VehicleID == o.VehicleID && slices.EqualFunc(h.Profiles, o.Profiles, Profile.Equal)
}

// Validate reports the first thing that is wrong with the history.
func (h History) Validate() error {
	if h.VehicleID == "" {
		return errors.New("history: vehicle_id is empty")
	}
	if len(h.Profiles) > longestHistory {
		return fmt.Errorf("history of vehicle %s: %d profiles, at most %d are allowed", h.VehicleID, len(h.Profiles), longestHistory)
	}
	for i, p := range h.Profiles {
		if p.VehicleID != h.VehicleID {
			return fmt.Errorf("history of vehicle %s: profile %d is of vehicle %s", h.VehicleID, i, p.VehicleID)
		}
		if err := p.Validate(); err != nil {
			return fmt.Errorf("history, profile %d: %w", i, err)
		}
		if i > 0 && p.From <= h.Profiles[i-1].From {
			return fmt.Errorf("history of vehicle %s: profile %d is not from later than the one before", h.VehicleID, i)
		}
	}
	return nil
}

// wire is a history as it is written; its profiles leave their vehicle out.
type wire struct {
	VehicleID string    `json:"vehicle_id"`
	History   []Profile `json:"history"`
}

// MarshalJSON implements json.Marshaler.
func (h History) MarshalJSON() ([]byte, error) {
	w := wire{h.VehicleID, append([]Profile{}, h.Profiles...)}
	for i := range w.History {
		w.History[i].VehicleID = ""
	}
	return json.Marshal(w)
}

// DecodeHistory reads a history of the form
//
//	{"vehicle_id": "...", "history": [{"from": "2026-01-01T00:00:00Z", "zone": "Europe/Madrid", ...}]}
//
// and validates it. Fields it does not know are left out, so that a producer may be
// newer; a value it does not know is an error, for it may be a consent or a setting.
func DecodeHistory(b []byte) (History, error) {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return History{}, fmt.Errorf("decode history: %w", err)
	}
	h := History{VehicleID: w.VehicleID, Profiles: w.History}
	for i := range h.Profiles {
		if p := &h.Profiles[i]; p.VehicleID == "" {
			p.VehicleID = h.VehicleID
		}
	}
	if err := h.Validate(); err != nil {
		return History{}, fmt.Errorf("decode history: %w", err)
	}
	return h, nil
}

// UnmarshalJSON implements json.Unmarshaler as DecodeHistory.
func (h *History) UnmarshalJSON(b []byte) (err error) {
	*h, err = DecodeHistory(b)
	return err
}
