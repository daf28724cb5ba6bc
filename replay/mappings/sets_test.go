package mappings_test

import (
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"milepost/telemetry"
)

func TestUAH(t *testing.T) {
	dir, got := importSet(t, "uah")
	var rows, repeats, headings, gps, limits int64
	var speed float64
	folders := glob(t, dir, "*", "*")
	starts := map[int64]bool{}
	for _, f := range got.frames {
		if f.Sequence == 0 {
			starts[f.Start] = true
		}
	}
	cet := time.FixedZone("CET", 3600)
	for _, folder := range folders {
		first := math.Inf(1)
		for _, name := range []string{"RAW_GPS.txt", "RAW_ACCELEROMETERS.txt", "PROC_OPENSTREETMAP_DATA.txt"} {
			before, limit := "", ""
			for _, cells := range lines(t, filepath.Join(folder, name), "") {
				rows++
				if cells[0] == before {
					repeats++
				}
				before = cells[0]
				first = min(first, number(t, cells[0]))
				if name == "PROC_OPENSTREETMAP_DATA.txt" && cells[1] != limit {
					limit = cells[1]
					limits++
				}
				if name != "RAW_GPS.txt" {
					continue
				}
				gps++
				speed += number(t, cells[1])
				if number(t, cells[7]) == -1 {
					headings++
				}
			}
		}
		local, err := time.ParseInLocation("20060102150405", filepath.Base(folder)[:14], cet)
		if err != nil {
			t.Fatal(err)
		}
		if at := local.UnixMicro() + int64(math.Round(first*1e6)); !starts[at] {
			t.Errorf("%s: no drive starts at %s", filepath.Base(folder), time.UnixMicro(at).UTC())
		}
	}
	want(t, "drives", int64(got.report.Drives), int64(len(folders)))
	want(t, "rows", got.report.RowsRead, rows)
	want(t, "rows kept", got.report.RowsKept, rows-repeats)
	want(t, "repeated times", got.dropped("row", "time repeats"), repeats)
	want(t, "unknown headings", got.dropped("8", "marked as not available"), headings)
	want(t, "changes of limit", got.changes(telemetry.SpeedLimitSign), limits)
	sum, n := got.speeds()
	want(t, "speeds", n, gps)
	if math.Abs(sum-speed) > 1e-5*speed {
		t.Errorf("speeds sum to %g km/h, in the files to %g", sum, speed)
	}
}

func TestCuritiba(t *testing.T) {
	dir, got := importSet(t, "curitiba")
	var rows, clock, half, limits int64
	var speed float64
	drives := map[string]bool{}
	for _, path := range glob(t, dir, "driver_*.csv") {
		all := lines(t, path, ";")
		at := header(all[0])
		limit := map[string]string{}
		for _, c := range all[1:] {
			rows++
			if c[at["VALID_TIME"]] == "No" {
				clock++
				continue
			}
			if c[at["LAT"]] == "" {
				half++
			}
			speed += number(t, strings.Replace(c[at["SPD_KMH"]], ",", ".", 1))
			id := c[at["ID"]]
			drives[id] = true
			if l := c[at["LIMITE_VEL"]]; limit[id] != l {
				limit[id] = l
				limits++
			}
		}
	}
	want(t, "drives", int64(got.report.Drives), int64(len(drives)))
	want(t, "rows", got.report.RowsRead, rows)
	want(t, "rows kept", got.report.RowsKept, rows-clock)
	want(t, "rows with a wrong clock", got.dropped("VALID_TIME", "left out by the mapping"), clock)
	want(t, "half positions", got.dropped("LONG", "half a position"), half)
	want(t, "changes of limit", got.changes(telemetry.SpeedLimitSign), limits)
	sum, n := got.speeds()
	want(t, "speeds", n, rows-clock)
	if math.Abs(sum-speed) > 1e-5*speed {
		t.Errorf("speeds sum to %g km/h, in the files to %g", sum, speed)
	}
}

func header(cells []string) map[string]int {
	at := map[string]int{}
	for i, c := range cells {
		at[c] = i
	}
	return at
}

func (g *imported) changes(s telemetry.BodySignal) int64 {
	n := int64(0)
	for _, f := range g.frames {
		for _, id := range f.Body.Signal {
			if id == s {
				n++
			}
		}
	}
	return n
}

func TestTwizy(t *testing.T) {
	dir, got := importSet(t, "twizy")
	date := regexp.MustCompile(`^(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/(20\d\d)$`)
	var rows, dates, places, heights int64
	var speed float64
	files := glob(t, dir, "*", "T*.csv")
	for _, path := range files {
		all := lines(t, path, ",")
		at := header(all[0])
		for _, c := range all[1:] {
			rows++
			if !date.MatchString(c[at["Date"]]) {
				dates++
				continue
			}
			if number(t, c[at["LAT"]]) == 0 {
				places++
			}
			if number(t, c[at["ALT"]]) == -111 {
				heights++
			}
			speed += number(t, c[at["Speed"]])
		}
	}
	want(t, "drives", int64(got.report.Drives), int64(len(files)))
	want(t, "rows", got.report.RowsRead, rows)
	want(t, "rows kept", got.report.RowsKept, rows-dates)
	want(t, "corrupt dates", got.dropped("Date Time", "not a time"), dates)
	want(t, "latitudes of 0", got.dropped("LAT", "marked as not available"), places)
	want(t, "half positions", got.dropped("LON", "half a position"), places)
	want(t, "heights of -111", got.dropped("ALT", "marked as not available"), heights)
	sum, n := got.speeds()
	want(t, "speeds", n, rows-dates)
	if math.Abs(sum-speed) > 1e-5*speed {
		t.Errorf("speeds sum to %g km/h, in the files to %g", sum, speed)
	}
}

func TestOmaha(t *testing.T) {
	dir, got := importSet(t, "omaha")
	all := lines(t, filepath.Join(dir, "drives.csv"), ",")
	at := header(all[0])
	drives := map[string]bool{}
	var speed, lateral float64
	for _, c := range all[1:] {
		drives[c[at["drive"]]] = true
		speed += number(t, c[at["speed_mph"]]) * 1.609344
		if a := c[at["accel_y"]]; a != "" {
			lateral -= number(t, a) * 9.80665
		}
	}
	want(t, "drives", int64(got.report.Drives), int64(len(drives)))
	want(t, "rows", got.report.RowsRead, int64(len(all)-1))
	want(t, "rows kept", got.report.RowsKept, int64(len(all)-1))
	sum, n := got.speeds()
	want(t, "speeds", n, int64(len(all)-1))
	if math.Abs(sum-speed) > 1e-5*speed {
		t.Errorf("speeds sum to %g km/h, in the file to %g", sum, speed)
	}
	left := 0.0
	for _, f := range got.frames {
		for _, v := range f.Motion.Lateral {
			if telemetry.Known(v) {
				left += float64(v)
			}
		}
	}
	if math.Abs(left-lateral) > 1e-4*math.Abs(lateral) {
		t.Errorf("lateral accelerations sum to %g m/s², in the file to %g", left, lateral)
	}
}

func TestComma2k19(t *testing.T) {
	dir, got := importSet(t, "comma2k19")
	rows := int64(0)
	for _, name := range []string{"GNSS_live_gnss_ublox.csv", "CAN_speed.csv", "IMU_accelerometer.csv", "IMU_gyro.csv"} {
		rows += int64(len(lines(t, filepath.Join(dir, name), ",")) - 1)
	}
	want(t, "rows", got.report.RowsRead, rows)
	want(t, "rows kept", got.report.RowsKept, rows)
	gnss := lines(t, filepath.Join(dir, "GNSS_live_gnss_ublox.csv"), ",")[1]
	first := got.frames[0].Start + int64(got.frames[0].Position.At[0])
	// The receiver's own delay is some tens of milliseconds.
	if off := first - int64(number(t, gnss[4])*1000); off < -100_000 || off > 100_000 {
		t.Errorf("the first position is %d µs from its UTC time", off)
	}
	var up float64
	var n int
	for _, f := range got.frames {
		for _, v := range f.Motion.Vertical {
			up, n = up+float64(v), n+1
		}
	}
	if mean := up / float64(n); math.Abs(mean) > 0.5 {
		t.Errorf("mean vertical acceleration %g m/s²: gravity is still in it, or the axes are not these", mean)
	}
	if r := got.speedAgainstAcceleration(); r < 0.6 {
		t.Errorf("longitudinal acceleration and the slope of the speed correlate with r = %.2f", r)
	}
}

// speedAgainstAcceleration correlates, second by second, the change of speed with
// the mean longitudinal acceleration.
func (g *imported) speedAgainstAcceleration() float64 {
	start := g.frames[0].Start
	var speed, accel, speeds, accels [120]float64
	for _, f := range g.frames {
		for i, at := range f.Speed.At {
			s := (f.Start + int64(at) - start) / 1e6
			speed[s], speeds[s] = speed[s]+float64(f.Speed.Speed[i]), speeds[s]+1
		}
		for i, at := range f.Motion.At {
			s := (f.Start + int64(at) - start) / 1e6
			accel[s], accels[s] = accel[s]+float64(f.Motion.Longitudinal[i]), accels[s]+1
		}
	}
	var n, x, y, xx, yy, xy float64
	for s := 1; s+1 < len(speed) && speeds[s+1] > 0; s++ {
		dv := (speed[s+1]/speeds[s+1] - speed[s-1]/speeds[s-1]) / 2
		a := accel[s] / accels[s]
		n, x, y, xx, yy, xy = n+1, x+dv, y+a, xx+dv*dv, yy+a*a, xy+dv*a
	}
	return (n*xy - x*y) / math.Sqrt((n*xx-x*x)*(n*yy-y*y))
}
