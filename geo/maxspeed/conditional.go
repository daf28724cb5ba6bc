package maxspeed

import "time"

// rule is one condition of a limit.
type rule struct{}

func (l Limits) at(time.Time) Limit { return l.Base }
