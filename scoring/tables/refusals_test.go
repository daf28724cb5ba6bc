package tables_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"milepost/scoring/tables"
)

// file is a default table's text.
func file(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("defaults/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// lineOf is the number of the first line that holds a text.
func lineOf(t testing.TB, text, part string) int {
	t.Helper()
	i := strings.Index(text, part)
	if i < 0 {
		t.Fatalf("%q is not in the table", part)
	}
	return 1 + strings.Count(text[:i], "\n")
}

// Each change of a default table is refused, in its line, and for one reason alone.
func TestRefusals(t *testing.T) {
	const tiers = "  tiers:\n    - {from: 0, to: 50, factor: 1}\n"
	curve := "  curve:\n    - {score: 50, factor: 1.00}\n    - {score: 100, factor: 0.85}\n"
	for name, c := range map[string]struct{ of, old, new, at, says string }{
		"unknown key":            {"ubi", "product: ubi", "product: ubi\ncolour: red", "colour", `no setting "colour"`},
		"unknown key below":      {"ubi", "least_km:", "lest_km:", "lest_km", `no setting "lest_km"`},
		"another product":        {"ubi", "product: ubi", "product: car", "product: car", `not "car"`},
		"a text for a number":    {"ubi", "prior_rate: 12", "prior_rate: five", "five", `want a number, not the text "five"`},
		"a number for a text":    {"ubi", "period: year ", "period: 12 ", "period: 12", "want a text, not 12"},
		"a list for a group":     {"ubi", "bounds: {lowest: 0.85, highest: 1.00}", "bounds: [0.85, 1]", "bounds: [", "want a group of settings, not a list"},
		"a group for a list":     {"ubi", curve, "  curve: {score: 50, factor: 1}\n", "curve: {", "want a list, not a group"},
		"an empty list":          {"ubi", curve, "  curve: []\n", "curve: []", "the list is empty"},
		"nothing for a number":   {"ubi", "prior_km: 100", "prior_km:", "prior_km:\n", "want a number, not nothing"},
		"missing weight":         {"ubi", "    weight: 0.35\n", "", "name: speeding", "weight is missing"},
		"weights sum to 1.01":    {"ubi", "weight: 0.35", "weight: 0.36", "weight: 0             # off\n    prior_rate: 70", "weights sum to 1.01"},
		"a weight below 0":       {"ubi", "weight: 0.35", "weight: -0.35", "weight: -0.35", "want 0 to 1"},
		"twice a component":      {"ubi", "name: night", "name: braking", "name: braking           #", "braking stands there twice"},
		"unknown component":      {"ubi", "name: cornering", "name: turning", "name: turning", `not "turning"`},
		"reference of 0":         {"ubi", "reference_rate: 12", "reference_rate: 0", "reference_rate: 0", "reference_rate: want"},
		"bands that fall":        {"ubi", "over_10: 1,", "over_10: 0.1,", "over_10", "must not count less"},
		"bands of braking":       {"ubi", "    prior_km: 33          #", "    bands: {over_0: 1}\n    prior_km: 33 #", "bands: {over_0: 1}", `no setting "bands"`},
		"bad version":            {"ubi", "ubi-default/1", "ubi-default/1.5", "table:", "want name/version"},
		"version 0":              {"ubi", "ubi-default/1", "ubi-default/0", "table:", "want name/version"},
		"no version":             {"ubi", "ubi-default/1", "ubi-default", "table:", "want name/version"},
		"another method":         {"ubi", "insurance/1", "insurance/2", "method:", `want insurance/1, not "insurance/2"`},
		"another period":         {"ubi", "period: year", "period: week", "period: week", `not "week"`},
		"half a day":             {"ubi", "  distance_km: 100", "  days: 1.5\n  distance_km: 100", "days: 1.5", "want a whole number"},
		"a surcharge":            {"ubi", "highest: 1.00", "highest: 1.20", "highest: 1.20", "the table does not say surcharges: true"},
		"a highest below 1":      {"ubi", "highest: 1.00", "highest: 0.95", "highest: 0.95", "want 1 or more"},
		"a factor below bounds":  {"ubi", "factor: 0.85}", "factor: 0.80}", "factor: 0.80", "want 0.85 to 1, not 0.8"},
		"a factor above bounds":  {"ubi", "factor: 1.00}", "factor: 1.10}", "factor: 1.10", "want 0.85 to 1, not 1.1"},
		"not monotone":           {"ubi", curve, "  curve:\n    - {score: 50, factor: 0.9}\n    - {score: 70, factor: 0.95}\n", "score: 70", "grows from 0.9 to 0.95"},
		"repeated x":             {"ubi", "score: 100,", "score: 50,", "factor: 0.85}", "two points at score 50"},
		"x that falls":           {"ubi", "score: 100,", "score: 40,", "factor: 0.85}", "score 40 stands after 50"},
		"x above its top":        {"ubi", "score: 100,", "score: 101,", "score: 101", "want 0 to 100, not 101"},
		"curve and tiers":        {"ubi", curve, curve + tiers, "curve:", "not both"},
		"neither":                {"ubi", "factor:\n" + curve, "factor: {}\n", "factor: {}", "want a curve or tiers"},
		"tiers with a gap":       {"ubi", curve, tiers + "    - {from: 60, to: 100, factor: 0.9}\n", "from: 60", "a gap: nothing is said of 50 to 60"},
		"tiers with an overlap":  {"ubi", curve, tiers + "    - {from: 40, to: 100, factor: 0.9}\n", "from: 40", "an overlap: 40 to 50 is in two tiers"},
		"tiers from above 0":     {"ubi", curve, "  tiers:\n    - {from: 10, to: 100, factor: 1}\n", "from: 10", "a gap: nothing is said of 0 to 10"},
		"tiers that end early":   {"ubi", curve, tiers, "from: 0", "a gap: nothing is said of 50 to 100"},
		"an empty tier":          {"ubi", curve, tiers + "    - {from: 50, to: 50, factor: 1}\n    - {from: 50, to: 100, factor: 1}\n", "from: 50, to: 50", "the tier from 50 to 50 is empty"},
		"tiers not monotone":     {"ubi", curve, "  tiers:\n    - {from: 0, to: 50, factor: 0.9}\n    - {from: 50, to: 100, factor: 1}\n", "from: 50", "grows from 0.9 to 1"},
		"a discount of UBI":      {"ubi", "product: ubi", "product: ubi\ndiscount: {most: 0.1}", "discount: {", `no setting "discount"`},
		"a factor of FHI":        {"fhi", "product: fhi", "product: fhi\nfactor: {curve: []}", "factor: {", `no setting "factor"`},
		"more than the bounds":   {"fhi", "most: 0.20", "most: 0.25", "most: 0.25", "below the lowest bound 0.8"},
		"safety that falls":      {"fhi", "{score: 80, part: 1}", "{score: 80, part: 1}\n      - {score: 90, part: 0.5}", "score: 90", "falls from 1 to 0.5"},
		"a part above 1":         {"fhi", "{ev_share: 0.60, part: 1}", "{ev_share: 0.60, part: 1.5}", "part: 1.5", "want 0 to 1"},
		"a share in percent":     {"fhi", "ev_share: 0.60", "ev_share: 60", "ev_share: 60", "want 0 to 1, not 60"},
		"no electric range's":    {"phi", "    utility_distance_km: 2200 # d_n: 2200 for types from 2025, 4260 from 2027, 800 before\n", "", "weight: 0.60", "utility_distance_km is missing"},
		"ways that sum to 1.1":   {"phi", "weight: 0.40", "weight: 0.50", "weight: 0.50", "sum to 1.1"},
		"a key twice":            {"ubi", "product: ubi", "product: ubi\nproduct:  ubi", "product:  ubi", "already defined"},
		"a second document":      {"ubi", "factor: 0.85}", "factor: 0.85}\n---\ntable: x/1", "table: x/1", "a second document"},
		"an anchor":              {"ubi", "prior_rate: 12", "prior_rate: &five 5", "&five", "plain groups"},
		"not a number":           {"ubi", "prior_rate: 12", "prior_rate: .nan", ".nan", "plain groups"},
		"a number that is a key": {"ubi", "product: ubi", "product: ubi\n7: 1", "7: 1", "want a plain name"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(file(t, c.of), c.old, c.new, 1)
			_, err := tables.Parse("motor.yaml", []byte(text))
			var problems tables.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("not refused: %v", err)
			}
			p := problems[0]
			for _, each := range problems {
				if strings.Contains(each.Text, c.says) {
					p = each
				}
			}
			want := lineOf(t, text, c.at)
			if p.File != "motor.yaml" || p.Line != want || !strings.Contains(p.Text, c.says) {
				t.Errorf("refused as\n%v\nwant line %d and %q", problems, want, c.says)
			}
			if len(problems) > 1 {
				t.Errorf("more than one refusal:\n%v", problems)
			}
		})
	}
}
