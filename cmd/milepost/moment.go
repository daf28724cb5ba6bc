package main

import "time"

// moment is a day or a time as a flag's value; the zero moment is none.
type moment struct{ time.Time }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *moment) UnmarshalText(text []byte) error {
	at, err := instant("it", string(text))
	if err == nil && len(text) > 0 {
		m.Time = at.Std()
	}
	return err
}
