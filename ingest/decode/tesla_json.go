package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"milepost/telemetry"
	tesla "milepost/telemetry/tesla/v1"
)

// teslaPayload is a V record as JSON. Not by protojson: one datum of another type
// than the schema's would cost the record.
type teslaPayload struct {
	Data      []json.RawMessage `json:"data"`
	CreatedAt string            `json:"createdAt"`
	VIN       string            `json:"vin"`
}

type teslaJSONDatum struct {
	Key   json.RawMessage            `json:"key"` // name or number
	Value map[string]json.RawMessage `json:"value"`
}

// teslaJSON reads a V record as the receiving server turned it into JSON.
func (d *Decoder) teslaJSON(r *Record, f *telemetry.Frame) error {
	var p teslaPayload
	if err := json.Unmarshal(r.Value, &p); err != nil {
		return notJSON("a Tesla record", err)
	}
	at, err := d.teslaHead(r, []byte(p.VIN), jsonInstant(p.CreatedAt), f)
	if err != nil {
		return err
	}
	d.readings = d.readings[:0]
	for _, raw := range p.Data {
		var datum teslaJSONDatum
		if json.Unmarshal(raw, &datum) != nil {
			d.Lost[LossUnreadable]++
			continue
		}
		d.teslaDatum(at, jsonField(datum.Key), jsonValue(datum.Value))
	}
	d.fill(f)
	return nil
}

// notJSON is the error of a record whose outer shape cannot be read. The cause goes
// no further than where it is: its text may quote the payload.
func notJSON(what string, err error) *Error {
	where := int64(0)
	switch e := err.(type) { //nolint:errorlint // not wrapped
	case *json.SyntaxError:
		where = e.Offset
	case *json.UnmarshalTypeError:
		where = e.Offset
	}
	return fail(ClassMalformed, "%w: not the JSON of %s at byte %d", ErrMalformed, what, where)
}

// jsonInstant is nil where there is no time that can be read.
func jsonInstant(s string) *tesla.Instant {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil
	}
	return &tesla.Instant{Seconds: t.Unix(), Nanos: int32(t.Nanosecond())}
}

// jsonField is the field that a key names; Unknown for a name that is new here.
func jsonField(key json.RawMessage) tesla.Field {
	if name, ok := jsonText(key); ok {
		return tesla.Field(tesla.Field_value[name])
	}
	if number, err := strconv.ParseInt(string(key), 10, 32); err == nil {
		return tesla.Field(number)
	}
	return tesla.Field_Unknown
}

// jsonValue is the one value of a datum, whatever the name of its type: the type
// changes with firmware, what it holds does not.
func jsonValue(v map[string]json.RawMessage) value {
	if len(v) != 1 {
		return value{}
	}
	if _, ok := v["invalid"]; ok {
		return value{shape: noValue}
	}
	for _, raw := range v {
		return rawValue(raw)
	}
	return value{}
}

// rawValue takes any JSON value, which is known to be JSON.
func rawValue(raw json.RawMessage) value {
	if len(raw) == 0 {
		return value{}
	}
	v, err := value{}, error(nil)
	switch raw[0] {
	case 'n':
		v.shape = noValue
	case 't', 'f':
		v = truthValue(raw[0] == 't')
	case '"':
		v.shape = aText
		v.text, _ = jsonText(raw)
	case '{':
		v.shape, err = aPlace, v.readPlace(raw)
	case '[':
	default:
		v.shape = aNumber
		v.number, err = strconv.ParseFloat(string(raw), 64)
	}
	if err != nil {
		return value{}
	}
	return v
}

// jsonText is a JSON string, which is known to be JSON; false for another value.
func jsonText(raw json.RawMessage) (text string, ok bool) {
	switch {
	case len(raw) < 2 || raw[0] != '"':
		return "", false
	case bytes.IndexByte(raw, '\\') < 0:
		return string(raw[1 : len(raw)-1]), true
	}
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// readPlace takes an object with latitude and longitude.
func (v *value) readPlace(raw json.RawMessage) error {
	var p struct{ Latitude, Longitude *float64 }
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	if p.Latitude == nil || p.Longitude == nil {
		return errNoPlace
	}
	v.lat, v.lon = *p.Latitude, *p.Longitude
	return nil
}

var errNoPlace = errors.New("an object without latitude and longitude")
