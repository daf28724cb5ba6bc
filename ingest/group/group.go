package group

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"milepost/ingest/snapshot"
)

// Partition is what runs while this process owns a partition. It returns when ctx is
// done and it has drained, or with the error that stopped it.
type Partition interface {
	Run(ctx context.Context) error
}

// Assignment is a partition that a generation of the group gave to this process.
type Assignment struct {
	Topic     string
	Partition int
}

// Commit reports the next offset of the partition to the group.
type Commit func(next int64) error

// Open makes the partition that a generation gave to this process. Where it fails
// after ctx has ended, that is no failure.
type Open func(ctx context.Context, topic string, partition int, commit Commit) (Partition, error)

// Config says which group to join and how.
type Config struct {
	ID       string
	Brokers  []string
	Topics   []string
	Dialer   *kafka.Dialer
	Session  time.Duration      // without a heartbeat for this long, the group goes on without this process; default DefaultSession
	Rejoin   time.Duration      // pause after a failure to join; default 1 s
	Watch    func([]Assignment) // told of the partitions of every new generation
	Log      *slog.Logger
	LogKafka kafka.Logger // may be nil
}

// DefaultSession is the Session where none is set. While partitions drain no heartbeat
// is sent: one that takes longer than this is lost to another process meanwhile.
const DefaultSession = 6 * time.Second

const (
	// rebalance is how long the others wait for a process to drain what it gives up.
	rebalance     = 30 * time.Second
	defaultRejoin = time.Second
	// answerLimit is how long the coordinator may take for one answer. A broker that stands still
	// for some seconds forgets no session; whoever gives up on a heartbeat ends its generation by itself.
	answerLimit = 10 * time.Second
)

// Run joins the group and runs partitions until ctx is done, when it drains them and
// leaves; or until one fails for good. Open is called for each partition of each
// generation, with a context that ends with that; partitions are opened at once.
func Run(ctx context.Context, cfg Config, open Open) error {
	group, err := join(&cfg)
	if err != nil {
		return err
	}
	inner, stop := context.WithCancel(ctx)
	defer stop()
	r := &runner{cfg: cfg, open: open, stop: stop}
	err = r.generations(inner, group)
	r.leave(group)
	return errors.Join(err, r.failed)
}

func join(cfg *Config) (*kafka.ConsumerGroup, error) {
	if cfg.Session == 0 {
		cfg.Session = DefaultSession
	}
	if cfg.Rejoin == 0 {
		cfg.Rejoin = defaultRejoin
	}
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: cfg.ID, Brokers: cfg.Brokers, Dialer: cfg.Dialer, Topics: cfg.Topics,
		// Partitions of the same number of several topics go to the same member.
		GroupBalancers:    []kafka.GroupBalancer{kafka.RangeGroupBalancer{}},
		SessionTimeout:    cfg.Session,
		RebalanceTimeout:  rebalance,
		HeartbeatInterval: cfg.Session / 10,
		JoinGroupBackoff:  cfg.Rejoin,
		Timeout:           answerLimit,
		// A topic that comes late, or grows, is noticed.
		WatchPartitionChanges: true,
		StartOffset:           kafka.FirstOffset,
		Logger:                cfg.LogKafka,
	})
	if err != nil {
		return nil, fmt.Errorf("join consumer group %s: %w", cfg.ID, err)
	}
	return group, nil
}

// runner runs one generation after the other.
type runner struct {
	cfg     Config
	open    Open
	stop    context.CancelFunc // ends all
	running sync.WaitGroup

	first  sync.Once
	failed error // the first failure of a partition; read it when none is running
}

// fail ends all partitions because of one.
func (r *runner) fail(err error) {
	r.cfg.Log.Error("partition failed", "error", err.Error())
	r.first.Do(func() { r.failed = err })
	r.stop()
}

// leave ends what runs, which drains, and leaves the group.
func (r *runner) leave(group *kafka.ConsumerGroup) {
	// Close waits for the partitions, whose context ends with it.
	if err := group.Close(); err != nil {
		r.cfg.Log.Warn("leaving the group failed", "error", err.Error())
	}
	r.running.Wait()
}

// generations takes what the group gives until ctx is done.
func (r *runner) generations(ctx context.Context, group *kafka.ConsumerGroup) error {
	for {
		g, err := group.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && !transient(err):
			return fmt.Errorf("join consumer group %s: %w", r.cfg.ID, err)
		case err != nil:
			r.cfg.Log.Warn("the group is not joined, trying again", "error", err.Error())
		default:
			r.start(g)
		}
	}
}

// transient reports whether a failure to join may pass. What the broker refuses for
// good does not: wrong credentials, no right to the group.
func transient(err error) bool {
	var code kafka.Error
	if !errors.As(err, &code) {
		return true
	}
	return !slices.Contains([]kafka.Error{kafka.SASLAuthenticationFailed, kafka.TopicAuthorizationFailed,
		kafka.GroupAuthorizationFailed, kafka.ClusterAuthorizationFailed, kafka.InvalidGroupId,
		kafka.UnsupportedSASLMechanism, kafka.UnsupportedVersion}, code)
}

// start runs the partitions of a generation, in the order of topic and number.
func (r *runner) start(g *kafka.Generation) {
	var all []Assignment
	for _, topic := range r.cfg.Topics {
		for _, a := range g.Assignments[topic] {
			all = append(all, Assignment{Topic: topic, Partition: a.ID})
		}
	}
	r.cfg.Watch(all)
	r.cfg.Log.Info("generation of the group began", "generation", g.ID, "partitions", len(all))
	for _, a := range all {
		r.run(g, a.Topic, a.Partition)
	}
}

func (r *runner) run(g *kafka.Generation, topic string, id int) {
	r.running.Add(1)
	g.Start(func(ctx context.Context) {
		defer r.running.Done()
		if ctx.Err() != nil {
			return // over before it began: a claim now would fence the next owner
		}
		commit := func(next int64) error {
			return g.CommitOffsets(map[string]map[int]int64{topic: {id: next}})
		}
		p, err := r.open(ctx, topic, id, commit)
		if err == nil {
			err = p.Run(ctx)
		} else if ctx.Err() != nil {
			return
		}
		switch {
		case errors.Is(err, snapshot.ErrFenced):
			// Another process owns the partition by now: this generation is over.
			r.cfg.Log.Warn("partition lost to a newer owner", "topic", topic, "partition", id)
		case err != nil:
			r.fail(err)
		}
	})
}
