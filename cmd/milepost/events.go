package main

import (
	"fmt"
	"io"
	"os"

	"milepost/detectors"
	"milepost/scoring/events"
)

// mostEvents bounds the size of a table of thresholds, in bytes.
const mostEvents = 64 << 10

// readEvents reads a table of the thresholds of harsh manoeuvres; an empty path is the
// default table.
func readEvents(path string) (*detectors.Thresholds, error) {
	if path == "" {
		return detectors.DefaultThresholds(), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open event thresholds: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, mostEvents+1))
	if err != nil {
		return nil, fmt.Errorf("read event thresholds %s: %w", path, err)
	}
	if len(text) > mostEvents {
		return nil, fmt.Errorf("read event thresholds %s: longer than %d bytes", path, mostEvents)
	}
	return events.Parse(path, text)
}
