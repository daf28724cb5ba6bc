package csvimport

import (
	"fmt"
	"time"
)

// checkLayout refuses a Go layout that cannot tell an instant: one that writes
// different years, months, days, hours, halves of the day or minutes alike, and
// one with a zone's abbreviation, which says UTC+0 for every zone but the
// reader's own.
func checkLayout(layout string) error {
	// Steps that keep the weekday, so that it does not stand in for a date.
	a := time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC)
	for _, b := range []time.Time{a.AddDate(6, 0, 0), a.AddDate(0, 1, 0), a.AddDate(0, 0, 7), a.Add(time.Hour), a.Add(23 * time.Minute)} {
		if a.Format(layout) == b.Format(layout) {
			return fmt.Errorf("%q is neither a Go layout of date and time nor one of %s, %s, %s, %s",
				layout, formatUnixS, formatUnixMS, formatUnixUS, formatSeconds)
		}
	}
	if a.Format(layout) == a.Add(12*time.Hour).Format(layout) {
		return fmt.Errorf("%q tells 12 hours and neither AM nor PM: write 15 for 24 hours, or add PM", layout)
	}
	if inZone(layout, "AAA", 0) != inZone(layout, "BBB", 0) {
		return fmt.Errorf("%q holds the abbreviation of a zone, which is not unique: name the zone, or use an offset such as -07:00", layout)
	}
	return nil
}

// tellsOffset reports whether a layout holds an offset from UTC, such as Z07:00.
func tellsOffset(layout string) bool { return inZone(layout, "AAA", 0) != inZone(layout, "AAA", 3600) }

// inZone writes one local time of a zone of that name and offset, in seconds.
func inZone(layout, name string, offset int) string {
	return time.Date(2021, 2, 3, 4, 5, 6, 0, time.FixedZone(name, offset)).Format(layout)
}
