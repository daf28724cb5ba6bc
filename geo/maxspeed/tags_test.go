package maxspeed

import (
	"math"
	"testing"
	"time"

	"milepost/outcome"
)

// noon is a Wednesday in March.
var noon = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

type tags = map[string]string

func TestFromTags(t *testing.T) {
	posted, directional, zone, byDefault := outcome.LimitPosted, outcome.LimitDirectional, outcome.LimitZone, outcome.LimitDefault
	none := math.Inf(1)
	for name, c := range map[string]struct {
		tags              tags
		country           string
		place             Place
		forward, backward float64 // 0: unknown
		source            outcome.LimitSource
	}{
		"number":           {tags{"maxspeed": "50"}, "", Anywhere, 50, 50, posted},
		"spaces":           {tags{"maxspeed": " 50 "}, "", Anywhere, 50, 50, posted},
		"unit":             {tags{"maxspeed": "50 km/h"}, "", Anywhere, 50, 50, posted},
		"mph":              {tags{"maxspeed": "30 mph"}, "GB", Anywhere, 48.28, 48.28, posted},
		"mph, no space":    {tags{"maxspeed": "30mph"}, "GB", Anywhere, 48.28, 48.28, posted},
		"knots":            {tags{"maxspeed": "5 knots"}, "", Anywhere, 9.26, 9.26, posted},
		"none":             {tags{"maxspeed": "none"}, "DE", Anywhere, none, none, posted},
		"walk":             {tags{"maxspeed": "walk"}, "DE", Anywhere, 7, 7, posted},
		"signals":          {tags{"maxspeed": "signals", "highway": "motorway"}, "DE", Anywhere, 0, 0, ""},
		"variable":         {tags{"maxspeed:variable": "peak_traffic", "highway": "motorway"}, "DE", Anywhere, 0, 0, ""},
		"forward":          {tags{"maxspeed:forward": "30", "maxspeed": "50"}, "", Anywhere, 30, 50, directional},
		"only backward":    {tags{"maxspeed:backward": "30"}, "", Anywhere, 0, 30, ""},
		"both directions":  {tags{"maxspeed:forward": "70", "maxspeed:backward": "30"}, "", Anywhere, 70, 30, directional},
		"car":              {tags{"maxspeed": "100", "maxspeed:motorcar": "80"}, "", Anywhere, 80, 80, posted},
		"lorries":          {tags{"maxspeed:hgv": "60"}, "", Anywhere, 0, 0, ""},
		"advisory":         {tags{"maxspeed:advisory": "60"}, "", Anywhere, 0, 0, ""},
		"zone as value":    {tags{"maxspeed": "DE:urban"}, "", Anywhere, 50, 50, zone},
		"another country":  {tags{"maxspeed": "RO:rural"}, "DE", Anywhere, 90, 90, zone},
		"zone:maxspeed":    {tags{"zone:maxspeed": "DE:30"}, "DE", Anywhere, 30, 30, zone},
		"zone number":      {tags{"zone:maxspeed": "30"}, "DE", Anywhere, 30, 30, zone},
		"source zone":      {tags{"source:maxspeed": "AT:zone:30"}, "AT", Anywhere, 30, 30, zone},
		"source zone, run": {tags{"source:maxspeed": "FR:zone30"}, "FR", Anywhere, 30, 30, zone},
		"mph zone":         {tags{"maxspeed:type": "GB:zone20"}, "GB", Anywhere, 32.19, 32.19, zone},
		"type":             {tags{"maxspeed:type": "GB:nsl_dual"}, "GB", Anywhere, 112.65, 112.65, zone},
		"UK":               {tags{"source:maxspeed": "UK:nsl_single"}, "GB", Anywhere, 96.56, 96.56, zone},
		"sign is no zone":  {tags{"source:maxspeed": "sign", "highway": "residential"}, "DE", Anywhere, 50, 50, byDefault},
		"region":           {tags{"maxspeed": "BE-VLG:rural"}, "BE", Anywhere, 70, 70, zone},
		"region unknown":   {tags{"maxspeed": "DE-BY:rural"}, "DE", Anywhere, 100, 100, zone},
		"number wins":      {tags{"maxspeed": "70", "zone:maxspeed": "DE:30"}, "DE", Anywhere, 70, 70, posted},
		"list":             {tags{"maxspeed": "50;70"}, "", Anywhere, 70, 70, posted},
		"lanes":            {tags{"maxspeed:lanes": "120|100|80"}, "", Anywhere, 120, 120, posted},
		"nonsense":         {tags{"maxspeed": "fast"}, "", Anywhere, 0, 0, ""},
		"negative":         {tags{"maxspeed": "-50"}, "", Anywhere, 0, 0, ""},
		"too much":         {tags{"maxspeed": "5000"}, "", Anywhere, 0, 0, ""},
		"not a number":     {tags{"maxspeed": "NaN"}, "", Anywhere, 0, 0, ""},
		"infinite":         {tags{"maxspeed": "inf"}, "", Anywhere, 0, 0, ""},
		"motorway":         {tags{"highway": "motorway"}, "DE", Anywhere, none, none, byDefault},
		"residential":      {tags{"highway": "residential"}, "BR", Anywhere, 30, 30, byDefault},
		"among houses":     {tags{"highway": "secondary"}, "DE", BuiltUp, 50, 50, byDefault},
		"in the open":      {tags{"highway": "secondary"}, "DE", Open, 100, 100, byDefault},
		"anywhere":         {tags{"highway": "secondary"}, "DE", Anywhere, 100, 100, byDefault},
		"by rank":          {tags{"highway": "tertiary"}, "IE", Open, 60, 60, byDefault},
		"by rank in town":  {tags{"highway": "primary"}, "BR", BuiltUp, 60, 60, byDefault},
		"expressway":       {tags{"highway": "trunk", "motorroad": "yes"}, "AT", Open, 100, 100, byDefault},
		"tagged place":     {tags{"highway": "secondary", "zone:traffic": "DE:rural"}, "DE", BuiltUp, 100, 100, zone},
		"living street":    {tags{"highway": "living_street"}, "DE", BuiltUp, 7, 7, byDefault},
		"no country":       {tags{"highway": "motorway"}, "", Anywhere, 0, 0, ""},
		"no class":         {tags{"highway": "road"}, "DE", Anywhere, 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			forward, backward := National().FromTags(c.tags, Road{c.country, c.place})
			kmh, source, confidence, ok := forward.At(noon)
			if kmh != c.forward || ok != (c.forward > 0) || ok && source != c.source {
				t.Errorf("forward %v %q %v, want %v %q", kmh, source, ok, c.forward, c.source)
			}
			if ok && !(confidence > 0 && confidence <= 1) {
				t.Errorf("confidence %v", confidence)
			}
			if kmh, _, _, _ := backward.At(noon); kmh != c.backward {
				t.Errorf("backward %v, want %v", kmh, c.backward)
			}
		})
	}
}

// at is a time of 2026 in UTC.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	v, err := time.Parse("Jan 2 15:04 2006", text+" 2026")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestConditionsByTime(t *testing.T) {
	for name, c := range map[string]struct {
		conditional string
		yes, no     []string // when 30 holds, and when the 50 of the way does; 18 March is a Wednesday
	}{
		"night":            {"30 @ (22:00-06:00)", []string{"Mar 18 22:00", "Mar 18 05:59", "Mar 18 00:00"}, []string{"Mar 18 06:00", "Mar 18 21:59"}},
		"no brackets":      {"30 @ 22:00-06:00", []string{"Mar 18 23:00"}, []string{"Mar 18 12:00"}},
		"weekdays":         {"30 @ (Mo-Fr 07:00-17:00)", []string{"Mar 18 07:00", "Mar 20 16:59"}, []string{"Mar 21 12:00", "Mar 18 17:00"}},
		"days around":      {"30 @ (Sa-Mo 07:00-17:00)", []string{"Mar 21 12:00", "Mar 22 12:00", "Mar 23 12:00"}, []string{"Mar 18 12:00"}},
		"two times":        {"30 @ (Mo-Fr 07:00-09:00,12:00-14:00)", []string{"Mar 18 08:00", "Mar 18 13:00"}, []string{"Mar 18 10:00", "Mar 21 13:00"}},
		"two rules":        {"30 @ (Mo-Fr 07:00-17:00; Sa 08:00-12:00)", []string{"Mar 18 08:00", "Mar 21 11:00"}, []string{"Mar 21 13:00", "Mar 22 11:00"}},
		"comma":            {"30 @ (Mo-Fr 07:00-17:00, Sa 08:00-12:00)", []string{"Mar 18 08:00", "Mar 21 11:00"}, []string{"Mar 21 13:00", "Mar 22 11:00"}},
		"list of days":     {"30 @ (Mo,We,Fr 07:00-17:00)", []string{"Mar 18 08:00", "Mar 20 08:00"}, []string{"Mar 19 08:00"}},
		"off":              {"30 @ (07:00-17:00; Su off)", []string{"Mar 18 08:00"}, []string{"Mar 22 08:00"}},
		"no holidays":      {"30 @ (Mo-Fr 07:00-17:00; PH off)", []string{"Mar 18 08:00"}, []string{"Mar 22 08:00"}},
		"months":           {"30 @ (Apr-Oct)", []string{"Apr 1 00:00", "Oct 31 23:59"}, []string{"Mar 31 23:00", "Nov 1 00:00"}},
		"winter":           {"30 @ (Nov-Mar)", []string{"Nov 1 00:00", "Mar 18 12:00"}, []string{"Apr 1 12:00"}},
		"dates":            {"30 @ (Apr 15-Sep 15 07:00-19:00)", []string{"Apr 15 07:00", "Sep 15 18:59"}, []string{"Apr 14 12:00", "Jun 1 20:00"}},
		"days of a month":  {"30 @ (Dec 01-24)", []string{"Dec 24 12:00"}, []string{"Dec 25 12:00"}},
		"Friday night":     {"30 @ (Fr 22:00-04:00)", []string{"Mar 20 23:00", "Mar 21 03:00"}, []string{"Mar 21 23:00", "Mar 20 03:00"}},
		"past midnight":    {"30 @ (Fr 22:00-28:00)", []string{"Mar 20 23:00", "Mar 21 03:00"}, []string{"Mar 21 05:00"}},
		"always":           {"30 @ (24/7)", []string{"Mar 18 12:00"}, nil},
		"cars of weight":   {"30 @ (weight<7.5)", []string{"Mar 18 12:00"}, nil},
		"lorries":          {"30 @ (weight>7.5); 30 @ hgv; 30 @ (hgv AND 22:00-06:00); 30 @ trailer", nil, []string{"Mar 18 12:00", "Mar 18 23:00"}},
		"last counts":      {"70 @ (06:00-22:00); 30 @ (12:00-13:00)", []string{"Mar 18 12:30"}, nil},
		"a car at night":   {"30 @ (motorcar AND 22:00-06:00)", []string{"Mar 18 23:00"}, []string{"Mar 18 12:00"}},
		"in lower case":    {"30 @ (mo-fr 07:00-17:00)", []string{"Mar 18 08:00"}, []string{"Mar 22 08:00"}},
		"midnight to noon": {"30 @ (00:00-12:00)", []string{"Mar 18 00:00"}, []string{"Mar 18 12:00"}},
		"until midnight":   {"30 @ (20:00-24:00)", []string{"Mar 18 23:59"}, []string{"Mar 18 00:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := National().FromTags(tags{"maxspeed": "50", "maxspeed:conditional": c.conditional}, Road{})
			if l.Doubtful() {
				t.Fatalf("in doubt: %v", l)
			}
			for _, when := range c.yes {
				if kmh, source, _, _ := l.At(at(t, when)); kmh != 30 || source != outcome.LimitConditional {
					t.Errorf("%s: %v %s; %v", when, kmh, source, l)
				}
			}
			for _, when := range c.no {
				if kmh, source, _, _ := l.At(at(t, when)); kmh != 50 || source != outcome.LimitPosted {
					t.Errorf("%s: %v %s; %v", when, kmh, source, l)
				}
			}
		})
	}
}

func TestConditionsThatCannotBeJudgedCastDoubt(t *testing.T) {
	for text, when := range map[string]struct{ doubt, sure string }{
		"30 @ wet":                                     {"Mar 18 12:00", ""},
		"30 @ (wet AND 22:00-06:00)":                   {"Mar 18 23:00", "Mar 18 12:00"},
		"30 @ (Mo-Fr 07:00-17:00; SH off)":             {"Mar 18 12:00", "Mar 22 12:00"},
		"30 @ (Mo-Su 07:00-17:00; We 12:00-13:00 off)": {"Mar 18 16:00", "Mar 18 18:00"},
		"30 @ (Mo-Fr 07:00-17:00; Dec 24 off)":         {"Mar 18 12:00", "Mar 22 12:00"},
		"30 @ (07:00-17:00 Mo-Fr)":                     {"Mar 18 12:00", ""},
		"30 @ (SH Mo-Fr 07:00-17:00)":                  {"Mar 18 12:00", "Mar 22 12:00"},
		"30 @ (PH 07:00-17:00)":                        {"Mar 18 12:00", "Mar 18 20:00"},
		"30 @ (sunset-sunrise)":                        {"Mar 18 12:00", ""},
		"30 @ (when the moon is full)":                 {"Mar 18 12:00", ""},
		"30 @ (occupants>2)":                           {"Mar 18 12:00", ""},
		"30 @ flashing":                                {"Mar 18 12:00", ""},
		"30 @ (Mo-Fr 07:00-17:00 AND sunset)":          {"Mar 18 12:00", ""},
	} {
		t.Run(text, func(t *testing.T) {
			l, _ := National().FromTags(tags{"maxspeed": "50", "maxspeed:conditional": text}, Road{})
			if !l.Doubtful() || !l.Conditional() {
				t.Fatalf("not in doubt: %v", l)
			}
			kmh, _, confidence, _ := l.At(at(t, when.doubt))
			if kmh != 50 || confidence >= confidencePosted {
				t.Errorf("%v km/h at confidence %v", kmh, confidence)
			}
			if when.sure != "" {
				if _, _, confidence, _ := l.At(at(t, when.sure)); confidence != confidencePosted {
					t.Errorf("%s: confidence %v", when.sure, confidence)
				}
			}
		})
	}
}

func TestConditionsOfOneDirection(t *testing.T) {
	forward, backward := National().FromTags(tags{"maxspeed": "50", "maxspeed:forward:conditional": "30 @ (22:00-06:00)"}, Road{})
	night := at(t, "Mar 18 23:00")
	if kmh, _, _, _ := forward.At(night); kmh != 30 {
		t.Errorf("forward %v", kmh)
	}
	if kmh, _, _, _ := backward.At(night); kmh != 50 {
		t.Errorf("backward %v", kmh)
	}
}

func TestNationalTable(t *testing.T) {
	table, err := parseTable(nationalYAML)
	if err != nil {
		t.Fatal(err)
	}
	for code, n := range table.countries {
		if n.kmh["urban"] == 0 || n.kmh["rural"] < n.kmh["urban"] {
			t.Errorf("%s: urban %v, rural %v", code, n.kmh["urban"], n.kmh["rural"])
		}
		if m, ok := n.kmh["motorway"]; ok && m < n.kmh["rural"] {
			t.Errorf("%s: motorway %v, rural %v", code, m, n.kmh["rural"])
		}
	}
	const members = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE " +
		"GB CH NO LI IS TR UA RS BA ME AL MK MD BR MA US JP"
	for code := range fields(members) {
		if !table.Knows(code) {
			t.Errorf("%s is not in the table", code)
		}
	}
}

func TestLimitsTakeNoMemoryToAsk(t *testing.T) {
	l, _ := National().FromTags(tags{"maxspeed": "50", "maxspeed:conditional": "30 @ (Mo-Fr 22:00-06:00)"}, Road{})
	if n := testing.AllocsPerRun(100, func() { l.At(noon) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
