package awsec2

import (
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// EC2 has one vocabulary of states, with few exceptions. The constants hold its words in lower case with hyphens, since the API and
// the SDK write some words in several ways: Available and available, partially_fulfilled, pendingAcceptance.
//
// A stopped instance counts as usable: it did run, and somebody stopped it.
const (
	usableStates = " available active running completed succeeded successful fulfilled published provisioned associated in-use enabled" +
		" scheduled partially-fulfilled pending-acceptance pendingacceptance partial pending-associate pending-enable stopping stopped" +
		" create-complete modify-complete update-complete restore-complete sync-complete associate-complete enable-complete "
	failedStates = " failed failing error invalid rejected unsupported unavailable disabled permanent-failure payment-failed failed-detached" +
		" failed-provision failed-import create-failed modify-failed update-failed restore-failed sync-failed associate-failed enable-failed association-failed "
	goneStates = " deleting deleted shutting-down terminated released released-permanent-failure expiring expired cancelling cancelled closed retired" +
		" deregistered deprovisioned pending-deprovision failed-deprovision disassociating disassociated "
)

// goneWords are the first words of other states of a resource that is being removed: delete-in-progress, cancelled_running.
var goneWords = [...]string{"delete-", "deleted-", "disassociate-", "disable-", "isolate-", "cancelled-"}

// readiness returns the meaning of a state. An unknown state counts as pending, because EC2 adds states. A resource without a state is usable.
func (op Operation) readiness(state string) idem.Readiness {
	state = strings.ReplaceAll(strings.ToLower(state), "_", "-")
	for _, exception := range strings.Fields(op.declared.states) {
		if of, means, _ := strings.Cut(exception, "="); of == state {
			state = means
		}
	}
	is := func(states string) bool { return strings.Contains(states, " "+state+" ") }
	begins := func(word string) bool { return strings.HasPrefix(state, word) }
	switch {
	case state == "" || is(usableStates):
		return idem.Usable
	case is(failedStates):
		return idem.Failed
	case is(goneStates) || slices.ContainsFunc(goneWords[:], begins):
		return idem.Gone
	}
	return idem.Pending
}

// stateOf returns the state of a described resource, "" if it has none.
func (op Operation) stateOf(resource map[string]any) string {
	return textAt(resource, op.State)
}

// reasonOf returns EC2's reason for the state of a described resource, "" if there is none.
func (op Operation) reasonOf(resource map[string]any) string {
	holder, _, _ := strings.Cut(op.State, ".")
	var reason []string
	for _, path := range []string{
		"FailureCode", "FailureMessage", "FailureReason", "FailureReason.Code", "FailureReason.Message", "StateReason", "StateReason.Code", "StateReason.Message",
		"StateMessage", "StatusMessage", "Fault.Code", "Fault.Message", "LastError.Code", "LastError.Message", holder + ".Message", holder + ".StatusMessage", "DeliverLogsErrorMessage",
	} {
		if text := textAt(resource, path); text != "" && !slices.Contains(reason, text) {
			reason = append(reason, text)
		}
	}
	return strings.Join(reason, ": ")
}

// textAt returns the first text at one of the paths, "" if there is none.
func textAt(value any, paths ...string) string {
	for _, path := range paths {
		if text, ok := at(value, path).(string); ok {
			return text
		}
	}
	return ""
}

// at returns the value at a path of member names, nil if there is none.
func at(value any, path string) any {
	for _, name := range strings.Split(path, ".") {
		structure, _ := value.(map[string]any)
		value = structure[name]
	}
	return value
}
