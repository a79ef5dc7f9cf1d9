package keeper

import (
	"context"
	"errors"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// WindUpZone gives up a dead or lying zone, by decision of the members.
func (s msgServer) WindUpZone(ctx context.Context, msg *types.MsgWindUpZone) (*types.MsgWindUpZoneResponse, error) {
	zone, err := s.decide(ctx, msg.Authority, msg.Zone)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	height := clienttypes.NewHeight(msg.Revision, msg.Height)
	return &types.MsgWindUpZoneResponse{}, s.keeper.windUp(sdk.UnwrapSDKContext(ctx), zone, height, msg.Reason) //nolint:contextcheck // it is made of ctx
}

// ProveFlows proves what passed between banks in a zone that is wound up.
func (s msgServer) ProveFlows(ctx context.Context, msg *types.MsgProveFlows) (*types.MsgProveFlowsResponse, error) {
	if err := s.checkInvolved(ctx, msg.Signer, msg); err != nil {
		return nil, err
	}
	if len(msg.Flows) > types.MaxFlowProofs {
		return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidClaim, "expected at most %d flows, got %d; send them in parts", types.MaxFlowProofs, len(msg.Flows))
	}
	zone, started, err := s.keeper.windingUp(ctx, msg.Zone)
	if err != nil {
		return nil, err
	}
	applied, err := s.keeper.proveFlows(sdk.UnwrapSDKContext(ctx), zone, started.Root, msg.Flows) //nolint:contextcheck // it is made of ctx
	return &types.MsgProveFlowsResponse{Applied: applied}, err
}

// Claim proves what owners have in a zone that is wound up, and pays them.
func (s msgServer) Claim(ctx context.Context, msg *types.MsgClaim) (*types.MsgClaimResponse, error) {
	if err := s.checkInvolved(ctx, msg.Signer, msg); err != nil {
		return nil, err
	}
	if len(msg.Claims) == 0 || len(msg.Claims) > types.MaxClaims {
		return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidClaim, "expected 1 to %d claims, got %d", types.MaxClaims, len(msg.Claims))
	}
	zone, started, err := s.keeper.windingUp(ctx, msg.Zone)
	if err != nil {
		return nil, err
	}
	results, err := s.keeper.claimEach(sdk.UnwrapSDKContext(ctx), zone, started.Root, msg.Claims) //nolint:contextcheck // it is made of ctx
	if err != nil {
		return nil, err
	}
	return &types.MsgClaimResponse{Results: results}, nil
}

// claimEach carries out each claim by itself: one that somebody else has made meanwhile must not hold up the others. If all
// fail it returns the error of the first.
func (k *Keeper) claimEach(ctx sdk.Context, zone types.Zone, root []byte, claims []types.Claim) ([]types.ClaimResult, error) {
	results := make([]types.ClaimResult, len(claims))
	var first error
	refused := 0
	for i, claim := range claims {
		cached, write := branch.Begin(ctx)
		paid, err := k.claim(sdk.UnwrapSDKContext(cached), zone, root, claim)
		if err == nil {
			write()
			results[i] = types.ClaimResult{Paid: paid}
			continue
		}
		var registered *errorsmod.Error
		if !errors.As(err, &registered) {
			return nil, err
		}
		if refused++; first == nil {
			first = errorsmod.Wrapf(err, "claim %d", i)
		}
		// What the error was wrapped with stays out: results are consensus state.
		results[i] = types.ClaimResult{
			Paid: math.ZeroInt(), Codespace: registered.Codespace(), Code: registered.ABCICode(), Error: registered.Error(),
		}
		told := &types.EventClaimRefused{Zone: zone.Id, Index: uint32(i), Codespace: registered.Codespace(), Code: registered.ABCICode()}
		if err := event.Emit(ctx, told); err != nil {
			return nil, err
		}
	}
	if refused == len(claims) {
		return nil, first
	}
	return results, nil
}

// claim carries out one claim and returns how many yen it paid.
func (k *Keeper) claim(ctx sdk.Context, zone types.Zone, root []byte, claim types.Claim) (math.Int, error) {
	switch kind := claim.Claim.(type) {
	case *types.Claim_Account:
		if kind.Account != nil {
			return k.claimAccount(ctx, zone, root, *kind.Account)
		}
	case *types.Claim_Hold:
		if kind.Hold != nil {
			return k.claimHold(ctx, zone, root, *kind.Hold)
		}
	case *types.Claim_Charge:
		if kind.Charge != nil {
			return k.claimCharge(ctx, zone, root, *kind.Charge)
		}
	}
	return math.Int{}, errorsmod.Wrap(zonelinktypes.ErrInvalidClaim, "expected the claim of an account, a hold or a charge, got none")
}

// checkInvolved lets holders and those operators through who may bring proofs.
func (s msgServer) checkInvolved(ctx context.Context, signer string, msg sdk.Msg) error {
	_, err := s.keeper.membership.Authorize(ctx, signer, msg)
	if errors.Is(err, membershiptypes.ErrNotOperator) {
		_, err = s.activeHolder(ctx, signer)
	}
	return err
}
