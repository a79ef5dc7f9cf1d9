package financial_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// prepareFirm puts a business with approvals among the accounts of the second bank, in the third place.
func (s *simulation) prepareFirm(t *testing.T) {
	t.Helper()
	bank := s.banks[1]
	maker, checker := s.keys.Operator(bank, membershiptypes.RoleMaker).String(), s.keys.Operator(bank, membershiptypes.RoleChecker).String()
	s.firm = s.keys.Holder("firm").String()
	limits := registrytypes.Limits{PerPayment: sdkInt(1_000_000), PerDay: sdkInt(10_000_000), Balance: sdkInt(10_000_000)}
	s.must(t, &registrytypes.MsgApplyAccount{
		Operator: maker, Reference: "firm", Address: s.firm, Kind: registrytypes.AccountKindBusiness,
		IdentityHash: bytes.Repeat([]byte{7}, registrytypes.IdentityHashLength), Limits: &limits,
	})
	s.must(t, &registrytypes.MsgApproveRequest{Operator: checker, Reference: "firm"})
	s.must(t, &registrytypes.MsgActivateAccount{Holder: s.firm})
	s.must(t, &banktypes.MsgSend{FromAddress: s.accounts[bank][2], ToAddress: s.firm, Amount: sdk.NewCoins(sdk.NewInt64Coin("jpy", 90_000))})
	s.must(t, &registrytypes.MsgRequestApprovals{
		Operator: maker, Reference: "mandate", Address: s.firm, Approvals: s.mandate(5_000, 2), Reason: "mandate",
	})
	s.must(t, &registrytypes.MsgApproveRequest{Operator: checker, Reference: "mandate"})
	s.accounts[bank][2] = s.firm
}

// clerks are those who act for the firm.
func (s *simulation) clerks() []string {
	return slices.Sorted(slices.Values(s.accounts[s.banks[2]][10:13]))
}

func (s *simulation) mandate(threshold int64, required uint32) *registrytypes.PaymentApprovals {
	return &registrytypes.PaymentApprovals{Threshold: sdkInt(threshold), Required: required, Operators: s.clerks()}
}

// proposed is the reference of a payment of the firm that waits for approvals, if there is one.
func (s *simulation) proposed(r *rapid.T) string {
	response, err := registrykeeper.NewQueryServer(s.app.Registry).ProposedPayments(s.ctx,
		&registrytypes.QueryProposedPaymentsRequest{Account: s.firm})
	require.NoError(r, err)
	reference := "none"
	for _, payment := range response.Payments {
		if payment.IsOpen() {
			reference = payment.Reference
		}
	}
	return reference
}

func (s *simulation) clerk(r *rapid.T) string {
	return rapid.SampledFrom(append(s.clerks(), s.firm)).Draw(r, "clerk")
}

// someKeys are no key or one.
func someKeys(r *rapid.T) []registrytypes.OrderKey {
	if rapid.Bool().Draw(r, "none") {
		return nil
	}
	secret := []byte{rapid.Byte().Draw(r, "key")}
	return []registrytypes.OrderKey{{
		Id: "phone", Type: registrytypes.OrderKeyTypeEd25519, PublicKey: ed25519.GenPrivKeyFromSecret(secret).PubKey().Bytes(),
	}}
}

// announced is an account whose order keys its bank is about to replace, if there is one.
func (s *simulation) announced(r *rapid.T) string {
	_, account := s.party(r)
	exported, err := s.app.Registry.ExportGenesis(s.ctx)
	require.NoError(r, err)
	if len(exported.PendingOrderKeys) > 0 {
		account = rapid.SampledFrom(exported.PendingOrderKeys).Draw(r, "announced").Account
	}
	return account
}

func orderKeyOperations() operations {
	return operations{
		"replace order keys": func(s *simulation, r *rapid.T) sdk.Msg {
			_, account := s.party(r)
			return &registrytypes.MsgReplaceOrderKeys{Holder: account, OrderKeys: someKeys(r)}
		},
		"request order keys": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgRequestOrderKeys{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Reference: s.reference(r), Address: account,
				OrderKeys: someKeys(r), Reason: "phone lost",
			}
		},
		"object order keys": func(s *simulation, r *rapid.T) sdk.Msg {
			return &registrytypes.MsgObjectOrderKeys{Holder: s.announced(r), Reason: "I have my keys"}
		},
	}
}

func proposalOperations() operations {
	return operations{
		"request approvals": func(s *simulation, r *rapid.T) sdk.Msg {
			msg := &registrytypes.MsgRequestApprovals{
				Operator: s.operator(r, s.banks[1], membershiptypes.RoleMaker), Reference: s.reference(r), Address: s.firm, Reason: "mandate",
			}
			if rapid.IntRange(0, 4).Draw(r, "some") > 0 {
				msg.Approvals = s.mandate(rapid.Int64Range(0, 10_000).Draw(r, "threshold"), rapid.Uint32Range(0, 4).Draw(r, "required"))
			}
			return msg
		},
		"propose payment": func(s *simulation, r *rapid.T) sdk.Msg {
			_, payee := s.party(r)
			return &registrytypes.MsgProposePayment{
				Proposer: s.clerk(r), Account: s.firm, Reference: s.reference(r), Payee: payee, Amount: yen(r).Amount,
			}
		},
		"approve payment": func(s *simulation, r *rapid.T) sdk.Msg {
			return &registrytypes.MsgApprovePayment{Operator: s.clerk(r), Account: s.firm, Reference: s.proposed(r)}
		},
		"withdraw payment": func(s *simulation, r *rapid.T) sdk.Msg {
			return &registrytypes.MsgWithdrawPayment{Operator: s.clerk(r), Account: s.firm, Reference: s.proposed(r), Reason: "not ours"}
		},
	}
}
