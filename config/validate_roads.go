package config

import (
	"net/url"
	"time"
)

func (r Roads) check(bad report) {
	if r.File != "" && r.Remote.URL != "" {
		bad("roads.remote.url", "is set, and roads.file too: want one map")
	}
	r.Remote.check(bad)
}

func (r RemoteRoads) check(bad report) {
	// The address is not shown: what is wrong in it may be a key.
	if r.URL != "" {
		u, err := url.Parse(r.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			bad("roads.remote.url", "is no address: want http:// or https:// with a host, without user, query or fragment; a key goes into roads.remote.key")
		}
	}
	if (r.KeyHeader == "") != (r.Key == "") {
		bad("roads.remote.key_header", "a key needs the header that carries it: want both key_header and key, or neither")
	}
	within(bad, "roads.remote.timeout", r.Timeout, 100*time.Millisecond, 5*time.Minute)
	within(bad, "roads.remote.total", r.Total, r.Timeout, 30*time.Minute)
}
