package broker

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that no print, log or encoding shows; string(s) alone is the text.
type Secret string

const hidden = "***"

// String is *** for any secret, and empty where there is none.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// Format keeps every verb of fmt from showing the text, %x and %#v too.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue keeps the text out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps the text out of JSON and YAML; reading takes it as any string.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
