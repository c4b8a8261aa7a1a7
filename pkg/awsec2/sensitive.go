package awsec2

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Secrecy states whether a member of an input may be shown to a user and kept on disk.
type Secrecy int

// The degrees of secrecy.
const (
	Public    Secrecy = iota // may be shown and kept
	Sensitive                // must not be shown; may be kept only to be sent again: user data, pre-signed URLs
	Secret                   // must not be shown and must not be kept: passwords, keys
)

// Mask is the text that takes the place of a sensitive or secret value.
const Mask = "(sensitive)"

// A classified is a member of an operation's input that is not public. The path has no list indexes. A structure stands for all of its
// members.
type classified struct {
	operation, path string
	secrecy         Secrecy
}

// classifieds are the members that EC2's API model marks as sensitive. TestClassified compares them with the model, which is older than the
// SDK, and looks for the names of other such members.
var classifieds = [...]classified{
	{"RunInstances", "UserData", Sensitive},
	{"RunScheduledInstances", "LaunchSpecification", Sensitive},
	{"RequestSpotInstances", "LaunchSpecification.UserData", Sensitive},
	{"RequestSpotFleet", "SpotFleetRequestConfig.LaunchSpecifications.UserData", Sensitive},
	{"CreateFleet", "LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateSpecificationUserData", Sensitive},
	{"CreateLaunchTemplate", "LaunchTemplateData.UserData", Sensitive},
	{"CreateLaunchTemplateVersion", "LaunchTemplateData.UserData", Sensitive},
	{"ImportImage", "DiskContainers.Url", Sensitive},
	{"ImportSnapshot", "DiskContainer.Url", Sensitive},
	{"CreateDelegateMacVolumeOwnershipTask", "MacCredentials", Secret},
	{"CreateMacSystemIntegrityProtectionModificationTask", "MacCredentials", Secret},
	{"CreateVerifiedAccessTrustProvider", "OidcOptions.ClientSecret", Secret},
	{"CreateVerifiedAccessTrustProvider", "NativeApplicationOidcOptions.ClientSecret", Secret},
}

// SecrecyOf returns the secrecy of a member of an operation's input. path has the member names without list indexes:
// LaunchTemplateData.UserData. The source is the sensitive trait in AWS's model of the EC2 API.
func SecrecyOf(operation, path string) Secrecy {
	for _, c := range classifieds {
		if c.operation == operation && (path == c.path || strings.HasPrefix(path, c.path+".")) {
			return c.secrecy
		}
	}
	return Public
}

// AllPublic reports whether no member of an operation's input is sensitive or secret.
func AllPublic(operation string) bool {
	return !slices.ContainsFunc(classifieds[:], func(c classified) bool { return c.operation == operation })
}

// MapValues returns a copy of an operation's input. In the copy, the result of f takes the place of each value that is sensitive or secret.
// If a whole structure is sensitive or secret, MapValues calls f once, for the structure. path has no list indexes.
func MapValues(operation string, input map[string]any, f func(path string, secrecy Secrecy, value any) any) map[string]any {
	copied, _ := mapValues(operation, "", input, f).(map[string]any)
	return copied
}

func mapValues(operation, path string, value any, f func(string, Secrecy, any) any) any {
	if secrecy := SecrecyOf(operation, path); secrecy != Public {
		return f(path, secrecy, value)
	}
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for name, member := range value {
			copied[name] = mapValues(operation, strings.TrimPrefix(path+"."+name, "."), member, f)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, element := range value {
			copied[i] = mapValues(operation, path, element, f)
		}
		return copied
	}
	return value
}

// Masked returns a copy of an operation's input with [Mask] in place of each value that is sensitive or secret.
func Masked(operation string, input map[string]any) map[string]any {
	return MapValues(operation, input, func(string, Secrecy, any) any { return Mask })
}

// maskForm returns a request's form with [Mask] in place of each value that is not public. A key on the wire is a path with the singular of list
// names and with indexes: DiskContainer.1.Url.
func maskForm(form string) string {
	pairs := strings.Split(form, "&")
	operation := ""
	for _, pair := range pairs {
		if name, ok := strings.CutPrefix(pair, "Action="); ok {
			operation = name
		}
	}
	for i, pair := range pairs {
		key, _, _ := strings.Cut(pair, "=")
		for _, c := range classifieds {
			if c.operation == operation && onWire(c.path, key) {
				pairs[i] = key + "=" + Mask
			}
		}
	}
	return strings.Join(pairs, "&")
}

// onWire reports whether a key of a form is a member of an input, or is within that member.
func onWire(path, key string) bool {
	parts := slices.DeleteFunc(strings.Split(key, "."), func(part string) bool {
		_, err := strconv.Atoi(part)
		return err == nil
	})
	names := strings.Split(path, ".")
	return len(parts) >= len(names) && slices.EqualFunc(names, parts[:len(names)], func(name, part string) bool {
		return part == name || part == singular(name)
	})
}

// maskAnswer returns the body of an answer with [Mask] in place of each element that repeats a value of a request that is not public.
func maskAnswer(body []byte) []byte {
	elements := regexp.MustCompile(`(?s)(<(\w*[uU]serData|url|clientSecret|macCredentials)>).*?(</|\z)`)
	return elements.ReplaceAll(body, []byte("${1}"+Mask+"${3}"))
}
