package csvimport

import (
	"errors"
	"fmt"
	"slices"
)

var (
	errBack    = errors.New(reasonBack)
	errRepeats = errors.New(reasonRepeats)
	errBounds  = errors.New(reasonBounds)
)

// settle makes the times of a series increase, by the mapping's policy, and
// counts the rows that go.
func (s *series) settle(m *Mapping, t *tally) error {
	if err := s.bound(m, t); err != nil {
		return err
	}
	if m.Order == policySort {
		s.sort()
	}
	if increasing(s.times) {
		return nil
	}
	kept := longestIncrease(s.times)
	for i, k := 0, 0; i < len(s.times); i++ {
		if k < len(kept) && kept[k] == i {
			k++
			continue
		}
		// A row is a repeat where it has the time of a kept neighbour.
		cause := errBack
		if k > 0 && s.times[kept[k-1]] == s.times[i] || k < len(kept) && s.times[kept[k]] == s.times[i] {
			cause = errRepeats
		}
		if m.Order == policyFail {
			return s.fail(i, cause)
		}
		s.drop(t, i, cause)
	}
	s.keep(kept)
	return nil
}

// bound drops the rows beyond the clock's limits.
func (s *series) bound(m *Mapping, t *tally) error {
	c := &s.source.Time.clock
	var kept []int
	for i, at := range s.times {
		if at >= c.earliest && at < c.latest {
			kept = append(kept, i)
			continue
		}
		if m.BadTime == policyFail {
			return s.fail(i, errBounds)
		}
		s.drop(t, i, errBounds)
	}
	if len(kept) < len(s.times) {
		s.keep(kept)
	}
	return nil
}

func (s *series) drop(t *tally, i int, cause error) {
	t.add(Drop{File: s.file, Column: rowColumn, Reason: cause.Error(), FirstLine: s.lines[i], WholeRow: true}, s.timeText(s.lines[i]))
}

func (s *series) fail(i int, cause error) error {
	return &CellError{s.file, s.lines[i], "", fmt.Errorf("%q: %w", shorten(s.timeText(s.lines[i])), cause)}
}

func (s *series) sort() {
	order := make([]int, len(s.times))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case s.times[a] < s.times[b]:
			return -1
		case s.times[a] > s.times[b]:
			return 1
		}
		return 0
	})
	s.keep(order)
}

// keep makes the rows at the given places the only ones, in that order.
func (s *series) keep(places []int) {
	n := len(s.source.columns)
	times, lines := make([]int64, 0, len(places)), make([]int, 0, len(places))
	values := make([]float64, 0, len(places)*n)
	for _, i := range places {
		times, lines = append(times, s.times[i]), append(lines, s.lines[i])
		values = append(values, s.values[i*n:(i+1)*n]...)
	}
	s.times, s.lines, s.values = times, lines, values
}

func increasing(times []int64) bool {
	for i := 1; i < len(times); i++ {
		if times[i] <= times[i-1] {
			return false
		}
	}
	return true
}

// longestIncrease gives the places of the longest strictly increasing run of
// times, the first of equal ones: so one clock that jumped ahead costs its own
// rows and not all that follow. Patience sorting, O(n log n); M. Fredman, On
// computing the length of longest increasing subsequences, 1975.
func longestIncrease(times []int64) []int {
	var piles []int // by length of the run: the place of its smallest end
	before := make([]int, len(times))
	for i, t := range times {
		p, _ := slices.BinarySearchFunc(piles, t, func(place int, t int64) int {
			switch {
			case times[place] < t:
				return -1
			case times[place] > t:
				return 1
			}
			return 0
		})
		before[i] = -1
		if p > 0 {
			before[i] = piles[p-1]
		}
		switch {
		case p == len(piles):
			piles = append(piles, i)
		case times[piles[p]] > t:
			piles[p] = i
		}
	}
	run := make([]int, len(piles))
	for k, at := len(piles)-1, last(piles); k >= 0; k, at = k-1, before[at] {
		run[k] = at
	}
	return run
}

func last(piles []int) int {
	if len(piles) == 0 {
		return -1
	}
	return piles[len(piles)-1]
}
