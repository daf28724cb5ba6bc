package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/minio/minio-go/v7"
)

// response is what the service answered; zero where it did not.
func response(err error) minio.ErrorResponse {
	var r minio.ErrorResponse
	errors.As(err, &r)
	return r
}

// failed says what was being done, in the package's errors.
func (s *S3) failed(ctx context.Context, doing, name string, err error) error {
	if err == nil {
		return nil
	}
	said := func(err error) error { return fmt.Errorf("%s blob %s of bucket %s: %w", doing, name, s.bucket, err) }
	switch {
	case ctx.Err() != nil:
		return said(ctx.Err())
	case response(err).Code == minio.NoSuchKey, doing != "list" && noBody(err):
		return said(ErrNotFound)
	case errors.Is(err, ErrExists), errors.Is(err, io.ErrUnexpectedEOF), Retryable(err), !passing(err):
		return said(err)
	}
	return &RetryableError{Err: said(err)}
}

// noBody is a 404 to a request whose answer has no body that could say more.
func noBody(err error) bool {
	r := response(err)
	return r.StatusCode == http.StatusNotFound && r.Code != minio.NoSuchBucket
}

// passing reports whether the failure may pass: the service is busy or away.
func passing(err error) bool {
	switch code := response(err).StatusCode; code {
	case http.StatusConflict, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case 0:
	default:
		return code >= http.StatusInternalServerError
	}
	var network net.Error
	var request *url.Error
	return errors.As(err, &network) || errors.As(err, &request) || errors.Is(err, io.EOF)
}
