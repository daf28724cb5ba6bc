package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// call asks until there is an answer that read takes, for as often and as long as the
// options allow. Its errors are ErrNotReached, a *Refused, or the context's own.
func (c *Client) call(ctx context.Context, action string, question any, read func([]byte) error) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("ask the map's service for %s: the question cannot be written", action)
	}
	if !c.rest.open(c.o.Now()) {
		return fmt.Errorf("%w for %s: it failed %d times and is let be for a while", ErrNotReached, action, c.o.Failures)
	}
	err = c.attempts(ctx, action, body, read)
	var refused *Refused
	switch {
	case err == nil || errors.As(err, &refused):
		c.rest.tell(true, c.o.Now())
		return err
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled):
		return fmt.Errorf("ask the map's service for %s: %w", action, context.Canceled)
	}
	c.rest.tell(false, c.o.Now())
	return fmt.Errorf("%w for %s: %w", ErrNotReached, action, err)
}

func (c *Client) attempts(ctx context.Context, action string, body []byte, read func([]byte) error) error {
	pause := c.o.Pause
	for attempt := 1; ; attempt++ {
		err := c.once(ctx, action, body, read)
		var failed *failure
		if err == nil || !errors.As(err, &failed) {
			return err
		}
		if attempt == c.o.Attempts || !c.wait(ctx, pause) {
			return fmt.Errorf("%d tried, the last: %w", attempt, err)
		}
		pause *= 2
	}
}

// wait pauses, and reports whether there is time left.
func (c *Client) wait(ctx context.Context, pause time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && end.Sub(c.o.Now()) <= pause {
		return false
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// once sends one request. What another attempt may mend is a *failure.
func (c *Client) once(ctx context.Context, action string, body []byte, read func([]byte) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.o.URL+"/"+action, bytes.NewReader(body))
	if err != nil {
		return sending(err)
	}
	for name, values := range c.o.Header {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return sending(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := c.read(resp)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return refusal(resp.StatusCode, answer)
	}
	if err := read(answer); err != nil {
		return &failure{what: "read the answer", err: err}
	}
	return nil
}

var errTooLarge = errors.New("larger than allowed")

// read takes the whole answer, or nothing of it.
func (c *Client) read(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > c.o.MaxReply {
		return nil, &failure{what: "read the answer", err: errTooLarge}
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, c.o.MaxReply+1))
	if err != nil {
		f := sending(err)
		f.what = "read the answer: " + f.what
		return nil, f
	}
	if int64(len(answer)) > c.o.MaxReply {
		return nil, &failure{what: "read the answer", err: errTooLarge}
	}
	return answer, nil
}

// refusal tells a no of Valhalla's from a service in trouble, or something else in its place.
func refusal(status int, answer []byte) error {
	var said struct {
		Code int `json:"error_code"`
	}
	if json.Unmarshal(answer, &said) != nil {
		said.Code = 0
	}
	if passing(status) || status < 400 || status == http.StatusNotFound && said.Code == 0 {
		return &failure{what: fmt.Sprintf("HTTP status %d", status)}
	}
	return &Refused{Status: status, Code: said.Code}
}
