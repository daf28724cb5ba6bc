package deadletter

import (
	"errors"
	"strconv"
	"strings"
)

// ReplayHeader marks a record that was fed in again; its value is where the record
// was refused first, as topic/partition/offset.
const ReplayHeader = "milepost-replay-of"

var errOrigin = errors.New("not topic/partition/offset")

// parseOrigin reads what Origin.String wrote.
func parseOrigin(s string) (o Origin, err error) {
	rest, offset, ok1 := cutLast(s)
	topic, partition, ok2 := cutLast(rest)
	if !ok1 || !ok2 || topic == "" {
		return Origin{}, errOrigin
	}
	at, err1 := strconv.ParseInt(offset, 10, 64)
	number, err2 := strconv.ParseInt(partition, 10, 32)
	if err := errors.Join(err1, err2); err != nil || at < 0 || number < 0 {
		return Origin{}, errOrigin
	}
	if o = (Origin{Topic: topic, Partition: int(number), Offset: at}); !topicName(topic) || o.String() != s {
		return Origin{}, errOrigin
	}
	return o, nil
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// topicName reports whether Kafka would allow a topic of this name.
func topicName(s string) bool {
	const longest = 249
	return len(s) <= longest && strings.IndexFunc(s, func(r rune) bool {
		return !letter(r) && !digit(r) && r != '.' && r != '_' && r != '-'
	}) < 0
}
