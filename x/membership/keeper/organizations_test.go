package keeper_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

// inUse is a module that still has something of one organization.
type inUse string

func (o inUse) MayRemove(_ context.Context, organization string) error {
	if organization == string(o) {
		return types.ErrOrganizationInUse.Wrapf("expected %s to owe nothing", organization)
	}
	return nil
}

func (a *assembly) invite(id, representative string) error {
	_, err := a.msgs.InviteOrganization(a.Ctx, &types.MsgInviteOrganization{
		Authority: a.keeper.Authority(), Id: id, Name: "The " + id, Kind: types.OrganizationKindBank, Representative: representative,
	})
	return err
}

func (a *assembly) requireStatus(t *testing.T, id string, before, after types.OrganizationStatus, reason string) {
	t.Helper()
	organization, err := a.keeper.GetOrganization(a.Ctx, id)
	require.NoError(t, err)
	require.Equal(t, after, organization.Status)
	require.Equal(t, reason, organization.Reason)
	keepertest.RequireEvent(t, a.Ctx, &types.EventOrganizationStatusChanged{Id: id, OldStatus: before, NewStatus: after, Reason: reason})
}

// The network outlives its founder: a fifth bank joins and gets power, the founder leaves, and consensus follows.
func TestAMemberJoinsAndTheFounderLeaves(t *testing.T) {
	a := newAssembly(t)
	a.keeper.SetGuards(nil, inUse("bank-b"))
	fresh := representative("bank-z")
	require.NoError(t, a.invite("bank-z", fresh))
	a.requireStatus(t, "bank-z", types.OrganizationStatusUnspecified, types.OrganizationStatusInvited, "")
	id := a.submit(t, "bank-a", a.sendDisabled("points"))
	_, err := a.vote("bank-z", id, types.VoteOptionYes)
	require.ErrorIs(t, err, types.ErrOrganizationNotActive, "who is invited may only answer")

	_, err = a.msgs.AcceptInvitation(a.Ctx, &types.MsgAcceptInvitation{Representative: fresh})
	require.NoError(t, err)
	a.requireStatus(t, "bank-z", types.OrganizationStatusInvited, types.OrganizationStatusActive, "")
	_, err = a.msgs.AcceptInvitation(a.Ctx, &types.MsgAcceptInvitation{Representative: fresh})
	require.ErrorIs(t, err, types.ErrOrganizationStatus)

	leave := func(organization string) error {
		_, err := a.msgs.Leave(a.Ctx, &types.MsgLeave{Representative: representative(organization), Reason: "we go"})
		return err
	}
	require.ErrorIs(t, leave("bank-a"), types.ErrLastValidator)
	_, err = a.msgs.SetValidator(a.Ctx, &types.MsgSetValidator{
		Authority: a.keeper.Authority(), Validator: types.Validator{Organization: "bank-z", ConsensusKey: key(9), Power: 5},
	})
	require.NoError(t, err)
	require.ErrorIs(t, leave("bank-b"), types.ErrOrganizationInUse)
	require.NoError(t, leave("bank-a"))
	a.requireStatus(t, "bank-a", types.OrganizationStatusActive, types.OrganizationStatusRemoved, "we go")
	keepertest.RequireEvent(t, a.Ctx, &types.EventOperatorChanged{Organization: "bank-a", Address: representative("bank-a")})
	_, err = a.msgs.CastVote(a.Ctx, &types.MsgCastVote{Voter: representative("bank-a"), Proposal: id, Option: types.VoteOptionYes})
	require.ErrorIs(t, err, types.ErrNotOperator)

	for _, want := range []map[byte]int64{{9: 5}, {1: 0}} {
		updates, err := a.keeper.EndBlock(a.Ctx)
		require.NoError(t, err)
		require.Equal(t, want, powers(t, updates), "power is added before it is taken")
		a.NextBlock(time.Second)
	}
	status, err := a.vote("bank-b", id, types.VoteOptionYes)
	require.NoError(t, err)
	require.Equal(t, types.ProposalStatusVoting, status)
	proposal, err := a.keeper.GetProposal(a.Ctx, id)
	require.NoError(t, err)
	require.Equal(t, types.Tally{Yes: 1, Voters: 5}, proposal.Tally, "the founder's yes counts no more")
	require.ErrorIs(t, a.invite("bank-a", representative("bank-y")), types.ErrOrganizationExists, "an id is never given again")
}

func TestSuspendAndReinstate(t *testing.T) {
	a := newAssembly(t)
	require.NoError(t, a.set("bank-b", 2, 7))
	_, err := a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	suspend := func(id, reason string) error {
		_, err := a.msgs.SuspendOrganization(a.Ctx, &types.MsgSuspendOrganization{Authority: a.keeper.Authority(), Id: id, Reason: reason})
		return err
	}
	require.ErrorIs(t, suspend("bank-b", ""), types.ErrInvalidReason)
	require.ErrorIs(t, suspend("bank-q", "x"), types.ErrOrganizationNotFound)
	a.NextBlock(time.Second)
	require.NoError(t, suspend("bank-b", "keys leaked"))
	a.requireStatus(t, "bank-b", types.OrganizationStatusActive, types.OrganizationStatusSuspended, "keys leaked")
	require.ErrorIs(t, suspend("bank-b", "again"), types.ErrOrganizationStatus)
	require.ErrorIs(t, suspend("bank-a", "the rest"), types.ErrLastValidator)
	updates, err := a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	require.Equal(t, map[byte]int64{2: 0}, powers(t, updates))
	validators, err := a.keeper.GenesisValidators(a.Ctx)
	require.NoError(t, err)
	require.Len(t, validators, 1, "an export has no power for it")
	_, err = a.keeper.Authorize(a.Ctx, representative("bank-b"), &types.MsgCastVote{})
	require.ErrorIs(t, err, types.ErrOrganizationNotActive)

	a.NextBlock(time.Second)
	_, err = a.msgs.ReinstateOrganization(a.Ctx, &types.MsgReinstateOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "new keys"})
	require.NoError(t, err)
	a.requireStatus(t, "bank-b", types.OrganizationStatusSuspended, types.OrganizationStatusActive, "new keys")
	updates, err = a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	require.Equal(t, map[byte]int64{2: 7}, powers(t, updates))
	_, err = a.msgs.RemoveOrganization(a.Ctx, &types.MsgRemoveOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "out"})
	require.NoError(t, err)
	_, err = a.msgs.RemoveOrganization(a.Ctx, &types.MsgRemoveOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "out"})
	require.ErrorIs(t, err, types.ErrOrganizationStatus)
}

func TestDecline(t *testing.T) {
	a := newAssembly(t)
	require.ErrorIs(t, a.invite("bank-z", representative("bank-a")), types.ErrAddressTaken)
	require.ErrorIs(t, a.invite("Bank", representative("bank-z")), types.ErrInvalidOrganization)
	_, err := a.keeper.GetOrganization(a.Ctx, "bank-y")
	require.ErrorIs(t, err, types.ErrOrganizationNotFound)
	require.NoError(t, a.invite("bank-y", representative("bank-y")))
	_, err = a.msgs.DeclineInvitation(a.Ctx, &types.MsgDeclineInvitation{Representative: representative("bank-y"), Reason: "not now"})
	require.NoError(t, err)
	a.requireStatus(t, "bank-y", types.OrganizationStatusInvited, types.OrganizationStatusRemoved, "not now")
	_, err = a.msgs.DeclineInvitation(a.Ctx, &types.MsgDeclineInvitation{Representative: representative("bank-b"), Reason: "x"})
	require.ErrorIs(t, err, types.ErrOrganizationStatus)
}

func TestOnlyTheMembersTogether(t *testing.T) {
	a := newAssembly(t)
	one := representative("bank-a")
	for name, send := range map[string]func() error{
		"invite": func() error {
			_, err := a.msgs.InviteOrganization(a.Ctx, &types.MsgInviteOrganization{Authority: one})
			return err
		},
		"suspend": func() error {
			_, err := a.msgs.SuspendOrganization(a.Ctx, &types.MsgSuspendOrganization{Authority: one})
			return err
		},
		"reinstate": func() error {
			_, err := a.msgs.ReinstateOrganization(a.Ctx, &types.MsgReinstateOrganization{Authority: one})
			return err
		},
		"remove": func() error {
			_, err := a.msgs.RemoveOrganization(a.Ctx, &types.MsgRemoveOrganization{Authority: one})
			return err
		},
		"appoint": func() error {
			_, err := a.msgs.AppointRepresentative(a.Ctx, &types.MsgAppointRepresentative{Authority: one})
			return err
		},
		"validator": func() error { _, err := a.msgs.SetValidator(a.Ctx, &types.MsgSetValidator{Authority: one}); return err },
		"its end": func() error {
			_, err := a.msgs.RemoveValidator(a.Ctx, &types.MsgRemoveValidator{Authority: one})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, send(), types.ErrNotAuthority) })
	}
}

func TestOperatorsOfAnOrganization(t *testing.T) {
	a := newAssembly(t)
	holder := keepertest.Address("holder")
	a.keeper.SetGuards(func(_ context.Context, address sdk.AccAddress) error {
		if address.Equals(holder) {
			return types.ErrAddressTaken.Wrap("expected an address without an account")
		}
		return nil
	})
	set := func(address string, roles ...types.Role) error {
		_, err := a.msgs.SetOperator(a.Ctx, &types.MsgSetOperator{Representative: representative("bank-a"), Address: address, Roles: roles})
		return err
	}
	fresh := keepertest.Address("fresh")
	require.NoError(t, set(fresh.String(), types.RoleNode, types.RoleMaker))
	keepertest.RequireEvent(t, a.Ctx, &types.EventOperatorChanged{
		Organization: "bank-a", Address: fresh.String(), Roles: []types.Role{types.RoleMaker, types.RoleNode},
	})
	require.True(t, a.Account.HasAccount(a.Ctx, fresh), "it can sign")
	require.ErrorIs(t, set(fresh.String(), types.RoleMaker, types.RoleMaker), types.ErrInvalidOperator)
	require.ErrorIs(t, set("x", types.RoleMaker), types.ErrInvalidOperator)
	require.ErrorIs(t, set(holder.String(), types.RoleMaker), types.ErrAddressTaken)
	require.ErrorIs(t, set(representative("bank-b"), types.RoleMaker), types.ErrAddressTaken)
	require.ErrorIs(t, set(keepertest.Address("nobody").String()), types.ErrNotOperator)
	require.ErrorIs(t, set(representative("bank-a"), types.RoleMaker), types.ErrLastRepresentative)
	require.ErrorIs(t, set(representative("bank-a")), types.ErrLastRepresentative)

	require.NoError(t, set(fresh.String()))
	_, err := a.keeper.GetOperator(a.Ctx, fresh)
	require.ErrorIs(t, err, types.ErrNotOperator)

	// The members give an organization another voice when it has lost its own.
	_, err = a.msgs.AppointRepresentative(a.Ctx, &types.MsgAppointRepresentative{
		Authority: a.keeper.Authority(), Organization: "bank-a", Address: fresh.String(),
	})
	require.NoError(t, err)
	_, err = a.msgs.AppointRepresentative(a.Ctx, &types.MsgAppointRepresentative{
		Authority: a.keeper.Authority(), Organization: "bank-q", Address: fresh.String(),
	})
	require.ErrorIs(t, err, types.ErrOrganizationNotFound)
	require.NoError(t, set(representative("bank-a"), types.RoleMaker))
	for i := range types.MaxOperatorsPerOrganization - 2 {
		_, err = a.msgs.SetOperator(a.Ctx, &types.MsgSetOperator{
			Representative: fresh.String(), Address: keepertest.Address(fmt.Sprint("o", i)).String(), Roles: []types.Role{types.RoleMaker},
		})
		require.NoError(t, err)
	}
	_, err = a.msgs.SetOperator(a.Ctx, &types.MsgSetOperator{
		Representative: fresh.String(), Address: keepertest.Address("more").String(), Roles: []types.Role{types.RoleMaker},
	})
	require.ErrorIs(t, err, types.ErrTooMany)
	require.Panics(t, func() { a.keeper.SetGuards(nil) })
}

func nodeOperator(t *testing.T, a *assembly, organization string) string {
	t.Helper()
	operator := keepertest.Address(organization + " node").String()
	_, err := a.msgs.SetOperator(a.Ctx, &types.MsgSetOperator{
		Representative: representative(organization), Address: operator, Roles: []types.Role{types.RoleNode},
	})
	require.NoError(t, err)
	return operator
}

func TestNodes(t *testing.T) {
	a := newAssembly(t)
	operator, other := nodeOperator(t, a, "bank-a"), nodeOperator(t, a, "bank-b")
	id := func(i int) string { return fmt.Sprintf("%040x", i) }
	register := func(operator, id string) error {
		_, err := a.msgs.RegisterNode(a.Ctx, &types.MsgRegisterNode{Operator: operator, NodeId: id, Moniker: "tokyo", Address: "tokyo.bank.example:26656"})
		return err
	}
	require.NoError(t, register(operator, id(1)))
	keepertest.RequireEvent(t, a.Ctx, &types.EventNodeAdmitted{Organization: "bank-a", NodeId: id(1), Moniker: "tokyo", Address: "tokyo.bank.example:26656"})
	require.NoError(t, register(operator, id(1)), "again, as with another moniker")
	require.ErrorIs(t, register(other, id(1)), types.ErrInvalidNode)
	require.ErrorIs(t, register(operator, "ABC"), types.ErrInvalidNode)
	require.ErrorIs(t, register(representative("bank-a"), id(2)), types.ErrRoleMissing)
	admitted := func(id string) bool {
		admitted, err := a.keeper.IsNodeAdmitted(a.Ctx, id)
		require.NoError(t, err)
		return admitted
	}
	require.True(t, admitted(id(1)))
	require.False(t, admitted(id(2)))

	unregister := func(operator, id string) error {
		_, err := a.msgs.UnregisterNode(a.Ctx, &types.MsgUnregisterNode{Operator: operator, NodeId: id})
		return err
	}
	require.NoError(t, register(other, id(3)))
	require.ErrorIs(t, unregister(operator, id(3)), types.ErrNodeNotFound)
	answer, err := keeper.NewQueryServer(a.keeper).Nodes(a.Ctx, &types.QueryNodesRequest{Organization: "bank-b"})
	require.NoError(t, err)
	require.Equal(t, []types.Node{{Id: id(3), Organization: "bank-b", Moniker: "tokyo", Address: "tokyo.bank.example:26656"}}, answer.Nodes)
	_, err = a.msgs.SuspendOrganization(a.Ctx, &types.MsgSuspendOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "x"})
	require.NoError(t, err)
	require.False(t, admitted(id(3)), "a suspended organization's nodes stay outside")
	answer, err = keeper.NewQueryServer(a.keeper).Nodes(a.Ctx, &types.QueryNodesRequest{})
	require.NoError(t, err)
	require.Len(t, answer.Nodes, 1, "only those that may connect")
	_, err = a.msgs.RemoveOrganization(a.Ctx, &types.MsgRemoveOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "x"})
	require.NoError(t, err)
	keepertest.RequireEvent(t, a.Ctx, &types.EventNodeDismissed{Organization: "bank-b", NodeId: id(3)})

	require.NoError(t, unregister(operator, id(1)))
	require.False(t, admitted(id(1)))
	for i := range types.MaxNodesPerOrganization {
		require.NoError(t, register(operator, id(100+i)))
	}
	require.ErrorIs(t, register(operator, id(99)), types.ErrTooMany)
}

// Nodes of an organization that loses its power stay until consensus has done without its votes: what EndBlock tells in one
// block takes effect on the block after the next.
func TestNodesStayForTheLastVote(t *testing.T) {
	a := newAssembly(t)
	require.NoError(t, a.set("bank-b", 2, 7))
	_, err := a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	operator := nodeOperator(t, a, "bank-b")
	id := fmt.Sprintf("%040x", 1)
	_, err = a.msgs.RegisterNode(a.Ctx, &types.MsgRegisterNode{Operator: operator, NodeId: id})
	require.NoError(t, err)
	admitted := func() bool {
		t.Helper()
		admitted, err := a.keeper.IsNodeAdmitted(a.Ctx, id)
		require.NoError(t, err)
		return admitted
	}
	loses := func(cause func() error) {
		t.Helper()
		a.NextBlock(time.Second)
		require.NoError(t, a.keeper.BeginBlock(a.Ctx))
		require.NoError(t, cause())
		require.True(t, admitted(), "consensus counts on it")
		updates, err := a.keeper.EndBlock(a.Ctx)
		require.NoError(t, err)
		require.Equal(t, map[byte]int64{2: 0}, powers(t, updates))
		require.True(t, admitted(), "it votes on the next block")
		a.NextBlock(time.Second)
		require.NoError(t, a.keeper.BeginBlock(a.Ctx))
		require.False(t, admitted())
	}
	loses(func() error {
		_, err := a.msgs.SuspendOrganization(a.Ctx, &types.MsgSuspendOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "x"})
		return err
	})
	_, err = a.msgs.ReinstateOrganization(a.Ctx, &types.MsgReinstateOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "y"})
	require.NoError(t, err)
	require.True(t, admitted())
	_, err = a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)

	loses(func() error {
		_, err := a.msgs.Leave(a.Ctx, &types.MsgLeave{Representative: representative("bank-b"), Reason: "we go"})
		require.NoError(t, err)
		exported, err := a.keeper.ExportGenesis(a.Ctx)
		require.NoError(t, err)
		require.Empty(t, exported.Nodes, "an exported chain starts without its votes")
		return err
	})
	keepertest.RequireEvent(t, a.Ctx, &types.EventNodeDismissed{Organization: "bank-b", NodeId: id})

	// Without power there is nothing to wait for; and one key of several is not the organization.
	require.NoError(t, a.set("bank-c", 3, 1))
	require.NoError(t, a.set("bank-c", 4, 1))
	_, err = a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	a.NextBlock(time.Second)
	require.NoError(t, a.keeper.BeginBlock(a.Ctx))
	_, err = a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	operator = nodeOperator(t, a, "bank-c")
	_, err = a.msgs.RegisterNode(a.Ctx, &types.MsgRegisterNode{Operator: operator, NodeId: id})
	require.NoError(t, err)
	require.NoError(t, a.keeper.RemoveValidator(a.Ctx, key(3)))
	_, err = a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	a.NextBlock(time.Second)
	require.NoError(t, a.keeper.BeginBlock(a.Ctx))
	require.True(t, admitted())
}

func TestRotateValidatorKey(t *testing.T) {
	a := newAssembly(t)
	operator := nodeOperator(t, a, "bank-a")
	fresh := ed25519.GenPrivKeyFromSecret([]byte("new"))
	newKey := fresh.PubKey().Bytes()
	rotate := func(oldKey []byte, chainID string) error {
		proof, err := fresh.Sign(types.RotationBytes(chainID, "bank-a", oldKey, newKey))
		require.NoError(t, err)
		_, err = a.msgs.RotateValidatorKey(a.Ctx, &types.MsgRotateValidatorKey{
			Operator: operator, OldKey: oldKey, NewKey: newKey, Proof: proof,
		})
		return err
	}
	require.ErrorIs(t, rotate(key(1), "another-chain"), types.ErrInvalidProof)
	require.ErrorIs(t, rotate(key(7), a.Ctx.ChainID()), types.ErrValidatorNotFound)
	require.ErrorIs(t, rotate(newKey, a.Ctx.ChainID()), types.ErrInvalidValidator)
	require.ErrorIs(t, rotate(key(1)[:5], a.Ctx.ChainID()), types.ErrInvalidValidator)
	require.NoError(t, a.set("bank-b", 2, 20))
	_, err := a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	a.NextBlock(time.Second)
	require.NoError(t, rotate(key(1), a.Ctx.ChainID()))
	keepertest.RequireEvent(t, a.Ctx, &types.EventValidatorKeyRotated{Organization: "bank-a", OldKey: key(1), NewKey: newKey})
	require.ErrorIs(t, rotate(key(2), a.Ctx.ChainID()), types.ErrValidatorNotFound, "of another organization")
	updates, err := a.keeper.EndBlock(a.Ctx)
	require.NoError(t, err)
	require.Equal(t, map[byte]int64{newKey[0]: 1, 1: 0}, powers(t, updates))
	require.ErrorIs(t, rotate(newKey, a.Ctx.ChainID()), types.ErrInvalidValidator)
	fresh = ed25519.GenPrivKeyFromSecret([]byte("newer"))
	used := newKey
	newKey = fresh.PubKey().Bytes()
	require.NoError(t, rotate(used, a.Ctx.ChainID()))
	fresh = ed25519.GenPrivKeyFromSecret([]byte("new"))
	used, newKey = newKey, used
	require.ErrorIs(t, rotate(used, a.Ctx.ChainID()), types.ErrKeyReused, "an old key does not come back")
}

// block is what consensus says of the last block.
func (a *assembly) block(missing []byte, evidence ...abci.Misbehavior) {
	var votes []abci.VoteInfo
	for _, k := range [][]byte{key(1), key(2)} {
		flag := cmtproto.BlockIDFlagCommit
		if string(k) == string(missing) {
			flag = cmtproto.BlockIDFlagAbsent
		}
		votes = append(votes, abci.VoteInfo{Validator: abci.Validator{Address: ed25519.PubKey(k).Address(), Power: 1}, BlockIdFlag: flag})
	}
	a.Ctx = a.Ctx.WithVoteInfos(votes).WithCometInfo(baseapp.NewBlockInfo(evidence, nil, nil, abci.CommitInfo{Votes: votes}))
}

func TestDoubleSignIsTheEndOfAKey(t *testing.T) {
	a := newAssembly(t)
	require.NoError(t, a.set("bank-b", 2, 2))
	signedTwice := func(k []byte) abci.Misbehavior {
		return abci.Misbehavior{
			Type: abci.MisbehaviorType_DUPLICATE_VOTE, Height: 5, Validator: abci.Validator{Address: ed25519.PubKey(k).Address(), Power: 1},
		}
	}
	a.block(nil, signedTwice(key(2)), signedTwice(key(9)))
	require.NoError(t, a.keeper.BeginBlock(a.Ctx))
	keepertest.RequireEvent(t, a.Ctx, &types.EventValidatorTombstoned{Organization: "bank-b", ConsensusKey: key(2), Height: 5})
	require.Len(t, a.Ctx.EventManager().Events(), 1, "of an unknown key nobody speaks")
	require.ErrorIs(t, a.set("bank-b", 2, 2), types.ErrKeyTombstoned)
	a.NextBlock(types.DefaultUnbondingTime * 2)
	a.block(nil, signedTwice(key(1)))
	require.NoError(t, a.keeper.BeginBlock(a.Ctx))
	require.ErrorIs(t, a.set("bank-b", 2, 2), types.ErrKeyTombstoned, "for ever")
	validators, err := a.keeper.GenesisValidators(a.Ctx)
	require.NoError(t, err)
	require.Len(t, validators, 1, "the last validator stays")

	// A key that was removed before the evidence arrived is tombstoned too.
	require.NoError(t, a.set("bank-b", 4, 2))
	require.NoError(t, a.keeper.RemoveValidator(a.Ctx, key(4)))
	a.NextBlock(time.Second)
	a.block(nil, signedTwice(key(4)))
	require.NoError(t, a.keeper.BeginBlock(a.Ctx))
	require.ErrorIs(t, a.set("bank-b", 4, 2), types.ErrKeyTombstoned)
	exported, err := a.keeper.ExportGenesis(a.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
}

func TestDowntime(t *testing.T) {
	for _, removes := range []bool{false, true} {
		t.Run(fmt.Sprint(removes), func(t *testing.T) {
			a := newAssembly(t)
			require.NoError(t, a.set("bank-b", 2, 2))
			params := types.DefaultParams()
			params.MissedWindow, params.MissedMax, params.DowntimeRemoves = 10, 4, removes
			_, err := a.msgs.UpdateParams(a.Ctx, &types.MsgUpdateParams{Authority: a.keeper.Authority(), Params: params})
			require.NoError(t, err)
			window := func(missed int) {
				for range 10 {
					a.NextBlock(time.Second)
					var missing []byte
					if int(a.Ctx.BlockHeight()%10) < missed {
						missing = key(2)
					}
					a.block(missing)
					require.NoError(t, a.keeper.BeginBlock(a.Ctx))
				}
			}
			for a.Ctx.BlockHeight()%10 != 0 {
				a.NextBlock(time.Second)
			}
			window(3)
			require.Empty(t, a.Ctx.EventManager().Events(), "three of ten are allowed")
			window(4)
			down := &types.EventValidatorDown{Organization: "bank-b", ConsensusKey: key(2), Missed: 4, Window: 10, Removed: removes}
			keepertest.RequireEvent(t, a.Ctx, down)
			exported, err := a.keeper.ExportGenesis(a.Ctx)
			require.NoError(t, err)
			require.Empty(t, exported.MissedBlocks, "each window begins anew")
			require.Len(t, exported.RemovedValidators, map[bool]int{false: 0, true: 1}[removes])
			params.MissedWindow = 0
			_, err = a.msgs.UpdateParams(a.Ctx, &types.MsgUpdateParams{Authority: a.keeper.Authority(), Params: params})
			require.NoError(t, err)
			window(9)
			require.Empty(t, a.Ctx.EventManager().Events())
		})
	}
}
