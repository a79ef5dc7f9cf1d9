package gate

import (
	"fmt"
	"sync"
)

const (
	// requestsMax bounds the requests of one organization that are under way, websocketsMax its websockets among them: CometBFT
	// has a hundred for all.
	requestsMax   = 256
	websocketsMax = 16
)

// quotas count what is under way for each organization.
type quotas struct {
	mu         sync.Mutex
	requests   map[string]int
	websockets map[string]int
}

// take counts a request until release is called. It returns an error if the organization has too many.
func (q *quotas) take(organization string, websocket bool) (release func(), err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.requests == nil {
		q.requests, q.websockets = map[string]int{}, map[string]int{}
	}
	if q.requests[organization] >= requestsMax {
		return nil, fmt.Errorf("expected at most %d requests of %s at a time, got one more: wait for an answer first", requestsMax, organization)
	}
	if websocket && q.websockets[organization] >= websocketsMax {
		return nil, fmt.Errorf("expected at most %d websockets of %s at a time, got one more: close one first", websocketsMax, organization)
	}
	count := func(by int) {
		q.requests[organization] += by
		if websocket {
			q.websockets[organization] += by
		}
	}
	count(1)
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		count(-1)
	}, nil
}
