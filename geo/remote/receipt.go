package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milepost/outcome"
)

// MethodName is what a receipt says of trips that the service put onto roads: another
// number where the same answers of the service would be used otherwise.
const MethodName = "valhalla/1"

// receiptFor is how long a service's version is believed before it is asked for anew.
const receiptFor = 5 * time.Minute

type statusReply struct {
	Version   string `json:"version"`
	Modified  *int64 `json:"tileset_last_modified"` // Unix s
	HasTiles  *bool  `json:"has_tiles"`
	Changeset *int64 `json:"osm_changeset"`
}

var (
	errStatus = errors.New("it does not say what version it is and when its tiles were made")
	errTiles  = errors.New("it has no tiles")
)

// Receipt names the service by its version, and its map by when its tiles were made and,
// where the service tells it, their change set. It is asked for every 5 minutes. The
// errors are those of Match.
func (c *Client) Receipt(ctx context.Context) (outcome.MapReceipt, error) {
	c.mu.Lock()
	known, asked, answered := c.known, c.asked, c.answer
	c.mu.Unlock()
	if answered && c.o.Now().Sub(asked) < receiptFor {
		return known, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Total)
	defer cancel()
	var receipt outcome.MapReceipt
	err := c.call(ctx, "status", struct{}{}, func(answer []byte) (err error) {
		receipt, err = parseStatus(answer)
		return err
	})
	if err != nil {
		return outcome.MapReceipt{}, err
	}
	c.mu.Lock()
	c.known, c.asked, c.answer = receipt, c.o.Now(), true
	c.mu.Unlock()
	return receipt, nil
}

func parseStatus(answer []byte) (outcome.MapReceipt, error) {
	var r statusReply
	if json.Unmarshal(answer, &r) != nil {
		return outcome.MapReceipt{}, errNoJSON
	}
	if r.Version == "" || len(r.Version) > 64 || r.Modified == nil {
		return outcome.MapReceipt{}, errStatus
	}
	if r.HasTiles != nil && !*r.HasTiles {
		return outcome.MapReceipt{}, errTiles
	}
	version := "tiles of " + time.Unix(*r.Modified, 0).UTC().Format(time.RFC3339)
	if r.Changeset != nil {
		version += fmt.Sprintf(", change set %d", *r.Changeset)
	}
	return outcome.MapReceipt{Method: MethodName, Service: "valhalla " + r.Version, Version: version}, nil
}
