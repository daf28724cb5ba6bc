package places

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const someOffers = `
brands:
  - {name: Agrola, also: [AGROLA Tankstelle], prefer: true}
  - {name: Shell}
offers:
  - {brand: agrola, text: 5 rp off a litre, from: 2026-03-01, to: 2026-03-31, kinds: fuel}
  - {brand: Shell, text: a coffee}
  - {place: node/5, text: a free wash, to: 2026-04-01}
`

func TestOffers(t *testing.T) {
	o, err := ReadOffers(strings.NewReader(someOffers))
	if err != nil {
		t.Fatal(err)
	}
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	agrola := &Place{ID: "node/5", Kinds: Fuel, Brand: "Agrola  TANKSTELLE"}
	plugs := &Place{ID: "node/6", Kinds: Charging, Brand: "Agrola"}
	for _, c := range []struct {
		p    *Place
		at   time.Time
		want []string
	}{
		{agrola, time.Date(2026, 2, 28, 23, 59, 0, 0, zurich), []string{"a free wash"}},
		{agrola, time.Date(2026, 3, 1, 0, 0, 0, 0, zurich), []string{"5 rp off a litre", "a free wash"}},
		{agrola, time.Date(2026, 3, 31, 23, 59, 0, 0, zurich), []string{"5 rp off a litre", "a free wash"}},
		{agrola, time.Date(2026, 3, 31, 22, 30, 0, 0, time.UTC).In(zurich), []string{"a free wash"}},
		{agrola, time.Date(2026, 4, 2, 0, 0, 0, 0, zurich), nil},
		{plugs, time.Date(2026, 3, 10, 0, 0, 0, 0, zurich), nil},
		{&Place{ID: "x", Brand: "SHELL"}, time.Date(2036, 1, 1, 0, 0, 0, 0, zurich), []string{"a coffee"}},
		{&Place{ID: "y"}, time.Date(2026, 3, 10, 0, 0, 0, 0, zurich), nil},
	} {
		var got []string
		for _, f := range o.At(c.p, c.at) {
			got = append(got, f.Text)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s on %v: %s", c.p.ID, c.at, d)
		}
	}
	if !o.Preferred(agrola) || o.Preferred(&Place{Brand: "Shell"}) || !o.SameBrand("agrola tankstelle", "AGROLA") || o.SameBrand("", "") {
		t.Error("brands")
	}
	var none *Offers
	if none.At(agrola, time.Time{}) != nil || none.Preferred(agrola) || !none.SameBrand("a", "A") {
		t.Error("no offers at all")
	}
}

func TestOffersThatAreWrong(t *testing.T) {
	for text, want := range map[string]string{
		"offers: [{text: x}]":                                                   "offers[0]: it names a brand or a place",
		"offers: [{brand: a, place: b, text: x}]":                               "offers[0]: it names a brand or a place",
		"offers: [{brand: a}]":                                                  "no text",
		"offers: [{brand: a, text: x, from: 2026-02-30}]":                       "2026-02-30",
		"offers: [{brand: a, text: x, from: 2026-03-02, to: 2026-03-01}]":       "ends before",
		"offers: [{brand: a, text: x, kinds: petrol}]":                          "petrol",
		"offers: [{brand: a, text: x, until: 2026-03-01}]":                      "until",
		"brands: [{also: [x]}]":                                                 "no name",
		"brands: [{name: a, also: [x]}, {name: b, also: [X]}]":                  "two brands",
		`{"offers": [{"brand": "a", "text": "x", "from": "2026-03-01T00:00"}]}`: "2026-03-01T00:00",
	} {
		if _, err := ReadOffers(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{"", `{"offers": [{"brand": "a", "text": "x"}]}`} {
		if _, err := ReadOffers(strings.NewReader(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
