package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
)

// GetOperation returns what a signer did under a reference, or types.ErrOperationNotFound.
func (k *Keeper) GetOperation(ctx context.Context, signer sdk.AccAddress, reference string) (types.Operation, error) {
	operation, err := k.operations.Get(ctx, collections.Join(signer, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Operation{}, types.ErrOperationNotFound.Wrapf("expected a reference that %s has used, got %q", signer, reference)
	}
	return operation, err
}

// remember keeps an operation that its signer gave a reference, once.
func (k *Keeper) remember(ctx context.Context, signer sdk.AccAddress, operation types.Operation) error {
	if operation.Reference == "" {
		return nil
	}
	key := collections.Join(signer, operation.Reference)
	known, err := k.operations.Get(ctx, key)
	if err == nil {
		return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got that of %s at %s; choose a new one",
			signer, known.Kind, known.At.UTC())
	}
	if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	operation.Signer, operation.At = signer.String(), blockTime(ctx)
	return k.operations.Set(ctx, key, operation)
}
