package roads

import (
	"cmp"
	"math"
	"slices"

	limited "milepost/geo/limits"
	"milepost/geo/maxspeed"
)

// Summary is what a map holds, for people.
type Summary struct {
	Version      string     `json:"version"`
	Bytes        int64      `json:"bytes"`
	Edges        int        `json:"edges"` // directed: two for each stretch
	Drivable     int        `json:"drivable_edges"`
	BytesPerEdge float64    `json:"bytes_per_edge"`
	Nodes        int        `json:"nodes"`
	South        float64    `json:"south"` // of all roads, degrees
	West         float64    `json:"west"`
	North        float64    `json:"north"`
	East         float64    `json:"east"`
	Km           float64    `json:"km"`         // of stretches
	OneWayKm     float64    `json:"one_way_km"` // of them, those that cars may drive in one direction
	Tunnels      float64    `json:"tunnel_km"`
	Classes      []Distance `json:"classes"`
	Countries    []Distance `json:"countries"`  // "" where it is not known
	Limits       []Distance `json:"limits"`     // by source, of each direction by itself; "" where unknown
	Guessed      float64    `json:"guessed_km"` // whose limit is too much of a guess to judge speeding by
	Unlimited    float64    `json:"unlimited_km"`
	Conditional  float64    `json:"conditional_km"` // whose limit changes with time or weather
	Doubtful     float64    `json:"doubtful_km"`    // of them, where a condition cannot be judged
	BannedTurns  int        `json:"banned_turns"`
	LimitTable   string     `json:"limit_table"` // the version of national limits
	DataTime     string     `json:"data_time"`   // of OpenStreetMap's data, where the extract says it
	Credit       string     `json:"credit"`      // whom a picture of it has to name
	Counts       Counts     `json:"built_from"`
}

// Distance is how much of something there is.
type Distance struct {
	Of string  `json:"of"`
	Km float64 `json:"km"`
}

// Summary looks at every edge.
func (m *Map) Summary() Summary {
	b := m.Bound()
	s := Summary{
		Version: m.version, Bytes: m.Size(), Edges: m.Edges(), Drivable: len(m.leaving), Nodes: m.Nodes(),
		BytesPerEdge: float64(m.Size()) / float64(max(1, m.Edges())),
		South:        b.Min[1], West: b.Min[0], North: b.Max[1], East: b.Max[0],
		BannedTurns: len(m.banned), LimitTable: m.meta.LimitTable, DataTime: m.meta.DataTime, Credit: m.meta.Credit, Counts: m.meta.Counts,
	}
	classes, countries, limits := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for e := Edge(0); int(e) < m.Edges(); e += 2 {
		length := int64(m.of(e).length)
		classes[m.Class(e).String()] += length
		countries[m.Country(e)] += length
		s.Km += kilometres(length)
		if m.Drivable(e) != m.Drivable(e^1) {
			s.OneWayKm += kilometres(length)
		}
		if m.Tunnel(e) {
			s.Tunnels += kilometres(length)
		}
		for _, direction := range []Edge{e, e ^ 1} {
			if m.Drivable(direction) {
				l := m.Limit(direction)
				limits[string(l.Base.Source)] += length
				s.limits(l, kilometres(length))
			}
		}
	}
	s.Classes, s.Countries, s.Limits = distances(classes), distances(countries), distances(limits)
	return s
}

func (s *Summary) limits(l maxspeed.Limits, km float64) {
	if l.Base.Known() && l.Base.Confidence < limited.Doubtful {
		s.Guessed += km
	}
	if math.IsInf(l.Base.Kmh, 1) {
		s.Unlimited += km
	}
	if l.Conditional() {
		s.Conditional += km
	}
	if l.Doubtful() {
		s.Doubtful += km
	}
}

func kilometres(millimetres int64) float64 { return float64(millimetres) / (1000 * mm) }

// distances sorts, the longest first.
func distances(millimetres map[string]int64) []Distance {
	list := []Distance{}
	for of, length := range millimetres {
		list = append(list, Distance{of, kilometres(length)})
	}
	slices.SortFunc(list, func(a, b Distance) int {
		return cmp.Or(cmp.Compare(b.Km, a.Km), cmp.Compare(a.Of, b.Of))
	})
	return list
}
