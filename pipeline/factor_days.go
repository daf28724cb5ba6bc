package pipeline

import (
	"cmp"
	"slices"
)

// dates counts days on which something was, exactly: of those that can still change it
// knows how often, of others only how many there are.
type dates struct {
	gone   int
	until  int32   // days before it can't change any more
	recent []dated // by day
}

// dated is a day, since 1970, and how often something was on it.
type dated struct {
	day   int32
	times int64
}

// add counts something on a day; sign -1 takes it back.
func (d *dates) add(day int32, sign int64) {
	if day < d.until {
		return
	}
	i, found := slices.BinarySearchFunc(d.recent, day, func(e dated, day int32) int { return cmp.Compare(e.day, day) })
	if !found {
		d.recent = slices.Insert(d.recent, i, dated{day: day})
	}
	if d.recent[i].times += sign; d.recent[i].times <= 0 {
		d.recent = slices.Delete(d.recent, i, i+1)
	}
}

// number is how many days there are.
func (d *dates) number() int { return d.gone + len(d.recent) }

// settle forgets which days before one there are, and how often.
func (d *dates) settle(until int32) {
	n := 0
	for n < len(d.recent) && d.recent[n].day < until {
		n++
	}
	d.gone += n
	d.recent = slices.Delete(d.recent, 0, n)
	d.until = max(d.until, until)
}
