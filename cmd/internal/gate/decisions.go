package gate

import (
	"sync"
	"time"
)

// rememberTime is how long a decision may be kept within one block, since certificates also expire in between.
const rememberTime = time.Second

// decisions remembers what was decided of members' certificates at one height: reading the state costs half a millisecond,
// as much as many a query.
type decisions struct {
	mu     sync.Mutex
	height int64
	of     map[string]decision // by fingerprint
}

type decision struct {
	organization string
	err          error
	at           time.Time
}

// find returns what was decided at a height, if it still holds.
func (d *decisions) find(fingerprint string, height int64, now time.Time) (decision, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known, found := d.of[fingerprint]
	return known, found && d.height == height && now.Sub(known.at) < rememberTime
}

// remember keeps a decision. It forgets all of other heights, so that there are never more than certificates are registered.
func (d *decisions) remember(fingerprint string, height int64, made decision) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil || d.height != height {
		d.height, d.of = height, map[string]decision{}
	}
	d.of[fingerprint] = made
}
