package pipeline

import (
	"testing"

	"pgregory.net/rapid"

	"milepost/outcome"
)

// Whatever happens to trips in whatever order: a month is what its trips make, a factor is
// what the trips of its period make, and one that was issued stays while what changes
// later adjusts the next.
func TestMonthsAndFactorsEqualARecomputation(t *testing.T) {
	issued, adjusted := 0, 0
	property := func(t *rapid.T) {
		l := newLedger(t)
		for range rapid.IntRange(5, 90).Draw(t, "events") {
			switch rapid.IntRange(0, 13).Draw(t, "event") {
			case 0, 1, 2, 3, 4, 5:
				l.add()
			case 6, 7:
				l.amend()
			case 8:
				l.withdraw()
			case 9:
				l.withhold()
			case 10:
				l.toggle()
			case 11:
				l.charge()
			case 12:
				l.restart()
			case 13:
				l.now += int64(rapid.IntRange(1, 20).Draw(t, "days")) * dayLong
				l.pass()
			}
			l.hear()
			l.check()
		}
		issued += len(l.issued)
		for _, o := range l.told {
			if f, ok := o.(*outcome.Factor); ok && len(f.Receipt.Adjustments) > 0 {
				adjusted++
			}
		}
	}
	// The few draws of -short may have no late word on an issued factor: then there are more.
	for rounds := 0; rounds < 5 && (issued == 0 || adjusted == 0); rounds++ {
		rapid.Check(t, property)
	}
	t.Logf("%d factors issued, %d adjusted", issued, adjusted)
	if issued == 0 || adjusted == 0 {
		t.Errorf("%d factors issued, %d adjusted: the test tests nothing", issued, adjusted)
	}
}
