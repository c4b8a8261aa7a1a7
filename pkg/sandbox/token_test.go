package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

const (
	tagA = " TagSpecification.1.ResourceType=route-table TagSpecification.1.Tag.1.Key=a TagSpecification.1.Tag.1.Value=1"
	tagB = " TagSpecification.1.Tag.2.Key=b TagSpecification.1.Tag.2.Value=2"
)

func TestToken(t *testing.T) {
	const create = "CreateRouteTable ClientToken=t VpcId=" + OtherVPC
	for _, tt := range []struct {
		name, then, code string
	}{
		{"the same again", create + tagA + tagB, ""},
		{"tags in another order", create + " TagSpecification.1.ResourceType=route-table TagSpecification.1.Tag.1.Key=b TagSpecification.1.Tag.1.Value=2 TagSpecification.1.Tag.2.Key=a TagSpecification.1.Tag.2.Value=1", ""},
		{"tags in two specifications", create + tagA + " TagSpecification.2.ResourceType=route-table TagSpecification.2.Tag.1.Key=b TagSpecification.2.Tag.1.Value=2", ""},
		{"no dry run", create + tagA + tagB + " DryRun=false", ""},
		{"fewer tags", create + tagA, "IdempotentParameterMismatch"},
		{"no tags", create, "IdempotentParameterMismatch"},
		{"another VPC", strings.ReplaceAll(create, OtherVPC, DefaultVPC) + tagA + tagB, "IdempotentParameterMismatch"},
		{"a VPC that does not exist", strings.ReplaceAll(create, OtherVPC, "vpc-00000000000000000") + tagA + tagB, "IdempotentParameterMismatch"},
		{"a dry run", create + " DryRun=true", "DryRunOperation"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := New(Config{})
			id := must(t, s, create+tagA+tagB)
			a := ask(t, s, tt.then)
			equal(t, "code", a.Code, tt.code)
			equal(t, "resources", len(s.Resources()), 1)
			switch tt.code {
			case "":
				equal(t, "ids", a.IDs, []string{id})
				equal(t, "token echoed", parse(t, a.Body).Token, "t")
				equal(t, "replayed", s.Report().Replayed, 1)
			case "IdempotentParameterMismatch":
				equal(t, "message", a.Message, "Wrong arguments for request with token t")
				equal(t, "mismatches", s.Report().Mismatches, 1)
			}
		})
	}
}

func TestTokenIsPerAction(t *testing.T) {
	s := New(Config{})
	must(t, s, "CreateRouteTable ClientToken=t VpcId="+OtherVPC)
	must(t, s, "CreateNetworkAcl ClientToken=t VpcId="+DefaultVPC)
	equal(t, "resources", len(s.Resources()), 2)
}

// A failed request and a dry run leave their token unused.
func TestTokenOfAFailureIsFree(t *testing.T) {
	s := New(Config{})
	for _, spec := range []string{
		"CreateRouteTable ClientToken=t VpcId=vpc-00000000000000000",
		"CreateRouteTable ClientToken=t DryRun=true VpcId=" + DefaultVPC,
		"CreateRouteTable ClientToken=t VpcId=" + OtherVPC + tagA + strings.Replace(tagA, "Tag.1.Key", "Tag.2.Key", 1) + " TagSpecification.1.ResourceType=vpc",
	} {
		if a := ask(t, s, spec); a.Code == "" {
			t.Fatalf("%s: %s", spec, a.Body)
		}
	}
	must(t, s, "CreateRouteTable ClientToken=t VpcId="+OtherVPC)
}

func TestReplayShowsTheNewerState(t *testing.T) {
	s := New(Config{})
	const create = "CreateRouteTable ClientToken=t VpcId=" + OtherVPC + tagA
	id := must(t, s, create)
	must(t, s, "CreateTags Tag.1.Key=later Tag.1.Value=x ResourceId.1="+id)
	if a := ask(t, s, create); !strings.Contains(a.Body, "<key>later</key>") {
		t.Errorf("replay lacks the tag that came later: %s", a.Body)
	}
	must(t, s, "DeleteRouteTable RouteTableId="+id)
	a := ask(t, s, create)
	equal(t, "replay after the deletion", a.IDs, []string{id})
	if strings.Contains(a.Body, "<key>later</key>") {
		t.Errorf("replay after the deletion is not the original answer: %s", a.Body)
	}
	equal(t, "made", len(s.Resources()), 1)
	if ask(t, s, "DescribeRouteTables RouteTableId.1="+id).Code != "InvalidRouteTableID.NotFound" {
		t.Error("a replay brought it back")
	}
}

func TestReplayOutlivesTheVPC(t *testing.T) {
	s := New(Config{})
	vpc := must(t, s, "CreateVpc CidrBlock=10.0.0.0/16")
	create := "CreateRouteTable ClientToken=t VpcId=" + vpc
	id := must(t, s, create)
	must(t, s, "DeleteRouteTable RouteTableId="+id)
	must(t, s, "DeleteVpc VpcId="+vpc)
	equal(t, "replay", must(t, s, create), id)
	equal(t, "without a token", ask(t, s, "CreateRouteTable VpcId="+vpc).Code, "InvalidVpcID.NotFound")
}

func TestTokenLength(t *testing.T) {
	for token, code := range map[string]string{
		strings.Repeat("x", 64): "", strings.Repeat("x", 65): "InvalidClientToken", "": "InvalidClientToken", "zoë": "InvalidClientToken", "~!": "",
	} {
		equal(t, token, ask(t, New(Config{}), "CreateNetworkAcl VpcId="+OtherVPC+" ClientToken="+token).Code, code)
	}
}

func TestIgnoreTokens(t *testing.T) {
	s := New(Config{IgnoreTokens: true})
	first, second := ask(t, s, "CreateRouteTable ClientToken=t VpcId="+OtherVPC), ask(t, s, "CreateRouteTable ClientToken=t VpcId="+DefaultVPC)
	equal(t, "codes", first.Code+second.Code, "")
	equal(t, "resources", len(s.Resources()), 2)
	equal(t, "echo", parse(t, first.Body).Token, "")
}

func TestTokenTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{TokenTTL: time.Hour})
		const create = "CreateRouteTable ClientToken=t VpcId=" + OtherVPC
		id := must(t, s, create)
		time.Sleep(time.Hour - 1)
		equal(t, "just before", must(t, s, create), id)
		time.Sleep(time.Nanosecond)
		if must(t, s, create) == id {
			t.Error("the token is still remembered after its time")
		}
		equal(t, "resources", len(s.Resources()), 2)
	})
}

// In any order of creates and deletes, a token creates one resource, and only with the parameters of its first use.
func TestTokenModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := New(Config{Seed: rapid.Uint64().Draw(rt, "seed")})
		type first struct{ params, id string }
		used, made := map[string]first{}, 0
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			action := rapid.SampledFrom([]string{"CreateRouteTable", "CreateNetworkAcl"}).Draw(rt, "action")
			token := rapid.SampledFrom([]string{"a", "b", "A"}).Draw(rt, "token")
			params := " VpcId=" + rapid.SampledFrom([]string{OtherVPC, DefaultVPC}).Draw(rt, "vpc")
			a := ask(t, s, action+" ClientToken="+token+params)
			key := action + token
			switch before, again := used[key]; {
			case !again:
				made++
				used[key] = first{params, strings.Join(a.IDs, "")}
			case before.params != params:
				if a.Code != "IdempotentParameterMismatch" {
					rt.Fatalf("%s after %s: %s", params, before.params, a.Body)
				}
			case strings.Join(a.IDs, "") != before.id:
				rt.Fatalf("replay answers %v, want %s", a.IDs, before.id)
			}
			if rapid.IntRange(0, 9).Draw(rt, "delete") == 0 {
				ask(t, s, fmt.Sprintf("Delete%s %[1]sId=%s", strings.TrimPrefix(action, "Create"), used[key].id))
			}
		}
		if got := len(s.Resources()); got != made {
			rt.Fatalf("%d resources, want %d", got, made)
		}
	})
}
