package snapshot

import (
	"context"
	"encoding/json"
	"fmt"
)

// Summary is what a partition's newest whole snapshot holds.
type Summary struct {
	Key         Key
	Epoch       uint64 // of the highest claim
	Owner       string // of that claim; empty where it cannot be read
	Meta        *Meta  // nil where there is no snapshot yet
	WrittenBy   string // the owner that wrote the snapshot
	Vehicles    int
	StateBytes  int64 // of the vehicles' states
	FileBytes   int64 // of files of entries, compressed
	BaseFiles   int
	Deltas      int
	DeltaBytes  int64 // compressed
	Young, Kept ChunkSum
	Refused     []Refusal // newer snapshots that are not whole
}

// ChunkSum adds up chunk files.
type ChunkSum struct {
	Files       int
	Bytes, Live int64
}

// Inspect reads a partition's newest whole snapshot and claims nothing, so that it
// may be used beside an owner at work. The callback is as that of Log.Restore.
func Inspect(ctx context.Context, store Reader, k Key, entry func(vehicle string, state []byte) error) (*Summary, error) {
	found, err := list(ctx, store, k, "")
	if err != nil {
		return nil, err
	}
	s := &Summary{Key: k, Epoch: found.highest()}
	s.Owner = claimOwner(ctx, store, k, s.Epoch)
	p, refused, err := pick(ctx, store, k)
	s.Refused = refused
	if err != nil {
		return s, fmt.Errorf("inspect %s: %w", k, err)
	}
	if p == nil {
		return s, nil
	}
	err = p.each(ctx, store, k, func(vehicle string, state []byte) error {
		s.Vehicles++
		s.StateBytes += int64(len(state))
		return entry(vehicle, state)
	})
	if err != nil {
		return s, fmt.Errorf("inspect %s: %w", k, err)
	}
	s.add(p.manifest)
	return s, nil
}

func (s *Summary) add(m *manifest) {
	meta := m.clone()
	s.Meta, s.WrittenBy = &meta, m.Owner
	s.FileBytes, s.BaseFiles = totalBytes(m.files()), len(m.Base)
	s.Deltas, s.DeltaBytes = len(m.Deltas), m.deltaBytes()
	for _, c := range m.ChunkFiles {
		sum := &s.Young
		if c.Kept {
			sum = &s.Kept
		}
		sum.Files++
		sum.Bytes += c.Bytes
		sum.Live += c.Live
	}
}

// claimOwner is for people to read: a claim may be gone or replaced by now.
func claimOwner(ctx context.Context, store Reader, k Key, epoch uint64) string {
	data, err := store.Get(ctx, k.claim(epoch))
	var c claim
	if err != nil || json.Unmarshal(data, &c) != nil {
		return ""
	}
	return c.Owner
}
