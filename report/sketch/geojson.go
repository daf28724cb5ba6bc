package sketch

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"milepost/outcome"
)

// GeoJSON writes the trip as a feature collection: a line a part of its route, a blank
// stretch as its two ends alone, and a point an event. The roads are left out.
func (s *Sketch) GeoJSON(w io.Writer) error {
	parts, err := s.parts()
	if err != nil {
		return err
	}
	all := geojson.NewFeatureCollection()
	for _, p := range parts {
		var shape orb.Geometry = p.line
		if p.Source == outcome.PartHidden || len(p.line) == 1 {
			shape = orb.MultiPoint(p.line)
		}
		f := geojson.NewFeature(shape)
		f.Properties = geojson.Properties{"source": string(p.Source), "overspeed": p.Overspeed, "highway": p.Highway}
		if p.IsEV != nil {
			f.Properties["is_ev"] = *p.IsEV
		}
		if p.Mode != "" {
			f.Properties["mode"] = string(p.Mode)
		}
		all.Append(f)
	}
	for i := range s.Events {
		e := &s.Events[i]
		if e.Lat == nil || e.Lon == nil {
			continue
		}
		f := geojson.NewFeature(orb.Point{*e.Lon, *e.Lat})
		f.Properties = geojson.Properties{"kind": string(e.Kind), "level": e.Level, "started_at": e.StartedAt.String(), "duration_s": e.DurationS}
		all.Append(f)
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write trip %s as GeoJSON: %w", s.Trip.ID, err)
	}
	return nil
}
