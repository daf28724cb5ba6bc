package snapshot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Key names the partition whose state it is.
type Key struct {
	Topic     string
	Partition int
}

// String is the key as people write it: topic/partition.
func (k Key) String() string { return k.Topic + "/" + strconv.Itoa(k.Partition) }

// The folders of a partition. A name below them is an epoch, and, but for claims, a
// number behind a dash: each at least ten digits, so that names sort as they count.
const (
	claims    = "claim"
	manifests = "manifest"
	entries   = "entries"
	chunks    = "chunks"
)

// mark is the epoch and the sequence of a manifest, or the epoch and the number of
// a file. Of two manifests the one with the greater mark counts.
type mark struct{ epoch, number uint64 }

func compare(a, b mark) int {
	return cmp.Or(cmp.Compare(a.epoch, b.epoch), cmp.Compare(a.number, b.number))
}

func (m mark) String() string { return fmt.Sprintf("%010d-%010d", m.epoch, m.number) }

// A file's identity holds its epoch above its number, so that no two owners ever
// give one identity to two files.
const (
	numberBits = 32
	maxEpoch   = 1<<(64-numberBits) - 1
	maxNumber  = 1<<numberBits - 1
)

func (m mark) file() uint64 { return m.epoch<<numberBits | m.number }

func fileMark(id uint64) mark { return mark{epoch: id >> numberBits, number: id & maxNumber} }

func (k Key) folder() string { return k.String() + "/" }

func (k Key) name(folder string, m mark) string {
	if folder == claims {
		return fmt.Sprintf("%s%s/%010d", k.folder(), folder, m.epoch)
	}
	return k.folder() + folder + "/" + m.String()
}

func (k Key) claim(epoch uint64) string { return k.name(claims, mark{epoch: epoch}) }

func (k Key) manifest(m mark) string { return k.name(manifests, m) }

func (k Key) file(folder string, id uint64) string { return k.name(folder, fileMark(id)) }

// parseMark reads a name below a folder; claims have no number.
func parseMark(folder, name string) (mark, bool) {
	first, second, numbered := strings.Cut(name, "-")
	if numbered == (folder == claims) {
		return mark{}, false
	}
	if !numbered {
		second = "0"
	}
	epoch, errEpoch := strconv.ParseUint(first, 10, 64)
	number, errNumber := strconv.ParseUint(second, 10, 64)
	return mark{epoch, number}, errEpoch == nil && errNumber == nil && epoch <= maxEpoch && number <= maxNumber
}

// listing is what is there of a partition, in ascending order.
type listing map[string][]mark

// list reads the names of a partition, or of one of its folders; what has another
// form is not milepost's and left alone.
func list(ctx context.Context, store Reader, k Key, folder string) (listing, error) {
	prefix := k.folder()
	if folder != "" {
		prefix += folder + "/"
	}
	names, err := store.List(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("list the state of %s: %w", k, err)
	}
	found := listing{}
	for _, name := range names {
		folder, rest, _ := strings.Cut(strings.TrimPrefix(name, k.folder()), "/")
		if m, ok := parseMark(folder, rest); ok {
			found[folder] = append(found[folder], m)
		}
	}
	for _, marks := range found {
		slices.SortFunc(marks, compare)
	}
	return found, nil
}

// highest is the highest epoch that anything in the listing has.
func (l listing) highest() (epoch uint64) {
	for _, folder := range []string{claims, manifests} {
		if marks := l[folder]; len(marks) > 0 {
			epoch = max(epoch, marks[len(marks)-1].epoch)
		}
	}
	return epoch
}

// Partitions gives the keys of which a store has anything, sorted.
func Partitions(ctx context.Context, store Reader) ([]Key, error) {
	names, err := store.List(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("list the state: %w", err)
	}
	var keys []Key
	for _, name := range names {
		parts := strings.Split(name, "/")
		if len(parts) != 4 || parts[2] != manifests && parts[2] != claims {
			continue
		}
		k := Key{Topic: parts[0]}
		if k.Partition, err = strconv.Atoi(parts[1]); err == nil && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return keys, nil
}
