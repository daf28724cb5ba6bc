package measure

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring/events"
)

// UAH is what the drives of UAH-DriveSet came to: normal, drowsy and aggressive ones of
// the same drivers on the same roads.
type UAH struct {
	Drives       int       `json:"drives"`
	Scored       int       `json:"scored"`    // that are one trip
	AUC          *float64  `json:"auc"`       // of the score, aggressive against the others; null without both
	Ways         int       `json:"ways"`      // pairs of driver and road with both normal and aggressive drives
	WaysOK       int       `json:"ways_ok"`   // on which every normal drive scores above every aggressive one
	Closest      *float64  `json:"closest"`   // points between the two on the closest way
	Table        string    `json:"table"`     // of the thresholds behind the events
	Events       Pairs     `json:"events"`    // against levels 2 and 3 of the set's own, level 1 ignored
	Braking      Pairs     `json:"braking"`   //
	Cornering    Pairs     `json:"cornering"` //
	Acceleration Pairs     `json:"acceleration"`
	Trips        []UAHTrip `json:"trips"`
}

// UAHTrip is one drive's score.
type UAHTrip struct {
	Name         string  `json:"name"`
	Score        float64 `json:"score"`
	Acceleration float64 `json:"acceleration"`
	Braking      float64 `json:"braking"`
}

// uahSlackS is how far an event may be from the moment that the set names: that is the
// time of a peak, by another clock's filter.
const uahSlackS = 2

// OfUAH plays the drives below a folder. A nil table is the one that comes with
// milepost for this set.
func OfUAH(ctx context.Context, dir string, by *detectors.Thresholds) (*UAH, error) {
	if by == nil {
		var err error
		if by, err = events.Parse("uah-level-2.yaml", events.UAHLevel2); err != nil {
			return nil, err
		}
	}
	drives, err := uahDrives(dir)
	if err != nil {
		return nil, fmt.Errorf("measure uah: %w", err)
	}
	all, err := recorded(ctx, "uah", dir, detectors.DefaultThresholds(), by)
	if err != nil {
		return nil, err
	}
	u := &UAH{Drives: len(drives), Table: by.Name}
	u.score(drives, all[0].trips)
	u.pair(drives, all[1].events)
	return u, nil
}

// uahDrive is a folder of the set.
type uahDrive struct {
	name, driver, style, road string
	from, to                  float64 // Unix time, s, with some slack
	truth                     []mark
}

func (d *uahDrive) has(vehicle string, at outcome.Time) bool {
	s := float64(at) / 1e6
	return d.driver == vehicle && s >= d.from && s <= d.to
}

func uahDrives(dir string) (drives []uahDrive, err error) {
	folders, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		d, err := readUAH(folder)
		if errors.Is(err, errNoDrive) {
			continue
		}
		if err != nil {
			return nil, err
		}
		drives = append(drives, d)
	}
	if len(drives) == 0 {
		return nil, fmt.Errorf("no drives of UAH-DriveSet in %s: want a folder a driver, with a folder a drive", dir)
	}
	return drives, nil
}

var errNoDrive = errors.New("no drive")

// readUAH reads what a folder's name and its list of events say.
func readUAH(folder string) (d uahDrive, err error) {
	d.name = filepath.Base(folder)
	part := strings.Split(d.name, "-")
	if len(part) != 5 {
		return d, errNoDrive
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return d, err
	}
	start, err := time.ParseInLocation("20060102150405", part[0], madrid)
	if err != nil {
		return d, errNoDrive
	}
	d.driver, d.style, d.road = part[2], strings.TrimRight(part[3], "123"), part[4]
	fixes, err := rows(filepath.Join(folder, "RAW_GPS.txt"), 2)
	if err != nil || len(fixes) == 0 {
		return d, errors.Join(err, errIfNone(len(fixes), folder))
	}
	began := float64(start.Unix())
	d.from, d.to = began+fixes[0][0]-10, began+fixes[len(fixes)-1][0]+10
	events, err := rows(filepath.Join(folder, "EVENTS_INERTIAL.txt"), 3)
	if err != nil {
		return d, err
	}
	for _, e := range events {
		kind, ok := map[float64]outcome.EventKind{1: outcome.HarshBraking, 2: outcome.HarshCornering, 3: outcome.HarshAcceleration}[e[1]]
		if ok {
			d.truth = append(d.truth, mark{kind: string(kind), from: began + e[0], to: began + e[0], level: int(e[2]) - 1, counts: e[2] >= 2})
		}
	}
	return d, nil
}

func errIfNone(n int, folder string) error {
	if n == 0 {
		return fmt.Errorf("%s has no fixes", folder)
	}
	return nil
}

// rows reads the first numbers of each row of a file between spaces.
func rows(path string, n int) (all [][]float64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	for line := 1; lines.Scan(); line++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if len(words) < n {
			return nil, fmt.Errorf("%s:%d: %d numbers, want %d", path, line, len(words), n)
		}
		row := make([]float64, n)
		for i := range row {
			if row[i], err = strconv.ParseFloat(words[i], 64); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, line, err)
			}
		}
		all = append(all, row)
	}
	return all, lines.Err()
}

// score compares the scores of styles, over all and way by way.
func (u *UAH) score(drives []uahDrive, trips []*outcome.Trip) {
	type way struct{ normal, aggressive []float64 }
	ways := map[string]*way{}
	var aggressive, others []float64
	for i := range drives {
		d := &drives[i]
		o := onlyTrip(d, trips)
		if o == nil || o.Scores.Performance == nil {
			continue
		}
		u.Scored++
		p := o.Scores.Performance
		u.Trips = append(u.Trips, UAHTrip{Name: d.name, Score: p.Score, Acceleration: p.Acceleration, Braking: p.Braking})
		w := ways[d.driver+" "+d.road]
		if w == nil {
			w = &way{}
			ways[d.driver+" "+d.road] = w
		}
		switch d.style {
		case "AGGRESSIVE":
			aggressive, w.aggressive = append(aggressive, p.Score), append(w.aggressive, p.Score)
		case "NORMAL":
			others, w.normal = append(others, p.Score), append(w.normal, p.Score)
		default:
			others = append(others, p.Score)
		}
	}
	if len(others) > 0 && len(aggressive) > 0 {
		a := auc(others, aggressive)
		u.AUC = &a
	}
	for _, w := range ways {
		if len(w.normal) == 0 || len(w.aggressive) == 0 {
			continue
		}
		u.Ways++
		margin := slices.Min(w.normal) - slices.Max(w.aggressive)
		if margin > 0 {
			u.WaysOK++
		}
		if u.Closest == nil || margin < *u.Closest {
			u.Closest = &margin
		}
	}
}

// onlyTrip is the trip of a drive; nil where there is none, or several.
func onlyTrip(d *uahDrive, trips []*outcome.Trip) (found *outcome.Trip) {
	for _, o := range trips {
		if !d.has(o.VehicleID, o.StartedAt) && !d.has(o.VehicleID, o.EndedAt) {
			continue
		}
		if found != nil {
			return nil
		}
		found = o
	}
	return found
}

// pair holds the events found against those of the set.
func (u *UAH) pair(drives []uahDrive, found []*outcome.Event) {
	var truth, marks []mark
	for i := range drives {
		for _, m := range drives[i].truth {
			m.drive = i
			truth = append(truth, m)
		}
		for _, e := range found {
			if e.Kind != outcome.KindSpeeding && drives[i].has(e.VehicleID, e.StartedAt) {
				from := float64(e.StartedAt) / 1e6
				marks = append(marks, mark{drive: i, kind: string(e.Kind), from: from, to: from + e.DurationS, level: e.Level})
			}
		}
	}
	u.Events = pair(truth, marks, uahSlackS)
	for kind, to := range map[outcome.EventKind]*Pairs{
		outcome.HarshBraking: &u.Braking, outcome.HarshCornering: &u.Cornering, outcome.HarshAcceleration: &u.Acceleration,
	} {
		other := func(m mark) bool { return m.kind != string(kind) }
		*to = pair(slices.DeleteFunc(slices.Clone(truth), other), slices.DeleteFunc(slices.Clone(marks), other), uahSlackS)
	}
}
