package places

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"
)

type feature struct {
	Type       string          `json:"type"`
	ID         json.RawMessage `json:"id"`
	Properties map[string]any  `json:"properties"`
	Geometry   *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
	Features []feature `json:"features"`
}

var errNotGeoJSON = errors.New("neither a feature nor a collection of features")

// ReadGeoJSON adds the places of a feature collection, or of a file with a feature on
// each line: points, and the centroids of lines and polygons. Properties are
// OpenStreetMap's tags, or kind (ParseKinds' names) in place of amenity and highway; a
// feature's id is the property id, else its own, else its number. A feature of no kind
// is no place; one without a geometry lies nowhere and is left out.
func (b *Builder) ReadGeoJSON(r io.Reader) error {
	d := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	number := 0
	for n := 1; ; n++ {
		var f feature
		err := d.Decode(&f)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = b.feature(&f, &number)
		}
		if err != nil {
			return fmt.Errorf("read GeoJSON: value %d: %w", n, err)
		}
	}
}

func (b *Builder) feature(f *feature, number *int) error {
	switch f.Type {
	case "FeatureCollection":
		for i := range f.Features {
			if err := b.feature(&f.Features[i], number); err != nil {
				return err
			}
		}
		return nil
	case "Feature":
		*number++
		if f.Geometry == nil {
			return nil
		}
		at, ok, err := place(f.Geometry.Type, f.Geometry.Coordinates)
		if err != nil {
			return fmt.Errorf("feature %d: coordinates of a %s: %w", *number, clip(f.Geometry.Type), err)
		}
		if ok {
			tags := tagsOf(f.Properties)
			b.add(f.name(tags, *number), at, tags)
		}
		return nil
	}
	return errNotGeoJSON
}

func clip(text string) string { return text[:min(len(text), 20)] }

// name is a feature's id.
func (f *feature) name(tags map[string]string, number int) string {
	if tags["id"] != "" {
		return tags["id"]
	}
	if id := strings.Trim(string(f.ID), `"`); id != "" && id != "null" {
		return id
	}
	return osmID("feature", int64(number))
}

// tagsOf takes texts and numbers.
func tagsOf(properties map[string]any) map[string]string {
	tags := make(map[string]string, len(properties))
	for k, v := range properties {
		switch v := v.(type) {
		case string:
			tags[k] = v
		case float64:
			tags[k] = fmt.Sprint(v)
		}
	}
	return tags
}

// place is where a geometry lies: the centroid of its first line or outer ring.
func place(kind string, coordinates json.RawMessage) (orb.Point, bool, error) {
	var line [][]float64
	var err error
	switch kind {
	case "Point":
		line = make([][]float64, 1)
		err = json.Unmarshal(coordinates, &line[0])
	case "LineString", "MultiPoint":
		err = json.Unmarshal(coordinates, &line)
	case "Polygon", "MultiLineString":
		var rings [][][]float64
		if err = json.Unmarshal(coordinates, &rings); len(rings) > 0 {
			line = rings[0]
		}
	case "MultiPolygon":
		var polygons [][][][]float64
		if err = json.Unmarshal(coordinates, &polygons); len(polygons) > 0 && len(polygons[0]) > 0 {
			line = polygons[0][0]
		}
	default:
		return orb.Point{}, false, nil
	}
	if err != nil {
		return orb.Point{}, false, err
	}
	points := make([]orb.Point, len(line))
	for i, p := range line {
		if len(p) < 2 {
			return orb.Point{}, false, fmt.Errorf("a point of %d numbers", len(p))
		}
		points[i] = orb.Point{p[0], p[1]}
	}
	at, ok := centre(points)
	return at, ok, nil
}
