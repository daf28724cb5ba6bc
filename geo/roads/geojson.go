package roads

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/paulmach/orb"
)

// GeoJSON says how lines of a GeoJSON file become ways.
type GeoJSON struct {
	// Names are the properties that may hold the road's name, the first that does
	// counts; "name" where there are none.
	Names []string
}

// ReadGeoJSON adds the lines of a feature collection, or of a file with a feature on
// each line. Lines meet where their coordinates are equal. Properties are taken as
// OpenStreetMap's tags; a line without highway is a road of unknown class for both
// directions. What is no line is left out and counted.
func (b *Builder) ReadGeoJSON(r io.Reader, o GeoJSON) error {
	d := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	for n := 1; ; n++ {
		var f feature
		switch err := d.Decode(&f); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read GeoJSON: value %d: %w", n, err)
		}
		if err := b.addFeature(&f, o); err != nil {
			return fmt.Errorf("read GeoJSON: value %d: %w", n, err)
		}
	}
}

// feature is a feature, or a collection of them.
type feature struct {
	Type       string         `json:"type"`
	Properties map[string]any `json:"properties"`
	Geometry   *geometry      `json:"geometry"`
	Features   []feature      `json:"features"`
}

var errNotGeoJSON = errors.New("neither a feature nor a collection of features")

func (b *Builder) addFeature(f *feature, o GeoJSON) error {
	switch f.Type {
	case "FeatureCollection":
		for i := range f.Features {
			if err := b.addFeature(&f.Features[i], o); err != nil {
				return err
			}
		}
		return nil
	case "Feature":
		return b.addGeometry(f, o)
	}
	return errNotGeoJSON
}

func (b *Builder) addGeometry(f *feature, o GeoJSON) error {
	lines, why, err := f.Geometry.lines()
	if err != nil {
		return err
	}
	if why != "" {
		b.counts.Ways++
		b.counts.leaveOut(why)
		return nil
	}
	tags := o.tags(f.Properties)
	for _, line := range lines {
		b.AddWay(-int64(b.counts.Ways)-1, coordinateNodes(line), line, tags)
	}
	return nil
}

// geometry is one, its coordinates as they stand: orb's own type takes a point of one
// number for a place on the equator.
type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// lines are the geometry's; why says why it has none.
func (g *geometry) lines() (lines []orb.LineString, why string, err error) {
	var coordinates [][][]float64
	switch {
	case g == nil:
		return nil, outNoPlace, nil
	case g.Type == "LineString":
		coordinates = make([][][]float64, 1)
		err = json.Unmarshal(g.Coordinates, &coordinates[0])
	case g.Type == "MultiLineString":
		err = json.Unmarshal(g.Coordinates, &coordinates)
	default:
		return nil, "no line", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("coordinates of a %s: %w", g.Type, err)
	}
	for _, c := range coordinates {
		line := make(orb.LineString, len(c))
		for i, p := range c {
			if len(p) < 2 {
				return nil, "", fmt.Errorf("coordinates of a %s: a point of %d numbers", g.Type, len(p))
			}
			line[i] = orb.Point{p[0], p[1]}
		}
		lines = append(lines, line)
	}
	return lines, "", nil
}

// coordinateNodes names points by their coordinates.
func coordinateNodes(line orb.LineString) []NodeID {
	nodes := make([]NodeID, len(line))
	for i, p := range line {
		at := pointOf(p)
		nodes[i] = NodeID(int64(at.lat)<<32 | int64(uint32(at.lon)))
	}
	return nodes
}

// tags are the properties that are texts or numbers.
func (o GeoJSON) tags(properties map[string]any) map[string]string {
	tags := make(map[string]string, len(properties)+1)
	for k, v := range properties {
		switch v := v.(type) {
		case string:
			tags[k] = v
		case float64:
			tags[k] = fmt.Sprint(v)
		}
	}
	for _, name := range o.Names {
		if tags[name] != "" {
			tags["name"] = tags[name]
			break
		}
	}
	if tags["highway"] == "" {
		tags["highway"] = "road"
	}
	return tags
}
