package maxspeed

import "milepost/outcome"

// Confidences of the sources: see docs/method/roads.md.
const (
	confidencePosted = 0.9
)

// FromTags reads the limits of a way in both directions, forward being the way's own.
func FromTags(tags map[string]string) (forward, backward Limits) {
	if kmh, ok := parseValue(tags["maxspeed"]); ok {
		forward.Base = Limit{kmh, outcome.LimitPosted, confidencePosted}
		backward = forward
	}
	return forward, backward
}
