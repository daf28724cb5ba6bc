package match

import "math"

// The model's numbers; docs/method/roads.md says why. Likelihoods are logarithms,
// 0 at their best.
const (
	sigmaUnknown = 4.07 // m, of fixes that do not say how good they are (Newson and Krumm)
	mapError     = 3.5  // m: lanes lie beside the line that a map draws
	sigmaMost    = 50.0 // m
	radiusOf     = 7.0  // standard deviations within which a road is looked for
	robustFrom   = 3.0  // standard deviations from which likelihood falls linearly only

	offMap   = -7.0  // of a fix that is on no road of the map: as 3.8 standard deviations
	offEnter = 9.0   // the price of leaving the map, and of coming back
	offExit  = 9.0   //
	jump     = 20.0  // the price of a place that no road leads to: a new path
	hopeless = -22.0 // a place less likely than this is none
	beam     = 30.0  // states so far below the best are not followed

	headingLeast = 12.0 // deg, standard deviation at high speed
	headingSlow  = 50.0 // deg m/s: this by the speed comes on top
	headingFrom  = 1.5  // m/s; headings below say nothing
	headingCap   = -8.0

	tooFast     = 1.35 // times a road's free flow, and
	tooFastPlus = 7.0  // m/s more, are still usual
	fastSigma   = 4.0  // m/s beyond that
	fastCap     = -4.0

	wayPrice = 0.25 // per m of a way's cost beyond its length
)

// sigma is the standard deviation beside the road in m, of an accuracy that holds
// 68 % of fixes within its radius.
func sigma(accuracy float32) float64 {
	along := sigmaUnknown
	if a := float64(accuracy); a > 0 && a <= math.MaxFloat32 {
		along = math.Min(a/1.51, sigmaMost)
	}
	return math.Sqrt(float64(along*along) + mapError*mapError)
}

// besideLog is the likelihood of a fix so many standard deviations beside the road:
// normal, with tails that let a reflected signal pass.
func besideLog(x float64) float64 {
	if x <= robustFrom {
		return -float64(x*x) / 2
	}
	return robustFrom*robustFrom/2 - float64(robustFrom*x)
}

// headingLog is the likelihood of a heading on a road of this bearing, at a speed in
// m/s.
func headingLog(heading, bearing, speed float64) float64 {
	x := math.Remainder(heading-bearing, 360) / (headingLeast + headingSlow/speed)
	return math.Max(-float64(x*x)/2, headingCap)
}

// speedLog is the likelihood of a speed on a road with this free flow, m/s: who drives
// at 110 km/h is not on a service road. Slowness says nothing.
func speedLog(speed, freeFlow float64) float64 {
	x := (speed - float64(tooFast*freeFlow) - tooFastPlus) / fastSigma
	if !(x > 0) {
		return 0
	}
	return math.Max(-float64(x*x)/2, fastCap)
}

// Newson and Krumm's beta by the interval between fixes.
var (
	betaAt = [...]float64{1, 5, 10, 20, 30}             // s
	betas  = [...]float64{0.49, 2.01, 4.10, 11.9, 34.6} // m
)

// beta is the mean difference between the straight line and the way driven, m, after
// so many seconds.
func beta(seconds float64) float64 {
	last := len(betas) - 1
	for i := 1; i <= last; i++ {
		if seconds <= betaAt[i] {
			f := math.Max(0, seconds-betaAt[i-1]) / (betaAt[i] - betaAt[i-1])
			return betas[i-1] + float64(f*(betas[i]-betas[i-1]))
		}
	}
	return float64(betas[last] * math.Min(seconds/betaAt[last], 4))
}
