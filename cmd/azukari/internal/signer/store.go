package signer

import (
	"context"
	"fmt"
	"strings"
)

// Store keeps the records of validators. A change that it has confirmed is durable, and seen by everyone who asks later.
type Store interface {
	// Load returns a record, nil if there is none. It waits no longer than the context.
	Load(ctx context.Context, key string) ([]byte, error)
	// Swap replaces a record by another if it is still as expected; nil expects that there is none. Otherwise it returns
	// false and the record as it is. After an error the record may or may not be replaced, also later.
	Swap(ctx context.Context, key string, expected, next []byte) (swapped bool, current []byte, err error)
	// Members says of each copy of the store whether it answers.
	Members(ctx context.Context) []Member
	// Close ends the connections.
	Close() error
}

// Member is one copy of the store.
type Member struct {
	Address string
	// Err is why it does not answer; nil if it does.
	Err error
}

// OpenStore opens a store: etcd://host:port,host:port,host:port, its nearest member first, or file:///path. It does not connect.
func OpenStore(address string, tls TLS) (Store, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	switch {
	case scheme == "etcd" && rest != "":
		return openEtcd(strings.Split(rest, ","), tls)
	case scheme == "file" && strings.HasPrefix(rest, "/"):
		return fileStore{rest}, nil
	default:
		return nil, fmt.Errorf("store: expected etcd://host:port,… or file:///path, got %q", address)
	}
}

// storeKey is where the store has the record of a validator.
func storeKey(chainID string, address []byte) string {
	return fmt.Sprintf("/azukari/signer/%s/%X", chainID, address)
}
