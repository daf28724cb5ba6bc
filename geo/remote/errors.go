package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// ErrNotReached says that the service gave no usable answer in its time: it is away,
// slow, fails, or says what is no answer of Valhalla's. The same question may succeed later.
var ErrNotReached = errors.New("the map's service gave no usable answer")

// Refused is the service's own no. The question will be refused again. It holds none of
// the service's text, which may repeat what was asked.
type Refused struct {
	Status int // HTTP
	Code   int // Valhalla's error_code, 0 where it gave none
}

// Error names the code and what Valhalla's documents say it means.
func (r *Refused) Error() string {
	if text, ok := meanings[r.Code]; ok {
		return fmt.Sprintf("the map's service refused with code %d: %s", r.Code, text)
	}
	return fmt.Sprintf("the map's service refused with HTTP status %d, code %d", r.Status, r.Code)
}

// meanings are those of the codes that a right question can meet.
var meanings = map[int]string{
	codeTooManyPoints:   "too many points for its limits",
	codeTooLong:         "too long for its limits",
	codeTraceOption:     "an accuracy or radius beyond its limits",
	codeUnconnected:     "places that no road connects",
	codeNoEdge:          "no road near a place",
	codeTooFarApart:     "points too far apart to be matched",
	codeUnreachable:     "a place that cannot be reached",
	codeNoPath:          "no way between the places",
	codeNoExactMatch:    "no exact match",
	codeNoMatch:         "nothing could be matched",
	codeTooManyLocation: "too many places for its limits",
}

// Valhalla's codes, as its documents number them.
const (
	codeTooManyLocation = 150
	codeTooManyPoints   = 153
	codeTooLong         = 154
	codeTraceOption     = 158
	codeUnconnected     = 170
	codeNoEdge          = 171
	codeTooFarApart     = 172
	codeUnreachable     = 441
	codeNoPath          = 442
	codeNoExactMatch    = 443
	codeNoMatch         = 444
)

// unmatched reports whether the service said that the trace lies on no road it knows,
// which is an answer.
func unmatched(err error) bool {
	var r *Refused
	if !errors.As(err, &r) {
		return false
	}
	switch r.Code {
	case codeNoEdge, codeTooFarApart, codeNoPath, codeNoExactMatch, codeNoMatch:
		return true
	}
	return false
}

// tooMuch reports whether the service said that it was asked of too much at once.
func tooMuch(err error) bool {
	var r *Refused
	return errors.As(err, &r) && (r.Code == codeTooManyPoints || r.Code == codeTooLong)
}

// failure is one attempt that gave no answer. Another may.
type failure struct {
	what string
	err  error // nil, or a cause that holds no address and no body
}

func (f *failure) Error() string {
	if f.err == nil {
		return f.what
	}
	return f.what + ": " + f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// sending makes a failure of what net/http says, without the address it would print.
func sending(err error) *failure {
	var located *url.Error
	if errors.As(err, &located) {
		err = located.Err
	}
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return &failure{what: "no answer in time"}
	}
	return &failure{what: "send", err: err}
}

// passing reports whether a status says that the service may answer later.
func passing(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout ||
		status >= 500 && status != http.StatusNotImplemented
}
