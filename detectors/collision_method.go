package detectors

// CollisionMethod names the method by which collisions are found, with its version.
const CollisionMethod = "collision/1"

// CollisionThresholds are those of CollisionMethod, by name with unit.
func CollisionThresholds() map[string]float64 {
	return map[string]float64{
		"delta_v_kmh": leastDelta * 3.6, "moderate_kmh": moderateDelta * 3.6, "serious_kmh": seriousDelta * 3.6, "critical_kmh": criticalDelta * 3.6,
	}
}
