package main

import (
	"errors"
	"fmt"
	"os"

	"milepost/erase"
	"milepost/ingest/check"
)

var errDryProof = errors.New("it is of a dry run, which erased nothing")

// erasuresOf reads the proofs of erasures. One that could not be verified counts too:
// what it names was to be erased, whatever is left of it.
func erasuresOf(paths []string) (all []check.Erasure, err error) {
	for _, path := range paths {
		e, err := erasureOf(path)
		if err != nil {
			return nil, usageError{fmt.Errorf("read proof %s: %w", path, err)}
		}
		all = append(all, e)
	}
	return all, nil
}

func erasureOf(path string) (e check.Erasure, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return e, err
	}
	proof, err := erase.ReadProof(data)
	if err != nil {
		return e, err
	}
	if proof.DryRun {
		return e, errDryProof
	}
	e.Account, e.Collision, e.Until = proof.Subject.OfAccount(), proof.Subject.OfCollision(), proof.EndedAt
	e.SHA256, err = proof.Subject.Sum()
	return e, err
}
