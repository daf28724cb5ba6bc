package decode

import (
	"bytes"

	"milepost/telemetry"
	tesla "milepost/telemetry/tesla/v1"
)

const (
	mph  = 0.44704  // m/s
	mile = 1609.344 // m
)

// teslaTargets are the fields that milepost knows. Four have no place: Gear, for Park
// is not the ignition's off; the brake switch, which is no position; and the
// accelerations, whose unit is in doubt and which one a second makes worse than speed
// alone (docs/uplink-formats.md).
var teslaTargets = map[tesla.Field]target{
	tesla.Field_VehicleSpeed:             {row: row("Speed"), unit: mph},
	tesla.Field_PedalPosition:            {row: row("Chassis.Accelerator.PedalPosition"), unit: 1},
	tesla.Field_BrakePedalPos:            {row: row("Chassis.Brake.PedalPosition"), unit: 1},
	tesla.Field_Location:                 {row: latitudeRow, want: wantPlace},
	tesla.Field_GpsHeading:               {row: row("CurrentLocation.Heading"), unit: 1},
	tesla.Field_Odometer:                 {row: row("TraveledDistance"), unit: mile},
	tesla.Field_Soc:                      {row: row("Powertrain.TractionBattery.StateOfCharge.Current"), unit: 1},
	tesla.Field_DriverSeatBelt:           {row: row("Cabin.Seat.Row1.DriverSide.IsBelted"), want: wantTruth, unit: 1},
	tesla.Field_Gear:                     {row: unplaced},
	tesla.Field_LongitudinalAcceleration: {row: unplaced},
	tesla.Field_LateralAcceleration:      {row: unplaced},
	tesla.Field_BrakePedal:               {row: unplaced},
}

// teslaProtobuf reads a V record as the vehicle sent it.
func (d *Decoder) teslaProtobuf(r *Record, f *telemetry.Frame) error {
	p := &d.tesla
	p.ResetVT()
	if err := p.UnmarshalVT(r.Value); err != nil {
		return fail(ClassMalformed, "%w: read Tesla protobuf: %w", ErrMalformed, err)
	}
	at, err := d.teslaHead(r, []byte(p.Vin), p.CreatedAt, f)
	if err != nil {
		return err
	}
	d.readings = d.readings[:0]
	for _, datum := range p.Data {
		d.teslaDatum(at, datum.GetKey(), protoValue(datum.GetValue()))
	}
	d.fill(f)
	return nil
}

// teslaHead takes what stands beside the data: whose record it is, its id, and when
// it happened.
func (d *Decoder) teslaHead(r *Record, vin []byte, created *tesla.Instant, f *telemetry.Frame) (at int64, err error) {
	if kind, ok := header(r.Headers, "txtype"); ok && string(kind) != "V" {
		return 0, fail(ClassFormat, "its txtype is not V")
	}
	if f.VehicleID, err = d.teslaVehicle(r, vin); err != nil {
		return 0, err
	}
	txid, _ := header(r.Headers, "txid")
	f.RecordID = recordID(txid, r.Value)
	if created == nil {
		return 0, fail(ClassMalformed, "%w: it does not say when it was created", ErrMalformed)
	}
	return eventTimeOf(instantUs(created), r.Arrived)
}

// eventTimeOf is eventTime as an error of the whole record.
func eventTimeOf(us, arrived int64) (int64, error) {
	switch at, state := eventTime(us, arrived); state {
	case clockUnset:
		return 0, fail(ClassMalformed, "%w: its time is before 2000: the clock was never set", ErrMalformed)
	case clockWild:
		return 0, fail(ClassClock, "its time is more than 5 min after its arrival")
	default:
		return at, nil
	}
}

// instantUs is Unix µs; what does not fit is out of any clock's range too.
func instantUs(t *tesla.Instant) int64 {
	const most = 1 << 40 // s: far beyond any clock, and µs still fit
	s := min(max(t.Seconds, -most), most)
	return s*1_000_000 + int64(t.Nanos)/1000
}

// teslaVehicle is the pseudonym of the VIN in key, header and payload, which must
// agree where they are given.
func (d *Decoder) teslaVehicle(r *Record, vin []byte) (string, error) {
	named, _ := header(r.Headers, "vin")
	for _, v := range [...][]byte{r.Key, named} {
		switch {
		case len(vin) == 0:
			vin = v
		case len(v) > 0 && !bytes.EqualFold(v, vin):
			return "", fail(ClassIdentity, "%w: key, header and payload name different vehicles", ErrMalformed)
		}
	}
	return d.vin(vin)
}

// teslaDatum takes one field's value.
func (d *Decoder) teslaDatum(at int64, key tesla.Field, v value) {
	t, ok := teslaTargets[key]
	if !ok {
		d.Lost[LossUnknown]++
		return
	}
	d.take(at, t, v)
}

// protoValue is a value as the vehicle typed it.
func protoValue(v *tesla.Value) value {
	switch v := v.GetValue().(type) {
	case *tesla.Value_StringValue:
		return value{shape: aText, text: v.StringValue}
	case *tesla.Value_IntValue:
		return value{shape: aNumber, number: float64(v.IntValue)}
	case *tesla.Value_LongValue:
		return value{shape: aNumber, number: float64(v.LongValue)}
	case *tesla.Value_FloatValue:
		return value{shape: aNumber, number: float64(v.FloatValue)}
	case *tesla.Value_DoubleValue:
		return value{shape: aNumber, number: v.DoubleValue}
	case *tesla.Value_BooleanValue:
		return truthValue(v.BooleanValue)
	case *tesla.Value_LocationValue:
		return value{shape: aPlace, lat: v.LocationValue.GetLatitude(), lon: v.LocationValue.GetLongitude()}
	case *tesla.Value_Invalid:
		return value{shape: noValue}
	}
	return value{}
}

func truthValue(b bool) value {
	v := value{shape: aNumber}
	if b {
		v.number = 1
	}
	return v
}
