package remote

import (
	"encoding/json"
	"errors"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-polyline"

	"milepost/geo"
	"milepost/geo/roads"
)

// attributes are what is asked of each edge and fix.
var attributes = []string{
	"shape", "edge.names", "edge.road_class", "edge.use", "edge.speed_limit", "edge.tunnel", "edge.way_id",
	"edge.begin_shape_index", "edge.end_shape_index", "node.admin_index", "admin.country_code",
	"matched.point", "matched.type", "matched.edge_index", "matched.distance_along_edge",
	"matched.begin_route_discontinuity", "matched.end_route_discontinuity",
}

// traceReply is the answer of /trace_attributes as far as it is used.
type traceReply struct {
	Shape  string         `json:"shape"`
	Edges  []edgeReply    `json:"edges"`
	Admins []adminReply   `json:"admins"`
	Points []matchedReply `json:"matched_points"`
}

type edgeReply struct {
	Names []string   `json:"names"`
	Class string     `json:"road_class"`
	Use   string     `json:"use"`
	Limit speedLimit `json:"speed_limit"`
	Tun   bool       `json:"tunnel"`
	Way   uint64     `json:"way_id"`
	Begin *int       `json:"begin_shape_index"`
	End   *int       `json:"end_shape_index"`
	Node  struct {
		Admin *int `json:"admin_index"`
	} `json:"end_node"`
}

type adminReply struct {
	Country string `json:"country_code"`
}

type matchedReply struct {
	Lat   *float64 `json:"lat"`
	Lon   *float64 `json:"lon"`
	Type  string   `json:"type"`
	Edge  *uint64  `json:"edge_index"`
	Along *float64 `json:"distance_along_edge"` // share of the edge, 0..1
	Begin bool     `json:"begin_route_discontinuity"`
	End   bool     `json:"end_route_discontinuity"`
}

// speedLimit is in km/h: NaN where unknown, +Inf where there is none.
type speedLimit float64

// UnmarshalJSON takes a number or "unlimited"; anything else is unknown.
func (l *speedLimit) UnmarshalJSON(b []byte) error {
	*l = speedLimit(math.NaN())
	var kmh float64
	switch {
	case string(b) == `"unlimited"`:
		*l = speedLimit(math.Inf(1))
	case json.Unmarshal(b, &kmh) == nil && kmh == 255: // how the service's tiles hold "unlimited"
		*l = speedLimit(math.Inf(1))
	case kmh > 0 && kmh < 255:
		*l = speedLimit(kmh)
	}
	return nil
}

// matched is a usable answer: a line with its edges, and where the fixes lie on it.
type matched struct {
	shape  []orb.Point
	cum    []float64 // m from the line's begin at each point of shape
	edges  []piece
	points []spot
}

// piece is an edge as a part of the line.
type piece struct {
	Edge
	from, to int // of shape
}

// spot is where one fix lies.
type spot struct {
	edge       int // -1 unmatched
	at         float64
	matched    bool // by itself, not between its neighbours
	begin, end bool // the line breaks behind it, before it
}

var (
	errNoJSON = errors.New("it is no JSON of the documented form")
	errShape  = errors.New("its line cannot be decoded")
	errEdges  = errors.New("its edges do not lie on its line")
	errPoints = errors.New("it does not have a result for each point")
)

// parseTrace reads an answer about n fixes. Errors repeat nothing of it.
func parseTrace(answer []byte, n int) (*matched, error) {
	var r traceReply
	none := speedLimit(math.NaN())
	if err := json.Unmarshal(answer, &r); err != nil {
		return nil, errNoJSON
	}
	shape, err := decodeShape(r.Shape)
	if err != nil {
		return nil, err
	}
	if len(r.Points) != n {
		return nil, errPoints
	}
	m := &matched{shape: shape, cum: lengths(shape)}
	for i := range r.Edges {
		if r.Edges[i].Limit == 0 {
			r.Edges[i].Limit = none
		}
		p, ok := r.piece(i, len(shape))
		if !ok {
			return nil, errEdges
		}
		m.edges = append(m.edges, p)
	}
	for i := range r.Points {
		m.points = append(m.points, m.spot(&r.Points[i]))
	}
	return m, nil
}

func (r *traceReply) piece(i, points int) (piece, bool) {
	e := &r.Edges[i]
	if e.Begin == nil || e.End == nil || *e.Begin < 0 || *e.Begin > *e.End || *e.End >= points {
		return piece{}, false
	}
	if i > 0 && r.Edges[i-1].End != nil && *e.Begin < *r.Edges[i-1].End {
		return piece{}, false
	}
	p := piece{from: *e.Begin, to: *e.End, Edge: Edge{
		WayID: int64(e.Way & math.MaxInt64), Class: classOf(e.Class, e.Use), Tunnel: e.Tun, LimitKmh: float64(e.Limit),
	}}
	if len(e.Names) > 0 {
		p.Name = e.Names[0]
	}
	if a := e.Node.Admin; a != nil && *a >= 0 && *a < len(r.Admins) {
		p.Country = country(r.Admins[*a].Country)
	}
	return p, true
}

// country is a code of two letters, or nothing.
func country(code string) string {
	if len(code) != 2 {
		return ""
	}
	code = strings.ToUpper(code)
	for i := range 2 {
		if code[i] < 'A' || code[i] > 'Z' {
			return ""
		}
	}
	return code
}

// spot finds a fix's place on the line. The matched point itself is looked for on its
// edge, for whether the first and last edges of an answer are whole differs between versions.
func (m *matched) spot(r *matchedReply) spot {
	s := spot{edge: -1, begin: r.Begin, end: r.End}
	if r.Edge == nil || *r.Edge >= uint64(len(m.edges)) || r.Type != "matched" && r.Type != "interpolated" {
		return s
	}
	e := m.edges[*r.Edge]
	switch {
	case r.Lat != nil && r.Lon != nil && onEarth(*r.Lat, *r.Lon):
		s.at = m.nearest(orb.Point{*r.Lon, *r.Lat}, e.from, e.to)
	case r.Along != nil && *r.Along >= 0 && *r.Along <= 1:
		s.at = m.cum[e.from] + float64(*r.Along*(m.cum[e.to]-m.cum[e.from]))
	default:
		return s
	}
	s.edge, s.matched = int(*r.Edge), r.Type == "matched"
	return s
}

// decodeShape reads a polyline of six decimals.
func decodeShape(encoded string) ([]orb.Point, error) {
	coords, rest, err := polyline.Codec{Dim: 2, Scale: 1e6}.DecodeCoords([]byte(encoded))
	if err != nil || len(rest) > 0 {
		return nil, errShape
	}
	shape := make([]orb.Point, len(coords))
	for i, c := range coords {
		if !onEarth(c[0], c[1]) {
			return nil, errShape
		}
		shape[i] = orb.Point{math.Round(c[1]*1e6) / 1e6, math.Round(c[0]*1e6) / 1e6} // sums of differences
	}
	return shape, nil
}

func onEarth(lat, lon float64) bool { return math.Abs(lat) <= 90 && math.Abs(lon) <= 180 }

// lengths are the distances from the line's begin, m.
func lengths(line []orb.Point) []float64 {
	cum := make([]float64, len(line))
	for i := 1; i < len(line); i++ {
		cum[i] = cum[i-1] + geo.Distance(line[i-1], line[i])
	}
	return cum
}

// classOf puts Valhalla's classes and uses into the map's.
func classOf(class, use string) roads.Class {
	switch use {
	case "living_street":
		return roads.LivingStreet
	case "track":
		return roads.Track
	case "ferry", "rail_ferry", "rail-ferry":
		return roads.Ferry
	}
	link := use == "ramp" || use == "turn_channel"
	pick := func(road, ramp roads.Class) roads.Class {
		if link {
			return ramp
		}
		return road
	}
	switch class {
	case "motorway":
		return pick(roads.Motorway, roads.MotorwayLink)
	case "trunk":
		return pick(roads.Trunk, roads.TrunkLink)
	case "primary":
		return pick(roads.Primary, roads.PrimaryLink)
	case "secondary":
		return pick(roads.Secondary, roads.SecondaryLink)
	case "tertiary":
		return pick(roads.Tertiary, roads.TertiaryLink)
	case "unclassified":
		return roads.Unclassified
	case "residential":
		return roads.Residential
	case "service_other":
		return roads.Service
	}
	return roads.ClassUnknown
}
