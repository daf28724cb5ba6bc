package roads

import (
	"slices"
	"strings"
)

// Restriction is a rule of where to turn, between two ways that meet at a node.
type Restriction struct {
	Kind     string // no_left_turn, only_straight_on ...
	From, To int64  // ways
	Via      NodeID
}

// What becomes of restrictions, as Counts has it.
const (
	restrictionUsed        = "used"
	restrictionNoTurn      = "not used: no such turn for cars"
	restrictionViaWay      = "not used: by way of a road, not a node"
	restrictionConditional = "not used: at times only"
	restrictionNotForCars  = "not used: not for cars"
	restrictionIncomplete  = "not used: incomplete"
)

// AddRestriction adds a rule of turning. One whose ways or node are no road for cars
// when the map is built is void, and counted.
func (b *Builder) AddRestriction(r Restriction) { b.restrictions = append(b.restrictions, r) }

// ban makes the table of turns that are not allowed.
func (g *graph) ban(restrictions []Restriction) []turn {
	var banned []turn
	for _, r := range restrictions {
		turns := g.bannedBy(r)
		if len(turns) > 0 {
			g.counts.restriction(restrictionUsed)
		} else {
			g.counts.restriction(restrictionNoTurn)
		}
		banned = append(banned, turns...)
	}
	slices.SortFunc(banned, turn.compare)
	return slices.Compact(banned)
}

// turns reports whether a rule speaks of turning round, or of going on. Between two
// stretches of one way it may be either, and its kind says which.
func turns(r Restriction, round bool) bool {
	if r.From == r.To && strings.HasSuffix(r.Kind, "_u_turn") {
		return round
	}
	return !round
}

// bannedBy lists the turns that a restriction forbids.
func (g *graph) bannedBy(r Restriction) (banned []turn) {
	via, ok := g.nodeOf(r.Via)
	if !ok {
		return nil
	}
	only := strings.HasPrefix(r.Kind, "only_")
	for _, back := range g.at(via) {
		from := back ^ 1
		if g.wayOf(from) != r.From || !g.drivable(from) {
			continue
		}
		into := func(e Edge) bool { return g.wayOf(e) == r.To && turns(r, e == back) }
		if only && !slices.ContainsFunc(g.at(via), func(e Edge) bool { return g.drivable(e) && into(e) }) {
			continue // its one way out is none
		}
		for _, e := range g.at(via) {
			if g.drivable(e) && into(e) != only {
				banned = append(banned, turn{from, e})
			}
		}
	}
	return banned
}
