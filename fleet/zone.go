package fleet

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// zones keeps the rules of each zone once, however many vehicles are in it: they are
// kilobytes and never change while the program runs. Only names that exist come in.
var zones sync.Map // name -> *time.Location

var errLocal = errors.New(" is not a zone")

// zoneOf gives the rules of an IANA zone, UTC for the empty name. Its error goes on
// after the name.
func zoneOf(name string) (*time.Location, error) {
	switch name {
	case "":
		return time.UTC, nil
	case "Local":
		// It would be this machine's zone: another machine, another month.
		return nil, errLocal
	}
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf(": %w", err)
	}
	kept, _ := zones.LoadOrStore(name, loc)
	return kept.(*time.Location), nil
}
