package identity

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// A fastConn is a connection to an STS that answers as soon as it has the headers of a request. The first Write returns after the client has
// got the headers of the answer.
type fastConn struct {
	net.Conn
	asked     chan struct{} // closed when the first Write has begun
	ask       sync.Once
	answered  chan struct{} // closed when the client has read the headers of the answer and wants more
	ended     chan struct{} // closed when the request is complete or the connection is closed
	end       sync.Once
	sent      bytes.Buffer
	reads     int
	remaining string // of the answer
}

func (c *fastConn) Write(p []byte) (int, error) {
	c.sent.Write(p)
	c.ask.Do(func() { close(c.asked) })
	select {
	case <-c.answered:
	case <-c.ended:
		return 0, net.ErrClosed
	}
	if bytes.Contains(c.sent.Bytes(), []byte("Action=AssumeRole")) {
		c.end.Do(func() { close(c.ended) })
	}
	return len(p), nil
}

func (c *fastConn) Read(p []byte) (int, error) {
	c.reads++
	switch c.reads {
	case 1:
		select { // net/http closes a connection that answers before there is a request
		case <-c.asked:
		case <-c.ended:
			return 0, net.ErrClosed
		}
		return copy(p, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(c.remaining))), nil
	case 2:
		close(c.answered)
		<-c.ended
		if !bytes.Contains(c.sent.Bytes(), []byte("Action=AssumeRole")) {
			return 0, net.ErrClosed
		}
	}
	n := copy(p, c.remaining)
	c.remaining = c.remaining[n:]
	return n, nil
}

func (c *fastConn) Close() error {
	c.end.Do(func() { close(c.ended) })
	return nil
}

func (*fastConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*fastConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (*fastConn) SetDeadline(time.Time) error      { return nil }
func (*fastConn) SetReadDeadline(time.Time) error  { return nil }
func (*fastConn) SetWriteDeadline(time.Time) error { return nil }

// If an answer arrives before net/http has read the body of the request, the answer is not lost, even if there is only one attempt.
func TestFastAnswer(t *testing.T) {
	const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>AKIAROLE</AccessKeyId>` +
		`<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
	env := map[string]string{"AWS_MAX_ATTEMPTS": "1", "AWS_ENDPOINT_URL_STS": "http://sts.test", "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}
	profile := awsconfig.Section{}
	for key, value := range map[string]string{"role_arn": "arn:aws:iam::123456789012:role/x", "credential_source": "Environment", "region": "us-east-1"} {
		profile[key] = awsconfig.Setting{Value: value}
	}
	choice, err := Choose(Options{
		Lookup: func(name string) (string, bool) { value, set := env[name]; return value, set },
		Files:  &awsconfig.Files{Profiles: map[string]awsconfig.Section{"x": profile}}, Profile: "x",
		Dial: func(context.Context, string, string) (net.Conn, error) {
			return &fastConn{asked: make(chan struct{}), answered: make(chan struct{}), ended: make(chan struct{}), remaining: answer}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := choice.Credentials.Retrieve(t.Context())
	if err != nil || credentials.AccessKeyID != "AKIAROLE" {
		t.Errorf("got %v, %v", credentials.AccessKeyID, err)
	}
}
