// Package batch creates what the many entries of a manifest ask for: it checks the manifest, works on it with bounded
// concurrency, and paces the calls so that EC2's throttles are used up and hardly ever struck. How one entry is created is the
// caller's matter, and so is what is said of it: nothing is printed here.
//
//   - [Read] checks the whole of a manifest before anything is sent. JSON Lines are read again for the work, not kept.
//   - [Run] works on its lanes, each of which is one action in one Region with one profile, and so has one throttle.
//   - [Pace] says when a call may leave.
//   - [Finder] makes one call of many looks for what was made.
//
// # The pace
//
// EC2 throttles by token buckets: one for each account, Region and action, refilled at a rate that the account may have had
// raised and that other clients take from. See https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.
//
// A throttle is news: at that moment the bucket is empty. So what passed between two throttles is what came in between them, to
// within one call, whatever the capacity and whoever else calls. The rule:
//
//  1. Until the first throttle calls leave as they come, few at a time, for all in flight may be throttled together; more the
//     longer none is, so that where nothing throttles nothing is held back.
//  2. After it, a pause, and calls until the next one. A pause costs nothing: the bucket fills in the meantime.
//  3. From then on calls leave at the rate that was measured between the oldest throttle of the last ten seconds (or hundred
//     calls) and the newest, but no more than the latest interval allows, for others may have come. It grows with the cube of
//     the calls that pass without a throttle: hardly for a while, then fast, as others may have gone.
//  4. Where a probe finds nothing at all the next one comes after twice the time, up to 5 s: there is always progress.
//
// The throttles that this takes keep the measure fresh: one in some 60 calls. What was throttled waits for its turn again.
//
// Why not another's rule? scripts/apply-pace.sh shows it: 450 creates by 16 workers against buckets of capacity:refill, the time in
// terms of the least that is possible, the share of the calls that were throttled, and how many creates failed. At the last bucket
// another client makes calls at half the rate of the refill; those of its calls that are throttled leave more than the half.
//
//	                 50:20              20:10              100:50             50:20, shared
//	this one         1.02   2%          1.01   2%          1.02   2%          0.97   2%
//	SDK, adaptive    1.03   4%          1.01   7%          1.49   4%          0.62   3%
//	SDK, standard    1.10  38%  9       0.61  66%  192     1.21  21%  1       0.68  46%  20
//
// The SDK's standard retryer gives up on what was throttled three times. Its adaptive one cuts its rate at each throttle and grows
// it back as TCP CUBIC does, so that it strikes the throttle more often where it refills slowly, and is late where it refills fast.
// golang.org/x/time/rate keeps to a rate that it must be told: told EC2's published 5 a second it takes four times as long where the
// account has 20, and told 20 it hammers an account that has 5.
package batch
