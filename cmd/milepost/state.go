package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"milepost/config"
	"milepost/ingest/blob"
	"milepost/ingest/cars"
	"milepost/ingest/snapshot"
)

// stateCmd is about the state that snapshots keep.
type stateCmd struct {
	Inspect stateInspectCmd `cmd:"" help:"Show what the snapshots of partitions hold, without places."`
}

// stateInspectCmd reads snapshots and changes nothing.
type stateInspectCmd struct {
	State     string `xor:"where" required:"" env:"MILEPOST_STATE" placeholder:"DIR|s3://BUCKET/PREFIX" help:"Where the snapshots are."`
	Config    string `xor:"where" required:"" type:"existingfile" placeholder:"FILE" help:"Settings of milepost run, which say where they are."`
	Topic     string `placeholder:"NAME" help:"The topic; by default all."`
	Partition int    `default:"-1" placeholder:"N" help:"The partition; by default all."`
	Vehicle   string `placeholder:"ID" help:"Show the size and kind of this vehicle's state only."`
	JSON      bool   `name:"json" help:"Print JSON lines instead."`

	S3Endpoint string `name:"s3-endpoint" env:"MILEPOST_S3_ENDPOINT" default:"s3.amazonaws.com" placeholder:"HOST" help:"The S3 service (${default}); keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."`
	S3Region   string `name:"s3-region" env:"MILEPOST_S3_REGION" placeholder:"NAME" help:"Its region."`
	S3Insecure bool   `name:"s3-insecure" env:"MILEPOST_S3_INSECURE" help:"HTTP instead of HTTPS."`
}

// Run shows the partitions one by one.
func (c *stateInspectCmd) Run(ctx context.Context, out *terminal) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	return c.inspect(ctx, out, store, time.Now())
}

func (c *stateInspectCmd) open() (snapshot.Reader, error) {
	if c.Config != "" {
		return c.openConfigured()
	}
	bucket, prefix, ok := blob.S3Location(c.State)
	if !ok {
		return blob.OpenExistingDir(c.State)
	}
	return blob.OpenS3(blob.S3Config{Endpoint: c.S3Endpoint, Bucket: bucket, Prefix: prefix, Region: c.S3Region, Insecure: c.S3Insecure})
}

// openConfigured opens what the settings name; a folder that is not there is not made.
func (c *stateInspectCmd) openConfigured() (snapshot.Reader, error) {
	cfg, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return nil, usageError{err}
	}
	c.State = stateLocation(cfg.State)
	if cfg.State.S3.Bucket == "" {
		return blob.OpenExistingDir(cfg.State.Dir)
	}
	return openState(cfg.State)
}

// stateLocation is how messages name where state is.
func stateLocation(cfg config.State) string {
	if cfg.S3.Bucket == "" {
		return cfg.Dir
	}
	return "s3://" + cfg.S3.Bucket + "/" + cfg.S3.Prefix
}

// inspect shows all partitions that can be read, and gives the errors of the others.
func (c *stateInspectCmd) inspect(ctx context.Context, out *terminal, store snapshot.Reader, now time.Time) error {
	keys, err := c.keys(ctx, store)
	if err != nil {
		return err
	}
	var views []stateView
	var failed error
	for _, k := range keys {
		v, err := c.view(ctx, store, k, now)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		views = append(views, v)
	}
	return errors.Join(c.show(out, views), failed)
}

// keys are the partitions asked for.
func (c *stateInspectCmd) keys(ctx context.Context, store snapshot.Reader) ([]snapshot.Key, error) {
	keys, err := snapshot.Partitions(ctx, store)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("there are no snapshots in %s", c.State)
	}
	some := slices.DeleteFunc(slices.Clone(keys), func(k snapshot.Key) bool {
		return c.Topic != "" && k.Topic != c.Topic || c.Partition >= 0 && k.Partition != c.Partition
	})
	if len(some) == 0 {
		return nil, fmt.Errorf("there are no snapshots of that topic and partition in %s, but of %s", c.State, keys[0])
	}
	return some, nil
}

// stateView is what is shown of a partition.
type stateView struct {
	Topic         string           `json:"topic"`
	Partition     int              `json:"partition"`
	Epoch         uint64           `json:"epoch"`
	Owner         string           `json:"owner"`
	Snapshot      *stateManifest   `json:"snapshot,omitempty"` // absent before the first
	Vehicles      int              `json:"vehicles"`           // driving or parked
	Driving       int              `json:"driving"`
	Parked        int              `json:"parked"`
	Profiles      int              `json:"profiles"`
	Unreadable    int              `json:"unreadable,omitempty"` // entries of a newer milepost, or damaged
	StateBytes    int64            `json:"state_bytes"`
	LargestBytes  int              `json:"largest_state_bytes"`
	FileBytes     int64            `json:"file_bytes"`
	BaseFiles     int              `json:"base_files"`
	Deltas        int              `json:"deltas"`
	DeltaBytes    int64            `json:"delta_bytes"`
	YoungChunks   stateChunks      `json:"young_chunks"`
	KeptChunks    stateChunks      `json:"kept_chunks"`
	Refused       []stateRefusal   `json:"refused,omitempty"`
	VehicleLooked *stateOfAVehicle `json:"vehicle,omitempty"`
}

type stateManifest struct {
	Epoch      uint64           `json:"epoch"`
	Sequence   uint64           `json:"sequence"`
	WrittenBy  string           `json:"written_by"`
	WrittenAt  time.Time        `json:"written_at"`
	AgeS       int64            `json:"age_s"`
	Format     int              `json:"format"`
	Partitions int              `json:"partitions"`
	Watermark  time.Time        `json:"watermark"`
	Offsets    map[string]int64 `json:"offsets"`
}

type stateChunks struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
	Live  int64 `json:"live_bytes"`
}

type stateRefusal struct {
	Manifest string `json:"manifest"`
	Reason   string `json:"reason"`
}

type stateOfAVehicle struct {
	Found bool   `json:"found"`
	Bytes int    `json:"bytes"`
	Kind  string `json:"kind,omitempty"`
}

// view reads a partition through.
func (c *stateInspectCmd) view(ctx context.Context, store snapshot.Reader, k snapshot.Key, now time.Time) (stateView, error) {
	v := stateView{Topic: k.Topic, Partition: k.Partition}
	if c.Vehicle != "" {
		v.VehicleLooked = &stateOfAVehicle{}
	}
	s, err := snapshot.Inspect(ctx, store, k, func(key string, entry []byte) error {
		kind := cars.Describe(key, entry)
		v.add(kind, len(entry))
		if c.Vehicle != "" && key == cars.Key(c.Vehicle) {
			*v.VehicleLooked = stateOfAVehicle{Found: true, Bytes: len(entry), Kind: kind.String()}
		}
		return ctx.Err()
	})
	if err != nil {
		return v, err
	}
	v.take(s, now)
	return v, nil
}

func (v *stateView) add(kind cars.Kind, size int) {
	v.LargestBytes = max(v.LargestBytes, size)
	switch kind {
	case cars.Driving:
		v.Driving++
		v.Vehicles++
	case cars.Parked:
		v.Parked++
		v.Vehicles++
	case cars.Profile:
		v.Profiles++
	default:
		v.Unreadable++
	}
}

func (v *stateView) take(s *snapshot.Summary, now time.Time) {
	v.Epoch, v.Owner, v.StateBytes = s.Epoch, s.Owner, s.StateBytes
	v.FileBytes, v.BaseFiles, v.Deltas, v.DeltaBytes = s.FileBytes, s.BaseFiles, s.Deltas, s.DeltaBytes
	v.YoungChunks, v.KeptChunks = stateChunks(s.Young), stateChunks(s.Kept)
	for _, r := range s.Refused {
		v.Refused = append(v.Refused, stateRefusal{r.Manifest, r.Err.Error()})
	}
	if m := s.Meta; m != nil {
		v.Snapshot = &stateManifest{Epoch: m.Epoch, Sequence: m.Sequence, WrittenBy: s.WrittenBy, WrittenAt: m.WrittenAt.UTC(),
			AgeS: int64(now.Sub(m.WrittenAt).Seconds()), Format: m.Format, Partitions: m.Partitions,
			Watermark: time.UnixMicro(m.Watermark).UTC(), Offsets: m.Offsets}
	}
}
