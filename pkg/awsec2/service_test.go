package awsec2

import (
	"strings"
	"testing"
)

// The endpoint of another service in each partition, with FIPS and with dual stack. The expected endpoints come from DynamoDB's
// endpoint rules in the SDK.
func TestRegionalEndpoint(t *testing.T) {
	for _, test := range []struct{ region, variables, want string }{
		{"eu-west-1", "", "https://dynamodb.eu-west-1.amazonaws.com"},
		{"eu-west-1", "FIPS", "https://dynamodb-fips.eu-west-1.amazonaws.com"},
		{"eu-west-1", "DUALSTACK", "https://dynamodb.eu-west-1.api.aws"},
		{"us-east-1", "FIPS DUALSTACK", "https://dynamodb-fips.us-east-1.api.aws"},
		{"cn-north-1", "", "https://dynamodb.cn-north-1.amazonaws.com.cn"},
		{"cn-north-1", "DUALSTACK", "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn"},
		{"us-gov-west-1", "", "https://dynamodb.us-gov-west-1.amazonaws.com"},
		{"us-gov-west-1", "FIPS", "https://dynamodb.us-gov-west-1.amazonaws.com"},
		{"us-iso-east-1", "", "https://dynamodb.us-iso-east-1.c2s.ic.gov"},
		{"us-isob-east-1", "", "https://dynamodb.us-isob-east-1.sc2s.sgov.gov"},
		{"eusc-de-east-1", "", "https://dynamodb.eusc-de-east-1.amazonaws.eu"},
	} {
		env := map[string]string{"AWS_REGION": test.region, "AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "s", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
		for _, variable := range strings.Fields(test.variables) {
			env["AWS_USE_"+variable+"_ENDPOINT"] = "true"
		}
		client, err := Connect(Options{Lookup: func(name string) (string, bool) { value, ok := env[name]; return value, ok }})
		if err != nil {
			t.Fatal(err)
		}
		service, err := client.Service(t.Context(), "DYNAMODB", "", "")
		if err != nil || service.Endpoint != test.want || service.Region != test.region {
			t.Errorf("%s %s: %q in %q, %v; want %q", test.region, test.variables, service.Endpoint, service.Region, err, test.want)
		}
	}
}

// The endpoint of a service takes precedence over AWS_ENDPOINT_URL. An argument takes precedence over both. EC2's endpoint does not count.
func TestServiceEndpoint(t *testing.T) {
	env := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "s", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
		"AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:1",
	}
	for _, step := range []struct{ variable, given, want string }{
		{"", "", "https://dynamodb.us-east-1.amazonaws.com"},
		{"AWS_ENDPOINT_URL", "", "http://127.0.0.1:2"},
		{"AWS_ENDPOINT_URL_DYNAMODB", "", "http://127.0.0.1:3"},
		{"", "http://127.0.0.1:4", "http://127.0.0.1:4"},
	} {
		if step.variable != "" {
			env[step.variable] = step.want
		}
		client, err := Connect(Options{Lookup: func(name string) (string, bool) { value, ok := env[name]; return value, ok }})
		if err != nil {
			t.Fatal(err)
		}
		if service, err := client.Service(t.Context(), "DYNAMODB", "", step.given); err != nil || service.Endpoint != step.want {
			t.Errorf("%+v: %q, %v", step, service.Endpoint, err)
		}
	}
	client, err := Connect(Options{Lookup: func(name string) (string, bool) { value, ok := env[name]; return value, ok }})
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range []string{"evil.com/x", "a.b", "x@y", "-"} { // a part of the endpoint's host
		if service, err := client.Service(t.Context(), "DYNAMODB", region, ""); err == nil {
			t.Errorf("the Region %q: %q", region, service.Endpoint)
		}
	}
	client, err = Connect(Options{NoSignRequest: true, Lookup: func(name string) (string, bool) { value, ok := env[name]; return value, ok }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Service(t.Context(), "DYNAMODB", "", ""); err == nil {
		t.Error("requests that are not signed")
	}
}
