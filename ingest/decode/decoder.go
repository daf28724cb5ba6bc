package decode

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"milepost/telemetry"
	tesla "milepost/telemetry/tesla/v1"
)

// Record is what a topic gives. It is read during Decode only.
type Record struct {
	Key, Value []byte
	Headers    Headers // nil where there are none
	Arrived    int64   // arrival time, Unix µs; never a vehicle's clock
}

// Config says what a Decoder may take.
type Config struct {
	Identity Identity
	MaxBytes int // of a record's value; 0: DefaultMaxBytes
}

// DefaultMaxBytes is the limit where none is set: Kafka's own default.
const DefaultMaxBytes = 1 << 20

// Decoder reads records of all formats. It is not safe for concurrent use: a
// partition has one. For milepost's own format it allocates nothing once it knows
// the vehicle.
type Decoder struct {
	Lost Losses // values of used records that were not used

	cfg      Config
	names    names
	vins     names // of a format whose keys are VINs whatever their shape
	milepost Milepost
	tesla    tesla.Payload
	readings []telemetry.Reading
	redacted []int64 // times of the places that were made vague
}

// NewDecoder makes a Decoder. It fails on a configuration that is not valid.
func NewDecoder(c Config) (*Decoder, error) {
	if err := c.Identity.Validate(); err != nil {
		return nil, err
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	return &Decoder{cfg: c}, nil
}

// Decode fills f from a record: vehicle, arrival, boot and sequence or the format's
// own record id, start and tracks. What it cannot use of a record it counts in Lost.
//
// A record that cannot be used at all gives an *Error. Then f holds no samples, and
// its VehicleID only where the record's vehicle could be told: that is what a dead
// letter may name, never the record's own key.
func (d *Decoder) Decode(setting Format, r *Record, f *telemetry.Frame) error {
	err := d.decode(setting, r, f)
	if err != nil {
		id := f.VehicleID
		f.Reset()
		if f.VehicleID = id; id == "" {
			f.VehicleID = d.named(setting, r.Key, err)
		}
	}
	f.Arrived = r.Arrived
	return err
}

// named is the vehicle that the key alone names, where no payload was read; empty
// where that is in doubt.
func (d *Decoder) named(setting Format, key []byte, cause error) string {
	var e *Error
	if errors.As(cause, &e) && (e.Class == ClassIdentity || e.Class == ClassNoKey) {
		return ""
	}
	id, err := "", error(nil)
	if setting == TeslaVProtobuf || setting == TeslaVJSON {
		id, err = d.vin(key)
	} else {
		id, err = d.vehicle(key)
	}
	if err != nil {
		return ""
	}
	return id
}

func (d *Decoder) decode(setting Format, r *Record, f *telemetry.Frame) error {
	f.VehicleID, f.RecordID = "", ""
	format, err := formatOf(setting, r.Headers)
	if err != nil {
		return err
	}
	switch n := len(r.Value); {
	case n == 0:
		return fail(ClassEmpty, "it has no payload")
	case n > d.cfg.MaxBytes:
		return fail(ClassTooLarge, "payload of %d bytes: the limit is %d", n, d.cfg.MaxBytes)
	}
	switch format {
	case MilepostProtobuf:
		return d.ownFormat(r, f)
	case TeslaVProtobuf:
		f.Reset()
		return d.teslaProtobuf(r, f)
	case TeslaVJSON:
		f.Reset()
		return d.teslaJSON(r, f)
	case DIMOSignalsJSON:
		f.Reset()
		return d.dimoSignals(r, f)
	}
	return fail(ClassFormat, "%s cannot be read", format)
}

// ownFormat reads milepost's protobuf.
func (d *Decoder) ownFormat(r *Record, f *telemetry.Frame) (err error) {
	if f.VehicleID, err = d.vehicle(r.Key); err != nil {
		return err
	}
	if err := d.milepost.Decode(r.Value, f); err != nil {
		return &Error{Class: ClassMalformed, cause: err}
	}
	d.Lost[LossColumn] += int64(d.milepost.Columns)
	d.Lost[LossTrack] += int64(d.milepost.Tracks)
	return nil
}

// vehicle is Identity.VehicleID, remembered.
func (d *Decoder) vehicle(key []byte) (string, error) {
	if id, ok := d.names.find(key); ok {
		return id, nil
	}
	id, err := d.cfg.Identity.VehicleID(key)
	if err == nil {
		d.names.keep(string(key), id)
	}
	return id, err
}

// vin is the pseudonym of a key that is a VIN whatever its shape, remembered.
func (d *Decoder) vin(key []byte) (string, error) {
	switch {
	case len(key) == 0:
		return "", fail(ClassNoKey, "neither key nor header nor payload names its vehicle")
	case len(key) > longestKey:
		return "", fail(ClassIdentity, "its key of %d bytes is no VIN", len(key))
	}
	if id, ok := d.vins.find(key); ok {
		return id, nil
	}
	id, err := d.cfg.Identity.hide(key)
	if err == nil {
		d.vins.keep(string(key), id)
	}
	return id, err
}

// recordID is the sender's own id of a record, or its payload's hash: a record that
// comes again is the same to the last byte.
func recordID(own, payload []byte) string {
	if len(own) > 0 && len(own) <= longestKey {
		return string(own)
	}
	return payloadID(payload)
}

func payloadID(payload []byte) string {
	sum := sha256.Sum256(payload)
	return hex.EncodeToString(sum[:16])
}
