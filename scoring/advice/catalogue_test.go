package advice

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/scoring/coaching"
)

// given lists the parameters that a message always has, and those that it may have.
type given struct{ always, maybe []string }

// maybe are the parameters that observations may have.
var maybe = map[string][]string{
	"acceleration_hard": {"peak_ms2", "from_kmh"}, "acceleration_smooth": {"from_kmh", "to_kmh"},
	"acceleration_then_braking": {"gained_kmh", "lost_kmh", "peak_ms2"},
	"braking_hard":              {"peak_ms2", "from_kmh"},
	"braking_late":              {"from_kmh", "to_kmh", "deceleration_ms2", "earlier_m"},
	"braking_smooth":            {"from_kmh", "to_kmh"}, "braking_recovered": {"from_kmh", "to_kmh", "recovered_kwh"},
	"coasting_long": {"from_kmh", "to_kmh"}, "cornering_hard": {"peak_ms2", "from_kmh"}, "ev_stretch": {"speed_kmh"},
	"speed_high": {"speed_kmh"}, "speed_over_limit": {"speed_kmh", "limit_kmh"}, "speed_steady": {"speed_kmh"},
	"speed_unsteady": {"speed_kmh", "swings"},
}

// used are all messages that outcomes may name.
var used = func() map[string]given {
	m := map[string]given{}
	for _, id := range coaching.Messages() {
		m[id] = given{maybe: maybe[id]}
	}
	for _, id := range []string{"acceleration_hard", "braking_hard", "cornering_hard", "speed_over_limit"} {
		m["tip_"+id] = m[id]
	}
	for _, like := range []string{"way", "like"} {
		for _, cause := range []string{"acceleration", "braking", "speed"} {
			m["tip_"+cause+"_fuel_"+like] = given{always: []string{"trips", "took_l", "usual_l", "saves_l"}}
			m["tip_"+cause+"_battery_"+like] = given{always: []string{"trips", "took_kwh", "usual_kwh", "saves_kwh"}}
		}
		m["tip_ev_fuel_"+like] = given{always: []string{"trips", "ev_percent", "usual_ev_percent", "saves_l"}}
	}
	return m
}()

func TestEnglishHasEveryMessageAndNoOther(t *testing.T) {
	have := catalogues()[English].Messages
	for id := range used {
		if have[id] == "" {
			t.Errorf("no text for %s", id)
		}
	}
	for id := range have {
		if _, ok := used[id]; !ok {
			t.Errorf("%s is used by nothing", id)
		}
	}
}

func TestTextsNameOnlyParametersThatAreGiven(t *testing.T) {
	for language, c := range catalogues() {
		for id, text := range c.Messages {
			g := used[id]
			for _, p := range placeholder.FindAllStringSubmatch(text, -1) {
				if !slices.Contains(g.always, p[1]) && !slices.Contains(g.maybe, p[1]) {
					t.Errorf("%s: %s names %s, which it never has", language, id, p[1])
				}
			}
			for _, p := range placeholder.FindAllStringSubmatch(optional.ReplaceAllString(text, ""), -1) {
				if !slices.Contains(g.always, p[1]) {
					t.Errorf("%s: %s names %s, which it need not have, outside [ ]", language, id, p[1])
				}
			}
			params := map[string]float64{}
			for _, name := range g.always {
				params[name] = 1
			}
			if got, ok := Text(language, id, params); !ok || strings.ContainsAny(got, "{}[]") || got == "" {
				t.Errorf("%s: %s gives %q, %v", language, id, got, ok)
			}
		}
	}
}

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		language, id string
		params       map[string]float64
		want         string
		ok           bool
	}{
		{"en", "braking_late", map[string]float64{"from_kmh": 71.6, "to_kmh": 0, "earlier_m": 120}, "Braked late from 72 to 0 km/h; the foot could have been lifted 120 m earlier.", true},
		{"en", "braking_late", map[string]float64{"from_kmh": 71.6}, "Braked late.", true},
		{"xx", "braking_recovered", map[string]float64{"recovered_kwh": 0.125}, "Braked so that the battery got energy back: 0.12 kWh.", true},
		{"en", "tip_ev_fuel_way", map[string]float64{"trips": 5}, "", false},
		{"en", "nothing", nil, "", false},
	} {
		if got, ok := Text(c.language, c.id, c.params); ok != c.ok || ok && got != c.want {
			t.Errorf("%s in %s: %q, %v, want %q", c.id, c.language, got, ok, c.want)
		}
	}
	if got := Languages(); !slices.Contains(got, English) {
		t.Errorf("languages %v", got)
	}
}

func TestOtherLanguages(t *testing.T) {
	ok := fstest.MapFS{"messages/de.yaml": {Data: []byte("language: de\ndecimal: \",\"\nmessages:\n  braking_recovered: \"{recovered_kwh:2} kWh\"\n")}}
	all, err := readCatalogues(ok)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := all["de"].fill(all["de"].Messages["braking_recovered"], map[string]float64{"recovered_kwh": 0.5}); got != "0,50 kWh" {
		t.Errorf("half a kWh is %q", got)
	}
	for name, text := range map[string]string{"another language": "language: fr\n", "an unknown key": "language: de\ntexts: {}\n", "no YAML": "{"} {
		if _, err := readCatalogues(fstest.MapFS{"messages/de.yaml": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
