package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// headQuery asks for headers only: whole blocks come with every transaction, which nobody here reads.
	headQuery = "tm.event='NewBlockHeader'"

	reconnectDelay = time.Second
	// silenceBlocks is after how many block times without a block another endpoint is tried.
	silenceBlocks = 10
	minSilence    = 10 * time.Second
)

// Watch delivers new heads until ctx ends: from new-block events, and from polling while events do not come. A
// slow reader gets the newest head only.
func (c *Client) Watch(ctx context.Context) <-chan Head {
	out := make(chan Head, 1)
	seen := make(chan Head)
	go c.listen(ctx, seen)
	go func() {
		defer close(out)
		poll := time.NewTicker(max(2*c.zone.BlockTime, 500*time.Millisecond))
		defer poll.Stop()
		var last int64
		lastAt := time.Now()
		take := func(h Head) {
			if h.Height <= last {
				return
			}
			last, lastAt = h.Height, time.Now()
			c.headers.put(h)
			select {
			case <-out:
			default:
			}
			out <- h
		}
		for {
			select {
			case <-ctx.Done():
				return
			case h := <-seen:
				take(h)
			case <-poll.C:
				if time.Since(lastAt) < 2*c.zone.BlockTime {
					continue
				}
				if time.Since(lastAt) > max(silenceBlocks*c.zone.BlockTime, minSilence) {
					c.rpc.rotate(c.rpc.current.Load())
					lastAt = time.Now()
				}
				h, err := c.Latest(ctx)
				if err != nil {
					c.log.Debug("poll failed", "err", err)
					continue
				}
				take(h)
			}
		}
	}()
	return out
}

// listen keeps one subscription alive.
func (c *Client) listen(ctx context.Context, seen chan<- Head) {
	for ctx.Err() == nil {
		endpoint := c.rpc.endpoint()
		if err := c.subscribe(ctx, endpoint, seen); err != nil && ctx.Err() == nil {
			c.log.Debug("subscription ended; polling until it is back", "endpoint", endpoint, "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(reconnectDelay):
		}
	}
}

func (c *Client) subscribe(ctx context.Context, endpoint string, seen chan<- Head) error {
	url := "ws" + strings.TrimPrefix(strings.TrimSuffix(endpoint, "/"), "http") + "/websocket"
	dialer := websocket.Dialer{HandshakeTimeout: 3 * time.Second}
	conn, res, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	stop := context.AfterFunc(ctx, func() { c.hangUp(conn) })
	defer func() {
		if stop() {
			c.hangUp(conn)
		}
	}()
	sub := request{"2.0", 1, "subscribe", map[string]any{"query": headQuery}}
	if err := conn.WriteJSON(sub); err != nil {
		return err
	}
	silence := max(silenceBlocks*c.zone.BlockTime, minSilence)
	for {
		if err := conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return err
		}
		_, raw, err := conn.ReadMessage()
		if err != nil {
			return err
		}
		h, ok, err := parseHeadEvent(raw)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		select {
		case seen <- h:
		case <-ctx.Done():
			return ctx.Err()
		}
		if c.rpc.endpoint() != endpoint {
			return errors.New("moved to another endpoint")
		}
	}
}

func (c *Client) hangUp(conn *websocket.Conn) {
	if err := conn.Close(); err != nil {
		c.log.Debug("subscription not closed cleanly", "err", err)
	}
}

// parseHeadEvent reads one message of the subscription; ok is false for the answer that confirms it.
func parseHeadEvent(raw []byte) (head Head, ok bool, err error) {
	var msg struct {
		Result struct {
			Data struct {
				Value struct {
					Header *headerJSON `json:"header"`
				} `json:"value"`
			} `json:"data"`
		} `json:"result"`
		Error *RPCError `json:"error"`
	}
	if err := json.Unmarshal(raw, &msg); err != nil {
		return Head{}, false, fmt.Errorf("decode event: %w", err)
	}
	if msg.Error != nil {
		return Head{}, false, msg.Error
	}
	if msg.Result.Data.Value.Header == nil {
		return Head{}, false, nil
	}
	return msg.Result.Data.Value.Header.head(), true, nil
}
