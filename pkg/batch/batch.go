// Package batch creates the resources that the entries of a manifest ask for. It checks the manifest, calls the caller's function for each
// entry with bounded concurrency, and paces the calls to EC2: the calls use up EC2's token buckets, and EC2 throttles few of them. The caller's
// functions create the resource of a single entry and report its outcome. This package prints nothing.
//
//   - [Read] checks the whole manifest before anything is sent. [Manifest.In] reads JSON Lines a second time, so that they need not stay in
//     memory.
//   - [Run] creates the entries of each lane. A lane is one action in one Region with one profile: EC2 has one throttle for it.
//   - [Pace] decides when a call may leave.
//   - [Finder] joins many lookups of ids into one call.
//
// # The pace
//
// EC2 throttles with token buckets: one bucket for each account, Region and action. A call takes one token. AWS refills a bucket at a rate
// that AWS may have raised for the account. Other clients take tokens from the same bucket. See
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.
//
// When EC2 throttles a call, the bucket is empty. So between two throttles, as many calls pass as there are tokens that the refill leaves to
// this client, to within one. The capacity of the bucket does not matter. The rule:
//
//  1. Until the first throttle, only a few calls are in flight at once, because EC2 may throttle all of them together. With each call that
//     passes, more calls may be in flight: a Pace does not slow down an endpoint without throttles.
//  2. After the first throttle, no call leaves for 250 ms. The pause loses nothing, because the bucket fills. Then calls leave until the
//     next throttle.
//  3. From then on, calls leave at the measured rate: the calls that passed between an old throttle and the newest, divided by the time
//     between them. The old throttle is the latest one that is ten seconds and a hundred calls old, or a minute old; if there is none, the
//     first. If the rate between the last two throttles is lower, that rate counts, because another client may have begun to make calls.
//     Until the next throttle, the rate grows with the cube of the calls that pass, because another client may have stopped. A rate below
//     one call a second counts as one: the refill is faster, so other clients have taken it.
//  4. As long as the rate is not measured, or if no call passes between two throttles, the pause after a throttle doubles each time, up
//     to 5 s.
//
// To keep the measurement fresh, about one call in 60 is throttled. A throttled call waits for another turn.
//
// scripts/apply-pace.sh compares this rule with others: 450 creates by 16 workers, with buckets of CAPACITY:REFILL (tokens, and tokens per
// second). Each column shows the time as a multiple of the shortest possible time, the share of throttled calls, and the number of failed
// creates. In the last column, another client makes calls at half the refill rate. EC2 throttles some of its calls, too, so more than half
// of the tokens are left, and a time below 1 is possible. Failed creates also shorten the time.
//
//	                 50:20              20:10              100:50             50:20, shared
//	this one         1.02   2%          1.01   2%          1.02   2%          0.97   2%
//	SDK, adaptive    1.03   4%          1.01   7%          1.49   4%          0.62   3%
//	SDK, standard    1.10  38%  9       0.61  66%  192     1.21  21%  1       0.68  46%  20
//
// The SDK's standard retryer stops after three throttles. The SDK's adaptive retryer reduces its rate at each throttle and then raises
// the rate as TCP CUBIC does: EC2 throttles more of its calls where the refill is slow, and it takes longer where the refill is fast.
// golang.org/x/time/rate needs the rate in advance. With the 5 calls a second that EC2 publishes, it takes four times as long as necessary for
// an account that has 20. With 20 calls a second, EC2 throttles most calls of an account that has 5.
package batch
