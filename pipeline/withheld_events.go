package pipeline

import "slices"

// takeBackAll withdraws the events that are out as a trip's, whatever they were found in:
// of a trip that was amended, some are of what came late. It is false, and nothing is
// withdrawn, where that cannot be read now, of which s.Err says why.
func (v *Vehicle) takeBackAll(of *kept, s *Scratch) bool {
	all, ok := v.tellers(extent{of.start, of.end}, s)
	if !ok {
		return false
	}
	all = append(all, source{story: story{found: v.past.findings(&v.trip)}})
	last := &all[len(all)-1]
	var lost []found
	for i := range all {
		src := &all[i]
		for k := range src.story.found {
			if f := &src.story.found[k]; f.out() && f.trip == of.id {
				lost = append(lost, found{f, src})
			}
		}
	}
	slices.SortStableFunc(lost, found.compare)
	for _, f := range lost {
		f.src.dirty = true
		v.takeBackEvent(f.finding, s)
	}
	for i := range all {
		switch src := &all[i]; {
		case !src.dirty:
		case src == last:
			v.past.remember(&v.trip, src.story.found)
		default:
			src.record.write(&src.story)
		}
	}
	return true
}

// tellers reads all but the last trip that tells of a span. What is lost for good is
// counted, and left out.
func (v *Vehicle) tellers(e extent, s *Scratch) ([]source, bool) {
	for {
		all, err := v.past.tellers(e, s.Chunks)
		if err == nil {
			return all, true
		}
		if !v.forgo(err, s) {
			s.Err = err
			return nil, false
		}
	}
}

func (p *past) tellers(e extent, from Reader) (all []source, err error) {
	add := func(r *record) {
		if err != nil || r.empty() || r.from > e.to || r.to < e.from {
			return
		}
		var told story
		if told, err = r.read(from); err == nil {
			all = append(all, source{record: r, story: told})
		}
	}
	for _, k := range p.kept {
		add(&k.record)
	}
	for i := range p.runs {
		add(&p.runs[i].record)
	}
	return all, err
}
