package awstest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
)

// CallEC2 sends an endpoint a request with the parameters of an EC2 action, as another client does, and returns the answer. A status other than
// 200 is an error. The signature names a Region and is not valid.
func CallEC2(ctx context.Context, endpoint, action string, parameters url.Values) ([]byte, error) {
	form := url.Values{"Action": {action}, "Version": {"2016-11-15"}}
	maps.Copy(form, parameters)
	return call(ctx, endpoint, "ec2", action, []byte(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// CallDynamoDB sends an endpoint a request of DynamoDB in JSON, as CallEC2 does.
func CallDynamoDB(ctx context.Context, endpoint, operation string, body []byte) ([]byte, error) {
	return call(ctx, endpoint, "dynamodb", operation, body, http.Header{
		"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"DynamoDB_20120810." + operation}, "X-Amz-Date": {"20240122T000000Z"},
	})
}

func call(ctx context.Context, endpoint, service, operation string, body []byte, header http.Header) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=other/20240122/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s\n%s", operation, resp.Status, answer)
	}
	return answer, err
}
