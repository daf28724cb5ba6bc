package measure

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"milepost/outcome"
)

// uahDrive is a folder of the set.
type uahDrive struct {
	name, driver, style, road string
	from, to                  float64 // Unix time, s, with some slack
	eventsKnown               bool    // the set lists its events
	truth                     []mark
}

func (d *uahDrive) has(vehicle string, at outcome.Time) bool {
	s := float64(at) / 1e6
	return d.driver == vehicle && s >= d.from && s <= d.to
}

func uahDrives(dir string) (drives []uahDrive, err error) {
	for _, folder := range foldersBelow(dir) {
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
		return nil, fmt.Errorf("no drives of UAH-DriveSet in %s: want folders of drives, such as 20151110175712-16km-D1-NORMAL1-SECONDARY, in it or in a folder a driver", dir)
	}
	return drives, nil
}

// foldersBelow gives what may be a drive: a set has a folder a driver with a folder a
// drive, a driver's folder has drives, and a drive may stand alone.
func foldersBelow(dir string) (folders []string) {
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole // for its name
	}
	for _, below := range []string{".", "*", "*/*"} {
		found, _ := filepath.Glob(filepath.Join(dir, below)) //nolint:errcheck // of a bad pattern, which none is
		folders = append(folders, found...)
	}
	return folders
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
	d.driver, d.style, d.road = part[2], strings.TrimRight(part[3], "0123456789"), part[4]
	path := filepath.Join(folder, "RAW_GPS.txt")
	fixes, err := rows(path, 2, true)
	if err != nil {
		return d, err
	}
	if len(fixes) == 0 {
		return d, fmt.Errorf("%s has no fixes: leave the folder out", path)
	}
	began := float64(start.Unix())
	d.from, d.to = began+fixes[0][0]-slackOfDriveS, began+fixes[len(fixes)-1][0]+slackOfDriveS
	return d, d.readEvents(folder, began)
}

// slackOfDriveS is by how much a trip may be longer than the fixes of its drive.
const slackOfDriveS = 10

// readEvents takes the events that the set lists within the time of the fixes. A folder
// may lack the list.
func (d *uahDrive) readEvents(folder string, began float64) error {
	events, err := rows(filepath.Join(folder, "EVENTS_INERTIAL.txt"), 3, false)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	d.eventsKnown = true
	for _, e := range events {
		kind, ok := map[float64]outcome.EventKind{1: outcome.HarshBraking, 2: outcome.HarshCornering, 3: outcome.HarshAcceleration}[e[1]]
		if at := began + e[0]; ok && at >= d.from && at <= d.to {
			d.truth = append(d.truth, mark{kind: string(kind), from: at, to: at, level: int(e[2]) - 1, counts: e[2] >= 2})
		}
	}
	return nil
}

// rows reads the first numbers of each row of a file between spaces. Rows without them
// are an error, or left out, as the import does, which counts them.
func rows(path string, n int, leaveOut bool) (all [][]float64, err error) {
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
		row, err := numbers(words, n)
		switch {
		case err == nil:
			all = append(all, row)
		case !leaveOut:
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
	return all, lines.Err()
}

// numbers reads the first n words.
func numbers(words []string, n int) ([]float64, error) {
	if len(words) < n {
		return nil, fmt.Errorf("%d numbers, want %d", len(words), n)
	}
	row := make([]float64, n)
	for i := range row {
		v, err := strconv.ParseFloat(words[i], 64)
		if err != nil || math.IsNaN(v) {
			return nil, fmt.Errorf("%q is no number", words[i])
		}
		row[i] = v
	}
	return row, nil
}
