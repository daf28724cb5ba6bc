package alerts

import (
	"fmt"

	"milepost/outcome"
)

// State says what a receiver does with a message.
type State string

// The states.
const (
	Active    State = "active"    // show it, in place of an earlier revision
	Withdrawn State = "withdrawn" // take back what was shown of it
)

// IsAllWell is what the vehicle is to ask.
const IsAllWell = "is_all_well"

// VehicleAlert is what the vehicle is told. It holds no place and no account.
type VehicleAlert struct {
	outcome.Header
	State      State              `json:"state"`
	Ask        string             `json:"ask,omitempty"`
	Confidence outcome.Confidence `json:"confidence,omitempty"`
	Severity   outcome.Severity   `json:"severity,omitempty"`
	ExpiresAt  outcome.Time       `json:"expires_at"`
}

// Notification is what the app is told.
type Notification struct {
	outcome.Header
	State           State              `json:"state"`
	Kind            string             `json:"kind"`
	TextKey         string             `json:"text_key"`
	AccountID       string             `json:"account_id,omitempty"`
	Late            bool               `json:"late"`
	Confidence      outcome.Confidence `json:"confidence,omitempty"`
	Severity        outcome.Severity   `json:"severity,omitempty"`
	Position        *outcome.Fix       `json:"position,omitempty"`
	PositionTrusted bool               `json:"position_can_be_trusted"`
}

// The types of messages, as their JSON and its schemas name them.
const (
	TypeVehicleAlert outcome.Type = "collision_alert"
	TypeNotification outcome.Type = "collision_notification"
	TypeCareMessage  outcome.Type = "collision_care"
)

// EventType is the CloudEvents type of a receiver's messages.
func (r Receiver) EventType() string {
	switch r {
	case Vehicle:
		return "milepost.alert.collision.v1"
	case App:
		return "milepost.notification.collision.v1"
	case Care:
		return "milepost.care.collision.v1"
	}
	return ""
}

// Message is what a receiver is told of a revision. It follows from the record alone. It
// fails on a receiver that there is not.
func Message(to Receiver, c *outcome.Collision) (any, error) {
	t, ok := termsOf(to)
	if !ok {
		return nil, fmt.Errorf("there is no receiver %q of collisions", to)
	}
	state := Active
	if t.withdraws(c) {
		state = Withdrawn
	}
	switch to {
	case Vehicle:
		return vehicleAlert(c, state), nil
	case App:
		return notification(c, state), nil
	default:
		return careMessage(c, state), nil
	}
}

func head(c *outcome.Collision, t outcome.Type) outcome.Header {
	h := c.Header
	h.Type = t
	return h
}

func vehicleAlert(c *outcome.Collision, state State) *VehicleAlert {
	m := &VehicleAlert{Header: head(c, TypeVehicleAlert), State: state, ExpiresAt: c.At + outcome.Time(Expiry.Microseconds())}
	if state == Active {
		m.Ask, m.Confidence, m.Severity = IsAllWell, c.Confidence, c.Severity
	}
	return m
}

func notification(c *outcome.Collision, state State) *Notification {
	m := &Notification{Header: head(c, TypeNotification), State: state, Kind: string(outcome.TypeCollision), AccountID: c.AccountID, Late: c.Late}
	if state == Withdrawn {
		m.TextKey = "collision.withdrawn"
		return m
	}
	m.TextKey = "collision." + string(c.Confidence)
	m.Confidence, m.Severity, m.Position, m.PositionTrusted = c.Confidence, c.Severity, c.Position, c.PositionTrusted
	return m
}
