package roads

import (
	"encoding/binary"
	"errors"
	"fmt"

	"milepost/geo/maxspeed"
)

// appendLimits writes limits one after the other, each behind its length.
func appendLimits(to []byte, limits []maxspeed.Limits) []byte {
	for _, l := range limits {
		one := l.AppendBinary(nil)
		to = binary.AppendUvarint(to, uint64(len(one)))
		to = append(to, one...)
	}
	return to
}

func readLimits(from []byte) (limits []maxspeed.Limits, err error) {
	for len(from) > 0 {
		length, n := binary.Uvarint(from)
		if n <= 0 || length > uint64(len(from)-n) {
			return nil, errors.New("limits end early")
		}
		l, err := maxspeed.Decode(from[n : n+int(length)])
		if err != nil {
			return nil, fmt.Errorf("limits %d: %w", len(limits), err)
		}
		limits = append(limits, l)
		from = from[n+int(length):]
	}
	return limits, nil
}
