package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
)

// show prints what was asked for: JSON, one vehicle, one partition in full, or a
// line for each partition.
func (c *stateInspectCmd) show(out *terminal, views []stateView) error {
	switch {
	case c.JSON:
		return writeLines(out.Stdout, views)
	case len(views) == 0:
		return nil
	case c.Vehicle != "":
		return printVehicleState(out.Stdout, c.Vehicle, views)
	case len(views) == 1:
		return printPartition(out.Stdout, &views[0])
	}
	return printPartitions(out.Stdout, views)
}

// printPartitions prints a table for each topic.
func printPartitions(w io.Writer, views []stateView) error {
	for len(views) > 0 {
		topic := views[0].Topic
		n := slices.IndexFunc(views, func(v stateView) bool { return v.Topic != topic })
		if n < 0 {
			n = len(views)
		}
		fmt.Fprintln(w, clip(topic, 78))
		t := newTable("Partition", "Epoch", "Age", "Driving", "Parked", "Profiles", "State", "Files", "Chunks")
		for _, v := range views[:n] {
			age := "-"
			if v.Snapshot != nil {
				age = stateAge(v.Snapshot.AgeS)
			}
			t.AppendRow([]any{v.Partition, v.Epoch, age, thousands(v.Driving), thousands(v.Parked), thousands(v.Profiles), stateBytes(v.StateBytes), stateBytes(v.FileBytes),
				stateBytes(v.YoungChunks.Bytes + v.KeptChunks.Bytes)})
		}
		if err := printTable(w, t); err != nil {
			return err
		}
		for i := range views[:n] {
			printRefused(w, &views[i])
		}
		if views = views[n:]; len(views) > 0 {
			fmt.Fprintln(w)
		}
	}
	return nil
}

// printPartition prints all that is known of one partition.
func printPartition(w io.Writer, v *stateView) error {
	t := newTable(clip(fmt.Sprintf("%s, partition %d", v.Topic, v.Partition), 60), "")
	const width = 48
	row := func(name string, value any) { t.AppendRow([]any{name, clip(fmt.Sprint(value), width)}) }
	row("epoch", v.Epoch)
	row("owner", orDash(v.Owner))
	if m := v.Snapshot; m == nil {
		row("snapshot", "none yet")
	} else {
		row("snapshot", fmt.Sprintf("%d-%d, %s old, format %d", m.Epoch, m.Sequence, stateAge(m.AgeS), m.Format))
		row("written by", orDash(m.WrittenBy))
		row("watermark", m.Watermark.Format("2006-01-02 15:04:05Z"))
		for _, topic := range slices.Sorted(maps.Keys(m.Offsets)) {
			row("next of "+clip(topic, 24), m.Offsets[topic])
		}
		row("partitions of the topic", m.Partitions)
	}
	row("vehicles", thousands(v.Vehicles))
	row("  driving", thousands(v.Driving))
	row("  parked", thousands(v.Parked))
	row("profiles", thousands(v.Profiles))
	if v.Unreadable > 0 {
		row("unreadable", thousands(v.Unreadable))
	}
	row("state", fmt.Sprintf("%s, largest %s", stateBytes(v.StateBytes), stateBytes(int64(v.LargestBytes))))
	row("base", fmt.Sprintf("%s in %s", stateBytes(v.FileBytes-v.DeltaBytes), english.Plural(v.BaseFiles, "file", "")))
	row("deltas", fmt.Sprintf("%d with %s", v.Deltas, stateBytes(v.DeltaBytes)))
	row("chunks of open trips", v.YoungChunks)
	row("chunks kept", v.KeptChunks)
	if err := printTable(w, t); err != nil {
		return err
	}
	printRefused(w, v)
	return nil
}

// printRefused names newer snapshots that are not whole.
func printRefused(w io.Writer, v *stateView) {
	for _, r := range v.Refused {
		fmt.Fprintf(w, "\nRefused: %s\n  %s\n", r.Manifest, strings.TrimSpace(r.Reason))
	}
}

// printVehicleState says how large a vehicle's state is, and of what kind.
func printVehicleState(w io.Writer, vehicle string, views []stateView) error {
	for _, v := range views {
		s := v.VehicleLooked
		if s == nil || !s.Found {
			continue
		}
		_, err := fmt.Fprintf(w, "%s: %s of state in %s, partition %d, %s\n", clip(vehicle, 40), stateBytes(int64(s.Bytes)), v.Topic, v.Partition, s.Kind)
		return err
	}
	return fmt.Errorf("no snapshot that was read holds vehicle %s", vehicle)
}

// String is how chunk files are shown.
func (c stateChunks) String() string {
	return fmt.Sprintf("%s in %s, %s needed", stateBytes(c.Bytes), english.Plural(c.Files, "file", ""), stateBytes(c.Live))
}

// thousands groups digits.
func thousands(n int) string { return humanize.Comma(int64(n)) }

func stateBytes(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// stateAge gives the two largest units.
func stateAge(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%dd%dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return d.String()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
