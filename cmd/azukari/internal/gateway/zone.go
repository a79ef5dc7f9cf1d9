package gateway

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/engine"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
)

// key signs bundles.
type key struct{ private *secp256k1.PrivKey }

// Address implements nodeclient.Signer, as do the methods below.
func (k key) Address() sdk.AccAddress { return sdk.AccAddress(k.private.PubKey().Address()) }

// PubKey of the key.
func (k key) PubKey() cryptotypes.PubKey { return k.private.PubKey() }

// SignBytes signs the bytes of a transaction.
func (k key) SignBytes(bytes []byte) ([]byte, error) { return k.private.Sign(bytes) }

// zone is a zone behind its nodes, and the key of the gateway on it.
type zone struct {
	client *nodeclient.Client
	key    key
}

// codecs know what a gateway meets: accounts and its own messages.
func codecs() encoding.Config {
	config := encoding.Make()
	authtypes.RegisterInterfaces(config.InterfaceRegistry)
	paymenttypes.RegisterInterfaces(config.InterfaceRegistry)
	return config
}

// ChainID implements engine.Zone, as do the methods below.
func (z zone) ChainID() string { return z.client.ChainID() }

// Yen asks for the denom of yen. The Financial Zone has no module that says so: its yen is the original.
func (z zone) Yen(ctx context.Context) (string, error) {
	answer, err := businesstypes.NewQueryClient(z.client.GRPC()).FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
	switch status.Code(err) { //nolint:exhaustive // all others are failures
	case codes.OK:
		return answer.YenDenom, nil
	case codes.Unimplemented:
		return registrytypes.YenDenom, nil
	}
	return "", fmt.Errorf("ask for the denom of yen: %w", err)
}

// StateHeight returns the height of the newest state.
func (z zone) StateHeight(ctx context.Context) (int64, error) { return z.client.StateHeight(ctx) }

// Block returns a block with what became of its bundles.
func (z zone) Block(ctx context.Context, height int64) (nodeclient.Block, error) {
	return z.client.Block(ctx, height, engine.IsBundle)
}

// Params returns the parameters of x/payment.
func (z zone) Params(ctx context.Context) (paymenttypes.Params, error) {
	answer, err := paymenttypes.NewQueryClient(z.client.GRPC()).Params(ctx, &paymenttypes.QueryParamsRequest{})
	if err != nil {
		return paymenttypes.Params{}, fmt.Errorf("ask for the parameters of payments: %w", err)
	}
	return answer.Params, nil
}

// OrderKeys returns the order keys of an account.
func (z zone) OrderKeys(ctx context.Context, payer sdk.AccAddress) ([]registrytypes.OrderKey, error) {
	answer, err := registrytypes.NewQueryClient(z.client.GRPC()).Account(ctx, &registrytypes.QueryAccountRequest{Address: payer.String()})
	if status.Code(err) == codes.NotFound {
		return nil, registrytypes.ErrAccountNotFound.Wrapf("expected an account of a bank at %s, got none", payer)
	}
	if err != nil {
		return nil, err
	}
	return answer.Account.OrderKeys, nil
}

// Nonces returns a payer's nonces as of a height.
func (z zone) Nonces(ctx context.Context, payer sdk.AccAddress, height int64) (paymenttypes.OrderNonces, error) {
	answer, err := paymenttypes.NewQueryClient(z.client.GRPC()).OrderNonces(
		nodeclient.AtHeight(ctx, height), &paymenttypes.QueryOrderNoncesRequest{Payer: payer.String()},
	)
	if err != nil {
		return paymenttypes.OrderNonces{}, err
	}
	return answer.Nonces, nil
}

// searchPage is how many transactions an index may show with a payer and a nonce: more than one only if a bundle has both of
// different orders.
const searchPage = 100

// Find returns the transactions that used a payer's nonce.
func (z zone) Find(ctx context.Context, payer sdk.AccAddress, nonce uint64) ([]nodeclient.Block, error) {
	var blocks []nodeclient.Block
	for _, event := range []string{"EventPaymentMade", "EventOrderRefused"} {
		query := fmt.Sprintf(`azukari.payment.v1.%[1]s.payer='"%[2]s"' AND azukari.payment.v1.%[1]s.nonce='"%[3]d"'`, event, payer, nonce)
		found, err := z.client.TxSearch(ctx, query, 1, searchPage)
		if err != nil {
			return nil, fmt.Errorf("search the index of transactions: %w", err)
		}
		for _, tx := range found.Txs {
			one, err := nodeclient.NewBlockTx(tx)
			if err != nil {
				return nil, err
			}
			blocks = append(blocks, nodeclient.Block{Height: tx.Height, Txs: []nodeclient.BlockTx{one}})
		}
	}
	return blocks, nil
}

// Gateway is the operator whose key signs bundles.
func (z zone) Gateway() sdk.AccAddress { return z.key.Address() }

// Offer signs a bundle and hands it to a node.
func (z zone) Offer(ctx context.Context, orders []paymenttypes.SignedPaymentOrder, gas uint64) (nodeclient.Sent, error) {
	bundle := &paymenttypes.MsgExecuteOrders{Gateway: z.key.Address().String(), Orders: orders}
	return z.client.Offer(ctx, z.key, nodeclient.Weighted{Msg: bundle, Gas: gas})
}

// admitted fails if the key may not bring bundles.
func (z zone) admitted(ctx context.Context) error {
	address := z.key.Address().String()
	answer, err := membershiptypes.NewQueryClient(z.client.GRPC()).Operator(ctx, &membershiptypes.QueryOperatorRequest{Address: address})
	if status.Code(err) == codes.NotFound {
		return fmt.Errorf("expected %s to be an operator in role gateway on %s, got a stranger: its member adds it with `tx membership set-operator ADDRESS gateway`", address, z.ChainID())
	}
	if err != nil {
		return fmt.Errorf("ask for the gateway's operator: %w", err)
	}
	if !slices.Contains(answer.Operator.Roles, membershiptypes.RoleGateway) {
		return fmt.Errorf("expected operator %s in role gateway on %s, got roles %v: name another key, or let its member give it the role",
			address, z.ChainID(), answer.Operator.Roles)
	}
	return nil
}
