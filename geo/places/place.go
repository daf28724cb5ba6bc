package places

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// Kinds is a set of what a place offers.
type Kinds uint8

// The kinds.
const (
	Fuel     Kinds = 1 << iota // liquid or gas
	Charging                   // of electric cars
	Rest                       // rest areas, with services or without
	Food                       // restaurants, fast food, cafés
	Parking
	All Kinds = 1<<iota - 1
)

var kindNames = []string{"fuel", "charging", "rest", "food", "parking"}

// String names the kinds, separated by commas.
func (k Kinds) String() string {
	var names []string
	for i, name := range kindNames {
		if k&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// ParseKinds reads names separated by commas or semicolons.
func ParseKinds(text string) (k Kinds, err error) {
	for name := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		one := kindOf(name)
		if one == 0 {
			return 0, fmt.Errorf("%q is no kind of place: %s", name, strings.Join(kindNames, ", "))
		}
		k |= one
	}
	return k, nil
}

func kindOf(name string) Kinds {
	for i, known := range kindNames {
		if name == known {
			return 1 << i
		}
	}
	return 0
}

// Place is one place. Texts are as the source has them, "" where it has none.
type Place struct {
	ID    string    `json:"id"` // node/123, way/123, relation/123, or what a GeoJSON file says
	Kinds Kinds     `json:"kinds"`
	At    orb.Point `json:"at"` // of an area: its centroid
	Name  string    `json:"name,omitempty"`
	Brand string    `json:"brand,omitempty"`
	Hours string    `json:"opening_hours,omitempty"` // as OpenStreetMap writes them
	// Access says who may stop there: "" for anybody, else OpenStreetMap's value.
	Access string `json:"access,omitempty"`
	Plugs  []Plug `json:"plugs,omitempty"` // in the order of their names
}

// Plug is a kind of socket at a charging station.
type Plug struct {
	Type  string  `json:"type"`         // OpenStreetMap's: type2, type2_combo, chademo ...
	Count int     `json:"n,omitempty"`  // 0 unknown
	Kw    float64 `json:"kw,omitempty"` // of the strongest; 0 unknown
}

// Public reports whether strangers may stop there, as far as is known.
func (p *Place) Public() bool {
	switch p.Access {
	case "no", "private", "employees", "residents", "delivery", "military":
		return false
	}
	return true
}

// Kw is the power of the strongest socket, 0 where none is known.
func (p *Place) Kw() (kw float64) {
	for _, plug := range p.Plugs {
		kw = max(kw, plug.Kw)
	}
	return kw
}
