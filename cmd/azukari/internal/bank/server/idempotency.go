package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/journal"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
)

const maxKeyLength = 128

// keyed is a request that writes.
type keyed interface {
	gogoproto.Message
	GetIdempotencyKey() string
}

// idempotency lets each key's call be done once.
type idempotency struct {
	calls *journal.Journal

	mu sync.Mutex
	// running has a lock for each key of a call under way, so that a second call waits for the answer of the first.
	running map[string]*running
}

type running struct {
	sync.Mutex
	// waiting counts the calls that have or want the lock.
	waiting int
}

// intercept answers a call that was done before with the answer that it got then. A call that failed is not remembered:
// it may succeed when it is made again.
func (i *idempotency) intercept(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	writing, ok := request.(keyed)
	if !ok {
		return handler(ctx, request)
	}
	key := writing.GetIdempotencyKey()
	if err := validateKey(key); err != nil {
		return nil, err
	}
	content, err := contentOf(info.FullMethod, writing)
	if err != nil {
		return nil, err
	}
	unlock := i.lock(key)
	defer unlock()
	answer, done, err := i.calls.Begin(key, content)
	if errors.Is(err, journal.ErrOtherContent) {
		return nil, status.Error(codes.AlreadyExists, err.Error())
	}
	if err != nil {
		return nil, err
	}
	if done {
		return unpack(answer)
	}
	response, err := handler(ctx, request)
	if err != nil {
		return nil, err
	}
	packed, err := pack(response)
	if err != nil {
		return nil, err
	}
	return response, i.calls.Finish(key, content, packed)
}

// lock waits for the call under way with the same key, and returns what ends this one.
func (i *idempotency) lock(key string) (unlock func()) {
	i.mu.Lock()
	one, found := i.running[key]
	if !found {
		one = &running{}
		i.running[key] = one
	}
	one.waiting++
	i.mu.Unlock()
	one.Lock()
	return func() {
		one.Unlock()
		i.mu.Lock()
		defer i.mu.Unlock()
		if one.waiting--; one.waiting == 0 {
			delete(i.running, key)
		}
	}
}

func validateKey(key string) error {
	if key == "" || len(key) > maxKeyLength {
		return status.Errorf(codes.InvalidArgument, "idempotency_key: expected 1 to %d characters, got %d", maxKeyLength, len(key))
	}
	for _, character := range key {
		if character < '!' || character > '~' {
			return status.Errorf(codes.InvalidArgument, "idempotency_key: expected printable ASCII without spaces, got %q", key)
		}
	}
	return nil
}

// contentOf is the same for the same call only.
func contentOf(method string, request gogoproto.Message) ([sha256.Size]byte, error) {
	raw, err := gogoproto.Marshal(request)
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	return sha256.Sum256(append([]byte(method+"\x00"), raw...)), nil
}

func pack(response any) ([]byte, error) {
	message, ok := response.(gogoproto.Message)
	if !ok {
		return nil, fmt.Errorf("expected a message as the answer, got %T", response)
	}
	packed, err := codectypes.NewAnyWithValue(message)
	if err != nil {
		return nil, err
	}
	return packed.Marshal()
}

func unpack(answer []byte) (any, error) {
	var packed codectypes.Any
	if err := packed.Unmarshal(answer); err != nil {
		return nil, fmt.Errorf("answer in the journal: %w", err)
	}
	kind := gogoproto.MessageType(strings.TrimPrefix(packed.TypeUrl, "/"))
	if kind == nil {
		return nil, fmt.Errorf("answer in the journal: expected one that this version knows, got %s", packed.TypeUrl)
	}
	message, ok := reflect.New(kind.Elem()).Interface().(gogoproto.Message)
	if !ok {
		return nil, fmt.Errorf("answer in the journal: expected a message, got %s", packed.TypeUrl)
	}
	return message, gogoproto.Unmarshal(packed.Value, message)
}

// statuses answers with codes instead of Go errors.
func statuses(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	response, err := handler(ctx, request)
	return response, ops.Status(err)
}
