package telemetry

// TrimBefore removes the samples of track t that do not come after a sample at the
// given time (Unix µs), counting them as d's NotIncreasing.
func (f *Frame) TrimBefore(t Track, after int64, d *Drops) {
	first := after + densest
	if t == TrackBody {
		first = after
	}
	at := *f.Offsets(t)
	if len(at) == 0 || f.Start+int64(at[0]) >= first {
		return
	}
	f.Filter(t, func(a int32) bool {
		if f.Start+int64(a) < first {
			d.Sample(t, NotIncreasing)
			return false
		}
		return true
	})
}

// Filter keeps the samples of a track whose offset is wanted, in place, asking in
// their order, and gives the number removed. It allocates nothing where all stay.
func (f *Frame) Filter(t Track, want func(at int32) bool) (removed int) {
	at := f.Offsets(t)
	n := 0
	for i, a := range *at {
		if !want(a) {
			continue
		}
		if i != n {
			f.moveSample(t, n, i)
		}
		n++
	}
	if removed = len(*at) - n; removed > 0 {
		f.truncate(t, n)
	}
	return removed
}

// moveSample copies a sample of a track to an earlier place.
func (f *Frame) moveSample(t Track, to, from int) {
	moveTo(*f.Offsets(t), to, from)
	for _, c := range f.Floats(t) {
		moveTo(*c, to, from)
	}
	for _, c := range f.Doubles(t) {
		moveTo(*c, to, from)
	}
	if t == TrackBody {
		moveTo(f.Body.Signal, to, from)
		moveTo(f.Body.Value, to, from)
	}
}

func moveTo[T any](c []T, to, from int) {
	if from < len(c) {
		c[to] = c[from]
	}
}

// truncate shortens every column of a track to n samples.
func (f *Frame) truncate(t Track, n int) {
	at := f.Offsets(t)
	*at = (*at)[:n]
	for _, c := range f.Floats(t) {
		*c = (*c)[:min(n, len(*c))]
	}
	for _, c := range f.Doubles(t) {
		*c = (*c)[:min(n, len(*c))]
	}
	if t == TrackBody {
		f.Body.Signal = f.Body.Signal[:min(n, len(f.Body.Signal))]
		f.Body.Value = f.Body.Value[:min(n, len(f.Body.Value))]
	}
}
