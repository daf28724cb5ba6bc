package roads

// box holds a run, or boxes of the level below.
type box struct{ south, west, north, east int32 }

func (b *box) add(o box) {
	b.south, b.west = min(b.south, o.south), min(b.west, o.west)
	b.north, b.east = max(b.north, o.north), max(b.east, o.east)
}

func (b *box) meets(o *box) bool {
	return b.south <= o.north && o.south <= b.north && b.west <= o.east && o.west <= b.east
}

// fanout is how many boxes one of the level above holds.
const fanout = 16

// pack builds the levels of a packed R-tree over leaves that are already in an order
// that keeps neighbours together. The last box holds all.
func pack(leaves []box) []box {
	all := leaves
	for begin, n := 0, len(leaves); n > 1; {
		for i := 0; i < n; i += fanout {
			b := all[begin+i]
			for _, o := range all[begin+i : begin+min(i+fanout, n)] {
				b.add(o)
			}
			all = append(all, b)
		}
		begin, n = begin+n, (n+fanout-1)/fanout
	}
	return all
}

// levels are where each level of an index begins in boxes, the leaves' first.
type levels struct {
	begin [9]int // 16^8 runs are more than uint32 counts
	size  [9]int
	n     int
}

func levelsOf(leaves int) (l levels) {
	at := 0
	for n := leaves; n > 0 && l.n < len(l.begin); {
		l.begin[l.n], l.size[l.n] = at, n
		l.n++
		if n == 1 {
			break
		}
		at += n
		n = (n + fanout - 1) / fanout
	}
	return l
}

// hilbert is the place of a point on the Hilbert curve of 2^32 by 2^32 cells.
func hilbert(p point) uint64 {
	x, y := uint32(p.lon)^1<<31, uint32(p.lat)^1<<31
	var d uint64
	for s := 31; s >= 0; s-- {
		rx, ry := x>>uint(s)&1, y>>uint(s)&1
		d = d<<2 | uint64((3*rx)^ry)
		if ry == 0 {
			if rx == 1 {
				x, y = ^x, ^y
			}
			x, y = y, x
		}
	}
	return d
}
