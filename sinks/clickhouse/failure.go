package clickhouse

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
	ch "github.com/ClickHouse/clickhouse-go/v2"
	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"milepost/sinks"
)

// passing are the exceptions of a server after which the same insert may succeed: it
// is starting, stopping, overloaded, out of memory or disk, without its keeper or its
// other servers, or its disk fails.
var passing = map[proto.Error]bool{
	proto.ErrUnexpectedEndOfFile: true, proto.ErrCannotReadFromIstream: true,
	proto.ErrCannotWriteToOstream: true, proto.ErrAttemptToReadAfterEOF: true,
	proto.ErrCannotReadAllData: true, proto.ErrCannotReadFromFileDescriptor: true,
	proto.ErrCannotWriteToFileDescriptor: true, proto.ErrCannotOpenFile: true,
	proto.ErrCannotCloseFile: true, proto.ErrCannotReadFromSocket: true,
	proto.ErrCannotWriteToSocket: true, proto.ErrUnexpectedPacketFromClient: true,
	proto.ErrFileDoesntExist: true, proto.ErrTimeoutExceeded: true, proto.ErrTooSlow: true,
	proto.ErrCannotCreateDirectory: true, proto.ErrCannotAllocateMemory: true,
	proto.ErrDNSError: true, proto.ErrQuotaExceeded: true,
	proto.ErrTooManySimultaneousQueries: true, proto.ErrNoFreeConnection: true,
	proto.ErrCannotFsync: true, proto.ErrSocketTimeout: true, proto.ErrNetworkError: true,
	proto.ErrCannotStatvfs: true, proto.ErrNoZookeeper: true, proto.ErrAborted: true,
	proto.ErrMemoryLimitExceeded: true, proto.ErrTableIsReadOnly: true,
	proto.ErrNotEnoughSpace: true, proto.ErrUnexpectedZookeeperError: true,
	proto.ErrTooManyParts: true, proto.ErrNoActiveReplicas: true,
	proto.ErrAllConnectionTriesFailed: true, proto.ErrTooFewLiveReplicas: true,
	proto.ErrUnsatisfiedQuorumForPreviousWrite: true, proto.ErrUnknownStatusOfInsert: true,
	proto.ErrReceivedErrorTooManyRequests: true, proto.ErrAllReplicasAreStale: true,
	proto.ErrQueryWasCancelled: true, proto.ErrSystemError: true,
	proto.ErrCannotScheduleTask: true, proto.ErrDeadlockAvoided: true, proto.ErrS3Error: true,
	proto.ErrNoRemoteShardAvailable: true, proto.ErrServerOverloaded: true,
	proto.ErrAzureBlobStorageError: true, proto.ErrAwsError: true, proto.ErrGoogleCloudError: true,
	proto.ErrHdfsError: true, proto.ErrTableIsBeingRestarted: true, proto.ErrPartIsLocked: true,
	proto.ErrAsyncLoadWaitFailed: true, proto.ErrUserSessionLimitExceeded: true,
	proto.ErrReplicaIsNotInQuorum: true, proto.ErrShardHasNoConnections: true,
	proto.ErrQueryWasCancelledByClient: true, proto.ErrCannotWriteAfterBufferCanceled: true,
	proto.ErrKeeperException: true, proto.ErrPocoException: true,
	proto.ErrStdException: true, proto.ErrUnknownException: true,
}

const (
	signIn     = "check the user name and password that the settings give for ClickHouse"
	runMigrate = "run milepost store migrate"
	grants     = "grant the user INSERT and SELECT on the database, and SELECT on system.columns, system.settings and system.tables"
)

// advice says what to do about an exception that will come again.
var advice = map[proto.Error]string{
	proto.ErrUnknownUser: signIn, proto.ErrWrongPassword: signIn,
	proto.ErrRequiredPassword: signIn, proto.ErrAuthenticationFailed: signIn,
	proto.ErrUnknownTable: runMigrate, proto.ErrNoSuchColumnInTable: runMigrate,
	proto.ErrTypeMismatch:         "a column has another type than milepost gave it; compare with milepost store status",
	proto.ErrUnknownDatabase:      "create the database, or check its name in the settings; then " + runMigrate,
	proto.ErrReadonly:             "the user may only read: give it a profile without readonly",
	proto.ErrAccessDenied:         grants,
	proto.ErrDatabaseAccessDenied: grants, // of servers without grants
}

// classify marks what may pass as retryable and says of the rest what to do. What a
// server refuses comes again, unless it is known to pass. Of other failures, what
// nobody can tell is tried again: trying for ever is seen in the metrics, and giving up
// would stop the whole service.
func classify(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var refused *ch.Exception
	if errors.As(err, &refused) {
		code := proto.Error(refused.Code)
		if passing[code] {
			return &sinks.RetryableError{Err: err}
		}
		if what := advice[code]; what != "" {
			return fmt.Errorf("%w; %s", err, what)
		}
		return err
	}
	if permanent(err) {
		return err
	}
	return &sinks.RetryableError{Err: err}
}

// permanent reports whether a failure on this side will come again: a value that the
// column of the table does not take, or a certificate that is not trusted.
func permanent(err error) bool {
	var value *sinks.OutcomeError
	var convert *chcolumn.ColumnConverterError
	var kind *chcolumn.UnsupportedColumnTypeError
	var format *chcolumn.Error
	var operation *ch.OpError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	return errors.Is(err, errNoTables) || errors.As(err, &value) || errors.As(err, &convert) || errors.As(err, &kind) ||
		errors.As(err, &format) || errors.As(err, &operation) && operation.Op != garbled ||
		errors.As(err, &certificate) || errors.As(err, &authority)
}

// garbled is the driver's name for the operation of a connection on which something came
// that no server says there: another connection has what is missing.
const garbled = "process"

var errNoTables = errors.New("the database has no tables of milepost; " + runMigrate)

// noDatabase says of a database that is not there what to do.
func noDatabase(err error) error { return fmt.Errorf("%w (%w)", ErrNotMigrated, err) }

// missing says of tables that are not there what to do.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errNoTables
	}
	return err
}
