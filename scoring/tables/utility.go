package tables

import "math"

// The distances d_n, in km, that the European utility factor was normalised by in turn.
const (
	UtilityKm2017 = 800.0
	UtilityKm2025 = 2200.0
	UtilityKm2027 = 4260.0
)

// utilityTerms are the coefficients c1 to c10 of Regulation (EU) 2017/1151, Annex XXI,
// Sub-Annex 8, Appendix 5, for Europe.
var utilityTerms = [10]float64{26.25, -38.94, -631.05, 5964.83, -25095, 60380.2, -87517, 75513.8, -35749, 7154.94}

// UtilityFactor is the share of its distance, 0 to 1, that a plug-in hybrid of an electric
// range is expected to drive electrically: 1 - exp(-Σ c_i (d/d_n)^i), by that Appendix.
// Both are in km.
func UtilityFactor(rangeKm, normalKm float64) float64 {
	x := min(max(rangeKm, 0)/normalKm, 1)
	sum := 0.0
	for i := len(utilityTerms) - 1; i >= 0; i-- {
		sum = float64((sum + utilityTerms[i]) * x)
	}
	return 1 - math.Exp(-sum)
}
