package csvimport

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"milepost/fleet"
	"milepost/telemetry"
)

// The policies and the ways to tell drives apart.
const (
	driveFile   = "file"
	driveFolder = "folder"

	policyNull    = "null"
	policyDropRow = "drop_row"
	policyFail    = "fail"
	policyDrop    = "drop"
	policySort    = "sort"
)

// maxFrameSeconds leaves room below telemetry.MaxSpan.
const maxFrameSeconds = 600

// check fills defaults in, compiles what can be compiled, and gives the first
// problem, nil for none.
func (m *Mapping) check() *problem {
	for _, step := range []func() *problem{m.checkHead, m.checkPolicies, m.checkVehicles, m.checkConstants, m.checkSources} {
		if p := step(); p != nil {
			return p
		}
	}
	return nil
}

func (m *Mapping) checkHead() *problem {
	if m.Name == "" {
		return wrong("name", "is missing")
	}
	if p := choose("drive", &m.Drive, driveFile, driveFolder); p != nil {
		return p
	}
	if m.Drive == driveFolder && m.DriveColumn != "" {
		return wrong("drive_column", "goes with drive: file only")
	}
	if m.FrameSeconds == 0 {
		m.FrameSeconds = 10
	}
	if !(m.FrameSeconds >= 0.1 && m.FrameSeconds <= maxFrameSeconds) {
		return wrong("frame_s", "%g is not within 0.1 to %d", m.FrameSeconds, maxFrameSeconds)
	}
	return nil
}

func (m *Mapping) checkPolicies() *problem {
	if p := choose("bad_value", &m.BadValue, policyNull, policyDropRow, policyFail); p != nil {
		return p
	}
	if p := choose("bad_time", &m.BadTime, policyDropRow, policyFail); p != nil {
		return p
	}
	return choose("order", &m.Order, policyDrop, policySort, policyFail)
}

// choose sets the first choice where none was made.
func choose(path string, value *string, choices ...string) *problem {
	if *value == "" {
		*value = choices[0]
	}
	if !slices.Contains(choices, *value) {
		return wrong(path, "%q is none of %s", *value, strings.Join(choices, ", "))
	}
	return nil
}

func (m *Mapping) checkVehicles() *problem {
	if p := m.Vehicle.check("vehicle"); p != nil {
		return p
	}
	if m.Vehicle.Column != "" && m.Drive == driveFolder {
		return wrong("vehicle.column", "goes with drive: file only")
	}
	if p := checkProfile(fleet.Profile{VehicleID: "any", Zone: m.Zone, Powertrain: m.Powertrain}, ""); p != nil {
		return p
	}
	for i, v := range m.Vehicles {
		if p := checkProfile(v, fmt.Sprintf("vehicles[%d].", i)); p != nil {
			return p
		}
	}
	return nil
}

// checkProfile names the key that is wrong; at is what stands before it.
func checkProfile(v fleet.Profile, at string) *problem {
	if v.VehicleID == "" {
		return wrong(at+"vehicle_id", "is missing")
	}
	if _, err := location(v.Zone); err != nil || fixedOffset.MatchString(v.Zone) {
		return wrong(at+"zone", "zone %q is no IANA name such as Europe/Madrid", v.Zone)
	}
	if err := v.Validate(); err != nil {
		return wrong(at+"powertrain", "unknown powertrain %q: it is combustion, hybrid, plug_in or electric", v.Powertrain)
	}
	return nil
}

// Profile is that of the vehicle, by the mapping.
func (m *Mapping) Profile(vehicle string) fleet.Profile {
	p := fleet.Profile{VehicleID: vehicle, Zone: m.Zone, Powertrain: m.Powertrain}
	for _, v := range m.Vehicles {
		if v.VehicleID != vehicle {
			continue
		}
		if v.Zone != "" {
			p.Zone = v.Zone
		}
		if v.Powertrain != "" {
			p.Powertrain = v.Powertrain
		}
	}
	return p
}

func (p *Pick) check(at string) *problem {
	set := 0
	for _, s := range []string{p.Constant, p.Column, p.File, p.Folder} {
		if s != "" {
			set++
		}
	}
	if set != 1 {
		return wrong(at, "needs exactly one of constant, column, file, folder")
	}
	return compile(at, p.File, p.Folder, &p.pattern)
}

func compile(at, file, folder string, into **pattern) *problem {
	expr, key := file, ".file"
	if folder != "" {
		expr, key = folder, ".folder"
	}
	if expr == "" {
		return nil
	}
	compiled, err := compilePattern(expr, folder != "")
	if err != nil {
		return wrong(at+key, "%v", err)
	}
	*into = compiled
	return nil
}

func (m *Mapping) checkConstants() *problem {
	m.constants = m.constants[:0]
	for i, c := range m.Constants {
		at := fmt.Sprintf("constants[%d]", i)
		s, ok := telemetry.SignalByPath(c.Signal)
		if !ok || s.Track != telemetry.TrackBody {
			return wrong(at+".signal", "%q is no body signal of the table", c.Signal)
		}
		v, err := bodyWord(&s, c.Value)
		if err != nil {
			return wrong(at+".value", "%v", err)
		}
		m.constants = append(m.constants, bodyValue{telemetry.BodySignal(s.Index), v})
	}
	slices.SortStableFunc(m.constants, func(a, b bodyValue) int { return int(a.signal) - int(b.signal) })
	return nil
}

// bodyWord reads a constant of a body signal.
func bodyWord(s *telemetry.Signal, text string) (int64, error) {
	switch s.Kind {
	case telemetry.Truth:
		if v, ok := truthWords[strings.ToLower(text)]; ok {
			return int64(v), nil
		}
		return 0, fmt.Errorf("%q is neither true nor false", text)
	case telemetry.Word:
		if i := slices.Index(s.Words, text); i >= 0 {
			return int64(i), nil
		}
		return 0, fmt.Errorf("%q is none of %s", text, strings.Join(s.Words, ", "))
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !s.Plausible(float64(v)) {
		return 0, fmt.Errorf("%q is no whole number within %g to %g", text, s.Min, s.Max)
	}
	return v, nil
}

func (m *Mapping) checkSources() *problem {
	if len(m.Sources) == 0 {
		return wrong("sources", "is empty")
	}
	names, signals := map[string]bool{}, map[string]string{}
	for i := range m.Sources {
		s := &m.Sources[i]
		at := fmt.Sprintf("sources[%d]", i)
		if s.Name == "" || names[s.Name] {
			return wrong(at+".name", "is missing or stands twice")
		}
		names[s.Name] = true
		if _, err := path.Match(s.Files, ""); err != nil || s.Files == "" {
			return wrong(at+".files", "%q is no glob", s.Files)
		}
		if p := s.check(m, at); p != nil {
			return p
		}
		if p := s.checkColumns(at, m.Drive == driveFolder, signals); p != nil {
			return p
		}
	}
	return m.checkPlaces(signals)
}

// checkPlaces refuses half a position.
func (m *Mapping) checkPlaces(signals map[string]string) *problem {
	for i, s := range m.Sources {
		lat := slices.ContainsFunc(s.Columns, func(c Column) bool { return c.To == pathLatitude })
		lon := slices.ContainsFunc(s.Columns, func(c Column) bool { return c.To == pathLongitude })
		if lat != lon {
			return wrong(fmt.Sprintf("sources[%d].columns", i), "latitude and longitude go together")
		}
	}
	return nil
}
