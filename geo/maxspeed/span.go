package maxspeed

import "time"

// span is a time that comes back: hours of days of the week, in a part of the year.
type span struct {
	days          uint8  // Monday is bit 0
	from, to      uint16 // minutes of the day; to is the end, past midnight where it is not later
	begins, until uint16 // first and last day of the year as month*32+day; 0 and 0: all of it
}

const (
	allDays    = 1<<7 - 1
	dayMinutes = 24 * 60
)

// holds reports whether the time lies in the span.
func (s span) holds(t time.Time) bool {
	minute := uint16(t.Hour()*60 + t.Minute())
	if s.from < s.to {
		return s.from <= minute && minute < s.to && s.onDay(t)
	}
	return minute >= s.from && s.onDay(t) || minute < s.to && s.onDay(t.AddDate(0, 0, -1))
}

// onDay reports whether the span has hours that begin on that day.
func (s span) onDay(t time.Time) bool {
	monday := (int(t.Weekday()) + 6) % 7
	if s.days&(1<<monday) == 0 {
		return false
	}
	if s.begins == 0 && s.until == 0 {
		return true
	}
	day := uint16(int(t.Month())*32 + t.Day())
	if s.begins <= s.until {
		return s.begins <= day && day <= s.until
	}
	return day >= s.begins || day <= s.until
}
