package outcome

import (
	"fmt"
	"strconv"
	"strings"
)

// StateOf is where a fact stands; empty for a type that has no state.
func StateOf(o Outcome) State {
	switch o := o.(type) {
	case *Trip:
		return o.State
	case *Event:
		return o.State
	case *Month:
		return o.State
	case *Collision:
		return o.State
	case *Addition:
		return o.State
	case *Charge:
		return o.State
	case *Factor:
		return o.State
	}
	return ""
}

// byHand stands for a method where a person says what is so.
const byHand = "person/1"

// MethodOf is the name and version of the method that a fact comes from, such as
// performance/1. What a person adds comes from person/1, which never changes; it is
// empty for a type that has none.
func MethodOf(o Outcome) string {
	switch o := o.(type) {
	case *Trip:
		return o.Receipt.Method
	case *Event:
		return o.Method
	case *Month:
		return o.Method
	case *Collision:
		return o.Method
	case *Addition:
		return byHand
	case *Charge:
		return o.Method
	case *Factor:
		return o.Method
	}
	return ""
}

// MethodVersion is the number after the slash of a method's name. Of the versions of
// one fact those of the highest method count, and of these the highest revision.
func MethodVersion(method string) (uint16, error) {
	_, number, _ := strings.Cut(method, "/")
	version, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("method is %q: must be name/version, such as performance/1", method)
	}
	return uint16(version), nil
}
