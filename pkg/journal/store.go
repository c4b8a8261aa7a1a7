package journal

import (
	"context"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A store keeps records: in a folder or in a table. The rules that hold for both stores are in entry.go, wrap.go and list.go.
type store interface {
	// load returns what the store holds about an intent and its token, and the run that the intent may begin. If fresh is true, the token was
	// made for this run: no record has the token, and load need only find the runs with the same parameters, if that is cheap. If load fails,
	// the run's begin returns the error.
	load(ctx context.Context, intent idem.Intent, fresh bool) (snapshot, run)

	// records calls do with the records of a token, or of all tokens if the token is "". If do returns an error, records returns that error. All
	// records of an intent are in one call of do. A table calls do once for each item, so that memory need not hold all items. If open is true,
	// the store may leave out records of finished intents. problems are the [*RecordError]s of records that can't be read.
	records(ctx context.Context, token string, open bool, do func([]Record) error) (problems []error, err error)

	// runs returns the records of a token's runs in the state unknown, and the names of the records that can't be read. A name is "" if the
	// store itself can't be read.
	runs(ctx context.Context, token string) (records []Record, unreadable []string)

	// remove removes records, and returns those that it removed. A record stays if a run has changed it since it was read.
	remove(ctx context.Context, records []Record) (removed []Record, err error)

	// restore writes a record of another store, and reports whether it changed anything. It writes nothing if the store has a record of the same
	// run, or of the same finished intent, that finished at the same time or later, or a succeeded record that settles the run. If settles is true,
	// restore removes the dead runs that the record settles: see Record.settledBy. Its error is a *foreignError if the store does not take the record.
	restore(ctx context.Context, r Record, settles bool) (restored bool, err error)

	// tidy removes the files, other than records, that killed processes left behind before a time.
	tidy(before time.Time)
}

// A snapshot is what a store held about an intent and its token when the store was read.
type snapshot struct {
	runs     []Record // in the state unknown; with the same token, or with the same parameters and another token
	finished []Record // of the intent itself; succeeded before rejected
	used     []Record // succeeded, of the token in the intent's place, with any parameters; the first use is among them
	unread   error    // why the store, or a record of the intent, could not be read
}

// A run writes the record of one run of an intent. Each error of its methods is a [*WriteError], or the error of the function that the method
// calls.
type run interface {
	// begin writes the record that decide returns, and returns the record's name. It calls decide with nil: the snapshot of load is the latest.
	// If another process has changed the store since load, begin calls decide again, with a new snapshot.
	begin(ctx context.Context, decide func(*snapshot) (Record, error)) (name string, err error)

	// checkTaken returns a [*TakenError] if the run lost its intent to another run.
	checkTaken(ctx context.Context) error

	// note adds what the run has learned to the run's record. The addition survives a kill of the process.
	note(Record) error

	// end writes the ending that decide returns. A store may call decide several times. If somebody removed the run's file, a folder first
	// writes begun again. contested reports whether the intent now has another unknown run or a succeeded record. A store without leases
	// returns false, because nobody takes over the intent of a live process.
	end(begun Record, decide func(others) ending) (contested bool, err error)

	// made returns the succeeded record of the intent. It returns an error if there is none, or if the record can't be read.
	made() (Record, error)
}

// others reads the other records of the intent of a run that ends. A folder reads its files at each call.
type others interface {
	runs() []Record  // in the state unknown
	succeeded() bool // whether there is a succeeded record
}

// An ending is how the end of a run changes the records of its intent.
type ending struct {
	last         Record   // the run's record; its Outcome is the state to which the record moves
	discard      bool     // whether the run's record is removed instead of moved, because the succeeded record counts
	ended        []Record // the records of other runs to remove
	dropRejected bool     // whether the rejected record of the intent is removed
}
