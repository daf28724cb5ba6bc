package telemetry

import "math"

// Pad makes every value column empty or as long as its track, as a Frame's must
// be, by appending NaN. Columns that are too long stay so.
func (f *Frame) Pad() {
	// Not by Floats and Doubles, whose slices would be allocated.
	padColumns(len(f.Motion.At), f.Motion.floats())
	padColumns(len(f.Speed.At), f.Speed.floats())
	padColumns(len(f.Position.At), f.Position.floats())
	padColumns(len(f.Energy.At), f.Energy.floats())
	padColumn(len(f.Position.At), &f.Position.Latitude)
	padColumn(len(f.Position.At), &f.Position.Longitude)
	padColumn(len(f.Energy.At), &f.Energy.Odometer)
	padColumn(len(f.Energy.At), &f.Energy.ChargedEnergy)
}

func padColumns(n int, columns []*[]float32) {
	for _, c := range columns {
		padColumn(n, c)
	}
}

func padColumn[T float32 | float64](n int, column *[]T) {
	if len(*column) > 0 {
		*column = PadTo(*column, n)
	}
}

// PadTo appends NaN to a column until it has n values.
func PadTo[T float32 | float64](column []T, n int) []T {
	for len(column) < n {
		column = append(column, T(math.NaN()))
	}
	return column
}
