package signer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

const (
	// memberTimeout bounds one attempt at one member, so that a dead one is left for the next.
	memberTimeout = time.Second
	keepAlive     = 2 * time.Second
	// A member that comes back is used again soon; gRPC's own pause grows to two minutes.
	reconnectMin, reconnectMax = 50 * time.Millisecond, time.Second
)

// etcdStore is a store of several copies, of which more than half must agree on each change.
//
// There is one client for each member. etcd's own client spreads requests over all members, and so sends two of three out of
// the site; this one stays with the member that answered last, and begins with the first.
type etcdStore struct {
	members []etcdMember
	current atomic.Int64
}

type etcdMember struct {
	address string
	client  *clientv3.Client
}

func openEtcd(addresses []string, secured TLS) (Store, error) {
	config, err := secured.config()
	if err != nil {
		return nil, err
	}
	scheme := "https"
	if config == nil {
		scheme = "http"
	}
	store := &etcdStore{}
	for _, address := range addresses {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("store: expected host:port, got %q", address), store.Close())
		}
		if ip := net.ParseIP(host); config == nil && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, errors.Join(fmt.Errorf("store: expected store_tls for %s, got none: whoever writes to the store can make "+
				"two signers sign", address), store.Close())
		}
		client, err := clientv3.New(clientv3.Config{
			Endpoints: []string{scheme + "://" + address}, TLS: config,
			DialTimeout: memberTimeout, DialKeepAliveTime: keepAlive, DialKeepAliveTimeout: keepAlive,
			// Whether to try again, and where, the signer decides.
			MaxUnaryRetries: 1,
			DialOptions: []grpc.DialOption{grpc.WithConnectParams(grpc.ConnectParams{
				Backoff: backoff.Config{BaseDelay: reconnectMin, Multiplier: 2, MaxDelay: reconnectMax}, MinConnectTimeout: memberTimeout,
			})},
			Logger: zap.NewNop(),
		})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("store: %w", err), store.Close())
		}
		store.members = append(store.members, etcdMember{address, client})
	}
	return store, nil
}

// Load implements Store. The answer is that of a majority.
func (s *etcdStore) Load(ctx context.Context, key string) (found []byte, err error) {
	err = s.ask(ctx, func(ctx context.Context, client *clientv3.Client) error {
		answer, err := client.Get(ctx, key)
		if err != nil {
			return err
		}
		found = nil
		if len(answer.Kvs) > 0 {
			found = answer.Kvs[0].Value
		}
		return nil
	})
	return found, err
}

// Swap implements Store, in one transaction.
func (s *etcdStore) Swap(ctx context.Context, key string, expected, next []byte) (swapped bool, current []byte, err error) {
	unchanged := clientv3.Compare(clientv3.Value(key), "=", string(expected))
	if expected == nil {
		unchanged = clientv3.Compare(clientv3.CreateRevision(key), "=", 0)
	}
	err = s.ask(ctx, func(ctx context.Context, client *clientv3.Client) error {
		answer, err := client.Txn(ctx).If(unchanged).Then(clientv3.OpPut(key, string(next))).Else(clientv3.OpGet(key)).Commit()
		if err != nil {
			return err
		}
		if swapped = answer.Succeeded; swapped {
			return nil
		}
		if found := answer.Responses[0].GetResponseRange().Kvs; len(found) > 0 {
			current = found[0].Value
		}
		return nil
	})
	return swapped, current, err
}

// ask asks the current member, and makes the next one current if it does not answer. It asks once: after an error nobody knows
// whether a change was made.
func (s *etcdStore) ask(ctx context.Context, one func(context.Context, *clientv3.Client) error) error {
	at := s.current.Load()
	member := s.members[int(at)%len(s.members)]
	ctx, cancel := context.WithTimeout(clientv3.WithRequireLeader(ctx), memberTimeout)
	defer cancel()
	if err := one(ctx, member.client); err != nil {
		s.current.CompareAndSwap(at, at+1)
		return fmt.Errorf("%s: %w", member.address, err)
	}
	return nil
}

// Members implements Store.
func (s *etcdStore) Members(ctx context.Context) []Member {
	members := make([]Member, len(s.members))
	var wait sync.WaitGroup
	for i, member := range s.members {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, memberTimeout)
			defer cancel()
			status, err := member.client.Status(ctx, member.client.Endpoints()[0])
			if err == nil && status.Leader == 0 {
				err = errors.New("it has no leader")
			}
			members[i] = Member{member.address, shortError(err)}
		})
	}
	wait.Wait()
	return members
}

// shortError leaves of a gRPC error what a person needs.
func shortError(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if at := strings.LastIndex(text, "desc = "); at >= 0 {
		text = strings.Trim(text[at+len("desc = "):], `"`)
	}
	return errors.New(text)
}

// Close implements Store.
func (s *etcdStore) Close() error {
	var errs []error
	for _, member := range s.members {
		errs = append(errs, member.client.Close())
	}
	return errors.Join(errs...)
}
