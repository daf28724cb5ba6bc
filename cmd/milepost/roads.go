package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"milepost/geo/maxspeed"
	"milepost/geo/roads"
)

// roadsCmd makes maps of roads and shows them.
type roadsCmd struct {
	Build roadsBuildCmd `cmd:"" help:"Make a map of roads of OpenStreetMap extracts or GeoJSON lines."`
	Info  roadsInfoCmd  `cmd:"" help:"Show what a map of roads holds."`
}

// roadsBuildCmd makes a map.
type roadsBuildCmd struct {
	In      []string `arg:"" name:"in" type:"path" help:"Extracts (.osm.pbf) and files of lines (.geojson, .geojsonl), each also with .gz. Lines meet where their coordinates are equal; their properties are read as OpenStreetMap's tags."`
	Out     string   `required:"" type:"path" placeholder:"FILE" help:"The map to write, such as city.roads."`
	Country string   `placeholder:"CC" help:"The country (ISO 3166-1 alpha-2, such as DE) of roads that lie within no border of the extract: its speed limits hold where no sign is known."`
	Credit  string   `placeholder:"TEXT" help:"Whom pictures of the map have to name, such as '© OpenStreetMap contributors' where GeoJSON was made of its data: extracts (.osm.pbf) name it themselves."`
	Names   []string `name:"name-property" placeholder:"P" help:"A property of lines that holds the name of the road; more than once for more. Default: name."`
}

// Run builds the map, and says on standard error what went into it.
func (c *roadsBuildCmd) Run(ctx context.Context, out *terminal) error {
	begin := time.Now()
	if err := c.check(); err != nil {
		return err
	}
	var b roads.Builder
	b.SetCountry(c.Country)
	for _, path := range c.In {
		if err := c.read(ctx, &b, path, out); err != nil {
			return plainError{fmt.Errorf("build the map of roads from %s: %w", path, err)}
		}
	}
	b.AddCredit(c.Credit)
	m, err := b.Build()
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(c.In, ", "), err)
	}
	if err := m.WriteFile(c.Out); err != nil {
		return err
	}
	fmt.Fprintf(out.Stderr, "%s written in %.1f s\n\n", c.Out, time.Since(begin).Seconds())
	s := m.Summary()
	if err := showBuilt(out.Stderr, s); err != nil {
		return err
	}
	if homeless(s) {
		_, err = fmt.Fprintln(out.Stderr, "\nNo country is known of these roads, so no national speed limit applies where none is\ntagged: give it with --country, such as --country DE.")
	}
	return err
}

// homeless reports whether no road lies in a known country.
func homeless(s roads.Summary) bool {
	return !slices.ContainsFunc(s.Countries, func(d roads.Distance) bool { return d.Of != "" })
}

var (
	errCountry        = errors.New("two capital letters of ISO 3166-1, such as DE")
	errUnknownCountry = errors.New("the table of national speed limits has no such country; without --country, limits are those that are tagged")
	errCredit         = errors.New("one line of text, of at most 200 characters")
	errInput          = errors.New("its name must end in .pbf, .geojson, .geojsonl or .json, with or without .gz")
	errNotRoads       = errors.New("it is there already, and is no map of roads: name another file")
)

// check refuses what would be a slip of the hand.
func (c *roadsBuildCmd) check() error {
	c.Country = strings.ToUpper(c.Country)
	if c.Country != "" && !isCountry(c.Country) {
		return usageError{fmt.Errorf("--country %q: want %w", c.Country, errCountry)}
	}
	if c.Country != "" && !maxspeed.National().Knows(c.Country) {
		return usageError{fmt.Errorf("--country %q: %w", c.Country, errUnknownCountry)}
	}
	if c.Credit = strings.TrimSpace(c.Credit); utf8.RuneCountInString(c.Credit) > 200 || !printable(c.Credit) {
		return usageError{fmt.Errorf("--credit: want %w", errCredit)}
	}
	for _, path := range c.In {
		if kindOf(path) == "" {
			return usageError{fmt.Errorf("%s: %w", path, errInput)}
		}
		if err := differ(path, c.Out); err != nil {
			return err
		}
	}
	m, err := roads.Open(c.Out)
	switch {
	case err == nil:
		return m.Close()
	case errors.Is(err, roads.ErrForeign):
		return fmt.Errorf("write %s: %w", c.Out, errNotRoads)
	}
	return nil // a damaged map is replaced, and what is not there is made
}

func printable(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

func isCountry(code string) bool {
	return len(code) == 2 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
