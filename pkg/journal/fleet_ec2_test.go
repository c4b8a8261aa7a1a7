package journal

import (
	"context"
	"fmt"
	"runtime"

	"github.com/awsidem/awsidem/pkg/idem"
)

// ec2 returns the Creator that makes one attempt of a worker at EC2.
func (f *fleet) ec2(who int) idem.Creator {
	return idem.CreatorFunc(func(_ context.Context, intent idem.Intent) (idem.Result, error) {
		fate := f.wait(who, "create "+intent.ClientToken, true)
		failed := &idem.AttemptError{Verdict: idem.Unknown, Message: string(fate)}
		switch fate {
		case slowedDown:
			failed.Verdict = idem.NotApplied
			return idem.Result{}, failed
		case refused:
			failed.Verdict = idem.Rejected
			return idem.Result{}, failed
		case lostBefore:
			return idem.Result{}, failed
		}
		id, err := f.apply(intent)
		switch fate {
		case killAfter:
			runtime.Goexit()
		case lostAfter:
			return idem.Result{}, failed
		}
		return idem.Result{ResourceID: id}, err
	})
}

// apply returns EC2's answer to a create, and makes the resource if the token is new.
func (f *fleet) apply(intent idem.Intent) (id string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	token := intent.ClientToken
	if input, used := f.input[token]; used && input != intent.Input["VpcId"] {
		return "", &idem.AttemptError{Verdict: idem.Mismatch, Message: "other parameters"}
	}
	if f.made[token] == "" {
		f.count++
		f.made[token], f.input[token] = fmt.Sprintf("rtb-%d", f.count), intent.Input["VpcId"]
		if f.nothing[token] != "" {
			f.problems = append(f.problems, "a create of "+token+" reported that nothing was created, and now there is "+f.made[token]+": "+f.nothing[token])
		}
	}
	return f.made[token], nil
}
