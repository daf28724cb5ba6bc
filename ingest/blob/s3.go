package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Config says where a bucket is and who asks.
type S3Config struct {
	Endpoint string `yaml:"endpoint"` // host or host:port, such as s3.eu-central-1.amazonaws.com
	Bucket   string `yaml:"bucket"`
	Prefix   string `yaml:"prefix"` // of every name, without slashes at its ends; may be empty
	Region   string `yaml:"region"`
	// AccessKey and SecretKey; where both are empty, those of AWS_ACCESS_KEY_ID and
	// AWS_SECRET_ACCESS_KEY, and else of the machine's own role.
	AccessKey string `yaml:"access_key"`
	SecretKey string `yaml:"secret_key"`
	Insecure  bool   `yaml:"insecure"` // HTTP instead of HTTPS
	Attempts  int    `yaml:"attempts"` // of each request, with growing waits between; 0: ten
}

// S3 keeps blobs as objects of a bucket. Safe for concurrent use.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
}

// OpenS3 makes a client; it asks the service nothing yet.
func OpenS3(c S3Config) (*S3, error) {
	if c.Endpoint == "" || c.Bucket == "" {
		return nil, errors.New("open S3 store: endpoint and bucket must be set")
	}
	prefix := strings.Trim(c.Prefix, "/")
	if prefix != "" {
		if err := checkName(prefix); err != nil {
			return nil, fmt.Errorf("open S3 store: prefix: %w", err)
		}
		prefix += "/"
	}
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds: c.credentials(), Secure: !c.Insecure, Region: c.Region, MaxRetries: c.Attempts})
	if err != nil {
		return nil, fmt.Errorf("open S3 store at %s: %w", c.Endpoint, err)
	}
	return &S3{client: client, bucket: c.Bucket, prefix: prefix}, nil
}

func (c *S3Config) credentials() *credentials.Credentials {
	if c.AccessKey != "" || c.SecretKey != "" {
		return credentials.NewStaticV4(c.AccessKey, c.SecretKey, "")
	}
	return credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.IAM{}})
}

// Put gives the name this content, in place of what it had.
func (s *S3) Put(ctx context.Context, name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	return s.failed(ctx, "write", name, s.put(ctx, name, data, minio.PutObjectOptions{}))
}

func (s *S3) put(ctx context.Context, name string, data []byte, o minio.PutObjectOptions) error {
	o.DisableMultipart = true // one request is atomic, and may carry a condition
	_, err := s.client.PutObject(ctx, s.bucket, s.prefix+name, bytes.NewReader(data), int64(len(data)), o)
	return err
}

const (
	// writerTag marks, in an object's metadata, the call that wrote it.
	writerTag = "Writer"
	// conflictAttempts bounds how often a write is repeated that met another one.
	conflictAttempts = 5
)

// PutNew gives the name this content if it has none, and fails with ErrExists
// otherwise. The service must support conditional writes (If-None-Match: *).
func (s *S3) PutNew(ctx context.Context, name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	writer := rand.Text()
	o := minio.PutObjectOptions{UserMetadata: map[string]string{writerTag: writer}}
	o.SetMatchETagExcept("*")
	var err error
	for range conflictAttempts {
		err = s.put(ctx, name, data, o)
		if response(err).StatusCode != http.StatusConflict {
			break
		}
	}
	if response(err).StatusCode == http.StatusPreconditionFailed {
		err = s.taken(ctx, name, writer)
	}
	return s.failed(ctx, "write", name, err)
}

// taken tells whether the name was won by another or by a first attempt of ours
// whose answer was lost, so that the client tried again.
func (s *S3) taken(ctx context.Context, name, writer string) error {
	info, err := s.client.StatObject(ctx, s.bucket, s.prefix+name, minio.StatObjectOptions{})
	if err == nil && info.UserMetadata[writerTag] != writer {
		err = ErrExists
	}
	return err
}

// Get reads the whole blob.
func (s *S3) Get(ctx context.Context, name string) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	data, err := s.read(ctx, name, minio.GetObjectOptions{})
	return data, s.failed(ctx, "read", name, err)
}

// GetRange reads so many bytes from an offset on; io.ErrUnexpectedEOF where the
// blob has fewer.
func (s *S3) GetRange(ctx context.Context, name string, offset, length int64) ([]byte, error) {
	if err := errors.Join(checkName(name), checkRange(name, offset, length)); err != nil {
		return nil, err
	}
	if length == 0 {
		return []byte{}, nil
	}
	var o minio.GetObjectOptions
	if err := o.SetRange(offset, offset+length-1); err != nil {
		return nil, fmt.Errorf("read a part of blob %s: %w", name, err)
	}
	data, err := s.read(ctx, name, o)
	if response(err).StatusCode == http.StatusRequestedRangeNotSatisfiable || err == nil && int64(len(data)) < length {
		err = fmt.Errorf("%d bytes from %d: %w", length, offset, io.ErrUnexpectedEOF)
	}
	return data, s.failed(ctx, "read a part of", name, err)
}

func (s *S3) read(ctx context.Context, name string, o minio.GetObjectOptions) (data []byte, err error) {
	core := minio.Core{Client: s.client}
	body, info, _, err := core.GetObject(ctx, s.bucket, s.prefix+name, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	data = make([]byte, info.Size)
	if _, err := io.ReadFull(body, data); err != nil {
		// The blob is not too short, the answer is: the cause is said, not wrapped.
		return nil, &RetryableError{Err: errors.New("connection broke: " + err.Error())}
	}
	return data, nil
}

// List gives the names that begin with the prefix, sorted.
func (s *S3) List(ctx context.Context, prefix string) ([]string, error) {
	if err := checkPrefix(prefix); err != nil {
		return nil, err
	}
	var names []string
	for o := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, s.failed(ctx, "list", prefix, o.Err)
		}
		if name := strings.TrimPrefix(o.Key, s.prefix); checkName(name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, s.failed(ctx, "list", prefix, ctx.Err())
}

// Delete removes the blob; removing what is not there succeeds.
func (s *S3) Delete(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return s.failed(ctx, "delete", name, s.client.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{}))
}
