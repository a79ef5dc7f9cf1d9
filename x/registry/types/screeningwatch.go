package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

type screeningWatchKey struct{}

// WatchScreening returns a context in which SendRestriction writes the id of the hold into which it turns a payment that the
// payer's bank screens. A caller for whom it matters whether the payee was paid uses it for its one call to x/bank.
func WatchScreening(ctx context.Context, hold *uint64) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(screeningWatchKey{}, hold)
}

// ReportScreening tells a caller that watches that its payment waits in a hold.
func ReportScreening(ctx context.Context, hold uint64) {
	if watch, ok := ctx.Value(screeningWatchKey{}).(*uint64); ok {
		*watch = hold
	}
}
