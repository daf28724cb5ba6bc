package kafka

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"milepost/outcome"
)

// event is an outcome as the record of a CloudEvent of a type; of its own, where that is empty.
func event(source, eventType string, o outcome.Outcome) (Record, error) {
	head := o.Head()
	if err := identified(head); err != nil {
		return Record{}, err
	}
	value, err := json.Marshal(withoutPlaces(o))
	if err != nil {
		return Record{}, fmt.Errorf("encode it: %w", err)
	}
	return Record{Partition: ByKey, Key: []byte(head.VehicleID), Value: value,
		Headers: headers(source, cmp.Or(eventType, "milepost."+string(head.Type)+".v1"), head)}, nil
}

// identified refuses what lacks a part of its identity.
func identified(head *outcome.Header) error {
	switch {
	case head.ID == "":
		return errors.New("id is empty")
	case head.VehicleID == "":
		return errors.New("vehicle_id is empty")
	case head.Type == "":
		return errors.New("type is empty")
	}
	return nil
}

// bare is a withdrawn collision without places, pulse, impacts and speeds, and without
// anybody's name.
func bare(c *outcome.Collision) *outcome.Collision {
	b := *c
	b.Position, b.RecentPositions, b.PositionTrusted, b.DirectionDeg = nil, nil, false, nil
	b.Pulse, b.Impacts, b.SpeedBefore, b.Evidence = nil, nil, nil, nil
	b.AccountID, b.DriverID = "", ""
	return &b
}

// withoutPlaces takes the places from what is withdrawn: a message that asks to
// delete a place must not carry it once more.
func withoutPlaces(o outcome.Outcome) outcome.Outcome {
	switch o := o.(type) {
	case *outcome.Trip:
		if o.State == outcome.Withdrawn {
			c := *o
			c.Route, c.Coaching = nil, nil
			return &c
		}
	case *outcome.Collision:
		if o.State == outcome.Withdrawn {
			return bare(o)
		}
	case *outcome.Event:
		if o.State == outcome.Withdrawn {
			c := *o
			c.Lat, c.Lon = nil, nil
			return &c
		}
	}
	return o
}
