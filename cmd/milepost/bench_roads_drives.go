package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/paulmach/orb"
	"golang.org/x/text/unicode/norm"

	"milepost/detectors"
	"milepost/geo/match"
)

// streetDrive is a recorded drive and the streets that it is known to have been on.
type streetDrive struct {
	track  match.Track
	points int
	named  []namedPoint
}

// namedPoint is a point of a drive whose street is known.
type namedPoint struct {
	fix    int    // in the track
	street string // as plain gives it
}

func (d *streetDrive) point(n namedPoint) orb.Point {
	return orb.Point{d.track.Lon[n.fix], d.track.Lat[n.fix]}
}

// readStreets reads the drives of a file of the Curitiba set: those rows whose clock
// was right.
func readStreets(path string) (drives []streetDrive, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.ReuseRecord, r.FieldsPerRecord = ';', true, true, -1
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("read the head of %s: %w", path, err)
	}
	columns, err := streetColumns(head)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	byID := map[string]*streetRows{}
	var ids []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		id, point, ok := columns.point(row)
		if !ok {
			continue
		}
		if byID[id] == nil {
			byID[id] = &streetRows{}
			ids = append(ids, id)
		}
		byID[id].points = append(byID[id].points, point)
	}
	for _, id := range ids {
		drives = append(drives, byID[id].drive())
	}
	return drives, nil
}

// streetPoint is a row.
type streetPoint struct {
	fix    match.Fix
	street string // "" unknown
}

type streetRows struct{ points []streetPoint }

// drive brings rows into the order of their time. Of several with one time the first
// is taken for the place of all. A place that no car can have come to is none, as in a trip.
func (s *streetRows) drive() (d streetDrive) {
	slices.SortStableFunc(s.points, func(a, b streetPoint) int { return int(min(max(a.fix.At-b.fix.At, -1), 1)) })
	driven := 0.0
	var fixes detectors.Fixes
	for i, p := range s.points {
		if n := d.track.Len(); n == 0 || p.fix.At > d.track.At[n-1] {
			if i > 0 {
				driven += byTrapezoid(s.points[i-1].fix, p.fix)
			}
			p.fix.Driven = driven
			if !fixes.Believe(p.fix.At, orb.Point{p.fix.Lon, p.fix.Lat}, p.fix.Accuracy) {
				p.fix.Lat, p.fix.Lon = math.NaN(), math.NaN()
			}
			d.track.Add(p.fix)
		}
		d.points++
		if p.street != "" {
			d.named = append(d.named, namedPoint{d.track.Len() - 1, p.street})
		}
	}
	return d
}

// byTrapezoid is the distance by speed between two fixes, m. Over a gap, where speed is
// not known, it is more than a matcher believes, so that no way across counts as driven.
func byTrapezoid(a, b match.Fix) float64 {
	const gap, unknown = 3 * time.Second, 1e8
	d := float64(a.Speed+b.Speed) / 2 * float64(b.At-a.At) / 1e6
	if b.At-a.At > gap.Microseconds() || math.IsNaN(d) {
		return unknown
	}
	return d
}

// streetColumns are where a file has what is needed.
type streetColumnsAt struct{ id, day, clock, valid, lat, lon, speed, heading, street int }

func streetColumns(head []string) (c streetColumnsAt, err error) {
	for _, want := range []struct {
		name string
		at   *int
	}{
		{"ID", &c.id}, {"DAY_CORRIGIDO", &c.day}, {"PR", &c.clock}, {"VALID_TIME", &c.valid}, {"LAT", &c.lat}, {"LONG", &c.lon},
		{"SPD_KMH", &c.speed}, {"HEADING", &c.heading}, {"NOME_RUA", &c.street},
	} {
		if *want.at = slices.IndexFunc(head, func(h string) bool { return strings.TrimPrefix(h, "\ufeff") == want.name }); *want.at < 0 {
			return c, fmt.Errorf("no column %s", want.name)
		}
	}
	return c, nil
}

// point reads a row; ok is false where it has no time or no place.
func (c *streetColumnsAt) point(row []string) (id string, p streetPoint, ok bool) {
	if len(row) <= max(c.id, c.day, c.clock, c.valid, c.lat, c.lon, c.speed, c.heading, c.street) || row[c.valid] == "No" {
		return "", p, false
	}
	at, err := time.Parse("2/1/2006 15:04:05", row[c.day]+" "+row[c.clock])
	lat, lon := decimal(row[c.lat]), decimal(row[c.lon])
	if err != nil || math.IsNaN(lat+lon) {
		return "", p, false
	}
	const msPerKmh = 1 / 3.6
	p.fix = match.Fix{At: at.UnixMicro(), Lat: lat, Lon: lon, Accuracy: float32(math.NaN()),
		Heading: float32(decimal(row[c.heading])), Speed: float32(decimal(row[c.speed]) * msPerKmh)}
	if row[c.street] != "NPI" {
		p.street = plainStreet(row[c.street])
	}
	return row[c.id], p, true
}

// decimal reads a number with a decimal comma; NaN where there is none.
func decimal(s string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// plainStreet is a street's name without what files write in many ways: case, accents,
// marks and spaces.
func plainStreet(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, norm.NFD.String(name))
}

// everyTenth keeps one second in ten, and nothing that is known of those between.
func everyTenth(drives []streetDrive) []streetDrive {
	var kept []streetDrive
	for i := range drives {
		d := &drives[i]
		var k streetDrive
		fixes := map[int]int{}
		for j := 0; j < d.track.Len(); j++ {
			if k.track.Len() > 0 && d.track.At[j]-k.track.At[k.track.Len()-1] < 10e6 {
				continue
			}
			fixes[j] = k.track.Len()
			f := d.track
			k.track.Add(match.Fix{At: f.At[j], Lat: f.Lat[j], Lon: f.Lon[j], Accuracy: f.Accuracy[j], Heading: f.Heading[j],
				Speed: f.Speed[j], Driven: math.NaN()})
		}
		k.points = k.track.Len()
		for _, n := range d.named {
			if at, ok := fixes[n.fix]; ok {
				k.named = append(k.named, namedPoint{at, n.street})
			}
		}
		kept = append(kept, k)
	}
	return kept
}
