package devnet_test

import (
	"context"
	"strings"
	"testing"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

const retail = "retail"

// The network outlives its founder: a fifth bank joins, registers a node and gets power; the founder's customers take their
// yen elsewhere; the founder is removed and its machine is switched off. Blocks go on, and so does the light client by which
// a Business Zone follows them.
func TestTheNetworkOutlivesItsFounder(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := devnet.DefaultManifest()
	manifest.Name, manifest.BlockTimeMS = "consortium", 500
	manifest.Financial.Listeners = 0
	manifest.Zones = []devnet.ZoneManifest{{ID: retail, Validators: 1}}
	manifest.Accounts = devnet.AccountsManifest{PerBank: 1, BalanceYen: 10_000}
	c := &consortium{t: t, Network: devnet.Start(t, manifest), ctx: withTimeout(t)}
	c.log("at the start", c.Financial().Node("bank-b"))

	c.join("bank-e")
	c.log("with a fifth bank", c.Financial().Node("bank-b"))

	_, err := c.Financial().Decide(c.ctx, "Remove bank-a", removal())
	require.ErrorContains(t, err, "expected proposal")
	require.ErrorContains(t, err, "FAILED", "it still owes its customers yen")
	c.empty("bank-a")
	_, err = c.Financial().Decide(c.ctx, "Remove bank-a", removal())
	require.NoError(t, err)
	survivor := c.Financial().Node("bank-b")
	c.waitValidators(survivor, "bank-b", "bank-c", "bank-d", "bank-e")
	require.NoError(t, c.Financial().Node("bank-a").Kill())
	c.log("without the founder", survivor)
	pass(c.ctx, t, survivor.Client(), 5)

	removedAt, err := survivor.Client().Height(c.ctx)
	require.NoError(t, err)
	c.charge("bank-b", 7)
	trusted := c.trusted()
	require.Greater(t, trusted, uint64(removedAt), "the light client follows the new validators") // #nosec G115 -- a height
	c.log("after a charge to retail, whose light client trusts a header of these validators", survivor)
}

// consortium is a network of which members come and go.
type consortium struct {
	*devnet.Network
	t   *testing.T
	ctx context.Context
}

func removal() *membershiptypes.MsgRemoveOrganization {
	return &membershiptypes.MsgRemoveOrganization{Authority: devnet.Authority(), Id: "bank-a", Reason: "leaves the business"}
}

// join takes a bank all the way from the invitation to its first vote on a block.
func (c *consortium) join(id string) {
	c.t.Helper()
	zone, client := c.Financial(), c.Financial().Client()
	representative := c.Keys().Operator(id, membershiptypes.RoleRepresentative)
	operator := c.Keys().Operator(id, membershiptypes.RoleNode)
	_, err := zone.Decide(c.ctx, "Invite "+id, &membershiptypes.MsgInviteOrganization{
		Authority: devnet.Authority(), Id: id, Name: "Bank E", Kind: membershiptypes.OrganizationKindBank, Representative: representative.String(),
	})
	require.NoError(c.t, err)
	_, err = client.Send(c.ctx, representative, &membershiptypes.MsgAcceptInvitation{Representative: representative.String()})
	require.NoError(c.t, err)
	_, err = client.Send(c.ctx, representative, &membershiptypes.MsgSetOperator{
		Representative: representative.String(), Address: operator.String(), Roles: []membershiptypes.Role{membershiptypes.RoleNode},
	})
	require.NoError(c.t, err)
	node, err := zone.JoinValidator(id, id)
	require.NoError(c.t, err)
	_, err = client.Send(c.ctx, operator, &membershiptypes.MsgRegisterNode{
		Operator: operator.String(), NodeId: node.ID(), Moniker: id, Address: strings.TrimPrefix(node.Endpoints().P2P, node.ID()+"@"),
	})
	require.NoError(c.t, err)
	require.NoError(c.t, node.Start())
	now, err := client.Height(c.ctx)
	require.NoError(c.t, err)
	require.NoError(c.t, node.Client().WaitHeight(c.ctx, now))

	_, err = zone.Decide(c.ctx, "Power for "+id, &membershiptypes.MsgSetValidator{
		Authority: devnet.Authority(),
		Validator: membershiptypes.Validator{Organization: id, ConsensusKey: node.ConsensusKey(), Power: devnet.ValidatorPower},
	})
	require.NoError(c.t, err)
	c.waitValidators(zone.Node("bank-b"), "bank-a", "bank-b", "bank-c", "bank-d", id)
}

// empty pays the bank's yen to a customer of another bank, and takes its reserve back.
func (c *consortium) empty(bank string) {
	c.t.Helper()
	client := c.Financial().Client()
	payer, payee := c.Keys().Account(bank, 0), c.Keys().Account("bank-b", 0)
	_, err := client.Send(c.ctx, payer, &banktypes.MsgSend{
		FromAddress: payer.String(), ToAddress: payee.String(),
		Amount: sdk.NewCoins(sdk.NewInt64Coin(registrytypes.YenDenom, 10_000)),
	})
	require.NoError(c.t, err)
	position, err := clearingtypes.NewQueryClient(client.GRPC()).Position(c.ctx, &clearingtypes.QueryPositionRequest{Bank: bank})
	require.NoError(c.t, err)
	maker := c.Keys().Operator(bank, membershiptypes.RoleMaker)
	_, err = client.Send(c.ctx, maker, &clearingtypes.MsgRequestReserve{
		Operator: maker.String(), Kind: clearingtypes.ReserveOrderKindRedeem, Bank: bank, Amount: position.Position.Reserve, Reference: "leaving",
	})
	require.NoError(c.t, err)
	checker := c.Keys().Operator(devnet.SettlementAgentID, membershiptypes.RoleChecker)
	_, err = client.Send(c.ctx, checker, &clearingtypes.MsgApproveReserve{Operator: checker.String(), Organization: bank, Reference: "leaving"})
	require.NoError(c.t, err)
}

// charge links an account with retail and takes yen there, and returns once it has arrived.
func (c *consortium) charge(bank string, amount int64) {
	c.t.Helper()
	client := c.Financial().Node(bank).Client()
	holder, checker := c.Keys().Account(bank, 0), c.Keys().Operator(bank, membershiptypes.RoleChecker)
	_, err := client.Send(c.ctx, holder, &financialtypes.MsgRequestLink{Holder: holder.String(), Zone: retail})
	require.NoError(c.t, err)
	bound := math.NewInt(1_000_000)
	_, err = client.Send(c.ctx, checker, &financialtypes.MsgApproveLink{
		Operator: checker.String(), Address: holder.String(), Zone: retail,
		Limits: registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound},
	})
	require.NoError(c.t, err)
	atRetail := c.Zone(retail).Client()
	c.eventually("retail to acknowledge the account", func() (bool, error) {
		answer, err := registrytypes.NewQueryClient(client.GRPC()).Account(c.ctx, &registrytypes.QueryAccountRequest{Address: holder.String()})
		return err == nil && answer.Account.Links[0].Status == registrytypes.LinkStatusActive, err
	})
	_, err = client.Send(c.ctx, holder, &financialtypes.MsgCharge{
		Holder: holder.String(), Zone: retail, Amount: sdk.NewInt64Coin(registrytypes.YenDenom, amount),
	})
	require.NoError(c.t, err)
	denom, err := businesstypes.NewQueryClient(atRetail.GRPC()).FinancialZone(c.ctx, &businesstypes.QueryFinancialZoneRequest{})
	require.NoError(c.t, err)
	c.eventually("the yen to arrive in retail", func() (bool, error) {
		balance, err := banktypes.NewQueryClient(atRetail.GRPC()).Balance(c.ctx, &banktypes.QueryBalanceRequest{
			Address: holder.String(), Denom: denom.YenDenom,
		})
		return err == nil && balance.Balance.Amount.Equal(math.NewInt(amount)), err
	})
}

// trusted is the newest height of the Financial Zone that retail's light client trusts.
func (c *consortium) trusted() uint64 {
	c.t.Helper()
	atRetail := c.Zone(retail).Client()
	link, err := businesstypes.NewQueryClient(atRetail.GRPC()).FinancialZone(c.ctx, &businesstypes.QueryFinancialZoneRequest{})
	require.NoError(c.t, err)
	state, err := connectiontypes.NewQueryClient(atRetail.GRPC()).ConnectionClientState(c.ctx,
		&connectiontypes.QueryConnectionClientStateRequest{ConnectionId: link.FinancialZone.ConnectionId})
	require.NoError(c.t, err)
	var light ibctm.ClientState
	require.NoError(c.t, light.Unmarshal(state.IdentifiedClientState.ClientState.Value))
	return light.LatestHeight.RevisionHeight
}

// waitValidators waits until exactly the validators of these organizations vote, and all of them do.
func (c *consortium) waitValidators(node *devnet.Node, organizations ...string) {
	c.t.Helper()
	c.eventually("the votes of "+strings.Join(organizations, ", "), func() (bool, error) {
		voted, of := c.votes(node)
		return of == len(organizations) && strings.Join(voted, " ") == strings.Join(organizations, " "), nil
	})
}

// votes are the organizations whose validators signed the newest commit that is in a block, with the votes that came late, in
// ascending order, and of how many.
func (c *consortium) votes(node *devnet.Node) (organizations []string, of int) {
	c.t.Helper()
	newest, err := node.Client().Height(c.ctx)
	require.NoError(c.t, err)
	newest--
	commit, err := node.Client().RPC().Commit(c.ctx, &newest)
	require.NoError(c.t, err)
	for _, member := range c.Financial().Nodes() {
		address := ed25519.PubKey(member.ConsensusKey()).Address()
		for _, signature := range commit.Commit.Signatures {
			if signature.BlockIDFlag == cmttypes.BlockIDFlagCommit && signature.ValidatorAddress.String() == address.String() {
				organizations = append(organizations, member.Name())
			}
		}
	}
	return organizations, len(commit.Commit.Signatures)
}

func (c *consortium) log(when string, node *devnet.Node) {
	c.t.Helper()
	now, err := node.Client().Height(c.ctx)
	require.NoError(c.t, err)
	voted, of := c.votes(node)
	c.t.Logf("%s: height %d, signed by %d of %d validators: %s; retail trusts height %d",
		when, now, len(voted), of, strings.Join(voted, ", "), c.trusted())
}

func (c *consortium) eventually(what string, done func() (bool, error)) {
	c.t.Helper()
	require.NoError(c.t, nodeclient.Poll(c.ctx, what, done))
}
