package fleet

import (
	"fmt"
	"slices"
	"time"

	"milepost/outcome"
)

// Policy is an insurance policy on a vehicle, as far as its factors need it. Its dates are
// local ones of the vehicle's zone.
type Policy struct {
	ID      string          `json:"policy_id"`       // 1 to 128 bytes of printable text; a number of the insurer's, no name
	Product outcome.Product `json:"product"`         // ubi, fhi or phi
	Table   string          `json:"table,omitempty"` // name/version, at most 128 bytes; empty for the product's default
	From    string          `json:"from"`            // first date, YYYY-MM-DD; periods are counted from it
	To      string          `json:"to,omitempty"`    // first date outside; empty for none
	// Drivers are those insured, pseudonyms as Profile.Driver has them; empty for any.
	Drivers         []string     `json:"drivers,omitempty"`
	ElectricRangeKm float64      `json:"electric_range_km,omitempty"` // of a plug-in, 1 to 1,000; 0 where unknown
	Period          PolicyPeriod `json:"period,omitempty"`            // empty for what the table says
}

// PolicyPeriod is how long a period of a policy is.
type PolicyPeriod string

// The lengths of a period.
const (
	PeriodByTable PolicyPeriod = ""
	PeriodYear    PolicyPeriod = "year"
	PeriodQuarter PolicyPeriod = "quarter"
	PeriodMonth   PolicyPeriod = "month"
)

const (
	mostPolicies      = 8
	mostDrivers       = 16
	longestText       = 128
	longestElectricKm = 1000
)

// Insures reports whether a driver, 0 where it is not known who drove, is insured. Nobody
// is who is not known, where drivers are named.
func (p *Policy) Insures(driver int64) bool {
	return len(p.Drivers) == 0 || driver != 0 && slices.ContainsFunc(p.Drivers, func(d string) bool { return driverNumber(d) == driver })
}

// InForce reports whether the policy is in force on a local date, YYYY-MM-DD.
func (p *Policy) InForce(date string) bool { return date >= p.From && (p.To == "" || date < p.To) }

// Equal reports whether two policies say the same.
func (p Policy) Equal(q Policy) bool {
	return p.ID == q.ID && p.Product == q.Product && p.Table == q.Table && p.From == q.From && p.To == q.To &&
		slices.Equal(p.Drivers, q.Drivers) && p.ElectricRangeKm == q.ElectricRangeKm && p.Period == q.Period
}

// validatePolicies reports the first thing that is wrong. It names no policy and no driver.
func validatePolicies(all []Policy) error {
	if len(all) > mostPolicies {
		return fmt.Errorf("policies: %d of them, at most %d are allowed", len(all), mostPolicies)
	}
	for i, p := range all {
		if err := p.validate(); err != nil {
			return fmt.Errorf("policies: number %d: %w", i+1, err)
		}
		if slices.ContainsFunc(all[:i], func(q Policy) bool { return q.ID == p.ID && q.Product == p.Product }) {
			return fmt.Errorf("policies: number %d: its policy_id and product stand twice", i+1)
		}
	}
	return nil
}

func (p *Policy) validate() error {
	if p.ID == "" || len(p.ID) > longestText || !printable(p.ID) {
		return fmt.Errorf("policy_id is not 1 to %d bytes of printable text", longestText)
	}
	switch p.Product {
	case outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI:
	default:
		return fmt.Errorf("unknown product %.70q: it is ubi, fhi or phi", p.Product)
	}
	if len(p.Table) > longestText || !printable(p.Table) {
		return fmt.Errorf("table is not at most %d bytes of printable text", longestText)
	}
	switch p.Period {
	case PeriodByTable, PeriodYear, PeriodQuarter, PeriodMonth:
	default:
		return fmt.Errorf("unknown period %.70q: it is year, quarter or month, or absent", p.Period)
	}
	if p.ElectricRangeKm != 0 && !(p.ElectricRangeKm >= 1 && p.ElectricRangeKm <= longestElectricKm) {
		return fmt.Errorf("electric_range_km %g is not from 1 to %d", p.ElectricRangeKm, longestElectricKm)
	}
	if err := p.validateDates(); err != nil {
		return err
	}
	return p.validateDrivers()
}

func (p *Policy) validateDates() error {
	if !isDate(p.From) {
		return fmt.Errorf("from %.20q is not a date of the years %d to %d, YYYY-MM-DD", p.From, firstYear, lastYear)
	}
	if p.To == "" {
		return nil
	}
	if !isDate(p.To) {
		return fmt.Errorf("to %.20q is not a date of the years %d to %d, YYYY-MM-DD", p.To, firstYear, lastYear)
	}
	if p.To <= p.From {
		return fmt.Errorf("to %s is not after from %s", p.To, p.From)
	}
	return nil
}

func (p *Policy) validateDrivers() error {
	if len(p.Drivers) > mostDrivers {
		return fmt.Errorf("drivers: %d of them, at most %d are allowed", len(p.Drivers), mostDrivers)
	}
	for i, d := range p.Drivers {
		if driverNumber(d) == 0 {
			return fmt.Errorf("drivers: number %d is not a hexadecimal number from 1 to 1fffffffffffff", i+1)
		}
		if slices.Contains(p.Drivers[:i], d) {
			return fmt.Errorf("drivers: number %d stands twice", i+1)
		}
	}
	return nil
}

// isDate reports whether a text is a date as policies write it.
func isDate(s string) bool {
	at, err := time.Parse(time.DateOnly, s)
	return err == nil && at.Year() >= firstYear && at.Year() <= lastYear
}
