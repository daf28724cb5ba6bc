package pipeline

// Cut moves summaries out of memory, as a checkpoint does before AppendState: those of
// the trip under way in pieces of half a minute or more, those of trips that are over
// once as one piece that stays. With no call all stays in memory. What was put away and
// cannot be read again is counted in s as lost.
func (v *Vehicle) Cut(c Chunks, s *Scratch) error {
	v.retire()
	for {
		if err := v.past.cut(c); !v.forgo(err, s) {
			return err
		}
	}
}

func (p *past) cut(c Chunks) error {
	if p.under || p.lean {
		if err := p.live.cut(c); err != nil {
			return err
		}
	} else if !p.lean {
		if err := p.live.keep(c); err != nil {
			return err
		}
	}
	for _, k := range p.kept {
		if err := k.record.keep(c); err != nil {
			return err
		}
	}
	for i := range p.runs {
		if err := p.runs[i].keep(c); err != nil {
			return err
		}
	}
	return nil
}

// Refs gives every piece that the vehicle still needs.
func (v *Vehicle) Refs(yield func(Ref) bool) {
	p := v.past
	each := func(r *record) bool {
		for _, ref := range r.refs {
			if !yield(ref) {
				return false
			}
		}
		return true
	}
	if !each(&p.live) {
		return
	}
	for _, k := range p.kept {
		if !each(&k.record) {
			return
		}
	}
	for i := range p.runs {
		if !each(&p.runs[i].record) {
			return
		}
	}
}
