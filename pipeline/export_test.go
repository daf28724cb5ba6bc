package pipeline

import "reflect"

// VehicleVersion is the layout of a Vehicle's state that this build writes.
const VehicleVersion = vehicleVersion

// KeptPlace is a place that is kept for a collision.
type KeptPlace struct {
	At     int64 // µs
	Veiled bool  // hidden, kept by consent
}

// KeptPlaces are all that the vehicle's state has for collisions.
func (v *Vehicle) KeptPlaces() (out []KeptPlace) {
	v.collisions.eachPlace(func(f *fix) bool {
		out = append(out, KeptPlace{f.at, f.veiled})
		return true
	})
	return out
}

// StateButCollisions is the vehicle's state without what finds collisions, which stands apart.
func (v *Vehicle) StateButCollisions() []byte {
	apart := v.collisions
	v.collisions = &collisions{}
	defer func() { v.collisions = apart }()
	return v.AppendState(nil)
}

// Remembered is how many trips others are compared with.
func (v *Vehicle) Remembered() (trips int) {
	kinds := reflect.ValueOf(v.history).Elem().FieldByName("kinds")
	for i := range kinds.Len() {
		trips += int(kinds.Index(i).FieldByName("trips").Uint())
	}
	return trips
}
