package sandbox

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody is the limit of a request's size in bytes. No EC2 request is nearly as large: the limit keeps other uploads out of memory.
const maxBody = 1 << 20

// A call is one request, with the facts that the sandbox collects about it.
type call struct {
	params params
	region string
	auth   error // why the Region could not be read
	form   error // why the parameters could not be read
	method string

	sandbox *Sandbox
	number  int
	id      string // request id
	now     time.Time
	fault   string // name of the fault that took effect
	note    string // outcome, for the log
	failing bool   // the resources of this create will fail
	partial bool   // EC2 creates only some of the resources
}

// newCall reads the whole request, because net/http notices a disconnected client only after the body was read.
func newCall(r *http.Request) (*call, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	rest, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	c := &call{params: params(query), method: r.Method}
	if int64(len(body))+rest > maxBody {
		c.form = fail("RequestEntityTooLarge", "")
	} else {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			c.form = fail("MalformedQueryString", "")
		}
		for k, v := range form {
			query[k] = append(query[k], v...)
		}
	}
	c.region, c.auth = credentialScope(r.Header.Get("Authorization"), query.Get("X-Amz-Credential"))
	return c, nil
}

// credentialScope returns the Region that a request was signed for. It reads the Authorization header or the credential
// of a presigned URL:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func credentialScope(header, presigned string) (string, error) {
	credential := presigned
	if header != "" {
		_, rest, _ := strings.Cut(header, "Credential=")
		credential, _, _ = strings.Cut(rest, ",")
	} else if presigned == "" {
		// EC2 still names this parameter of Signature Version 2 in its message.
		return "", fail("MissingParameter", "The request must contain the parameter AWSAccessKeyId")
	}
	// Count the fields from the end: a malformed access key with a slash must not shift them.
	scope := strings.Split(strings.TrimSpace(credential), "/")
	if len(scope) < 5 || scope[len(scope)-1] != "aws4_request" || !regionName().MatchString(scope[len(scope)-3]) {
		return "", fail("AuthFailure", "")
	}
	if service := scope[len(scope)-2]; service != "ec2" {
		return "", fail("SignatureDoesNotMatch", "Credential should be scoped to correct service: 'ec2'.")
	}
	return scope[len(scope)-3], nil
}

// regionName keeps line breaks that a client sends out of the log.
var regionName = expression(`^[a-z0-9-]{1,32}$`)

var actionName = expression(`^[A-Za-z0-9]{1,64}$`)

func (c *call) action() string { return c.params.get("Action") }

// label returns the action's name for the report and the log; it replaces a missing or malformed name.
func (c *call) label() string {
	switch a := c.action(); {
	case actionName().MatchString(a):
		return a
	case a == "":
		return "(no action)"
	default:
		return "(malformed action)"
	}
}

// apply executes the request.
func (c *call) apply() (*node, error) {
	name := c.action()
	act, known := actions()[name]
	switch {
	case c.method != http.MethodGet && c.method != http.MethodPost:
		return nil, fail("InvalidRequest", "The request method is not valid for this web service.")
	case c.form != nil:
		return nil, c.form
	case name == "":
		return nil, fail("MissingAction", "")
	case !known:
		return nil, fail("InvalidAction", "The action %s is not valid for this web service.", name)
	case c.auth != nil:
		return nil, c.auth
	}
	if err := c.params.check(act); err != nil {
		return nil, err
	}
	return act.handle(c)
}

// dryRun returns DryRunOperation if the request is a dry run. Call it just before the first change.
func (c *call) dryRun() error {
	switch v := c.params.get("DryRun"); strings.ToLower(v) {
	case "", "false", "0":
		return nil
	case "true", "1":
		return fail("DryRunOperation", "")
	default:
		return fail("InvalidParameterValue", "Value (%s) for parameter dryRun is invalid. The parameter must be true or false.", v)
	}
}

// log writes the request's line.
func (c *call) log(p reply) {
	if c.sandbox.config.Log == nil {
		return
	}
	line := fmt.Sprintf("#%d %s %s", c.number, cmp.Or(c.region, "-"), c.label())
	if c.fault != "" {
		line += " fault=" + c.fault
	}
	line += " ->"
	if p.status != 0 {
		line += fmt.Sprint(" ", p.status)
	}
	if c.note != "" {
		line += " " + c.note
	}
	if p.delivery != deliverWhole {
		line += fmt.Sprintf(" (%s)", p.delivery)
	}
	// A failing log must not change the answer.
	_, _ = io.WriteString(c.sandbox.config.Log, line+"\n")
}
