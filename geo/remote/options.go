package remote

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options say where the service is and how long it may take. What is zero has the value
// of Defaults, but for the address and the clock.
type Options struct {
	URL    string      // of the service, without a query: http://valhalla:8002
	Header http.Header // sent with every request: a key or a token. It is never shown

	Timeout  time.Duration // of one request
	Total    time.Duration // of one call with all its requests, retries and pauses
	Attempts int           // of one request, the first included
	Pause    time.Duration // before the second attempt; it doubles with each further one

	Failures int           // calls that failed one after the other before the service is let be
	Rest     time.Duration // for how long it is then let be

	MaxPoints int     // fixes in one request: the service's service_limits.trace.max_shape
	MaxM      float64 // length of one request's trace, m: its service_limits.trace.max_distance
	MaxReply  int64   // bytes of an answer

	Client *http.Client // what sends; one of its own where nil. It never follows redirects

	// Now is the clock, and must be given: by it a service is let be and its receipt asked for
	// anew. Nothing that a trip says follows from it.
	Now func() time.Time
}

// Defaults are those of a service on the same network with the limits that Valhalla comes with.
func Defaults() Options {
	return Options{
		Timeout: 5 * time.Second, Total: 15 * time.Second, Attempts: 3, Pause: 200 * time.Millisecond,
		Failures: 3, Rest: 30 * time.Second,
		MaxPoints: 16_000, MaxM: 200_000, MaxReply: 64 << 20,
	}
}

var (
	errURL    = errors.New("the address of the map's service must be http:// or https:// with a host, without user, query or fragment (a key belongs into a header)")
	errLimits = errors.New("a time-out or limit of the map's service is negative, or its points are fewer than 3")
	errClock  = errors.New("the map's service is given no clock")
)

// withDefaults fills in what is zero and refuses what cannot work. The address is not
// repeated in the error: it may hold a secret.
func (o Options) withDefaults() (Options, error) {
	d := Defaults()
	o.Timeout, o.Total, o.Pause, o.Rest = or(o.Timeout, d.Timeout), or(o.Total, d.Total), or(o.Pause, d.Pause), or(o.Rest, d.Rest)
	o.Attempts, o.Failures, o.MaxPoints = or(o.Attempts, d.Attempts), or(o.Failures, d.Failures), or(o.MaxPoints, d.MaxPoints)
	o.MaxM, o.MaxReply = or(o.MaxM, d.MaxM), or(o.MaxReply, d.MaxReply)
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return o, errURL
	}
	if min(o.Timeout, o.Total, o.Pause, o.Rest) < 0 || min(o.Attempts, o.Failures) < 1 || o.MaxPoints < 3 || !(o.MaxM > 0) || o.MaxReply < 1 {
		return o, fmt.Errorf("%w", errLimits)
	}
	if o.Now == nil {
		return o, errClock
	}
	o.URL = strings.TrimRight(o.URL, "/")
	return o, nil
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
