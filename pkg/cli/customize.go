package cli

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
)

// A customization is how a command of the AWS CLI differs from its operation's parameters. See awscli/customizations/ec2, argrename.py and
// botocore/handlers.py in awscli 1.45.11.
type customization struct {
	flags   []customFlag
	renamed map[string]string                // flags that have another name
	finish  func(input map[string]any) error // completes an input, of flags or of a document, before it is checked and recorded
}

// A customFlag is a flag that stands for no member, or for a member in another form.
type customFlag struct {
	name     string
	kind     shape.Kind // String, List or Boolean
	help     string
	instead  []string // the members that have no flag of their own because of this flag
	excludes string   // the member that must not be given beside the flag; "" if there is none

	// set sets members to the flag's values. A value is a string, or the bytes of fileb://. The value of a boolean is "true" or "false".
	set func(input map[string]any, values []any) error
}

// customizationOf returns the customization of an operation's command. Most commands have none.
func customizationOf(op awsec2.Operation) customization {
	switch {
	case op.Name == "RunInstances":
		return runInstances()
	case op.Nested != "":
		return customization{flags: []customFlag{nestedToken(op)}}
	}
	return customization{}
}

// flagOf returns the name of a member's flag.
func (c customization) flagOf(member string) string {
	flag := shape.FlagName(member)
	return cmp.Or(c.renamed[flag], flag)
}

// hasFlag reports whether a member has a flag of its own.
func (c customization) hasFlag(member string) bool {
	return !slices.ContainsFunc(c.flags, func(f customFlag) bool { return slices.Contains(f.instead, member) })
}

// opposite returns the flag that sets a boolean to false.
func (c customization) opposite(flag string) string {
	return cmp.Or(c.renamed["no-"+flag], "no-"+flag)
}

// nestedToken returns the flag of a client token that lies in a structure of the input.
func nestedToken(op awsec2.Operation) customFlag {
	set := func(input map[string]any, values []any) error {
		holder, given := input[op.Nested].(map[string]any)
		if !given {
			holder = map[string]any{}
			input[op.Nested] = holder
		}
		holder["ClientToken"] = values[0]
		return nil
	}
	return customFlag{name: "client-token", kind: shape.String, help: parameterHelp(op, "ClientToken"), set: set}
}

// runInstances returns the customization of run-instances.
func runInstances() customization {
	const interfaces = "NetworkInterfaces"
	return customization{
		renamed: map[string]string{"no-disable-api-termination": "enable-api-termination"},
		finish:  finishInstances,
		flags: []customFlag{{
			name: "count", kind: shape.String, instead: []string{"MinCount", "MaxCount"}, set: setCount,
			help: "how many instances: N, or MIN:MAX (default 1)",
		}, {
			name: "user-data", kind: shape.String, instead: []string{"UserData"}, set: setUserData,
			help: "the user data as plain text, file://PATH or fileb://PATH: awsidem encodes it in base64",
		}, {
			name: "secondary-private-ip-addresses", kind: shape.List, excludes: interfaces, set: setSecondaryAddresses,
			help: "secondary private IP addresses of the network interface",
		}, {
			name: "secondary-private-ip-address-count", kind: shape.String, excludes: interfaces, set: setSecondaryCount,
			help: "how many secondary private IP addresses EC2 assigns to the network interface",
		}, {
			name: "associate-public-ip-address", kind: shape.Boolean, excludes: interfaces, set: setPublicAddress,
			help: "assign a public IP address to the network interface",
		}},
	}
}

// setCount sets the counts to N or MIN:MAX.
func setCount(input map[string]any, values []any) error {
	text := fmt.Sprint(values[0])
	fewest, most, isRange := strings.Cut(text, ":")
	if !isRange {
		most = fewest
	}
	least, err1 := strconv.ParseInt(fewest, 10, 32)
	greatest, err2 := strconv.ParseInt(most, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("want N or MIN:MAX, such as 1 or 1:10, got %q", text)
	}
	input["MinCount"], input["MaxCount"] = float64(least), float64(greatest)
	return nil
}

// setUserData sets the user data, which finishInstances encodes.
func setUserData(input map[string]any, values []any) error {
	input["UserData"] = fmt.Sprintf("%s", values[0])
	return nil
}

func setSecondaryAddresses(input map[string]any, values []any) error {
	var addresses []any
	for _, value := range values {
		addresses = append(addresses, map[string]any{"PrivateIpAddress": value, "Primary": false})
	}
	return setInterface(input, "PrivateIpAddresses", addresses)
}

func setSecondaryCount(input map[string]any, values []any) error {
	n, err := strconv.Atoi(fmt.Sprint(values[0]))
	if err != nil || n < 1 {
		return fmt.Errorf("want a whole number of at least 1, got %q", values[0])
	}
	return setInterface(input, "SecondaryPrivateIpAddressCount", float64(n))
}

func setPublicAddress(input map[string]any, values []any) error {
	return setInterface(input, "AssociatePublicIpAddress", values[0] == "true")
}

// setInterface sets a member of the network interface that the custom flags describe.
func setInterface(input map[string]any, member string, value any) error {
	if _, begun := input["NetworkInterfaces"]; !begun {
		input["NetworkInterfaces"] = []any{map[string]any{"DeviceIndex": float64(0)}}
	}
	first, _ := input["NetworkInterfaces"].([]any)[0].(map[string]any)
	first[member] = value
	return nil
}

// finishInstances sets the default of the count, and encodes the user data. If the list of network interfaces has one that a custom flag can
// describe, finishInstances moves the members that describe an interface into it: EC2 takes only one of the two forms.
func finishInstances(input map[string]any) error {
	for _, name := range []string{"MinCount", "MaxCount"} {
		count, given := input[name].(float64)
		if !given {
			input[name] = float64(1)
		} else if count < 1 {
			return fmt.Errorf("the count must be at least 1, not %v", count)
		}
	}
	if data, given := input["UserData"].(string); given {
		input["UserData"] = base64.StdEncoding.EncodeToString([]byte(data))
	}
	interfaces, _ := input["NetworkInterfaces"].([]any)
	if len(interfaces) == 0 {
		return nil
	}
	first, _ := interfaces[0].(map[string]any)
	has := func(member string) bool { return first[member] != nil }
	if !slices.ContainsFunc([]string{"PrivateIpAddresses", "SecondaryPrivateIpAddressCount", "AssociatePublicIpAddress"}, has) {
		return nil
	}
	for _, member := range []struct{ from, to string }{
		{"SubnetId", "SubnetId"}, {"SecurityGroupIds", "Groups"}, {"Ipv6AddressCount", "Ipv6AddressCount"},
		{"Ipv6Addresses", "Ipv6Addresses"}, {"EnablePrimaryIpv6", "PrimaryIpv6"},
	} {
		if value, given := input[member.from]; given {
			first[member.to] = value
			delete(input, member.from)
		}
	}
	if address, given := input["PrivateIpAddress"]; given { // the AWS CLI drops the secondary addresses here
		others, _ := first["PrivateIpAddresses"].([]any)
		first["PrivateIpAddresses"] = append([]any{map[string]any{"PrivateIpAddress": address, "Primary": true}}, others...)
		delete(input, "PrivateIpAddress")
	}
	return nil
}
