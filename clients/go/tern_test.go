package tern

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

const forever = 10 * time.Second // a test that gets there has failed

type request struct {
	ID     *int64          `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Meta   map[string]any  `json:"meta"`
}

// peer is the server's end of a connection, as a script sees it.
type peer struct {
	testing.TB
	net.Conn
}

func (p peer) request() (got request) {
	p.Helper()
	var length uint32
	if err := binary.Read(p, binary.BigEndian, &length); err != nil {
		p.Error(err)
		return
	}
	payload := make([]byte, length)
	if _, err := io.ReadFull(p, payload); err != nil {
		p.Error(err)
	} else if err := json.Unmarshal(payload, &got); err != nil {
		p.Error(err)
	}
	return got
}

func (p peer) send(format string, a ...any) {
	payload := fmt.Sprintf(format, a...)
	p.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...))
}

func (p peer) untilClosed() { io.Copy(io.Discard, p) }

// scripted gives a client whose server follows the script, then closes.
func scripted(t *testing.T, script func(peer)) *Client {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(forever))
		script(peer{t, conn})
	}()
	client, err := Dial(context.Background(), listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); <-done; listener.Close() })
	return client
}

func fails(t *testing.T, err error, code, executed string) *Error {
	t.Helper()
	got, ok := err.(*Error)
	if !ok || got.Code != code || got.Executed != executed {
		t.Fatalf("%v (expected: %s, executed: %s)", err, code, executed)
	}
	return got
}

func within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	time.AfterFunc(d+forever, cancel)
	return ctx
}

func TestARequestHasIdMethodParamsAndMeta(t *testing.T) {
	client := scripted(t, func(p peer) {
		got := p.request()
		if got.Method != "add" || string(got.Params) != `{"a":1,"b":2}` || got.Meta["key"] != "k" || got.Meta["auth"] != "secret" {
			t.Errorf("%+v", got)
		}
		if millis := got.Meta["timeout_ms"].(float64); millis < 3000 || millis >= 5000 {
			t.Errorf("timeout_ms: %v", millis)
		}
		if md := got.Meta["md"].(map[string]any)["tenant"]; md != "żółw 🦜" {
			t.Errorf("md: %v", md)
		}
		p.send(`{"id":%d,"ok":true,"result":18446744073709551615,"meta":{}}`, *got.ID)
		if got := p.request(); got.ID != nil || got.Method != "log" {
			t.Errorf("%+v", got)
		}
		null := p.request()
		p.send(`{"id":%d,"ok":true,"result":null}`, *null.ID)
	})
	var result uint64
	err := client.Call(within(5*time.Second), "add", map[string]int{"a": 1, "b": 2}, &result,
		Key("k"), Auth("secret"), Metadata(map[string]string{"tenant": "żółw 🦜"}))
	if err != nil || result != 1<<64-1 {
		t.Fatal(result, err)
	}
	if err := client.Notify(within(forever), "log", nil); err != nil {
		t.Fatal(err)
	}
	if err := client.Call(context.Background(), "x", nil, nil); err != nil {
		t.Fatal(err)
	}
}

func TestErrorsAndMalformedRepliesAreOfTheirCallAlone(t *testing.T) {
	replies := []struct{ members, code, executed string }{
		{`"ok":false,"error":{"code":"OUT_OF_STOCK","message":"m","details":{"left":0},"executed":"yes"}`, "OUT_OF_STOCK", "yes"},
		{`"ok":false,"error":{"code":"SERVER_BUSY","message":"m","executed":"no"}`, "SERVER_BUSY", "no"},
		{`"ok":false,"error":{"code":"X","message":"m","executed":"perhaps"}`, "X", "maybe"},
		{`"ok":false,"error":"x"`, "INTERNAL", "maybe"},
		{`"ok":true`, "INTERNAL", "maybe"},
		{`"result":1`, "INTERNAL", "maybe"},
		{`"ok":true,"result":"no number"`, "INTERNAL", "yes"},
	}
	client := scripted(t, func(p peer) {
		for _, reply := range replies {
			id := *p.request().ID
			p.send(`{"id":99,"ok":true,"result":"of nobody"}`)
			p.send(`{"id":%d,%s}`, id, reply.members)
			p.send(`{"id":%d,%s}`, id, reply.members)
		}
		p.send(`{"id":%d,"ok":true,"result":7}`, *p.request().ID)
	})
	var result int
	for _, reply := range replies {
		fails(t, client.Call(context.Background(), "x", nil, &result), reply.code, reply.executed)
	}
	if err := client.Call(context.Background(), "x", nil, &result); err != nil || result != 7 {
		t.Fatal(result, err)
	}
}

func TestWhatIsNoReplyEndsTheConnectionAndEachCallOnIt(t *testing.T) {
	for name, c := range map[string]struct {
		bytes string
		code  string
	}{
		"no JSON":         {"\x00\x00\x00\x01{", "PARSE_ERROR"},
		"no id, no error": {"\x00\x00\x00\x02{}", "PARSE_ERROR"},
		"length 0":        {"\x00\x00\x00\x00", "UNAVAILABLE"},
		"too long":        {"HTTP", "UNAVAILABLE"},
		"half a frame":    {"\x00\x00\x00\x09{", "UNAVAILABLE"},
		"the end":         {"", "UNAVAILABLE"},
	} {
		t.Run(name, func(t *testing.T) {
			client := scripted(t, func(p peer) {
				p.request()
				p.request()
				io.WriteString(p, c.bytes)
			})
			var calls sync.WaitGroup
			for i := 0; i < 2; i++ {
				calls.Add(1)
				go func() {
					defer calls.Done()
					if err, ok := client.Call(context.Background(), "x", nil, nil).(*Error); !ok || err.Code != c.code || err.Executed != "maybe" {
						t.Error(err)
					}
				}()
			}
			calls.Wait()
			fails(t, client.Call(context.Background(), "x", nil, nil), "UNAVAILABLE", "no")
		})
	}
}

func TestAnErrorWithoutAnIdIsBelievedIfOneCallIsUnanswered(t *testing.T) {
	const orphan = `{"jsonrpc":"2.0","id":null,"error":{"code":-32009,"message":"m","data":{"code":"TOO_LARGE","executed":"no"%s}}}`
	client := scripted(t, func(p peer) {
		p.request()
		p.send(orphan, "")
		p.request() // a notification
		p.request()
		p.send(orphan, "")
		p.untilClosed()
	})
	fails(t, client.Call(context.Background(), "x", nil, nil), "TOO_LARGE", "no")
	client.Notify(context.Background(), "x", nil)
	fails(t, client.Call(context.Background(), "x", nil, nil), "UNAVAILABLE", "maybe")
	client = scripted(t, func(p peer) {
		p.request()
		p.request()
		p.send(orphan, `,"details":{"stage":"tls_handshake"}`)
		p.untilClosed()
	})
	client.Notify(context.Background(), "x", nil)
	fails(t, client.Call(context.Background(), "x", nil, nil), "TOO_LARGE", "no")
}

func TestDeadlinesAndCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	client := scripted(t, func(p peer) {
		calls, cancelled := []int64{}, map[string]bool{}
		for i := 0; i < 5; i++ { // a cancel may come behind the next call
			got := p.request()
			if got.Method == "rpc.cancel" {
				cancelled[string(got.Params)] = true
			} else if calls = append(calls, *got.ID); len(calls) == 2 {
				cancel()
			}
		}
		p.send(`{"id":%d,"ok":true,"result":"late"}`, calls[0])
		p.send(`{"id":%d,"ok":true,"result":"next"}`, calls[2])
		for _, id := range calls[:2] {
			if !cancelled[fmt.Sprintf(`{"id":%d}`, id)] {
				t.Errorf("%d was not cancelled: %v", id, cancelled)
			}
		}
	})
	fails(t, client.Call(within(300*time.Millisecond), "x", nil, nil), "TIMEOUT", "maybe")
	fails(t, client.Call(ctx, "x", nil, nil), "CANCELLED", "maybe")
	fails(t, client.Call(ctx, "x", nil, nil), "CANCELLED", "no")
	fails(t, client.Call(within(-time.Second), "x", nil, nil), "TIMEOUT", "no")
	var result string
	if err := client.Call(context.Background(), "x", nil, &result); err != nil || result != "next" {
		t.Fatal(result, err)
	}
}

func TestAServerThatReadsNothingCostsTheConnectionAtTheDeadline(t *testing.T) {
	over := make(chan struct{})
	client := scripted(t, func(p peer) { <-over })
	defer close(over)
	fails(t, client.Call(within(300*time.Millisecond), "x", []string{strings.Repeat("x", 15_000_000)}, nil), "UNAVAILABLE", "maybe")
	fails(t, client.Call(context.Background(), "x", nil, nil), "UNAVAILABLE", "no")
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	client := scripted(t, func(p peer) { p.untilClosed() })
	fails(t, client.Call(context.Background(), "x", []any{make(chan int)}, nil), "BAD_REQUEST", "no")
	fails(t, client.Call(context.Background(), "x", []string{strings.Repeat("x", Limit)}, nil), "TOO_LARGE", "no")
	client.private = false
	fails(t, client.Call(context.Background(), "x", nil, nil, Auth("secret")), "UNAUTHORIZED", "no")
	client.Close()
	fails(t, client.Call(context.Background(), "x", nil, nil), "UNAVAILABLE", "no")
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	listener.Close()
	_, err := Dial(context.Background(), listener.Addr().String(), nil)
	fails(t, err, "UNAVAILABLE", "no")
}

// --- against real servers: ../with-servers go test

func dial(t *testing.T, name string, config *tls.Config) *Client {
	port := os.Getenv("TERN_" + name)
	if port == "" {
		t.Skip("needs servers: ../with-servers go test")
	}
	client, err := Dial(within(forever), "localhost:"+port, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func TestARealServer(t *testing.T) {
	client := dial(t, "PORT", nil)
	var calls sync.WaitGroup
	for i := 0; i < 200; i++ {
		calls.Add(1)
		go func(i int) {
			defer calls.Done()
			var got []int
			if err := client.Call(within(forever), "echo", map[string]any{"value": []int{i}}, &got); err != nil || !reflect.DeepEqual(got, []int{i}) {
				t.Error(got, err)
			}
		}(i)
	}
	calls.Wait()
	fails(t, client.Call(within(forever), "divide", map[string]int{"a": 1, "b": 0}, nil), "DIVISION_BY_ZERO", "yes")
	fails(t, client.Call(within(forever), "no such", nil, nil), "BAD_REQUEST", "no")
	fails(t, client.Call(within(300*time.Millisecond), "sleep", map[string]int{"ms": 2000}, nil), "TIMEOUT", "maybe")
	deep := json.RawMessage(strings.Repeat("[", 70) + strings.Repeat("]", 70))
	fails(t, client.Call(within(forever), "echo", map[string]any{"value": deep}, nil), "PARSE_ERROR", "no")
	for i := 0; i < 2; i++ { // the second attempt gets what the first one did
		var counter struct{ Value int }
		err := client.Call(within(forever), "inc", map[string]string{"key": "go " + t.TempDir()[:8]}, &counter, Key("go-test-of-one-operation"))
		if err != nil || counter.Value != 1 {
			t.Fatal(counter, err)
		}
	}
}

func TestABadNetwork(t *testing.T) {
	answered := 0
	client := dial(t, "LOSSY_PORT", nil)
	for i := 0; i < 30; i++ { // each that is answered has its own answer; the others say that they may have run
		var got int
		if err := client.Call(within(200*time.Millisecond), "echo", map[string]int{"value": i}, &got); err == nil && got == i {
			answered++
		} else if err != nil {
			if told := err.(*Error); told.Code != "TIMEOUT" && told.Code != "UNAVAILABLE" {
				t.Fatal(err)
			} else if told.Code == "UNAVAILABLE" {
				client = dial(t, "LOSSY_PORT", nil)
			}
		} else {
			t.Fatalf("%d (expected: %d)", got, i)
		}
	}
	if answered == 0 {
		t.Fatal("no call was answered")
	}
}

func TestTls(t *testing.T) {
	certs := os.Getenv("TERN_CERTS")
	if certs == "" {
		t.Skip("needs servers: ../with-servers go test")
	}
	pem, err := os.ReadFile(certs + "/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	certificate, err := tls.LoadX509KeyPair(certs+"/client.pem", certs+"/client-key.pem")
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{certificate}, NextProtos: []string{"tern/1"}}
	var sum int
	if err := dial(t, "TLS_PORT", config).Call(within(forever), "add", []int{1, 2}, &sum); err != nil || sum != 3 {
		t.Fatal(sum, err)
	}
	_, err = Dial(within(forever), "localhost:"+os.Getenv("TERN_TLS_PORT"), &tls.Config{})
	fails(t, err, "UNAVAILABLE", "no")
	fails(t, dial(t, "TLS_PORT", nil).Call(within(forever), "add", []int{1, 2}, nil), "UNSUPPORTED", "no")
}

func TestATokenIsSent(t *testing.T) {
	client := dial(t, "AUTH_PORT", nil)
	if err := client.Call(within(forever), "add", []int{1, 2}, nil, Auth(os.Getenv("TERN_TOKEN"))); err != nil {
		t.Fatal(err)
	}
	fails(t, client.Call(within(forever), "add", []int{1, 2}, nil), "UNAUTHORIZED", "no")
}

func TestTheExampleOfTheReadme(t *testing.T) {
	port := os.Getenv("TERN_PORT")
	if port == "" {
		t.Skip("needs servers: ../with-servers go test")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	here, _ := os.Getwd()
	example := strings.ReplaceAll(strings.Split(strings.Split(string(readme), "```go\n")[1], "```")[0], "7070", port)
	folder := t.TempDir()
	os.WriteFile(folder+"/main.go", []byte(example), 0o600)
	os.WriteFile(folder+"/go.mod", []byte("module example\n\ngo 1.19\n\nrequire tern v0.0.0\n\nreplace tern => "+here+"\n"), 0o600)
	run := exec.Command("go", "run", ".")
	run.Dir = folder
	printed, err := run.CombinedOutput()
	if expected := "<nil> 3\nDIVISION_BY_ZERO yes map[dividend:1]\n"; err != nil || string(printed) != expected {
		t.Fatalf("%s %v (expected: %s)", printed, err, expected)
	}
}

func TestTheFileHasAtMost300Lines(t *testing.T) {
	source, err := os.ReadFile("tern.go")
	if lines := strings.Count(string(source), "\n"); err != nil || lines > 300 {
		t.Fatalf("%d lines, %v", lines, err)
	}
}
