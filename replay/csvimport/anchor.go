package csvimport

import (
	"fmt"
	"slices"
)

// anchoredBy gives the anchor whose UTC column stands in the source, nil for none.
func (m *Mapping) anchoredBy(source int) *Anchor {
	for i := range m.Sources {
		if a := m.Sources[i].Time.Anchor; a != nil && a.Source == m.Sources[source].Name {
			return a
		}
	}
	return nil
}

// anchor moves the times of anchored sources to UTC, by the median of what the
// anchor's rows say: their own delays spread by some tens of milliseconds.
func (m *Mapping) anchor(loads []*load) error {
	for _, l := range loads {
		a := l.source.Time.Anchor
		if a == nil {
			continue
		}
		shift, err := shiftOf(loads, a.Source)
		if err != nil {
			return fmt.Errorf("%w: %s: source %s: %w", ErrInput, l.file, a.Source, err)
		}
		for _, s := range l.series {
			for i := range s.times {
				s.times[i] += shift
			}
		}
	}
	return nil
}

func shiftOf(loads []*load, source string) (int64, error) {
	var all []int64
	for _, l := range loads {
		if l.source.Name != source {
			continue
		}
		for _, key := range l.keys {
			all = append(all, l.series[key].anchors...)
		}
	}
	if len(all) == 0 {
		return 0, errNoAnchor
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}
