// Package fleet owns what is known of a vehicle beside its telemetry: zone, powertrain,
// mass, account, driver, services, consents, insurance and settings, each from a date on. It does
// no I/O of its own, but for the zones' rules, and reads no clock.
package fleet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode"
)

// Powertrain is what drives a vehicle, as far as milepost tells kinds apart.
type Powertrain string

// The powertrains. VSS tells the hybrids apart by FuelSystem.HybridType.
const (
	UnknownPowertrain Powertrain = ""
	Combustion        Powertrain = "combustion"
	Hybrid            Powertrain = "hybrid" // full hybrid
	PlugIn            Powertrain = "plug_in"
	Electric          Powertrain = "electric"
)

// Sharing is the account's setting of location sharing.
type Sharing string

// The settings.
const (
	BySignal Sharing = ""    // the vehicle's signal alone decides
	Off      Sharing = "off" // not shared, whatever the vehicle's signal says
)

// Profile is what is known of one vehicle from a date on.
type Profile struct {
	VehicleID  string     `json:"vehicle_id,omitempty" yaml:"vehicle_id"`
	From       Instant    `json:"from,omitzero" yaml:"-"`     // in force from; 0 for ever
	Zone       string     `json:"zone,omitempty" yaml:"zone"` // IANA name; empty means UTC
	Powertrain Powertrain `json:"powertrain,omitempty" yaml:"powertrain"`
	MassKg     float64    `json:"mass_kg,omitempty" yaml:"-"`    // kerb mass, 50..100,000 kg; 0 where unknown
	Account    string     `json:"account_id,omitempty" yaml:"-"` // who holds the vehicle, at most 128 bytes
	// Driver is the linked driver's pseudonym as outcomes write it: the lower-case
	// hexadecimal form of a number from 1 to 2^53-1; empty for none.
	Driver          string   `json:"driver_id,omitempty" yaml:"-"`
	Services        []string `json:"services,omitempty" yaml:"-"` // subscribed to; words of a-z, 0-9 and _
	Consents        []string `json:"consents,omitempty" yaml:"-"` // given; likewise
	LocationSharing Sharing  `json:"location_sharing,omitempty" yaml:"-"`
	Policies        []Policy `json:"policies,omitempty" yaml:"-"` // insurance on the vehicle, at most 8
}

const (
	lightestKg, heaviestKg = 50, 100_000
	longestAccount         = 128
	mostWords              = 64
	lastDriver             = 1<<53 - 1
)

// Equal reports whether two profiles say the same.
func (p Profile) Equal(q Profile) bool {
	return p.VehicleID == q.VehicleID && p.From == q.From && p.Zone == q.Zone && p.Powertrain == q.Powertrain &&
		p.MassKg == q.MassKg && p.Account == q.Account && p.Driver == q.Driver && p.LocationSharing == q.LocationSharing &&
		slices.Equal(p.Services, q.Services) && slices.Equal(p.Consents, q.Consents) &&
		slices.EqualFunc(p.Policies, q.Policies, Policy.Equal)
}

// WithoutPeople is the profile without who holds and drives the vehicle, and what they
// subscribed and consented to, and without its insurance. How the vehicle is built, and that its location was not
// to be shared, stays.
func (p Profile) WithoutPeople() Profile {
	p.Account, p.Driver, p.Services, p.Consents, p.Policies = "", "", nil, nil, nil
	return p
}

// Validate reports the first thing that is wrong with the profile. Its message names
// no driver, no account and no policy.
func (p Profile) Validate() error {
	if p.VehicleID == "" {
		return fmt.Errorf("profile: vehicle_id is empty")
	}
	if _, err := p.Location(); err != nil {
		return err
	}
	switch p.Powertrain {
	case UnknownPowertrain, Combustion, Hybrid, PlugIn, Electric:
	default:
		return fmt.Errorf("profile of vehicle %s: unknown powertrain %q", p.VehicleID, p.Powertrain)
	}
	if p.MassKg != 0 && !(p.MassKg >= lightestKg && p.MassKg <= heaviestKg) {
		return fmt.Errorf("profile of vehicle %s: mass_kg %g is not from %d to %d", p.VehicleID, p.MassKg, lightestKg, heaviestKg)
	}
	return p.validatePeople()
}

func (p Profile) validatePeople() error {
	if len(p.Account) > longestAccount || !printable(p.Account) {
		return fmt.Errorf("profile of vehicle %s: account_id is not at most %d bytes of printable text", p.VehicleID, longestAccount)
	}
	if p.Driver != "" && p.DriverNumber() == 0 {
		return fmt.Errorf("profile of vehicle %s: driver_id is not a hexadecimal number from 1 to 1fffffffffffff", p.VehicleID)
	}
	if p.LocationSharing != BySignal && p.LocationSharing != Off {
		return fmt.Errorf("profile of vehicle %s: unknown location_sharing %q: it is off, or absent", p.VehicleID, p.LocationSharing)
	}
	if err := validateWords(p.Services); err != nil {
		return fmt.Errorf("profile of vehicle %s: services: %w", p.VehicleID, err)
	}
	if err := validateWords(p.Consents); err != nil {
		return fmt.Errorf("profile of vehicle %s: consents: %w", p.VehicleID, err)
	}
	if err := validatePolicies(p.Policies); err != nil {
		return fmt.Errorf("profile of vehicle %s: %w", p.VehicleID, err)
	}
	return nil
}

func printable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return false
		}
	}
	return true
}

var word = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

func validateWords(words []string) error {
	if len(words) > mostWords {
		return fmt.Errorf("%d words, at most %d are allowed", len(words), mostWords)
	}
	for i, w := range words {
		if !word.MatchString(w) {
			return fmt.Errorf("%.70q is not a word of a-z, 0-9 and _", w)
		}
		if slices.Contains(words[:i], w) {
			return fmt.Errorf("%q stands twice", w)
		}
	}
	return nil
}

// DriverNumber is the linked driver's pseudonym as the vehicle's own identification
// would report it; 0 for none.
func (p Profile) DriverNumber() int64 { return driverNumber(p.Driver) }

// driverNumber reads a pseudonym; 0 for none.
func driverNumber(s string) int64 {
	n, err := strconv.ParseUint(s, 16, 53)
	if err != nil || n > lastDriver || strconv.FormatUint(n, 16) != s {
		return 0
	}
	return int64(n)
}

// Location gives the zone's rules, UTC where the profile names none.
func (p Profile) Location() (*time.Location, error) {
	loc, err := zoneOf(p.Zone)
	if err != nil {
		return nil, fmt.Errorf("profile of vehicle %s: zone %q%w", p.VehicleID, p.Zone, err)
	}
	return loc, nil
}
