package match

import "milepost/geo/roads"

// Matcher matches tracks to one map. It is not for concurrent use, for it keeps its
// buffers; the map may be shared. What was matched before changes no result.
type Matcher struct {
	m       *roads.Map
	thin    bool
	used    []int
	near    []roads.Near
	states  []state
	steps   []step
	links   []link
	forest  forest
	targets targets
	chain   []int32
	kept    []branch
}

// New makes a matcher for a map, which must stay open as long.
func New(m *roads.Map, o Options) *Matcher {
	return &Matcher{m: m, thin: o.Thin, forest: forest{m: m}}
}

// Match appends the paths of a track to out, in order of time. A stretch that fits no
// road is in no path. Paths of out beyond its length are reused.
func (m *Matcher) Match(t *Track, out []Path) []Path {
	m.shrink()
	if m.thin {
		m.used = Thin(t, m.used[:0])
	} else {
		m.used = moving(t, m.used[:0])
	}
	for from := 0; from < len(m.used); {
		to := from + 1
		for to < len(m.used) && !t.broken(m.used[to-1], m.used[to]) {
			to++
		}
		out = m.run(t, m.used[from:to], out)
		from = to
	}
	return out
}

// keepStates is how many states buffers may hold from one track to the next: those of
// a day's drive in a city. The few longer ones are not to be paid for ever after.
const keepStates = 1 << 17

// keepBranches is how many branches of ways they may hold: 24 MB.
const keepBranches = 1 << 20

func (m *Matcher) shrink() {
	if cap(m.states) > keepStates || cap(m.forest.branches) > keepBranches {
		m.states, m.steps, m.links, m.forest.branches = nil, nil, nil, nil
	}
}

// broken tells whether nothing may be told of the line between two fixes.
func (t *Track) broken(i, j int) bool {
	for k := i + 1; k <= j; k++ {
		if t.Break[k] {
			return true
		}
	}
	return false
}

// run matches a stretch without breaks. It knows of no other: what was driven before
// something that was not shared must tell nothing of what came after.
func (m *Matcher) run(t *Track, used []int, out []Path) []Path {
	m.states, m.steps, m.links = m.states[:0], m.steps[:0], m.links[:0]
	m.forest.begin()
	for k, fix := range used {
		m.begin(t, fix)
		if k > 0 {
			m.connect(t.hop(used[k-1], fix))
		}
	}
	m.backward()
	return m.trace(out)
}
