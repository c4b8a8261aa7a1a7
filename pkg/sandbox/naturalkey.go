package sandbox

import (
	"slices"
	"strings"
)

// A naturalKey has the parameters that no two resources of a kind may have in common, and the error for the second resource:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
type naturalKey struct {
	params  string
	code    string
	message string // with the id of the existing resource
}

// naturalKeys returns the natural keys by action.
func naturalKeys() map[string]naturalKey {
	return map[string]naturalKey{
		"CopyImage":                     {"Name", "InvalidAMIName.Duplicate", "AMI name is already in use by AMI %s"},
		"CreateLaunchTemplate":          {"LaunchTemplateName", "InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use: %s"},
		"CreateTrafficMirrorFilterRule": {"TrafficMirrorFilterId TrafficDirection RuleNumber", "TrafficMirrorFilterRuleAlreadyExists", "A rule with that number exists: %s"},
		"CreateFlowLogs":                {"ResourceId TrafficType LogDestinationType LogDestination LogGroupName", "FlowLogAlreadyExists", "Error. There is an existing Flow Log with the same configuration and log destination: %s"},
	}
}

// naturalKeyTaken returns an error if a resource with the natural key of the request exists. A resource counts even if it is
// not visible yet.
func (c *call) naturalKeyTaken(cr *create) error {
	key, ok := naturalKeys()[cr.Action]
	if !ok {
		return nil
	}
	for _, r := range c.home().resources {
		if r.create == cr && !r.gone() && key.equal(r.params, c.params) {
			return fail(key.code, key.message, r.ID)
		}
	}
	return nil
}

// equal reports whether two requests have the same key. Two lists are equal if they have a value in common.
func (k naturalKey) equal(a, b params) bool {
	for name := range strings.FieldsSeq(k.params) {
		inA, inB := a.values(name), b.values(name)
		if !slices.Equal(inA, inB) && !slices.ContainsFunc(inA, func(v string) bool { return slices.Contains(inB, v) }) {
			return false
		}
	}
	return true
}
