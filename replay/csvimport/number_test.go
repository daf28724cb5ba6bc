package csvimport

import "testing"

func TestNumberStyles(t *testing.T) {
	point, comma := numberStyle{}, numberStyle{comma: true}
	grouped, quoted := numberStyle{comma: true, thousands: '.'}, numberStyle{thousands: '\''}
	for _, c := range []struct {
		style numberStyle
		text  string
		want  float64
		ok    bool
	}{
		{point, "1.5", 1.5, true}, {point, "1,5", 0, false}, {point, "-2e3", -2000, true},
		{comma, "1,5", 1.5, true}, {comma, "1.234", 0, false}, {comma, "1.234,5", 0, false}, {comma, "1,2,3", 0, false},
		{grouped, "1.234,5", 1234.5, true}, {grouped, "-12.345.678", -12345678, true}, {grouped, "1234,5", 1234.5, true},
		{grouped, "1.23", 0, false}, {grouped, "1234.567", 0, false}, {grouped, ".123", 0, false}, {grouped, "1,234.5", 0, false},
		{grouped, "1.234,5e2", 123450, true}, {quoted, "1'000.25", 1000.25, true}, {quoted, "10'00", 0, false},
	} {
		got, err := c.style.parse(c.text)
		if (err == nil) != c.ok || c.ok && got != c.want {
			t.Errorf("%+v %q: %g, %v", c.style, c.text, got, err)
		}
	}
}
