package csvimport

import "fmt"

// unit is a linear unit: base = value*factor + shift, within one quantity.
type unit struct {
	quantity      string
	factor, shift float64
}

// units are the names a mapping may use; the VSS units of the signal table are
// among them. Factors: BIPM SI Brochure, 9th edition; NIST SP 811, appendix B.
var units = map[string]unit{
	"m/s": {"speed", 1, 0}, "km/h": {"speed", 1 / 3.6, 0}, "mph": {"speed", 0.44704, 0},
	"knots": {"speed", 1852.0 / 3600, 0}, "ft/s": {"speed", 0.3048, 0},

	"m/s^2": {"acceleration", 1, 0}, "g": {"acceleration", 9.80665, 0}, "mg": {"acceleration", 9.80665e-3, 0},

	"degrees/s": {"angular velocity", 1, 0}, "deg/s": {"angular velocity", 1, 0},
	"rad/s": {"angular velocity", 180 / pi, 0},

	"degrees": {"angle", 1, 0}, "deg": {"angle", 1, 0}, "rad": {"angle", 180 / pi, 0},

	"m": {"length", 1, 0}, "km": {"length", 1000, 0}, "ft": {"length", 0.3048, 0},
	"miles": {"length", 1609.344, 0}, "mi": {"length", 1609.344, 0}, "mm": {"length", 1e-3, 0}, "cm": {"length", 1e-2, 0},

	"percent": {"share", 1, 0}, "%": {"share", 1, 0}, "fraction": {"share", 100, 0},

	"W": {"power", 1, 0}, "kW": {"power", 1000, 0}, "hp": {"power", 745.69987158227022, 0}, "PS": {"power", 735.49875, 0},
	"V": {"voltage", 1, 0}, "mV": {"voltage", 1e-3, 0},
	"A": {"current", 1, 0}, "mA": {"current", 1e-3, 0},

	"l": {"volume", 1, 0}, "ml": {"volume", 1e-3, 0}, "gal_us": {"volume", 3.785411784, 0}, "gal_imp": {"volume", 4.54609, 0},

	"rpm": {"rotation", 1, 0}, "1/s": {"rotation", 60, 0},

	"celsius": {"temperature", 1, 0}, "kelvin": {"temperature", 1, -273.15},
	"fahrenheit": {"temperature", 5.0 / 9, -160.0 / 9},
}

const pi = 3.14159265358979323846

// converter turns a value of one unit into another's.
type converter struct{ factor, shift float64 }

func (c converter) convert(v float64) float64 { return float64(v*c.factor) + c.shift }

// conversion finds the way between two units; the error says why there is none.
func conversion(from, to string) (converter, error) {
	a, ok := units[from]
	if !ok {
		return converter{}, fmt.Errorf("unknown unit %q", from)
	}
	b, ok := units[to]
	if !ok {
		return converter{}, fmt.Errorf("unknown unit %q", to)
	}
	if a.quantity != b.quantity {
		return converter{}, fmt.Errorf("%q is a unit of %s; %q, of %s, is wanted", from, a.quantity, to, b.quantity)
	}
	if from == to {
		return converter{factor: 1}, nil
	}
	return converter{factor: a.factor / b.factor, shift: (a.shift - b.shift) / b.factor}, nil
}
