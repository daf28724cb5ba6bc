package decode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"milepost/telemetry"
)

// dimoEvent is a CloudEvent that holds signals of one vehicle.
type dimoEvent struct {
	Type    string `json:"type"`
	Subject string `json:"subject"` // the vehicle, a DID
	Source  string `json:"source"`
	ID      string `json:"id"`
	Data    struct {
		Signals []json.RawMessage `json:"signals"`
	} `json:"data"`
}

// dimoSignal is one signal at its own time. All of its values are always there,
// zero where they are not meant: the name says which one is.
type dimoSignal struct {
	Timestamp string          `json:"timestamp"`
	Name      string          `json:"name"`
	Number    json.RawMessage `json:"valueNumber"`
	Text      string          `json:"valueString"`
	Location  json.RawMessage `json:"valueLocation"`
}

const (
	dimoSignalsType = "dimo.signals"
	dimoRedacted    = "currentLocationIsRedacted" // the place of this time was made vague
)

// dimoTargets are the signals that milepost reads, by DIMO's names, which are VSS
// paths in one word. Units are VSS's, distances in km.
var dimoTargets = map[string]target{
	"speed":                                         {row: row("Speed"), unit: 1 / 3.6},
	"chassisBrakePedalPosition":                     {row: row("Chassis.Brake.PedalPosition"), unit: 1},
	"angularVelocityYaw":                            {row: row("AngularVelocity.Yaw"), unit: 1},
	"currentLocationCoordinates":                    {row: latitudeRow, want: wantPlace},
	"currentLocationLatitude":                       {row: latitudeRow, unit: 1},
	"currentLocationLongitude":                      {row: longitudeRow, unit: 1},
	"currentLocationAltitude":                       {row: row("CurrentLocation.Altitude"), unit: 1},
	"currentLocationHeading":                        {row: row("CurrentLocation.Heading"), unit: 1},
	"powertrainTransmissionTravelledDistance":       {row: row("TraveledDistance"), unit: 1000},
	"powertrainRange":                               {row: row("Powertrain.Range"), unit: 1000},
	"powertrainTractionBatteryStateOfChargeCurrent": {row: row("Powertrain.TractionBattery.StateOfCharge.Current"), unit: 1},
	"powertrainTractionBatteryCurrentVoltage":       {row: row("Powertrain.TractionBattery.CurrentVoltage"), unit: 1},
	"powertrainTractionBatteryCurrentPower":         {row: row("Powertrain.TractionBattery.CurrentPower"), unit: 1},
	"powertrainTractionBatteryChargingIsCharging":   {row: row("Powertrain.TractionBattery.Charging.IsCharging"), want: wantTruth, unit: 1},
	"powertrainTractionBatteryChargingIsChargingCableConnected": {
		row: row("Powertrain.TractionBattery.Charging.ChargingPort.AnyPosition.IsChargingCableConnected"), want: wantTruth, unit: 1},
	// Of a session, from 0: what counts is how it rises, as of a count for life.
	"powertrainTractionBatteryChargingAddedEnergy": {row: row("Powertrain.TractionBattery.AccumulatedChargedEnergy"), unit: 1},
	"powertrainFuelSystemRelativeLevel":            {row: row("Powertrain.FuelSystem.RelativeLevel"), unit: 1},
	"powertrainFuelSystemAbsoluteLevel":            {row: row("Powertrain.FuelSystem.AbsoluteLevel"), unit: 1},
	"powertrainCombustionEngineSpeed":              {row: row("Powertrain.CombustionEngine.Speed"), unit: 1},
	"exteriorAirTemperature":                       {row: row("Exterior.AirTemperature"), unit: 1},
	"isIgnitionOn":                                 {row: ignitionRow, want: wantTruth, unit: 1},
	"cabinDoorRow1DriverSideIsOpen":                {row: row("Cabin.Door.Row1.DriverSide.IsOpen"), want: wantTruth, unit: 1},
	"cabinDoorRow1PassengerSideIsOpen":             {row: row("Cabin.Door.Row1.PassengerSide.IsOpen"), want: wantTruth, unit: 1},
	"cabinDoorRow2DriverSideIsOpen":                {row: row("Cabin.Door.Row2.DriverSide.IsOpen"), want: wantTruth, unit: 1},
	"cabinDoorRow2PassengerSideIsOpen":             {row: row("Cabin.Door.Row2.PassengerSide.IsOpen"), want: wantTruth, unit: 1},
	"bodyTrunkFrontIsOpen":                         {row: row("Body.Trunk.Front.IsOpen"), want: wantTruth, unit: 1},
	"bodyTrunkRearIsOpen":                          {row: row("Body.Trunk.Rear.IsOpen"), want: wantTruth, unit: 1},
	"cabinSeatRow1DriverSideIsBelted":              {row: row("Cabin.Seat.Row1.DriverSide.IsBelted"), want: wantTruth, unit: 1},
	"cabinSeatRow1PassengerSideIsBelted":           {row: row("Cabin.Seat.Row1.PassengerSide.IsBelted"), want: wantTruth, unit: 1},
}

// dimoSignals reads a signals event.
func (d *Decoder) dimoSignals(r *Record, f *telemetry.Frame) (err error) {
	var e dimoEvent
	if err := json.Unmarshal(r.Value, &e); err != nil {
		return notJSON("a DIMO event", err)
	}
	if f.VehicleID, err = d.dimoVehicle(r.Key, []byte(e.Subject)); err != nil {
		return err
	}
	if e.Type != dimoSignalsType {
		return fail(ClassFormat, "an event of another type than %s", dimoSignalsType)
	}
	d.readings, d.redacted = d.readings[:0], d.redacted[:0]
	wild := d.Lost[LossClock]
	for _, raw := range e.Data.Signals {
		var s dimoSignal
		if json.Unmarshal(raw, &s) != nil {
			d.Lost[LossUnreadable]++
			continue
		}
		d.dimoSignal(&s, r.Arrived)
	}
	f.RecordID = e.recordID(r.Value)
	if len(d.readings) == 0 && d.Lost[LossClock] > wild {
		return fail(ClassClock, "no signal of it has a time that can be")
	}
	d.redact()
	d.fill(f)
	return nil
}

// recordID is that of the event: CloudEvents are told apart by source and id together.
// One without an id is known by its payload; the event that its signals name was taken
// apart, and other records may be of it too.
func (e *dimoEvent) recordID(payload []byte) string {
	if e.ID == "" {
		return payloadID(payload)
	}
	// The length keeps ("ab","c") and ("a","bc") apart.
	return payloadID(fmt.Appendf(nil, "%d:%s%s", len(e.Source), e.Source, e.ID))
}

// dimoVehicle is the subject, which a key must agree with.
func (d *Decoder) dimoVehicle(key, subject []byte) (string, error) {
	switch {
	case len(subject) == 0:
		subject = key
	case len(key) > 0 && !bytes.Equal(key, subject):
		return "", fail(ClassIdentity, "%w: key and subject name different vehicles", ErrMalformed)
	}
	return d.vehicle(subject)
}

// dimoSignal takes one signal.
func (d *Decoder) dimoSignal(s *dimoSignal, arrived int64) {
	t, known := dimoTargets[s.Name]
	if !known && s.Name != dimoRedacted {
		d.Lost[LossUnknown]++
		return
	}
	when, err := time.Parse(time.RFC3339Nano, s.Timestamp)
	if err != nil {
		d.Lost[LossUnreadable]++
		return
	}
	at, state := eventTime(when.UnixMicro(), arrived)
	switch {
	case state != clockGood:
		d.Lost[LossClock]++
	case s.Name == dimoRedacted:
		if v := dimoValue(s, wantTruth); v.shape != aNumber || v.number != 0 {
			d.redacted = append(d.redacted, at)
		}
	default:
		d.take(at, t, dimoValue(s, t.want))
	}
}

// dimoValue is the value that the signal's type means. A number may come as a
// string, which is then not empty.
func dimoValue(s *dimoSignal, w want) value {
	raw := s.Number
	switch {
	case w == wantPlace:
		raw = s.Location
	case s.Text != "":
		return value{shape: aText, text: s.Text}
	}
	if len(raw) == 0 {
		return value{shape: noValue}
	}
	return rawValue(raw)
}

// redact takes out the places of the times at which they were made vague.
func (d *Decoder) redact() {
	if len(d.redacted) == 0 {
		return
	}
	signals := telemetry.Signals()
	d.readings = slices.DeleteFunc(d.readings, func(r telemetry.Reading) bool {
		vague := signals[r.Signal].Track == telemetry.TrackPosition && slices.Contains(d.redacted, r.At)
		if vague {
			d.Lost[LossRedacted]++
		}
		return vague
	})
}
