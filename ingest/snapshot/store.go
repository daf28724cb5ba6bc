package snapshot

import "context"

// Reader reads blobs; see package blob for what each method promises.
type Reader interface {
	Get(ctx context.Context, name string) ([]byte, error)
	GetRange(ctx context.Context, name string, offset, length int64) ([]byte, error)
	List(ctx context.Context, prefix string) ([]string, error)
}

// Writer writes and deletes blobs; see package blob for what each method promises.
type Writer interface {
	Put(ctx context.Context, name string, data []byte) error
	PutNew(ctx context.Context, name string, data []byte) error
	Delete(ctx context.Context, name string) error
}

// Store is where snapshots are: a *blob.Dir or a *blob.S3.
type Store interface {
	Reader
	Writer
}
