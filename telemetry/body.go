package telemetry

// BodySignal numbers the signals of the body track. The numbers are part of the
// wire contract: they are never reused.
type BodySignal uint16

// The body signals.
const (
	SystemState               BodySignal = 1 // index into the words of LowVoltageSystemState
	DoorOpenR1Driver          BodySignal = 2
	DoorOpenR1Passenger       BodySignal = 3
	DoorOpenR2Driver          BodySignal = 4
	DoorOpenR2Passenger       BodySignal = 5
	DoorLockedR1Driver        BodySignal = 6
	DoorLockedR1Passenger     BodySignal = 7
	DoorLockedR2Driver        BodySignal = 8
	DoorLockedR2Passenger     BodySignal = 9
	WindowR1Driver            BodySignal = 10 // position, %
	WindowR1Passenger         BodySignal = 11
	WindowR2Driver            BodySignal = 12
	WindowR2Passenger         BodySignal = 13
	TrunkRearOpen             BodySignal = 14
	TrunkFrontOpen            BodySignal = 15
	HoodOpen                  BodySignal = 16
	SunroofPosition           BodySignal = 17 // %
	BeamLowOn                 BodySignal = 18
	BeamHighOn                BodySignal = 19
	HazardSignaling           BodySignal = 20
	BeltedR1Driver            BodySignal = 21
	BeltedR1Passenger         BodySignal = 22
	OccupiedR1Passenger       BodySignal = 23
	OccupiedR2Driver          BodySignal = 24
	OccupiedR2Passenger       BodySignal = 25
	AirbagDeployedR1Driver    BodySignal = 26
	AirbagDeployedR1Passenger BodySignal = 27
	TirePressureLowR1Left     BodySignal = 28
	TirePressureLowR1Right    BodySignal = 29
	TirePressureLowR2Left     BodySignal = 30
	TirePressureLowR2Right    BodySignal = 31
	ABSEngaged                BodySignal = 32
	ESCEngaged                BodySignal = 33
	DriverID                  BodySignal = 34 // a pseudonym of the identifier's subject, 1..2^53-1; 0 = nobody known
	LocationShared            BodySignal = 35
	AlarmArmed                BodySignal = 36
	KeyInside                 BodySignal = 37
	LockedByHand              BodySignal = 38
	SpeedLimitSign            BodySignal = 39 // km/h read from signs; 0 = none
	HybridIndicator           BodySignal = 40 // index into the words CHARGE, ECO, POWER
	bodySignalEnd             BodySignal = 41
)

// Revealing reports whether a signal helps to tell where a drive goes: signs of limits
// tell roads, a hybrid's indicator hills. What it says while the location is not shared is
// kept nowhere.
func (s BodySignal) Revealing() bool { return s == SpeedLimitSign || s == HybridIndicator }

func bodySignals() []Signal {
	row := func(id BodySignal, path, unit string, kind Kind, lo, hi float64) Signal {
		return Signal{Path: "Vehicle." + path, Unit: unit, Kind: kind, Track: TrackBody, Index: int(id), Scale: 1, Min: lo, Max: hi, PerUnit: 1}
	}
	truth := func(id BodySignal, path string) Signal { return row(id, path, "", Truth, 0, 1) }
	percent := func(id BodySignal, path string) Signal { return row(id, path, "percent", Whole, 0, 100) }
	state := row(SystemState, "LowVoltageSystemState", "", Word, 0, StateStart)
	state.Words = systemStates
	indicator := row(HybridIndicator, "Overlay.HybridIndicator", "", Word, 0, IndicatorPower)
	indicator.Words = indicatorRanges
	const d1, p1 = "Cabin.Door.Row1.DriverSide.", "Cabin.Door.Row1.PassengerSide."
	const d2, p2 = "Cabin.Door.Row2.DriverSide.", "Cabin.Door.Row2.PassengerSide."
	return []Signal{
		state,
		truth(DoorOpenR1Driver, d1+"IsOpen"), truth(DoorOpenR1Passenger, p1+"IsOpen"),
		truth(DoorOpenR2Driver, d2+"IsOpen"), truth(DoorOpenR2Passenger, p2+"IsOpen"),
		truth(DoorLockedR1Driver, d1+"IsLocked"), truth(DoorLockedR1Passenger, p1+"IsLocked"),
		truth(DoorLockedR2Driver, d2+"IsLocked"), truth(DoorLockedR2Passenger, p2+"IsLocked"),
		percent(WindowR1Driver, d1+"Window.Position"), percent(WindowR1Passenger, p1+"Window.Position"),
		percent(WindowR2Driver, d2+"Window.Position"), percent(WindowR2Passenger, p2+"Window.Position"),
		truth(TrunkRearOpen, "Body.Trunk.Rear.IsOpen"), truth(TrunkFrontOpen, "Body.Trunk.Front.IsOpen"),
		truth(HoodOpen, "Body.Hood.IsOpen"),
		row(SunroofPosition, "Cabin.Sunroof.Position", "percent", Whole, -100, 100),
		truth(BeamLowOn, "Body.Lights.Beam.Low.IsOn"), truth(BeamHighOn, "Body.Lights.Beam.High.IsOn"),
		truth(HazardSignaling, "Body.Lights.Hazard.IsSignaling"),
		truth(BeltedR1Driver, "Cabin.Seat.Row1.DriverSide.IsBelted"),
		truth(BeltedR1Passenger, "Cabin.Seat.Row1.PassengerSide.IsBelted"),
		truth(OccupiedR1Passenger, "Cabin.Seat.Row1.PassengerSide.IsOccupied"),
		truth(OccupiedR2Driver, "Cabin.Seat.Row2.DriverSide.IsOccupied"),
		truth(OccupiedR2Passenger, "Cabin.Seat.Row2.PassengerSide.IsOccupied"),
		truth(AirbagDeployedR1Driver, "Cabin.Seat.Row1.DriverSide.Airbag.IsDeployed"),
		truth(AirbagDeployedR1Passenger, "Cabin.Seat.Row1.PassengerSide.Airbag.IsDeployed"),
		truth(TirePressureLowR1Left, "Chassis.Axle.Row1.Wheel.Left.Tire.IsPressureLow"),
		truth(TirePressureLowR1Right, "Chassis.Axle.Row1.Wheel.Right.Tire.IsPressureLow"),
		truth(TirePressureLowR2Left, "Chassis.Axle.Row2.Wheel.Left.Tire.IsPressureLow"),
		truth(TirePressureLowR2Right, "Chassis.Axle.Row2.Wheel.Right.Tire.IsPressureLow"),
		truth(ABSEngaged, "ADAS.ABS.IsEngaged"), truth(ESCEngaged, "ADAS.ESC.IsEngaged"),
		row(DriverID, "Occupant.Row1.DriverSide.Identifier.Subject", "", Whole, 0, 1<<53-1),
		// VSS has no signals for these: milepost's overlay.
		truth(LocationShared, "Privacy.IsLocationShared"),
		truth(AlarmArmed, "Overlay.IsAlarmArmed"), truth(KeyInside, "Overlay.IsKeyInside"),
		truth(LockedByHand, "Overlay.IsLockedByHand"),
		row(SpeedLimitSign, "Overlay.SpeedLimitSign", "km/h", Whole, 0, 200),
		indicator,
	}
}
