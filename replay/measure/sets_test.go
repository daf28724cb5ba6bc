package measure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milepost/replay/measure"
)

// uahDrive writes a drive of ten minutes that brakes hard at 100 s and at 400 s, of which
// the set lists the first, and one after the end of the recording.
func uahDrive(t *testing.T, folder string) {
	t.Helper()
	var gps, motion, limits strings.Builder
	lat := 40.0
	for s := range 600 {
		v := 20.0
		for _, at := range []int{100, 400} {
			if since := s - at; since >= 0 && since < 10 {
				v = 20 - 4*float64(min(since, 3)) + 1.5*float64(max(0, since-3))
			}
		}
		lat += v / 111_200
		fmt.Fprintf(&gps, "%d.00 %.1f %.6f -3.400000 600.0 4 5 0.0 0\n", s, v*3.6, lat)
		fmt.Fprintf(&limits, "%d.00 90.0 1 tertiary\n", s)
		for k := range 10 {
			a := 0.0
			if s == 100 || s == 101 || s == 400 || s == 401 {
				a = -0.4
			}
			fmt.Fprintf(&motion, "%d.%d 1 0.0 0.0 %.3f\n", s, k, a)
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"RAW_GPS.txt": gps.String(), "RAW_ACCELEROMETERS.txt": motion.String(),
		"PROC_OPENSTREETMAP_DATA.txt": limits.String(), "EVENTS_INERTIAL.txt": "101.0 1 3 40.0 -3.4\n401.0 1 2 40.0 -3.4\n900.0 1 3 40.0 -3.4\n"} {
		write(t, filepath.Join(folder, name), text)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	calm       = "20151203171800-12km-D4-NORMAL1-SECONDARY"
	aggressive = "20151203181800-12km-D4-AGGRESSIVE-SECONDARY"
)

// A set, the folder of one of its drivers, and a drive alone are all measured, and what
// was not recorded is not missed.
func TestUAHOfFewDrives(t *testing.T) {
	set := t.TempDir()
	driver := filepath.Join(set, "D4")
	uahDrive(t, filepath.Join(driver, calm))
	uahDrive(t, filepath.Join(driver, aggressive))
	for dir, drives := range map[string]int{set: 2, driver: 2, filepath.Join(driver, calm): 1} {
		u, err := measure.OfUAH(t.Context(), dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		if u.Drives != drives || u.Scored != drives || u.EventsKnown != drives || u.Events.Truth != 2*drives || u.Events.F1 != 1 {
			t.Errorf("%s: %+v", dir, u)
		}
		if (u.AUC != nil) != (drives == 2) {
			t.Errorf("%s: AUC %v", dir, u.AUC)
		}
	}
}

// What a folder lacks costs the figures that need it, and no others.
func TestUAHWithoutSomeFiles(t *testing.T) {
	driver := t.TempDir()
	uahDrive(t, filepath.Join(driver, calm))
	uahDrive(t, filepath.Join(driver, aggressive))
	for _, name := range []string{"EVENTS_INERTIAL.txt", "PROC_OPENSTREETMAP_DATA.txt"} {
		if err := os.Remove(filepath.Join(driver, calm, name)); err != nil {
			t.Fatal(err)
		}
	}
	gps, err := os.ReadFile(filepath.Join(driver, calm, "RAW_GPS.txt"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(driver, calm, "RAW_GPS.txt"), strings.Replace(string(gps), "300.00 ", "x ", 1))
	u, err := measure.OfUAH(t.Context(), driver, nil)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scored != 2 || u.EventsKnown != 1 || u.Events.Truth != 2 || u.Events.F1 != 1 {
		t.Errorf("%+v", u)
	}
	write(t, filepath.Join(driver, calm, "RAW_GPS.txt"), "")
	if _, err := measure.OfUAH(t.Context(), driver, nil); err == nil || !strings.Contains(err.Error(), "RAW_GPS.txt has no fixes") {
		t.Errorf("without fixes: %v", err)
	}
}

// A share is that of the rows whose speed and limit are known, of a set and of one car.
func TestTwizyOfOneCar(t *testing.T) {
	set := t.TempDir()
	car := filepath.Join(set, "T3")
	if err := os.Mkdir(car, 0o700); err != nil {
		t.Fatal(err)
	}
	log := "Date,Time,Soc,Speed,Mode,LAT,LON,ALT,Temperature,SpeedLimit\n"
	for s := range 600 {
		limit := []string{"60.0", "40.0", "", "-1.0", "0.0", "255.0"}[s/100]
		log += fmt.Sprintf("03/29/2021,11:%02d:%02d,87.5,50.0,D,%.6f,-6.7,140,20,%s\n", 13+s/60, s%60, 33.9+float64(s)*1.25e-4, limit)
	}
	write(t, filepath.Join(car, "T3_03_29_2021.csv"), log)
	for _, dir := range []string{set, car} {
		w, err := measure.OfTwizy(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if w.Trips != 1 || w.ColumnShare < 0.49 || w.ColumnShare > 0.51 || w.OverShare < 0.49 || w.OverShare > 0.51 {
			t.Errorf("%s: %+v", dir, *w)
		}
	}
}
