package chain

import (
	"context"
	"fmt"
	"time"

	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"
	tendermint "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
)

// upgradePath is where an upgrading chain of the SDK commits to its next client state.
var upgradePath = []string{"upgrade", "upgradedIBCState"}

// ClientParams are the parameters of a light client of a chain.
type ClientParams struct {
	TrustingPeriod  time.Duration
	UnbondingPeriod time.Duration
	ClockDrift      time.Duration
}

// ClientParams returns how other zones shall trust this one. The trusting period is 2/3 of the unbonding period
// unless configured, so that whoever signs two headers can still be called to account.
func (c *Client) ClientParams(ctx context.Context) (ClientParams, error) {
	unbonding, err := c.UnbondingPeriod(ctx)
	if err != nil {
		return ClientParams{}, err
	}
	params := ClientParams{c.zone.TrustingPeriod, unbonding, c.zone.ClockDrift}
	if params.TrustingPeriod == 0 {
		params.TrustingPeriod = unbonding * 2 / 3
	}
	if params.TrustingPeriod >= unbonding {
		return params, fmt.Errorf("zone %s: expected a trusting_period below the unbonding time %s, got %s; lower it", c.zone.ID, unbonding, params.TrustingPeriod)
	}
	return params, nil
}

// SelfClient returns the states with which another chain creates a light client of this one at height.
func (c *Client) SelfClient(ctx context.Context, height int64, params ClientParams) (*tendermint.ClientState, *tendermint.ConsensusState, error) {
	signed, err := c.signedHeader(ctx, height)
	if err != nil {
		return nil, nil, err
	}
	state := tendermint.NewClientState(
		c.zone.ChainID, tendermint.DefaultTrustLevel, params.TrustingPeriod, params.UnbondingPeriod, params.ClockDrift,
		c.Height(height), commitmenttypes.GetSDKSpecs(), upgradePath,
	)
	consensus := tendermint.NewConsensusState(signed.Time, commitmenttypes.NewMerkleRoot(signed.AppHash), signed.NextValidatorsHash)
	return state, consensus, nil
}
