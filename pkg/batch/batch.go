// Package batch creates what the entries of a manifest ask for. It checks the manifest, creates the entries with bounded
// concurrency, and paces the calls so that they use up EC2's throttles and are rarely throttled. The caller creates a single entry
// and reports on it; this package prints nothing.
//
//   - [Read] checks the whole manifest before anything is sent. It reads JSON Lines again for the work and does not keep them.
//   - [Run] creates the entries of each lane. A lane is one action in one Region with one profile, and so has one throttle.
//   - [Pace] decides when a call may leave.
//   - [Finder] joins many lookups of ids into one call.
//
// # The pace
//
// EC2 throttles by token buckets: one for each account, Region and action. AWS refills a bucket at a rate that it may have raised for
// the account, and other clients take calls from the bucket, too. See
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.
//
// At the moment of a throttle the bucket is empty. So the number of calls that pass between two throttles is the number that came
// in between them, to within one call, whatever the capacity and whoever else makes calls. The rule:
//
//  1. Until the first throttle, a few calls are in flight at a time, because all of them may be throttled together. The more calls
//     pass, the more may be in flight: an endpoint without throttles is not slowed down.
//  2. The first throttle begins a pause; then calls leave until the next throttle. The pause costs nothing, because the bucket fills.
//  3. From then on, calls leave at the measured rate: the calls between the oldest throttle of the last ten seconds (or hundred
//     calls) and the newest, divided by the time. If the latest interval was slower, its rate counts, because another client may have
//     begun to make calls. The rate grows with the cube of the calls that pass without a throttle, because another client may have
//     stopped.
//  4. If a probe finds the bucket still empty, the next probe comes after twice the time, but within 5 s.
//
// The throttles that keep the measurement fresh are one call in about 60. A throttled call waits for another turn.
//
// scripts/apply-pace.sh compares this rule with others: 450 creates by 16 workers against buckets of capacity:refill. It shows the
// time as a multiple of the shortest possible time, the share of throttled calls, and the number of failed creates. At the last
// bucket, another client makes calls at half the refill rate; its own throttled calls leave more than half to the others.
//
//	                 50:20              20:10              100:50             50:20, shared
//	this one         1.02   2%          1.01   2%          1.02   2%          0.97   2%
//	SDK, adaptive    1.03   4%          1.01   7%          1.49   4%          0.62   3%
//	SDK, standard    1.10  38%  9       0.61  66%  192     1.21  21%  1       0.68  46%  20
//
// The SDK's standard retryer ends after three throttles. Its adaptive retryer reduces its rate at each throttle and then raises
// it as TCP CUBIC does: it is throttled more often where the refill is slow, and takes longer where the refill is fast.
// golang.org/x/time/rate needs to know the rate in advance: with EC2's published 5 calls a second it takes four times as long if the
// account has 20; with 20 it hammers an account that has 5.
package batch
