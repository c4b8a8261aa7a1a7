package journal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/retry"
)

// worker returns the journal of a worker, whose clock differs by skew from the server's.
func (f *fleet) worker(who int, skew time.Duration) *Journal {
	return f.open(func(c *dynamodb.Config) {
		c.Clock = func() time.Time { return time.Now().Add(skew) }
		c.Repeat = twice
		c.HTTP = dated(f.faulty(who, c.HTTP), f.store.now)
	})
}

// faulty returns a client of DynamoDB whose requests each wait for their turn and meet their fate.
func (f *fleet) faulty(who int, next aws.HTTPClient) aws.HTTPClient {
	return doer(func(req *http.Request) (*http.Response, error) {
		what := operationOf(req)
		if asksIndex(req) {
			what = "Query of the index"
		}
		switch fate := f.wait(who, what, false); fate {
		case stale:
			if before := f.indexBefore(); before != nil {
				return reply(http.StatusOK, string(before)), nil
			}
		case lostBefore:
			return nil, errors.New("reset")
		case slowedDown:
			return reply(http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}`), nil
		case lostAfter, killAfter:
			resp, err := next.Do(req)
			if err == nil {
				_ = resp.Body.Close()
			}
			if fate == killAfter {
				runtime.Goexit()
			}
			return nil, errors.New("reset")
		}
		resp, err := next.Do(req)
		if err == nil && asksIndex(req) {
			f.keepIndex(resp)
		}
		return resp, err
	})
}

// asksIndex reports whether a request reads the index, which may lag behind the table.
func asksIndex(req *http.Request) bool {
	body, err := req.GetBody()
	if err != nil {
		return false
	}
	data, err := io.ReadAll(body)
	return err == nil && bytes.Contains(data, []byte(`"IndexName"`))
}

// keepIndex keeps an answer of the index for a later stale one.
func (f *fleet) keepIndex(resp *http.Response) {
	data, err := io.ReadAll(resp.Body)
	if err == nil {
		err = resp.Body.Close()
	}
	if err != nil {
		f.fail("reading the index: %v", err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.index == nil {
		f.index = data
	}
}

// indexBefore returns the first answer of the index; nil if there was none.
func (f *fleet) indexBefore() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.index
}

// create runs one create, and checks the outcome that it reports.
func (f *fleet) create(who int, j *Journal, intent idem.Intent, claim bool) {
	entry := j.Entry(context.Background(), intent)
	if _, used := entry.FirstUse(); used && !claim {
		return // a mismatch on record
	}
	if claim {
		entry.Claim(idem.OutcomeUnknown)
	}
	creator := UnlessTaken(entry, f.ec2(who))
	creator = retry.Wrap(creator, retry.Policy{MaxAttempts: 3, Multiplier: 1}, nil)
	creator = Wrap(entry, Answered(entry, creator), false, func(error) {})
	_, err := creator.Create(context.Background(), intent)
	if run := entry.run.(*tableRun); run.stop != nil {
		run.stop()
	}
	var outcome *idem.OutcomeError
	f.mu.Lock()
	defer f.mu.Unlock()
	token, made := intent.ClientToken, f.made[intent.ClientToken]
	if !errors.As(err, &outcome) || outcome.Outcome != idem.NothingCreated || outcome.Last != nil && outcome.Last.Verdict == idem.Mismatch {
		return
	}
	own := strings.HasPrefix(token, f.prefix+"own-")
	var unwritten *WriteError
	if errors.As(err, &unwritten) && !own { // this worker sent nothing, but another worker may have sent the create
		return
	}
	if made != "" && f.input[token] == intent.Input["VpcId"] {
		f.problems = append(f.problems, "a create of "+token+" reports that nothing was created, and there is "+made)
	}
	if own { // only a resume can send the create again
		f.nothing[token] = err.Error()
	}
}

// resume resumes all unknown intents of this round, as resume --all does.
func (f *fleet) resume(who int, j *Journal) {
	open, _, _ := j.Unfinished(context.Background())
	for _, r := range open {
		if strings.HasPrefix(r.ClientToken, f.prefix) && !r.Running() {
			f.create(who, j, r.Intent, true)
		}
	}
}
