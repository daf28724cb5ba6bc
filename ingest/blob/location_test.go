package blob_test

import (
	"testing"

	"milepost/ingest/blob"
)

func TestS3Location(t *testing.T) {
	for _, c := range []struct {
		location, bucket, prefix string
		ok                       bool
	}{
		{"s3://fleet/state/eu", "fleet", "state/eu", true},
		{"s3://fleet", "fleet", "", true},
		{"s3://fleet/", "fleet", "", true},
		{"/var/lib/milepost", "", "", false},
		{"s3/fleet", "", "", false},
		{"", "", "", false},
	} {
		bucket, prefix, ok := blob.S3Location(c.location)
		if bucket != c.bucket || prefix != c.prefix || ok != c.ok {
			t.Errorf("%q: %q, %q, %v", c.location, bucket, prefix, ok)
		}
	}
}
