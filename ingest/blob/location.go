package blob

import "strings"

// S3Location takes s3://bucket/prefix apart; ok is false for anything else, which
// then names a directory.
func S3Location(location string) (bucket, prefix string, ok bool) {
	rest, ok := strings.CutPrefix(location, "s3://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	if !ok {
		return "", "", false
	}
	return bucket, strings.Trim(prefix, "/"), true
}
