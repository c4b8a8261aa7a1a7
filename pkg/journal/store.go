package journal

import (
	"context"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A store keeps records: in a folder or in a table. The rules about records are above the stores, in this package's other files.
type store interface {
	// look returns what the store holds about an intent and its token, and the run that the intent may begin. fresh: the token was made for
	// this run, so no record can hold it. An error of look is returned by the run's begin.
	look(ctx context.Context, intent idem.Intent, fresh bool) (holding, run)

	// records calls do with the records of a token, of all tokens if the token is "", until do returns an error. All records of an intent are in
	// one call of do. A table calls do once for each item, so that memory need not hold them all. If open is true, the store may leave out
	// records of finished intents. problems names the records that can't be read.
	records(ctx context.Context, token string, open bool, do func([]Record) error) (problems []error, err error)

	// runs returns the records of runs in the state unknown that have a token, and the names of those that can't be read; the name is "" if
	// the store itself can't be read.
	runs(ctx context.Context, token string) (records []Record, unreadable []string)

	// remove removes records, and returns those that it removed. A record stays if a run has changed it since it was read.
	remove(ctx context.Context, records []Record) (removed []Record, err error)

	// restore writes a record of another store, unless there is one of the run, or a later one of the state.
	restore(ctx context.Context, r Record) (restored bool, err error)

	// tidy removes what killed processes left behind before a time, beside the records.
	tidy(before time.Time)
}

// A holding is what a store holds about an intent and its token.
type holding struct {
	runs     []Record // in the state unknown; with the same token, or with the same parameters and another token
	finished []Record // of the intent itself; succeeded before rejected
	used     []Record // succeeded ones of the token in the intent's place, whatever their parameters; the first use is among them
	unread   error    // why the store, or a record of the intent, could not be read
}

// A run writes the record of one run of an intent. Errors of its methods are [*WriteError]s unless a function that they call returns
// another one.
type run interface {
	// begin makes the run's record, and returns the record's name. It writes what first returns. If the store held something else than look
	// returned, begin calls first again with what the store holds.
	begin(ctx context.Context, first func(*holding) (Record, error)) (name string, err error)

	// hold returns a [*TakenError] if the run lost its intent to another run.
	hold(ctx context.Context) error

	// note adds to the run's record what the run has learned. A kill of the process does not undo that.
	note(Record) error

	// end writes the end of the run as decide returns it. begun is the record as it is if the run has to begin anew. A store may call decide
	// several times. shared reports whether another run works on the intent or made
	// the resource, as the store has it now. A store without leases returns false: nobody takes over the intent of a live process.
	end(begun Record, decide func(others) ending) (shared bool, err error)

	// made returns the succeeded record of the intent.
	made() (Record, error)
}

// others are the records of an intent beside that of the run that ends. Reading them can cost time.
type others interface {
	runs() []Record  // in the state unknown
	succeeded() bool // whether there is a succeeded record
}

// An ending says how the end of a run changes the records of its intent.
type ending struct {
	last         Record   // of the run; its outcome is the state that it moves to
	discard      bool     // the run's record goes, for one that counts more stays
	ended        []Record // other runs of the intent that go
	dropRejected bool     // the rejected record of the intent goes
}
