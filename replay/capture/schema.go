package capture

import (
	"encoding/json"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"milepost/fleet"
	"milepost/telemetry"
)

// Version is the value of milepost.capture in the schema's metadata.
const Version = "1"

const (
	keyVersion  = "milepost.capture"
	keyProfiles = "milepost.profiles"
	keyChecksum = "milepost.checksum"
)

// The columns that identify a row, before those of the signals.
const (
	colVehicle = iota
	colBoot
	colSequence
	colRecord
	colArrived
	colTime
	idColumns
)

// micros is the type of both time columns.
var micros = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

var idFields = [idColumns]arrow.Field{
	colVehicle:  {Name: "vehicle_id", Type: arrow.BinaryTypes.String},
	colBoot:     {Name: "boot", Type: arrow.PrimitiveTypes.Uint32},
	colSequence: {Name: "sequence", Type: arrow.PrimitiveTypes.Uint64},
	colRecord:   {Name: "record_id", Type: arrow.BinaryTypes.String, Nullable: true},
	colArrived:  {Name: "arrived_at", Type: micros},
	colTime:     {Name: "time", Type: micros},
}

// signalType is the Arrow type of a signal's column.
func signalType(k telemetry.Kind) arrow.DataType {
	switch k {
	case telemetry.Truth:
		return arrow.FixedWidthTypes.Boolean
	case telemetry.Word:
		return arrow.BinaryTypes.String
	case telemetry.Whole:
		return arrow.PrimitiveTypes.Int64
	default:
		return arrow.PrimitiveTypes.Float64
	}
}

// fields are the columns of a capture in order.
func fields() []arrow.Field {
	all := append([]arrow.Field(nil), idFields[:]...)
	for _, s := range telemetry.Signals() {
		all = append(all, arrow.Field{Name: s.Path, Type: signalType(s.Kind), Nullable: true})
	}
	return all
}

// schemaFor is the schema of a capture of these vehicles, its checksum still the
// placeholder.
func schemaFor(profiles []fleet.Profile) (*arrow.Schema, error) {
	for _, p := range profiles {
		if err := p.Validate(); err != nil {
			return nil, err
		}
	}
	if profiles == nil {
		profiles = []fleet.Profile{}
	}
	text, err := json.Marshal(profiles)
	if err != nil {
		return nil, fmt.Errorf("encode profiles: %w", err)
	}
	meta := arrow.NewMetadata(
		[]string{keyVersion, keyProfiles, keyChecksum},
		[]string{Version, string(text), placeholder})
	return arrow.NewSchema(fields(), &meta), nil
}

// checkSchema finds for every column of the schema its place in the table: below
// idColumns one of those, else idColumns + the signal's row.
func checkSchema(s *arrow.Schema) ([]int, error) {
	if v, _ := s.Metadata().GetValue(keyVersion); v != Version {
		return nil, fmt.Errorf("%w: %s is %q, this reads %q", ErrNotCapture, keyVersion, v, Version)
	}
	known := map[string]int{}
	want := fields()
	for i, f := range want {
		known[f.Name] = i
	}
	places, seen := make([]int, s.NumFields()), make([]bool, len(want))
	for i, f := range s.Fields() {
		place, ok := known[f.Name]
		switch {
		case !ok:
			return nil, fmt.Errorf("%w: %q is not a column of version %s", ErrColumns, f.Name, Version)
		case seen[place]:
			return nil, fmt.Errorf("%w: %q stands twice", ErrColumns, f.Name)
		case !arrow.TypeEqual(f.Type, want[place].Type):
			return nil, fmt.Errorf("%w: %q is %s, not %s", ErrColumns, f.Name, f.Type, want[place].Type)
		}
		places[i], seen[place] = place, true
	}
	for i := range idColumns {
		if !seen[i] {
			return nil, fmt.Errorf("%w: %q is missing", ErrColumns, want[i].Name)
		}
	}
	return places, nil
}

// profilesOf reads the profiles out of a schema's metadata.
func profilesOf(s *arrow.Schema) ([]fleet.Profile, error) {
	text, ok := s.Metadata().GetValue(keyProfiles)
	if !ok {
		return nil, nil
	}
	var profiles []fleet.Profile
	if err := json.Unmarshal([]byte(text), &profiles); err != nil {
		return nil, fmt.Errorf("decode %s: %w", keyProfiles, err)
	}
	for _, p := range profiles {
		if err := p.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", keyProfiles, err)
		}
	}
	return profiles, nil
}
