package maxspeed

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed national.yaml
var nationalYAML []byte

// Table holds national limits. It is read-only and safe for concurrent use.
type Table struct {
	version   int
	countries map[string]national
}

// Version names the table: it changes with any limit in it.
func (t *Table) Version() string { return "national/" + strconv.Itoa(t.version) }

// Knows reports whether the table has the country, an ISO 3166-1 alpha-2 code.
func (t *Table) Knows(country string) bool {
	_, ok := t.countries[country]
	return ok
}

// national are a country's limits in km/h, 0 where there is none of its own.
type national struct {
	kmh          map[string]float64 // urban, rural, dual, expressway, motorway, living_street, bicycle_road
	urban, rural map[string]float64 // by class, where the law goes by it
	unit         float64            // of a number without one, in zones
	vague        bool
}

// National is the table that comes with milepost.
var National = sync.OnceValue(func() *Table {
	t, err := parseTable(nationalYAML)
	if err != nil {
		return &Table{} // its own test fails
	}
	return t
})

// country is one as the file has it.
type country struct {
	Urban        string            `yaml:"urban"`
	Rural        string            `yaml:"rural"`
	Dual         string            `yaml:"dual"`
	Expressway   string            `yaml:"expressway"`
	Motorway     string            `yaml:"motorway"`
	LivingStreet string            `yaml:"living_street"`
	BicycleRoad  string            `yaml:"bicycle_road"`
	UrbanClasses map[string]string `yaml:"urban_classes"`
	RuralClasses map[string]string `yaml:"rural_classes"`
	Unit         string            `yaml:"unit"`
	Vague        bool              `yaml:"vague"`
	Law          string            `yaml:"law"`
}

func parseTable(text []byte) (*Table, error) {
	var file struct {
		Version   int                `yaml:"version"`
		Countries map[string]country `yaml:"countries"`
	}
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("read the table of national limits: %w", err)
	}
	t := &Table{version: file.Version, countries: map[string]national{}}
	for code, c := range file.Countries {
		n, err := c.limits()
		if err != nil {
			return nil, fmt.Errorf("read the table of national limits: %s: %w", code, err)
		}
		t.countries[code] = n
	}
	return t, nil
}

func (c country) limits() (n national, err error) {
	n.unit, n.vague = 1, c.Vague
	if c.Unit == "mph" {
		n.unit = kmhPerMile
	}
	n.kmh, err = numbers(map[string]string{"urban": c.Urban, "rural": c.Rural, "dual": c.Dual, "expressway": c.Expressway,
		"motorway": c.Motorway, "living_street": c.LivingStreet, "bicycle_road": c.BicycleRoad})
	if err == nil {
		n.urban, err = numbers(c.UrbanClasses)
	}
	if err == nil {
		n.rural, err = numbers(c.RuralClasses)
	}
	return n, err
}

// numbers reads limits by name; those that are empty are left out.
func numbers(texts map[string]string) (map[string]float64, error) {
	kmh := map[string]float64{}
	for name, text := range texts {
		if text == "" {
			continue
		}
		v, ok := parseNumber(text)
		if !ok {
			return nil, fmt.Errorf("%s %q is no limit", name, text)
		}
		kmh[name] = v
	}
	return kmh, nil
}

// of is a country's limits, or those of the country a region is in.
func (t *Table) of(code string) (national, bool) {
	code = strings.ToUpper(code)
	if code == "UK" {
		code = "GB"
	}
	n, ok := t.countries[code]
	if whole, _, region := strings.Cut(code, "-"); !ok && region {
		n, ok = t.countries[whole]
	}
	return n, ok
}
