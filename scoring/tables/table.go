package tables

import "milepost/outcome"

// Method is the version of the formulas that tables are written for: a table of another
// version is refused, as its numbers would mean something else.
const Method = "insurance/1"

// Table is one product's terms, as an insurer fixed them. It is read-only.
type Table struct {
	Name       string // name/version, such as ubi-default/1
	Product    outcome.Product
	Period     Period
	Minimum    Minimum
	Bounds     Bounds
	Components []Component // in the file's order; those of weight 0 are off
	Factor     *Steps      // of UBI: from the score, 0 to 100, to the factor
	Discount   *Discount   // of FHI and PHI

	terms map[string]any
}

// Terms is the table as it was read, made of what JSON is made of. FromTerms reads it
// back. It must not be changed.
func (t *Table) Terms() map[string]any { return t.terms }

// Period is how long a factor's data are gathered, counted from the policy's start.
type Period string

// The periods.
const (
	PolicyYear Period = "year"
	Quarter    Period = "quarter"
	Month      Period = "month"
)

// Minimum is what a period needs for a factor.
type Minimum struct {
	DistanceKm float64
	Days       int // with a trip
}

// Bounds hold a factor with all adjustments. Highest is 1 unless the table says that it
// has surcharges.
type Bounds struct{ Lowest, Highest float64 }

// Component is one part of the score. Rates are per 100 km of the component's own
// exposure: numbers of level-weighted events, or percent.
type Component struct {
	Name          string // one of the names in components.go
	Weight        float64
	PriorRate     float64 // what is taken of a driver of whom nothing is known
	PriorKm       float64 // the exposure at which the driver's own rate counts for half
	ReferenceRate float64 // the rate that scores 75
	LeastKm       float64 // with less exposure the component cannot be told
	Bands         [3]float64
}

// Discount is what a hybrid's electric driving may earn: Most times the safety part
// times the electric part.
type Discount struct {
	Most     float64 // 0 to 1
	Safety   Steps   // from the score, 0 to 100, to its part, 0 to 1
	EVShare  *Steps  // of FHI: from the electric share of the distance
	Expected *Expected
	Charging *Earning // of PHI: from charging days per driving day
}

// Earning is one of several weighed ways to earn the electric part.
type Earning struct {
	Weight float64
	Steps  Steps
}

// Expected compares a plug-in's electric share with what its electric range lets expect.
type Expected struct {
	DistanceKm float64 // d_n of the utility factor
	Earning            // from the electric share over the utility factor
}
