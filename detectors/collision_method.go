package detectors

// CollisionMethod names the method by which collisions are found, with its version.
const CollisionMethod = "collision/1"

// CollisionThresholds are those of CollisionMethod, by name with unit.
func CollisionThresholds() map[string]float64 {
	return map[string]float64{
		"delta_v_kmh": leastDelta * 3.6, "probable_kmh": probableDelta * 3.6,
		"moderate_kmh": moderateDelta * 3.6, "serious_kmh": seriousDelta * 3.6, "critical_kmh": criticalDelta * 3.6,
		"trigger_window_ms": triggerWindow / millisecond, "event_kmh": eventDelta * 3.6, "event_window_ms": eventWindow / millisecond,
		"longest_event_ms": longestHit / millisecond, "multi_event_s": multiSpan / second,
		"least_straight_share": leastStraight, "least_kept_share": leastKept, "most_vertical_share": mostVertical,
		"tyres_ms2": tyres, "beyond_tyres_kmh": leastBeyond * 3.6, "beyond_tyres_probable_kmh": goodBeyond * 3.6, "wildest_kmh": wildest * 3.6,
		"speed_drop_agrees_share": agrees, "standstill_within_s": standsWithin / second, "yaw_change_deg_s": yawChange,
		"driving_on_share": drivingShare, "evidence_within_s": awaited / second, "rolled_deg": rolledDeg,
	}
}
