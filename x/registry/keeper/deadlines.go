package keeper

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// The kinds of deadlines, in the order in which those of one moment come.
const (
	// deadlineForcedTransfer ends a forced transfer; its key is bank and order reference.
	deadlineForcedTransfer int32 = 1
)

type deadline = collections.Triple[int64, int32, string]

func (k *Keeper) addDeadline(ctx context.Context, at time.Time, kind int32, key string) error {
	return k.deadlines.Set(ctx, collections.Join3(at.UnixNano(), kind, key))
}

func (k *Keeper) removeDeadline(ctx context.Context, at time.Time, kind int32, key string) error {
	return k.deadlines.Remove(ctx, collections.Join3(at.UnixNano(), kind, key))
}

// EndExpired ends what has reached its deadline, the oldest deadlines first and at most types.MaxDeadlinesPerBlock of them.
// What waits longer is refused by its own messages meanwhile. It is called once per block.
func (k *Keeper) EndExpired(ctx context.Context) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime().UnixNano()
	due := new(collections.Range[deadline]).EndInclusive(collections.Join3(now, int32(math.MaxInt32), ""))
	var ended []deadline
	err := k.deadlines.Walk(ctx, due, func(one deadline) (bool, error) {
		ended = append(ended, one)
		return len(ended) == types.MaxDeadlinesPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, one := range ended {
		if err := k.deadlines.Remove(ctx, one); err != nil {
			return err
		}
		if err := k.end(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) end(ctx context.Context, one deadline) error {
	switch one.K2() {
	case deadlineForcedTransfer:
		bank, reference := splitKey(one.K3())
		return k.expireForcedTransfer(ctx, bank, reference)
	default:
		return fmt.Errorf("expected a known kind of deadline, got %d of %q", one.K2(), one.K3())
	}
}

// joinKey joins a bank's id, in which no slash can be, and a reference.
func joinKey(bank, reference string) string {
	return bank + "/" + reference
}

func splitKey(key string) (bank, reference string) {
	bank, reference, _ = strings.Cut(key, "/")
	return bank, reference
}
