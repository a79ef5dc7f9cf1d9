package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// coverage compares what each bank owes, recomputed from balances, holds and shares, with what it has attested.
func (z financialZone) coverage(ctx sdk.Context) ([]types.Coverage, error) {
	zones, err := z.links.Zones(ctx)
	if err != nil {
		return nil, err
	}
	all, err := z.balances(ctx, registrytypes.YenDenom, escrowsOf(zones))
	if err != nil {
		return nil, err
	}
	holds, err := z.holdsByBank(ctx)
	if err != nil {
		return nil, err
	}
	shares, err := z.shares(ctx)
	if err != nil {
		return nil, err
	}
	books, err := z.liabilities(ctx)
	if err != nil {
		return nil, err
	}
	var banks []types.Coverage
	for _, bank := range keysOf(books, all.banks, holds, shares.banks) {
		liability := all.banks.of(bank).Add(holds.of(bank)).Add(shares.banks.of(bank))
		covered, err := z.cover(ctx, bank, liability)
		if err != nil {
			return nil, err
		}
		banks = append(banks, covered)
	}
	return banks, nil
}

// cover compares what one bank owes with its newest confirmed attestation; with nothing if it has none.
func (z financialZone) cover(ctx context.Context, bank string, liability math.Int) (types.Coverage, error) {
	coverage := types.Coverage{Bank: bank, Liability: liability}
	deposits, reserve := math.ZeroInt(), math.ZeroInt()
	attestation, err := z.deposit.NewestAttestation(ctx, bank)
	switch {
	case errors.Is(err, deposittypes.ErrAttestationNotFound):
	case err != nil:
		return types.Coverage{}, err
	default:
		deposits, reserve = attestation.Deposits, attestation.ReserveAssets
		age := sdk.UnwrapSDKContext(ctx).BlockTime().Unix() - attestation.AsOf.Unix()
		coverage.Reference, coverage.Auditor = attestation.Reference, attestation.Auditor
		coverage.AsOf, coverage.AgeSeconds = &attestation.AsOf, age
	}
	coverage.DepositsShortfall = math.MaxInt(liability.Sub(deposits), math.ZeroInt())
	coverage.ReserveShortfall = math.MaxInt(liability.Sub(reserve), math.ZeroInt())
	coverage.Covered = coverage.DepositsShortfall.IsZero() && coverage.ReserveShortfall.IsZero()
	return coverage, nil
}
