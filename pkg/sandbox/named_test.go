package sandbox

import (
	"testing"
	"testing/synctest"
	"time"
)

// A create may name an id that the sandbox never had, but not the id of a resource that was deleted or is not visible yet.
func TestNamedResources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{VisibilityLag: time.Minute})
		ok(t, s, "CreateIpam")
		ok(t, s, "CreateLaunchTemplate LaunchTemplateName=n LaunchTemplateData.ImageId=ami-1")
		ok(t, s, "CreateTrafficMirrorTarget NetworkInterfaceId=eni-1")
		ipam, template, target := s.Resources()[0].ID, s.Resources()[1].ID, s.Resources()[2].ID
		creates := []struct{ spec, code string }{
			{"CreateIpamScope IpamId=" + ipam, "InvalidIpamId.NotFound"},
			{"CreateLaunchTemplateVersion LaunchTemplateData.ImageId=ami-1 LaunchTemplateId=" + template, "InvalidLaunchTemplateId.NotFound"},
			{"CreateLaunchTemplateVersion LaunchTemplateData.ImageId=ami-1 LaunchTemplateName=n", "InvalidLaunchTemplateName.NotFoundException"},
			{"CreateFlowLogs ResourceType=VPC LogGroupName=g ResourceId.1=vpc-1 ResourceId.2=" + target, "InvalidTrafficMirrorTargetId.NotFound"},
		}
		for _, tt := range creates {
			equal(t, "too early: "+tt.spec, ask(t, s, tt.spec+" ClientToken=t").Code, tt.code)
		}
		time.Sleep(time.Minute)
		for _, tt := range creates {
			equal(t, "in time: "+tt.spec, ask(t, s, tt.spec).Code, "")
		}
		for _, spec := range []string{"DeleteIpam IpamId=" + ipam, "DeleteLaunchTemplate LaunchTemplateName=n", "DeleteTrafficMirrorTarget TrafficMirrorTargetId=" + target} {
			ok(t, s, spec)
		}
		for _, tt := range creates {
			equal(t, "too late: "+tt.spec, ask(t, s, tt.spec).Code, tt.code)
		}
		ok(t, s, "CreateIpamScope IpamId=ipam-0123456789abcdef0")
		ok(t, s, "CreateVolume Size=1 ClientToken="+ipam)
		equal(t, "no template", ask(t, s, "CreateLaunchTemplateVersion LaunchTemplateData.ImageId=ami-1").Code, "MissingParameter")
		equal(t, "the versions of no template", ask(t, s, "DescribeLaunchTemplateVersions LaunchTemplateName=n").Code, "InvalidLaunchTemplateName.NotFoundException")
	})
}
