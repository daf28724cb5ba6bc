package clickhouse

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
)

// greeting says of a port that took the connection and did not say hello which one it
// may be: servers have several, and two of them are easily mixed up.
func greeting(err error) error {
	var plain tls.RecordHeaderError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &plain):
		return fmt.Errorf("%w; is this a port without TLS? The native protocol's with TLS is 9440 by default", err)
	case strings.Contains(err.Error(), "handshake: failed to read"), strings.Contains(err.Error(), "[handshake] unexpected packet"):
		// The driver has no types for these.
		return fmt.Errorf("%w; is this the HTTP port, or one with TLS? "+
			"milepost speaks the native protocol, which is on 9000 by default, and with TLS on 9440", err)
	}
	return err
}
