package erase

import (
	"bytes"
	"encoding/json"

	"milepost/fleet"
)

// unshared is what is kept of a vehicle's profiles where one kept its location private:
// that alone, for all time, so that telemetry that still comes of it is not stored as
// shared. It is nil where none did, or where the history cannot be read, as then it never
// was in force.
func unshared(history []byte) []byte {
	h, err := fleet.DecodeHistory(history)
	if err != nil || !h.EverUnshared() {
		return nil
	}
	kept, err := json.Marshal(fleet.Always(fleet.Profile{VehicleID: h.VehicleID, LocationSharing: fleet.Off}))
	if err != nil {
		return nil
	}
	return kept
}

// onlyUnshared reports whether a history is what unshared keeps.
func onlyUnshared(history []byte) bool {
	kept := unshared(history)
	return kept != nil && bytes.Equal(kept, history)
}

// keptUnshared tells of it.
func (p *Place) keptUnshared() {
	p.warn("a profile kept the location private: of it that setting alone stays, with the vehicle's key, so that telemetry " +
		"that still comes is not stored as shared; when none can come, have the producer of the profiles write a tombstone")
}
