package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"
)

// slots are how many times a second the cars' gateway sends what has come.
const slots = 20

// benchFleet sends a second of every car each second, by the wall clock.
type benchFleet struct {
	client    *kafka.Client
	topic     string
	templates *templates
	cars      [][]*benchCar // by partition
	calm      time.Duration // between the first record of each car and the others
	base      time.Time     // when the first record's second began

	mu      sync.Mutex
	crashes map[string]crash // by vehicle
	behind  time.Duration    // the largest that a slot was sent too late
}

// benchCar is one car of the fleet.
type benchCar struct {
	id      []byte
	slot    int
	ready   bool // motion at 100 Hz
	crashAt int  // second, -1 for never
	ended   bool // it has crashed
}

// crash is when the broker had the record that tells of it, and when it happened.
type crash struct{ appended, happened time.Time }

// newBenchFleet spreads cars over partitions as their keys say, and lets so many crash each
// second, from a second on.
func newBenchFleet(c *benchAlertsCmd, client *kafka.Client, topic string, t *templates) (*benchFleet, error) {
	f := &benchFleet{client: client, topic: topic, templates: t, cars: make([][]*benchCar, c.Partitions), calm: 31 * time.Second,
		crashes: map[string]crash{}}
	numbers := make([]int, c.Partitions)
	for i := range numbers {
		numbers[i] = i
	}
	left := c.Crashes * c.Seconds
	for i := range c.Vehicles {
		car := &benchCar{id: fmt.Appendf(nil, "bench-%07d", i), slot: (i + i/slots) % slots, crashAt: -1}
		car.ready = i*c.CrashReady/100 != (i+1)*c.CrashReady/100
		if car.ready && left > 0 {
			left--
			car.crashAt = 1 + c.WarmUp + left%c.Seconds
		}
		p := kafka.Murmur2Balancer{Consistent: true}.Balance(kafka.Message{Key: car.id}, numbers...)
		f.cars[p] = append(f.cars[p], car)
	}
	if left > 0 {
		return nil, usageError{fmt.Errorf("%d cars shall crash, and too few are crash-ready: want more vehicles or a larger share", c.Crashes*c.Seconds)}
	}
	return f, nil
}

// drive sends the seconds from one to another, exclusive; told is called after each.
func (f *benchFleet) drive(ctx context.Context, from, to int, told func()) error {
	sending, ctx := errgroup.WithContext(ctx)
	for number, cars := range f.cars {
		sending.Go(func() error {
			for second := from; second < to; second++ {
				for slot := range slots {
					if err := f.send(ctx, number, cars, second, slot); err != nil {
						return err
					}
				}
				if number == 0 {
					told()
				}
			}
			return nil
		})
	}
	return sending.Wait()
}

// due is when a slot's second is over; the first record comes a while before the others.
func (f *benchFleet) due(second, slot int) time.Time {
	at := f.base.Add(time.Duration(second+1)*time.Second + time.Duration(slot)*time.Second/slots)
	if second > 0 {
		at = at.Add(f.calm)
	}
	return at
}

// send writes a slot's cars of a partition when their second is over.
func (f *benchFleet) send(ctx context.Context, number int, cars []*benchCar, second, slot int) error {
	due := f.due(second, slot)
	if wait := time.Until(due); wait > 0 {
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	} else {
		f.late(-wait)
	}
	var slab []byte
	var records []kafka.Record
	var crashing []string
	for _, car := range cars {
		if car.slot != slot {
			continue
		}
		n := len(slab)
		slab = append(begun(slab, due.Add(-time.Second).UnixMicro(), 1, uint64(second)), f.body(car, second)...) //nolint:gosec // not negative
		records = append(records, kafka.Record{Key: kafka.NewBytes(car.id), Value: kafka.NewBytes(slab[n:])})
		if car.crashAt == second {
			crashing = append(crashing, string(car.id))
		}
	}
	if len(records) == 0 {
		return nil
	}
	answer, err := f.client.Produce(ctx, &kafka.ProduceRequest{Topic: f.topic, Partition: number, RequiredAcks: kafka.RequireAll,
		Compression: kafka.Lz4, Records: kafka.NewRecordReader(records...)})
	if err == nil {
		err = answer.Error
	}
	if err != nil {
		return fmt.Errorf("write %d records: %w", len(records), err)
	}
	f.note(crashing, crash{appended: answer.LogAppendTime, happened: due.Add(-time.Second + blowFrom*time.Microsecond)})
	return nil
}

// body is what a car reports of a second.
func (f *benchFleet) body(car *benchCar, second int) []byte {
	switch t := f.templates; {
	case car.crashAt == second:
		car.ended = true
		return t.crash[second]
	case car.ended:
		return t.standing
	case car.ready:
		return t.ready[second]
	default:
		return t.ordinary[second]
	}
}

func (f *benchFleet) late(by time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.behind = max(f.behind, by)
}

func (f *benchFleet) note(vehicles []string, c crash) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range vehicles {
		f.crashes[id] = c
	}
}
