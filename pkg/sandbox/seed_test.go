package sandbox

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// The same seed and order of requests give the same ids and faults; another seed returns others.
func TestSeed(t *testing.T) {
	run := func(seed uint64) string {
		var log bytes.Buffer
		s := New(Config{Seed: seed, Faults: MustFaults("internal-error=0.3", "Throttling:DescribeVpcs=0.5", "half-document:DescribeVpcs=x2", "garbage=0.01"), Log: &log})
		for range 30 {
			for _, spec := range []string{"CreateRouteTable ClientToken=a VpcId=" + OtherVPC, "DescribeVpcs", "CreateNetworkAcl VpcId=" + OtherVPC} {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, request(t, "http://ec2.test", "us-east-1", spec))
				fmt.Fprintln(&log, w.Code, w.Header(), w.Body)
			}
		}
		return log.String()
	}
	equal(t, "same seed", run(7), run(7))
	if run(7) == run(8) {
		t.Error("two seeds gave one run")
	}
	if !strings.Contains(run(7), "fault=internal-error -> 500 InternalError") {
		t.Error("no fault in the run")
	}
}

func TestLog(t *testing.T) {
	var log bytes.Buffer
	s := New(Config{Faults: MustFaults("lost-response:CreateRouteTable", "unavailable-after:CreateRouteTable", "drop:DescribeTags"), Log: &log})
	server := httptest.NewServer(s)
	defer server.Close()
	for _, spec := range []string{"CreateRouteTable ClientToken=a VpcId=" + OtherVPC, "CreateRouteTable ClientToken=a VpcId=" + OtherVPC, "CreateRouteTable ClientToken=a VpcId=" + OtherVPC, "DescribeSubnets", "Describe\nVpcs", "DescribeVpcs", "DescribeTags"} {
		r := request(t, server.URL, "us-east-1", strings.ReplaceAll(spec, "\n", "%"))
		if answer, err := server.Client().Do(r); err == nil {
			answer.Body.Close()
		}
	}
	id := s.Resources()[0].ID
	equal(t, "log", log.String(), `#1 us-east-1 CreateRouteTable fault=lost-response -> 200 `+id+` (reset)
#2 us-east-1 CreateRouteTable fault=unavailable-after -> 503 Unavailable `+id+` (replayed)
#3 us-east-1 CreateRouteTable -> 200 `+id+` (replayed)
#4 us-east-1 DescribeSubnets -> 400 InvalidAction
#5 us-east-1 (malformed action) -> 400 InvalidAction
#6 us-east-1 DescribeVpcs -> 200
#7 us-east-1 DescribeTags fault=drop -> (dropped)
`)
	if strings.Contains(log.String(), "AKIA") {
		t.Error("the log names a credential")
	}
}
