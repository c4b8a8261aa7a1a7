// Package memnet is a network in memory. In a bubble of testing/synctest, real HTTP runs over it in fake time.
package memnet

import (
	"context"
	"net"
	"sync"
)

// A Net is a [net.Listener] that accepts one end of a pipe for each Dial.
type Net struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// New returns a network with one listener and no connection.
func New() *Net { return &Net{conns: make(chan net.Conn), closed: make(chan struct{})} }

// Dial returns the other end of a pipe that Accept returns, whatever the address is. Its error is [net.ErrClosed] after Close.
func (n *Net) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case n.conns <- server:
		return client, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for a Dial. Its error is [net.ErrClosed] after Close.
func (n *Net) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial.
func (n *Net) Close() error { n.once.Do(func() { close(n.closed) }); return nil }

// Addr returns an address of this machine.
func (n *Net) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
