package remote

import (
	"net/http"
	"sync"
	"time"

	"milepost/outcome"
)

// Client asks one service. It is safe for concurrent use.
type Client struct {
	o    Options
	http *http.Client
	rest rest

	mu     sync.Mutex // guards the receipt
	known  outcome.MapReceipt
	asked  time.Time
	answer bool
}

// New checks the options; it does not ask the service yet.
func New(o Options) (*Client, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	sender := http.Client{}
	if o.Client != nil {
		sender = *o.Client
	}
	// A redirect would send positions to a place that nobody configured.
	sender.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{o: o, http: &sender, rest: rest{most: o.Failures, pause: o.Rest}}, nil
}
