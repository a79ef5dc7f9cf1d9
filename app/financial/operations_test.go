package financial_test

import (
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

func sdkInt(amount int64) math.Int { return math.NewInt(amount) }

func paymentOperations() operations {
	return operations{
		"pay": func(s *simulation, r *rapid.T) sdk.Msg {
			_, payer := s.party(r)
			_, payee := s.party(r)
			return &banktypes.MsgSend{FromAddress: payer, ToAddress: payee, Amount: sdk.Coins{yen(r)}}
		},
		"pay by reference": func(s *simulation, r *rapid.T) sdk.Msg {
			_, payer := s.party(r)
			_, payee := s.party(r)
			return &paymenttypes.MsgPay{
				Payer: payer, Payee: payee, Amount: yen(r), Reference: s.reference(r), MaxFee: sdkInt(rapid.Int64Range(0, 50).Draw(r, "max fee")),
			}
		},
		"execute orders": func(s *simulation, r *rapid.T) sdk.Msg {
			orders := make([]paymenttypes.SignedPaymentOrder, rapid.IntRange(1, 4).Draw(r, "orders"))
			for i := range orders {
				orders[i] = s.order(r)
			}
			return &paymenttypes.MsgExecuteOrders{Gateway: s.operator(r, s.bank(r), membershiptypes.RoleGateway), Orders: orders}
		},
		"set fees": func(s *simulation, r *rapid.T) sdk.Msg {
			params := paymenttypes.DefaultParams()
			if rapid.Bool().Draw(r, "fees") {
				_, collector := s.party(r)
				params.Fees = paymenttypes.FeeSchedule{
					Fixed: sdkInt(rapid.Int64Range(0, 50).Draw(r, "fixed")), BasisPoints: rapid.Uint32Range(1, 100).Draw(r, "basis points"), Maximum: sdkInt(0),
					Payer:     rapid.SampledFrom([]paymenttypes.FeePayer{paymenttypes.FeePayerPayer, paymenttypes.FeePayerPayee}).Draw(r, "bearer"),
					Collector: collector,
				}
			}
			return &paymenttypes.MsgUpdateParams{Authority: s.authority(r), Params: params}
		},
	}
}

// order is signed by the key of the payer's address, and sometimes changed after that.
func (s *simulation) order(r *rapid.T) paymenttypes.SignedPaymentOrder {
	bank := s.bank(r)
	payer := s.keys.Account(bank, rapid.IntRange(0, 4).Draw(r, "payer"))
	_, payee := s.party(r)
	order := paymenttypes.PaymentOrder{
		Payer: payer.Address(), Payee: sdk.MustAccAddressFromBech32(payee), Amount: rapid.Uint64Range(1, 20_000).Draw(r, "amount"),
		MaxFee: 50, ExpiresAt: uint64(s.ctx.BlockTime().Unix()) + 3_600, Nonce: rapid.Uint64Range(1, 300).Draw(r, "nonce"),
		PublicKey: payer.PubKey().Bytes(),
	}
	signature, err := payer.SignBytes(order.SignBytes(s.ctx.ChainID(), "jpy"))
	if err != nil {
		r.Fatal(err)
	}
	if rapid.IntRange(0, 9).Draw(r, "forged") == 0 {
		order.Amount++
	}
	return paymenttypes.SignedPaymentOrder{Order: order, Signature: signature}
}
