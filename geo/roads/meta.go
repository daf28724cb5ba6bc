package roads

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// meta is what the file says of itself.
type meta struct {
	Countries  []string `json:"countries"`   // by number; "" is the first
	LimitTable string   `json:"limit_table"` // the version of national limits that it was built with
	DataTime   string   `json:"data_time"`
	Credit     string   `json:"credit"`
	Counts     Counts   `json:"counts"`
}

// creditOSM is what the licence of OpenStreetMap's data wants to be shown (ODbL 4.3).
const creditOSM = "© OpenStreetMap contributors"

// Credit is whom a picture of the map has to name, or "".
func (m *Map) Credit() string { return m.meta.Credit }

// Counts say what a map was made of, and what became of it.
type Counts struct {
	Ways          int            `json:"ways"`           // that were read
	Roads         int            `json:"roads"`          // of them, those that cars may use
	LeftOut       map[string]int `json:"left_out"`       // the others, by why
	MaxSpeedWays  int            `json:"maxspeed_ways"`  // ways of a class for cars, tracks aside, with a maxspeed
	MaxSpeedRoads int            `json:"maxspeed_roads"` // of them, those that are roads
	Restrictions  map[string]int `json:"restrictions"`   // by what became of them
	Barriers      int            `json:"barriers"`       // nodes of roads that cars do not get past
	Missing       int            `json:"missing_nodes"`  // of roads: the extract was cut through them
	Ignored       map[string]int `json:"ignored"`        // tags of roads that say more than the map can, by key
}

// Counts say what the map was made of.
func (m *Map) Counts() Counts { return m.meta.Counts }

func add(counts *map[string]int, what string) {
	if *counts == nil {
		*counts = map[string]int{}
	}
	(*counts)[what]++
}

// leaveOut counts a way that is no road.
func (c *Counts) leaveOut(why string) { add(&c.LeftOut, why) }

// why says, where ways were left out, for what, the most frequent reason first.
func (c *Counts) why() string {
	reasons := slices.Sorted(maps.Keys(c.LeftOut))
	slices.SortStableFunc(reasons, func(a, b string) int { return c.LeftOut[b] - c.LeftOut[a] })
	for i, r := range reasons {
		reasons[i] = fmt.Sprintf("%d %s", c.LeftOut[r], r)
		if r == outNoPlace {
			reasons[i] += " (degrees of longitude and latitude are wanted)"
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	return ": " + strings.Join(reasons, ", ")
}

// outNoPlace is why a way that lies nowhere on earth is left out.
const outNoPlace = "no place"

// restriction counts a rule of turning.
func (c *Counts) restriction(what string) { add(&c.Restrictions, what) }

// read counts a way that was read.
func (c *Counts) read(tags map[string]string) {
	c.Ways++
	if tagged(tags) {
		c.MaxSpeedWays++
	}
}

// tagged reports whether a way of a class for cars, tracks aside, has a maxspeed.
func tagged(tags map[string]string) bool {
	class, ok := classOf(tags["highway"])
	return ok && class != Track && tags["maxspeed"] != ""
}

// road counts a way that became a road.
func (c *Counts) road(tags map[string]string) {
	c.Roads++
	if tagged(tags) {
		c.MaxSpeedRoads++
	}
	for _, key := range conditionalKeys {
		if tags[key] != "" {
			add(&c.Ignored, key)
		}
	}
}

// conditionalKeys let cars in, or through in one direction, at times only. Who was
// driven there was let in: the map has the road as it is without them.
var conditionalKeys = []string{
	"access:conditional", "vehicle:conditional", "motor_vehicle:conditional", "motorcar:conditional", "oneway:conditional",
}
