package config

import (
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Secret is a text that is never shown: formatted, logged or marshalled it is
// hidden, and only Reveal gives it.
type Secret string

const hidden = "***"

// Reveal gives the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret; it is empty where there is none.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides it from %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// LogValue hides it from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides it from JSON, YAML and their like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Bytes is a size: a number of bytes, outside with a unit such as KiB, MiB, MB.
type Bytes int64

// String is the size in the largest binary unit that it is a whole number of.
func (b Bytes) String() string {
	for _, u := range []struct {
		name string
		size Bytes
	}{{"GiB", 1 << 30}, {"MiB", mib}, {"KiB", kib}} {
		if b >= u.size && b%u.size == 0 {
			return fmt.Sprintf("%d%s", b/u.size, u.name)
		}
	}
	return strconv.FormatInt(int64(b), 10)
}

// set writes a value given as text, in the file or the environment, into a
// setting. Its error says what would be right.
func set(v reflect.Value, text string) error {
	switch p := v.Addr().Interface().(type) {
	case *string:
		*p = text
	case *Secret:
		*p = Secret(text)
	case *bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		*p = text == "true"
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		*p = n
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a time: want a number with its unit, such as 30s or 5m", text)
		}
		*p = d
	case *Bytes:
		n, err := humanize.ParseBytes(text)
		if err != nil || n >= 1<<62 {
			return fmt.Errorf("%q is not a size: want a number of bytes, or one with its unit, such as 512KiB or 64MiB", text)
		}
		*p = Bytes(n)
	case *[]string:
		*p = splitList(text)
	default:
		return fmt.Errorf("settings of type %s cannot be set", v.Type())
	}
	return nil
}

// splitList reads "a, b" as two; an empty text is an empty list.
func splitList(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// show is a setting's value as set reads it.
func show(v reflect.Value) string { return showAny(v.Interface()) }

func showAny(v any) string {
	switch x := v.(type) {
	case time.Duration:
		return showDuration(x)
	case []string:
		return strings.Join(x, ",")
	default:
		return fmt.Sprint(x)
	}
}

// showDuration writes 30s and 1m0s as people do: 30s, 1m.
func showDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
