// Package tern is a Tern client: JSON, protocol version 1, any number of calls at once over one connection.
//
//	client, err := tern.Dial(ctx, "127.0.0.1:7070", nil)
//	var sum int
//	err = client.Call(ctx, "add", map[string]int{"a": 1, "b": 2}, &sum)
//
// Every failure of a call is an *Error. Its Executed says whether the operation may have taken effect.
package tern

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const Limit = 16 << 20           // bytes of one frame, either way, as at the server
const Timeout = 10 * time.Second // of a call whose context has no deadline

// Error is how a call failed. Executed is "no", "maybe" or "yes": the server's word, or this client's own.
type Error struct {
	Code     string         `json:"code"`
	Message  string         `json:"message"`
	Details  map[string]any `json:"details"`
	Executed string         `json:"executed"`
}

func failure(code, executed, format string, a ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, a...), Executed: executed}
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (executed: %s)", e.Code, e.Message, e.Executed)
}

// Option is what a call says beside its params.
type Option func(meta map[string]any)

// Key says which operation this is, the same for all attempts at it; Auth is a bearer token; Metadata is for the server's code.
func Key(key string) Option                { return func(meta map[string]any) { meta["key"] = key } }
func Auth(token string) Option             { return func(meta map[string]any) { meta["auth"] = token } }
func Metadata(md map[string]string) Option { return func(meta map[string]any) { meta["md"] = md } }

type outcome struct {
	result json.RawMessage
	err    error
}

// Client is one connection. Once that is broken, each call fails with UNAVAILABLE, "no": Dial again.
type Client struct {
	AllowPlainTokens bool // to another machine, where whoever sits between can read them

	conn       net.Conn
	private    bool
	writing    chan struct{} // held by who writes a frame
	lastID     int64         // guarded by that
	unanswered atomic.Int64  // frames that have left without a reply: given up and notified ones, too
	mutex      sync.Mutex    // guards the rest
	pending    map[int64]chan outcome
	broken     *Error
}

// Dial connects, with TLS if there is a config, whose ServerName is the address's host if it has none.
func Dial(ctx context.Context, address string, config *tls.Config) (*Client, error) {
	dial := (&net.Dialer{}).DialContext
	if config != nil {
		dial = (&tls.Dialer{Config: config}).DialContext
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, failure("UNAVAILABLE", "no", "cannot connect to %s: %v", address, err)
	}
	peer, isTCP := conn.RemoteAddr().(*net.TCPAddr)
	client := &Client{conn: conn, private: config != nil || (isTCP && peer.IP.IsLoopback()), writing: make(chan struct{}, 1), pending: map[int64]chan outcome{}}
	go client.read()
	return client, nil
}

// Close ends the connection. Calls that still wait fail with UNAVAILABLE, "maybe".
func (c *Client) Close() {
	c.fail(failure("UNAVAILABLE", "maybe", "the client was closed"))
}

// Call makes a call and reads its result, which may be nil if nobody wants it. It ends at the context's deadline, or when that
// is cancelled; the server is told both. Params are an object or an array, or nil.
func (c *Client) Call(ctx context.Context, method string, params, result any, options ...Option) error {
	ctx, cancel := context.WithTimeout(ctx, untilDeadline(ctx))
	defer cancel()
	reply := make(chan outcome, 1)
	id, err := c.send(ctx, method, params, reply, options)
	if err != nil {
		return err
	}
	select {
	case got := <-reply:
		if got.err == nil && result != nil {
			if err := json.Unmarshal(got.result, result); err != nil {
				return failure("INTERNAL", "yes", "result: %v", err)
			}
		}
		return got.err
	case <-ctx.Done():
		c.take(id)
		go c.send(context.Background(), "rpc.cancel", map[string]int64{"id": id}, nil, nil) // nobody waits for that
		return gaveUp(ctx, "no answer to "+method+" in time", "maybe")
	}
}

// Notify sends a call that is never answered. It returns once the frame is with the operating system.
func (c *Client) Notify(ctx context.Context, method string, params any, options ...Option) error {
	_, err := c.send(ctx, method, params, nil, options)
	return err
}

func untilDeadline(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline)
	}
	return Timeout
}

func gaveUp(ctx context.Context, message, executed string) error {
	if ctx.Err() == context.Canceled {
		return failure("CANCELLED", executed, "cancelled by the caller")
	}
	return failure("TIMEOUT", executed, "%s", message)
}

// send writes a request; without a channel for its reply, a notification. An error before its first byte left is "no".
func (c *Client) send(ctx context.Context, method string, params any, reply chan outcome, options []Option) (int64, error) {
	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return 0, gaveUp(ctx, "the deadline passed before the request was sent", "no")
	}
	// A little less than what is left, so that the server's exact answer is here before our own timer.
	left := untilDeadline(ctx)
	margin := left / 10
	if margin > 50*time.Millisecond {
		margin = 50 * time.Millisecond
	}
	meta := map[string]any{"v": 1, "timeout_ms": (left - margin).Milliseconds()}
	for _, option := range options {
		option(meta)
	}
	if meta["auth"] != nil && !c.private && !c.AllowPlainTokens {
		return 0, failure("UNAUTHORIZED", "no", "a token for another machine would be readable on its way (expected: TLS, or AllowPlainTokens)")
	}
	request := map[string]any{"method": method, "params": params, "meta": meta} // null params are none
	id := c.lastID + 1
	if reply != nil {
		request["id"] = id
	}
	payload, err := json.Marshal(request)
	if err != nil {
		return 0, failure("BAD_REQUEST", "no", "params: %v", err)
	}
	if len(payload) > Limit {
		return 0, failure("TOO_LARGE", "no", "request of %d bytes (expected: at most %d)", len(payload), Limit)
	}
	frame := append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)
	c.mutex.Lock()
	broken := c.broken
	if reply != nil && broken == nil {
		c.lastID, c.pending[id] = id, reply
	}
	c.mutex.Unlock()
	if broken != nil {
		return 0, failure("UNAVAILABLE", "no", "%s", broken.Message)
	}
	c.unanswered.Add(1)
	c.conn.SetWriteDeadline(time.Now().Add(left))
	if _, err := c.conn.Write(frame); err != nil { // perhaps half a frame is out: nothing can follow it
		return 0, c.fail(failure("UNAVAILABLE", "maybe", "a request could not be sent whole: %v", err))
	}
	return id, nil
}

// fail ends the connection, and with it each call that waits.
func (c *Client) fail(why *Error) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.broken == nil {
		c.broken = why
	}
	for id, reply := range c.pending {
		reply <- outcome{err: why}
		delete(c.pending, id)
	}
	c.conn.Close()
	return why
}

func (c *Client) read() {
	for {
		var length uint32
		err := binary.Read(c.conn, binary.BigEndian, &length)
		if err == nil && (length == 0 || length > Limit) {
			err = fmt.Errorf("a reply of %d bytes (expected: 1 to %d)", length, Limit)
		}
		var payload bytes.Buffer // grows with what comes: a length alone costs nothing
		if err == nil {
			_, err = io.CopyN(&payload, c.conn, int64(length))
		}
		if err == nil {
			err = c.deliver(payload.Bytes())
		}
		if err != nil {
			if _, isOurs := err.(*Error); !isOurs {
				err = failure("UNAVAILABLE", "maybe", "the connection is gone: %v", err)
			}
			c.fail(err.(*Error))
			return
		}
	}
}

func (c *Client) deliver(payload []byte) error {
	var reply struct {
		ID     *int64          `json:"id"`
		OK     *bool           `json:"ok"`
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(payload, &reply); err != nil {
		return failure("PARSE_ERROR", "maybe", "malformed reply: %v", err)
	}
	if reply.ID == nil {
		return c.deliverWithoutID(reply.Error)
	}
	got := outcome{result: reply.Result}
	if reply.OK == nil || !*reply.OK || reply.Result == nil {
		told := &Error{}
		if json.Unmarshal(reply.Error, told) != nil || reply.OK == nil || *reply.OK || told.Code == "" {
			told = failure("INTERNAL", "maybe", "malformed reply")
		}
		got.err = checked(told)
	}
	c.finish(*reply.ID, got)
	return nil
}

// deliverWithoutID: the server could not tell which frame its error means. We can, if there is only one.
func (c *Client) deliverWithoutID(raw json.RawMessage) error {
	var wire struct {
		Message string
		Data    *Error
	}
	if json.Unmarshal(raw, &wire) != nil || wire.Data == nil {
		return failure("PARSE_ERROR", "maybe", "malformed reply: no id: %.200s", raw)
	}
	told := checked(wire.Data)
	told.Message = wire.Message
	c.mutex.Lock()
	isAlone, only := c.unanswered.Load() == 1 && len(c.pending) == 1, int64(0)
	for only = range c.pending {
	}
	c.mutex.Unlock()
	if told.Details["stage"] == "tls_handshake" {
		return told // nothing of what this connection brought was read
	} else if isAlone {
		c.finish(only, outcome{err: told})
		return nil
	}
	return fmt.Errorf("an error that belongs to no request: %w", told)
}

// take: the call that waits for a reply no more, if there is one: else it comes late, or twice.
func (c *Client) take(id int64) chan outcome {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	reply := c.pending[id]
	delete(c.pending, id)
	return reply
}

func (c *Client) finish(id int64, got outcome) {
	if reply := c.take(id); reply != nil {
		c.unanswered.Add(-1)
		reply <- got
	}
}

// checked: what is no verdict is "maybe".
func checked(told *Error) *Error {
	if told.Executed != "no" && told.Executed != "yes" {
		told.Executed = "maybe"
	}
	return told
}
