package sinks_test

import (
	"errors"
	"fmt"
	"testing"

	"milepost/outcome"
	"milepost/sinks"
)

func TestRetryableIsFoundThroughWrapping(t *testing.T) {
	cause := errors.New("disk full")
	err := fmt.Errorf("write 3 outcomes: %w", &sinks.RetryableError{Err: cause})
	if !sinks.Retryable(err) {
		t.Error("a wrapped retryable error is not recognised")
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if sinks.Retryable(cause) || sinks.Retryable(nil) {
		t.Error("an unmarked error counts as retryable")
	}
}

func TestOutcomeErrorNamesTheOutcome(t *testing.T) {
	cause := errors.New("id is empty")
	err := &sinks.OutcomeError{Index: 2, Type: outcome.TypeTrip, ID: "ab", Err: cause}
	if got, want := err.Error(), "outcome 2 of the batch (trip ab): id is empty"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, cause) || sinks.Retryable(err) {
		t.Error("an outcome error wraps its cause and is permanent")
	}
}
