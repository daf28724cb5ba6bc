package check_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"milepost/ingest/check"
	"milepost/outcome"
	"milepost/sinks/read/readtest"
)

func sum(id string) [32]byte { return sha256.Sum256([]byte(id)) }

// owned is a trip of an account, with an event and its month.
func owned(vehicle, account string, number int) []outcome.Outcome {
	t, m := trip(vehicle, number, 1), month(vehicle)
	t.AccountID = account
	return []outcome.Outcome{t, event(t, 3), m}
}

// What erasures took is no loss; what was lost besides is one, and so is what the topic
// was told of after them.
func TestWhatWasErasedIsCountedApart(t *testing.T) {
	b, _ := embedded(t)
	b.both(fleet(20)...)
	b.tell(owned("car-gone", "", 1)...)
	b.tell(owned("car-sold", "account-gone", 2)...)
	kept := owned("car-sold", "account-new", 9)[:2]
	b.both(kept...)
	lost := trip("car-lost", 1, 1)
	b.tell(lost)
	hit, one := readtest.NewCollision("car-hit", "account-new", lost.At), readtest.NewAirbag("car-hit", lost.At+1)
	b.both(hit)
	b.keep(readtest.NewAddition(hit, outcome.AdditionNote, 1)) // which the topic never has
	day, err := time.Parse(time.DateOnly, owned("car-sold", "account-gone", 2)[0].(*outcome.Trip).LocalDate)
	if err != nil {
		t.Fatal(err)
	}
	b.tell(readtest.NewCharge("car-gone", "", lost.At), readtest.NewCharge("car-sold", "account-gone", lost.At),
		readtest.NewFactor("car-gone", "P-1", day), readtest.NewFactor("car-sold", "P-1", day.AddDate(-1, 0, 1)))
	b.both(readtest.NewCharge("car-sold", "account-new", lost.At+1), readtest.NewFactor("car-sold", "P-1", day.AddDate(0, 0, 1)))
	b.tell(readtest.NewCollision("car-gone", "", lost.At), readtest.NewCollision("car-sold", "account-gone", lost.At), one)
	// Whose it is turned out later, and it is still lost.
	theirs, another := owned("car-passed", "account-gone", 3)[0].(*outcome.Trip), *trip("car-passed", 3, 2)
	another.AccountID = "account-new"
	b.tell(theirs, &another)

	until := time.Now().Add(time.Hour)
	vehicle, account := check.Erasure{SHA256: sum("car-gone"), Until: until}, check.Erasure{Account: true, SHA256: sum("account-gone"), Until: until}
	collision := check.Erasure{Collision: true, SHA256: sum(one.ID), Until: until}
	b.check.Erased = []check.Erasure{vehicle, account, collision}
	r := b.run()
	if got := r.Types[outcome.TypeCollision]; got.Erased != 3 || got.Rows != 1 || r.Types[outcome.TypeAddition] != (check.Counts{}) {
		t.Errorf("collisions: %+v", got)
	}
	b.want(r, "missing "+lost.ID+": not in the store", "missing "+another.ID+": not in the store")
	for _, kind := range []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth, outcome.TypeCharge, outcome.TypeFactor} {
		if got := r.Types[kind].Erased; got != 2 {
			t.Errorf("%d %ss were erased, want 2", got, kind)
		}
	}
	vehicle.Until, account.Until = time.Now().Add(-time.Hour), time.Now().Add(-time.Hour)
	b.check.Erased = []check.Erasure{vehicle, account}
	if r := b.run(); r.Wrong() != 15 || r.Types[outcome.TypeTrip].Erased != 0 {
		t.Errorf("told of after the erasure: %+v", r)
	}
}

// Many that are missing do not hide the one that is different.
func TestExamplesAreOfEveryKind(t *testing.T) {
	b, _ := embedded(t)
	b.tell(fleet(200)...)
	b.both(trip("car-late", 1, 1))
	b.tell(trip("car-late", 1, 2))
	b.check.Examples = 6
	r := b.run()
	of := map[string]int{}
	for _, x := range r.Examples {
		of[x.Finding+" "+string(x.Type)]++
	}
	if len(r.Examples) != 6 || of["differing trip"] != 1 || of["missing trip"] < 1 || of["missing event"] < 1 || of["missing month"] < 1 {
		t.Errorf("%v", of)
	}
}
