package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	accountQuery    = "/cosmos.auth.v1beta1.Query/AccountInfo"
	membershipQuery = "/azukari.membership.v1.Query/"
)

func (c *Client) accountInfo(ctx context.Context) (*authtypes.BaseAccount, error) {
	var res authtypes.QueryAccountInfoResponse
	_, err := c.query(ctx, accountQuery, &authtypes.QueryAccountInfoRequest{Address: c.Address()}, &res, 0)
	if errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("zone %s: expected relayer account %s, got none; %s", c.zone.ID, c.Address(), c.howToAdmit())
	}
	return res.Info, err
}

func (c *Client) howToAdmit() string {
	return fmt.Sprintf("admit it as an operator in role relayer on %s, or use another key_file", c.zone.ChainID)
}

// CheckAdmission fails if the signing account may not relay on the chain, or does not exist.
func (c *Client) CheckAdmission(ctx context.Context) error {
	var res membershiptypes.QueryOperatorResponse
	_, err := c.query(ctx, membershipQuery+"Operator", &membershiptypes.QueryOperatorRequest{Address: c.Address()}, &res, 0)
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("zone %s: expected relayer %s to be an operator, got a stranger; %s", c.zone.ID, c.Address(), c.howToAdmit())
	}
	if err != nil {
		return err
	}
	if !slices.Contains(res.Operator.Roles, membershiptypes.RoleRelayer) {
		return fmt.Errorf("zone %s: expected operator %s in role relayer, got roles %v; %s", c.zone.ID, c.Address(), res.Operator.Roles, c.howToAdmit())
	}
	_, err = c.accountInfo(ctx)
	return err
}

// UnbondingPeriod returns how long the chain's validators stay accountable: configured, or asked of the chain.
func (c *Client) UnbondingPeriod(ctx context.Context) (time.Duration, error) {
	if c.zone.UnbondingPeriod > 0 {
		return c.zone.UnbondingPeriod, nil
	}
	var res membershiptypes.QueryParamsResponse
	if _, err := c.query(ctx, membershipQuery+"Params", &membershiptypes.QueryParamsRequest{}, &res, 0); err != nil {
		return 0, fmt.Errorf("ask for the unbonding time (or set unbonding_period): %w", err)
	}
	return res.Params.UnbondingTime, nil
}
