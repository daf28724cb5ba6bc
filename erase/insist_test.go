package erase

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"milepost/ingest/snapshot"
	"milepost/ingest/uplink"
)

// topicOn is topic with the broker, to be made to refuse.
func topicOn(t *testing.T, settings ...string) (*kfake.Cluster, *Cluster) {
	t.Helper()
	fake, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	transport := &kafka.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	c := NewCluster(transport, kafka.TCP(fake.ListenAddrs()...))
	if _, err := uplink.Create(t.Context(), c.client, "topic", 3, settings...); err != nil {
		t.Fatal(err)
	}
	return fake, c
}

// A broker that breaks off once, at whatever it is asked, ends no erasure.
func TestAConnectionThatBreaksOnceEndsNothing(t *testing.T) {
	fake, c := topicOn(t)
	broken := map[int16]int{}
	for _, key := range []kmsg.Key{kmsg.Produce, kmsg.ListOffsets, kmsg.Fetch} {
		fake.ControlKey(key.Int16(), func(kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive,staticcheck // kfake's order
			broken[key.Int16()]++
			return nil, errors.New("broken off"), true // once
		})
	}
	write(t, c, 0, "car-7", "value")
	if diff := cmp.Diff([]string{"0 car-7 value"}, records(t, c)); diff != "" {
		t.Errorf("topic (-want +got):\n%s", diff)
	}
	if len(broken) != 3 {
		t.Errorf("broken off: %v", broken)
	}
}

// While its coordinator is elected a group may have an owner of anything.
func TestAGroupThatCannotBeAskedMayOwnAPartition(t *testing.T) {
	fake, c := topicOn(t)
	for _, once := range []struct {
		code  int16
		owned bool
		fails bool
	}{{kerr.CoordinatorLoadInProgress.Code, true, false}, {kerr.NotCoordinator.Code, true, false}, {kerr.GroupAuthorizationFailed.Code, false, true}} {
		refuse(fake, once.code)
		owned, err := c.Owned(t.Context(), "group", snapshot.Key{Topic: "topic"})
		if owned != once.owned || (err != nil) != once.fails {
			t.Errorf("code %d: %v, %v", once.code, owned, err)
		}
	}
}

// refuse has the next question for a group answered with a code.
func refuse(fake *kfake.Cluster, code int16) {
	fake.ControlKey(kmsg.DescribeGroups.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive,staticcheck // kfake's order
		answer := r.ResponseKind().(*kmsg.DescribeGroupsResponse)
		group := kmsg.NewDescribeGroupsResponseGroup()
		group.Group, group.ErrorCode = r.(*kmsg.DescribeGroupsRequest).Groups[0], code
		answer.Groups = append(answer.Groups, group)
		return answer, nil, true
	})
}
