package decode

import (
	"bytes"
	"fmt"
	"strings"
)

// Format is a wire format.
type Format uint8

// The formats. Unset leaves it to each record's content-type header.
const (
	Unset Format = iota
	MilepostProtobuf
	TeslaVProtobuf
	TeslaVJSON
	DIMOSignalsJSON
	formatCount
)

var formatNames = [formatCount]string{"", "milepost-protobuf", "tesla-v-protobuf", "tesla-v-json", "dimo-signals-json"}

// contentTypes names formats in headers, beside their own names.
var contentTypes = map[string]Format{
	"application/vnd.milepost.telemetry.v1+protobuf": MilepostProtobuf,
	"application/x-protobuf":                         MilepostProtobuf,
	"application/cloudevents+json":                   DIMOSignalsJSON,
}

func init() {
	for f := MilepostProtobuf; f < formatCount; f++ {
		contentTypes[formatNames[f]] = f
	}
}

// String is the format's name in configuration and metrics; empty for Unset.
func (f Format) String() string {
	if f >= formatCount {
		return fmt.Sprintf("format(%d)", int(f))
	}
	return formatNames[f]
}

// ParseFormat finds a format by its name; the empty name is Unset.
func ParseFormat(name string) (Format, error) {
	for f, n := range formatNames {
		if n == name {
			return Format(f), nil
		}
	}
	return Unset, fmt.Errorf("no wire format %q: must be one of %s", name, strings.Join(formatNames[1:], ", "))
}

// MarshalText gives the name, for configuration.
func (f Format) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText takes a name, as ParseFormat.
func (f *Format) UnmarshalText(b []byte) (err error) {
	*f, err = ParseFormat(string(b))
	return err
}

// Headers gives a record's headers.
type Headers interface {
	Header(name string) (value []byte, ok bool)
}

// formatOf is a topic's setting, or where that is Unset what the content-type names.
func formatOf(setting Format, h Headers) (Format, error) {
	if setting != Unset {
		return setting, nil
	}
	v, ok := header(h, "content-type")
	if !ok {
		return Unset, fail(ClassFormat, "no content-type header, and the topic has no format setting")
	}
	v, _, _ = bytes.Cut(v, []byte(";"))
	if f, ok := contentTypes[string(bytes.TrimSpace(v))]; ok {
		return f, nil
	}
	return Unset, fail(ClassFormat, "content-type of no known format")
}

// header is a record's header; nil where there is none.
func header(h Headers, name string) ([]byte, bool) {
	if h == nil {
		return nil, false
	}
	v, ok := h.Header(name)
	if !ok {
		return nil, false
	}
	return v, true
}
