package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

const topic = "milepost.outcomes"

// cluster starts a broker in this process and gives its address.
func cluster(t *testing.T, partitions int32, opts ...kfake.Opt) (*kfake.Cluster, net.Addr) {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(partitions, topic)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, kafkago.TCP(c.ListenAddrs()...)
}

// transport reaches the brokers and is closed with the test.
func transport(t *testing.T, dial func(context.Context, string, string) (net.Conn, error)) *kafkago.Transport {
	t.Helper()
	rt := &kafkago.Transport{Dial: dial}
	t.Cleanup(rt.CloseIdleConnections)
	return rt
}

// realBroker gives the address of the Kafka that MILEPOST_KAFKA names and a topic
// made for the test.
func realBroker(t *testing.T, partitions int32) (net.Addr, string) {
	t.Helper()
	brokers := os.Getenv("MILEPOST_KAFKA")
	if brokers == "" {
		const what = "MILEPOST_KAFKA names no broker: nothing was tried on a real Kafka"
		if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...))
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%s-%d", strings.ToLower(t.Name()), os.Getpid())
	admin := kadm.NewClient(client)
	t.Cleanup(func() {
		if _, err := admin.DeleteTopics(context.Background(), name); err != nil {
			t.Error(err)
		}
		client.Close()
	})
	if _, err := admin.CreateTopic(t.Context(), partitions, 1, nil, name); err != nil {
		t.Fatal(err)
	}
	awaitLeaders(t, admin, name, int(partitions))
	return kafkago.TCP(strings.Split(brokers, ",")...), name
}

// awaitLeaders waits for the topic that was just made: a client that once hears that it is
// not there remembers that for seconds.
func awaitLeaders(t *testing.T, admin *kadm.Client, topic string, partitions int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		there, err := admin.ListTopics(t.Context(), topic)
		if err != nil {
			t.Fatal(err)
		}
		led := 0
		there.EachPartition(func(p kadm.PartitionDetail) {
			if p.Err == nil && p.Leader >= 0 {
				led++
			}
		})
		if led == partitions {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d partitions of %s have a leader", led, partitions, topic)
		}
	}
}

// read gives all records of a topic, by partition, in order.
func read(t *testing.T, addr net.Addr, topic string) map[int32][]*kgo.Record {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(addr.String(), ",")...), kgo.ConsumeTopics(topic))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	missing := int64(0)
	ends.Each(func(o kadm.ListedOffset) { missing += o.Offset })
	got := map[int32][]*kgo.Record{}
	for missing > 0 {
		fetches := client.PollFetches(t.Context())
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			got[r.Partition] = append(got[r.Partition], r)
			missing--
		})
	}
	return got
}

// unsteady is a network that breaks connections while a reply is read: what was
// asked for has then been done, or not.
type unsteady struct {
	mu     sync.Mutex
	rng    *rand.Rand
	broken int
}

func (u *unsteady) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &unsteadyConn{Conn: c, net: u}, nil
}

type unsteadyConn struct {
	net.Conn
	net *unsteady
}

func (c *unsteadyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if err == nil && c.net.rng.IntN(12) == 0 {
		c.net.broken++
		return 0, errors.Join(errors.New("the network broke"), c.Close())
	}
	return n, err
}
