package roads

import (
	"math"
	"slices"

	"milepost/geo/maxspeed"

	"github.com/paulmach/orb"
)

// NodeID names a point that ways may share: OpenStreetMap's id of the node, or a
// coordinate itself.
type NodeID int64

// Builder gathers ways and makes a map of them. The zero value is ready.
type Builder struct {
	country string
	ways    []way
	refs    []NodeID // of all ways, one after the other
	points  []point  // where they lie

	attrs     map[attributes]uint32
	attrList  []attributes
	names     texts
	limits    map[string]uint32
	limitList []maxspeed.Limits
	countries texts

	countriesAt  []*border
	restrictions []Restriction
	deadEnds     NodeID
	dataTime     string
	credits      []string
	counts       Counts
}

type way struct {
	id      int64
	begin   int // in refs
	end     int
	open    uint32 // attributes where it lies in the open
	builtUp uint32 // and among houses
	flags   flags
	class   Class
	country uint8
}

// texts numbers them in the order they come; "" is 0.
type texts struct {
	number map[string]uint32
	list   []string
}

func (s *texts) of(text string) uint32 {
	if s.number == nil {
		s.number, s.list = map[string]uint32{"": 0}, []string{""}
	}
	n, ok := s.number[text]
	if !ok {
		n = uint32(len(s.list))
		s.number[text] = n
		s.list = append(s.list, text)
	}
	return n
}

// SetCountry says in which country the ways lie that come next, where no border says
// so: an ISO 3166-1 alpha-2 code, or "" for unknown.
func (b *Builder) SetCountry(code string) { b.country = code }

// AddCredit says whom pictures of the map have to name, beside those said before. ReadPBF
// says it of OpenStreetMap; "" is nobody.
func (b *Builder) AddCredit(whom string) {
	if whom != "" && !slices.Contains(b.credits, whom) {
		b.credits = append(b.credits, whom)
	}
}

// AddWay adds a way with its nodes, where they lie, and OpenStreetMap's tags. What is
// no road for cars, or lies nowhere, is left out and counted.
func (b *Builder) AddWay(id int64, nodes []NodeID, points []orb.Point, tags map[string]string) {
	b.counts.read(tags)
	r, why := roadOf(tags)
	if why == "" && (len(nodes) != len(points) || !placed(points)) {
		why = outNoPlace
	}
	if why != "" {
		b.counts.leaveOut(why)
		return
	}
	line := make([]point, len(points))
	for i, p := range points {
		line[i] = pointOf(p)
	}
	if !b.addRoad(id, nodes, line, r, tags) {
		b.counts.leaveOut("no length")
		return
	}
	b.counts.road(tags)
}

// addRoad adds a road, or reports that it has no length.
func (b *Builder) addRoad(id int64, nodes []NodeID, line []point, r road, tags map[string]string) bool {
	begin := len(b.refs)
	for i, at := range line {
		if last := len(b.points) - 1; len(b.points) > begin && b.points[last] == at && b.refs[last] == nodes[i] {
			continue // a point twice
		}
		b.refs, b.points = append(b.refs, nodes[i]), append(b.points, at)
	}
	if len(b.refs)-begin < 2 {
		b.refs, b.points = b.refs[:begin], b.points[:begin]
		return false
	}
	country := b.countryOf(line[len(line)/2])
	b.ways = append(b.ways, way{id: id, begin: begin, end: len(b.refs), flags: r.flags, class: r.class,
		country: b.countryNumber(country),
		open:    b.attributes(r, tags, country, maxspeed.Open),
		builtUp: b.attributes(r, tags, country, maxspeed.BuiltUp)})
	return true
}

// countryNumber numbers a country; there are fewer than a byte counts, and what is
// beyond that is no country.
func (b *Builder) countryNumber(code string) uint8 {
	b.countries.of("")
	if _, known := b.countries.number[code]; !known && len(b.countries.list) > math.MaxUint8 {
		code = ""
	}
	return uint8(b.countries.of(code))
}

// placed reports whether all points are on the earth.
func placed(points []orb.Point) bool {
	for _, p := range points {
		if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
			return false
		}
	}
	return true
}

// attributes numbers what the way has in common with others.
func (b *Builder) attributes(r road, tags map[string]string, country string, place maxspeed.Place) uint32 {
	forward, backward := maxspeed.National().FromTags(tags, maxspeed.Road{Country: country, Place: place})
	a := attributes{
		name: b.names.of(r.name), ref: b.names.of(r.ref),
		forward: b.limit(forward), backward: b.limit(backward),
		free: freeFlow(r.class, forward), freeBack: freeFlow(r.class, backward),
	}
	n, ok := b.attrs[a]
	if !ok {
		if b.attrs == nil {
			b.attrs = map[attributes]uint32{}
		}
		n = uint32(len(b.attrList))
		b.attrs[a] = n
		b.attrList = append(b.attrList, a)
	}
	return n
}

func (b *Builder) limit(l maxspeed.Limits) uint32 {
	key := l.String()
	n, ok := b.limits[key]
	if !ok {
		if b.limits == nil {
			b.limits = map[string]uint32{}
		}
		n = uint32(len(b.limitList))
		b.limits[key] = n
		b.limitList = append(b.limitList, l)
	}
	return n
}
