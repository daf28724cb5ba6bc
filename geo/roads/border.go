package roads

import "slices"

// border is that of a country, as the segments it is made of.
type border struct {
	code    string
	missing int                  // ways of it that were not read, or not wholly
	ends    map[NodeID]int       // how many ways end at a node: odd where it is open
	rows    map[int32][][2]point // segments by the rows of latitude that they cross
}

// rowShift makes rows of 2^17 units, 1.5 km.
const rowShift = 17

// add adds a way of the border.
func (b *border) add(x *extract, nodes []NodeID) {
	points := make([]point, len(nodes))
	for i, id := range nodes {
		at, found := slices.BinarySearch(x.ids, id)
		if !found || x.found[at] == nodeMissing {
			return // it stays missing
		}
		points[i] = x.points[at]
	}
	if len(points) == 0 {
		return
	}
	b.missing--
	b.ends[nodes[0]]++
	b.ends[nodes[len(nodes)-1]]++
	for i := 1; i < len(points); i++ {
		b.segment(points[i-1], points[i])
	}
}

func (b *border) segment(from, to point) {
	if b.rows == nil {
		b.rows = map[int32][][2]point{}
	}
	low, high := min(from.lat, to.lat)>>rowShift, max(from.lat, to.lat)>>rowShift
	for row := low; row <= high; row++ {
		b.rows[row] = append(b.rows[row], [2]point{from, to})
	}
}

// complete reports whether the whole border is known, and closed.
func (b *border) complete() bool {
	if b.missing != 0 || len(b.rows) == 0 {
		return false
	}
	for _, n := range b.ends {
		if n%2 != 0 {
			return false
		}
	}
	return true
}

// holds reports whether a place lies within: whether a line from it to the east
// crosses the border an odd number of times.
func (b *border) holds(p point) bool {
	inside := false
	for _, s := range b.rows[p.lat>>rowShift] {
		from, to := s[0], s[1]
		if (from.lat > p.lat) == (to.lat > p.lat) {
			continue
		}
		share := float64(int64(p.lat)-int64(from.lat)) / float64(int64(to.lat)-int64(from.lat))
		if float64(p.lon) < float64(from.lon)+float64(share*float64(int64(to.lon)-int64(from.lon))) {
			inside = !inside
		}
	}
	return inside
}

// countryOf is the country where a place lies: by the borders that are known, else what
// SetCountry said.
func (b *Builder) countryOf(p point) string {
	for _, border := range b.countriesAt {
		if border.holds(p) {
			return border.code
		}
	}
	return b.country
}
