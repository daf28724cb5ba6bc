package read

import (
	"context"
	"fmt"

	"milepost/outcome"
)

// ChargeFilter says which charging sessions a list gives. Zero fields leave open.
type ChargeFilter struct {
	Vehicle  string
	From, To outcome.Time // of the start as it was first known: From <= At < To
}

// Charges lists up to limit whole charging sessions, the latest first: those that follow
// the key before, or from the list's beginning where it is zero.
func (m *Model) Charges(ctx context.Context, which ChargeFilter, before Key, limit int) ([]*outcome.Charge, error) {
	page, err := latestFacts(before, limit, func(before Key, limit int) ([]*outcome.Charge, int, Key, error) {
		q := m.ask(m.as.whole[outcome.TypeCharge].columns, outcome.TypeCharge)
		if which.Vehicle != "" {
			q.when("vehicle_id = ?", which.Vehicle)
		}
		q.between(which.From, which.To).before(before)
		return counted[*outcome.Charge](ctx, m, q.latest("at DESC, id DESC").atMost(limit), outcome.TypeCharge)
	})
	if err != nil {
		return nil, fmt.Errorf("list charging sessions of vehicle %q: %w", which.Vehicle, err)
	}
	return page, nil
}

// FactorFilter says which factors a list gives. Zero fields leave open.
type FactorFilter struct {
	Vehicle, Policy string
	Product         outcome.Product
	Stage           outcome.FactorStage
	From, To        outcome.Time // of the start of the period: From <= At < To
}

// Factors lists up to limit whole factors, the latest period first: those that follow the
// key before, or from the list's beginning where it is zero. Without vehicle and policy a
// server searches all.
func (m *Model) Factors(ctx context.Context, which FactorFilter, before Key, limit int) ([]*outcome.Factor, error) {
	page, err := latestFacts(before, limit, func(before Key, limit int) ([]*outcome.Factor, int, Key, error) {
		q := m.ask(m.as.whole[outcome.TypeFactor].columns, outcome.TypeFactor).factorsOf(which)
		found, rows, last, err := counted[*outcome.Factor](ctx, m, q.before(before).latest("at DESC, id DESC").atMost(limit), outcome.TypeFactor)
		return staged(found, which.Stage), rows, last, err
	})
	if err != nil {
		return nil, fmt.Errorf("list factors of vehicle %q: %w", which.Vehicle, err)
	}
	return page, nil
}

// factorsOf limits to what the identities of factors are made of. Their stage may differ
// between versions.
func (q *statement) factorsOf(which FactorFilter) *statement {
	for _, is := range [][2]string{{"vehicle_id", which.Vehicle}, {"policy_id", which.Policy}, {"product", string(which.Product)}} {
		if is[1] != "" {
			q.when(is[0]+" = ?", is[1])
		}
	}
	return q.between(which.From, which.To)
}

// staged leaves the factors of a stage, or all where it is empty.
func staged(found []*outcome.Factor, stage outcome.FactorStage) (left []*outcome.Factor) {
	for _, f := range found {
		if stage == "" || f.Stage == stage {
			left = append(left, f)
		}
	}
	return left
}

// latestFacts fills a page: rows of withdrawn facts, and what a filter leaves out, make a
// statement's answer shorter than was asked for, and another follows. The last statement
// has fewer rows than it may have.
func latestFacts[F outcome.Outcome](before Key, limit int, ask func(before Key, limit int) ([]F, int, Key, error)) (page []F, err error) {
	for len(page) < limit {
		asked := limit - len(page)
		found, rows, last, err := ask(before, asked)
		if err != nil {
			return nil, err
		}
		page = append(page, found...)
		if rows < asked {
			break
		}
		before = last
	}
	return page, nil
}
