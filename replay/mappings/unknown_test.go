package mappings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/telemetry"
)

// signs imports one file by a mapping that comes with milepost, and gives the limits in it.
func signs(t *testing.T, set string, files map[string]string) (limits []int64) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range importFolder(t, set, dir).frames {
		for i, signal := range f.Body.Signal {
			if signal == telemetry.SpeedLimitSign {
				limits = append(limits, f.Body.Value[i])
			}
		}
	}
	return limits
}

// A limit that a set does not know ends the one before, however it writes that.
func TestUnknownLimits(t *testing.T) {
	want := []int64{60, 0, 50, 0, 60, 0}
	curitiba := "DRIVER;LONG;LAT;DAY_CORRIGIDO;ID;PR;SPD_KMH;HEADING;ALTITUDE_FT;VALID_TIME;WSB;LIMITE_VEL\n"
	twizy := "Date,Time,Soc,Speed,LAT,LON,ALT,Temperature,SpeedLimit\n"
	uah := ""
	for i, limits := range [][3]string{{"60", "60.000000", "60.0"}, {"NPI", "0.000000", "-1.0"}, {"50", "50.000000", "50.0"},
		{"", "", "-1"}, {"60", "60", "60"}, {"", "-1.000000", "-1.00"}} {
		second := string(rune('0' + i))
		curitiba += "C;-49,2;-25,4;26/8/2019;C1;19:17:0" + second + ";50;90;3050197;Yes;Yes;" + limits[0] + "\n"
		twizy += "03/29/2021,11:13:4" + second + ",87.5,50.0,33.9,-6.7,140,20," + limits[1] + "\n"
		uah += second + ".0 " + limits[2] + " 1 tertiary\n"
	}
	folder := "D4/20151203171800-16km-D4-NORMAL1-SECONDARY/"
	for set, files := range map[string]map[string]string{
		"curitiba": {"driver_C.csv": curitiba},
		"twizy":    {"T3/T3_03_29_2021.csv": twizy},
		"uah": {folder + "PROC_OPENSTREETMAP_DATA.txt": uah, folder + "RAW_ACCELEROMETERS.txt": "0.1 1 0 0 0\n",
			folder + "RAW_GPS.txt": "0.5 50 40.5 -3.4 600 4 5 90\n"},
	} {
		if diff := cmp.Diff(want, signs(t, set, files)); diff != "" {
			t.Errorf("%s: limits (-want +got):\n%s", set, diff)
		}
	}
}
