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
	}
	return ""
}

// MethodOf is the name and version of the method that a fact comes from, such as
// performance/1; empty for a type that has none.
func MethodOf(o Outcome) string {
	switch o := o.(type) {
	case *Trip:
		return o.Receipt.Method
	case *Event:
		return o.Method
	case *Month:
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
