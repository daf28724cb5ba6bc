package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dustin/go-humanize/english"

	stops "milepost/geo/places"
)

// placesCmd makes lists of places and asks them.
type placesCmd struct {
	Build placesBuildCmd `cmd:"" help:"Make a list of places to stop at, of OpenStreetMap extracts or GeoJSON."`
	Near  placesNearCmd  `cmd:"" help:"Show the places that cost the least detour."`
}

// placesBuildCmd makes a list.
type placesBuildCmd struct {
	In  []string `arg:"" name:"in" type:"path" help:"Extracts (.osm.pbf) and files of features (.geojson, .geojsonl), the latter also with .gz."`
	Out string   `required:"" type:"path" placeholder:"FILE" help:"The list to write, such as city.places."`
}

var (
	errNoPlaces  = errors.New("no fuel, charging, rest, food or parking is in it")
	errNotPlaces = errors.New("it is there already, and is no list of places: name another file")
)

// Run builds the list, and says on standard error what is in it.
func (c *placesBuildCmd) Run(ctx context.Context, out *terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	var b stops.Builder
	for _, path := range c.In {
		pbf := func(open opener) error { return b.ReadPBF(ctx, open) }
		if err := readMapFile(ctx, path, out, pbf, b.ReadGeoJSON); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	l := b.Build()
	if l.Len() == 0 {
		return fmt.Errorf("make %s: %w", c.Out, errNoPlaces)
	}
	file, err := createWhole(c.Out, true)
	if err != nil {
		return fmt.Errorf("write %s: %w", c.Out, err)
	}
	defer file.discard()
	if err := l.Write(file); err != nil {
		return fmt.Errorf("%s: %w", c.Out, err)
	}
	const anybody = 0o644 // as maps: there is nothing of anybody in it
	if err := errors.Join(file.Chmod(anybody), file.finish()); err != nil {
		return fmt.Errorf("write %s: %w", c.Out, err)
	}
	return showPlaces(out.Stderr, c.Out, l)
}

// check refuses what would be a slip of the hand.
func (c *placesBuildCmd) check() error {
	for _, path := range c.In {
		if kindOf(path) == "" {
			return usageError{fmt.Errorf("%s: %w", path, errInput)}
		}
		if err := differ(path, c.Out); err != nil {
			return err
		}
	}
	if _, err := readPlaces(c.Out); errors.Is(err, stops.ErrForeign) {
		return fmt.Errorf("write %s: %w", c.Out, errNotPlaces)
	}
	return nil // a damaged list is replaced, and what is not there is made
}

func readPlaces(path string) (*stops.List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	l, err := stops.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return l, nil
}

func showPlaces(w io.Writer, path string, l *stops.List) error {
	fmt.Fprintf(w, "%s of version %s written to %s\n\n", english.Plural(l.Len(), "place", ""), l.Version(), path)
	t := newTable("Kind", "Places")
	for k := stops.Fuel; k < stops.All; k <<= 1 {
		t.AppendRow([]any{k, thousands(l.Count(k))})
	}
	return printTable(w, t)
}
