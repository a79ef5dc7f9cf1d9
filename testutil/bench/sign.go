package bench

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"cosmossdk.io/math"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// An order between two banks takes 57,000 of gas; a transaction that asks for much more keeps others out of its block.
	gasPerOrder   = 75_000
	gasPerBundle  = 500_000
	gasPerPayment = 250_000
	// validFor is how long orders are good: for all runs of a measurement.
	validFor = 48 * time.Hour
)

// signer makes the transactions of a load. Unit u is the u-th transaction, of perUnit payments.
type signer struct {
	chainID  string
	kind     Kind
	perUnit  int
	expires  uint64
	schedule *schedule
	gateways []devnet.Key
	// gatewayNumbers are their account numbers; number is that of an account.
	gatewayNumbers []uint64
	number         func(account int) uint64
	// text writes addresses as the chain has them, and denom is what is paid.
	text  func(address sdk.AccAddress) string
	denom string
}

func newSigner(o Options, chainID string, schedule *schedule, state *foundation, keys *devnet.Keys) *signer {
	s := &signer{
		chainID: chainID, kind: o.Kind, perUnit: o.perUnit(), expires: uint64(time.Now().Add(validFor).Unix()),
		schedule: schedule, gatewayNumbers: state.gateways, text: sdk.AccAddress.String, denom: registrytypes.YenDenom,
		number: func(account int) uint64 { return state.firstNumber + uint64(schedule.accounts.rank[account]) },
	}
	for _, bank := range schedule.accounts.banks {
		s.gateways = append(s.gateways, keys.Operator(bank, membershiptypes.RoleGateway))
	}
	return s
}

// unit returns a transaction, ready to be sent.
func (s *signer) unit(u int) ([]byte, error) {
	if s.kind == KindOrders {
		return s.bundle(u)
	}
	p := s.schedule.at(u)
	accounts := s.schedule.accounts
	payer, payee := s.text(accounts.address(p.payer)), s.text(accounts.address(p.payee))
	amount := sdk.NewCoin(s.denom, math.NewIntFromUint64(p.amount))
	var message sdk.Msg = &banktypes.MsgSend{FromAddress: payer, ToAddress: payee, Amount: sdk.NewCoins(amount)}
	if s.kind == KindPayments {
		message = &paymenttypes.MsgPay{Payer: payer, Payee: payee, Amount: amount, MaxFee: math.ZeroInt()}
	}
	return signTransaction(s.chainID, message, accounts.accountKey(p.payer), s.number(p.payer), uint64(p.round), gasPerPayment)
}

// bundle is a transaction of the gateways in turn.
func (s *signer) bundle(u int) ([]byte, error) {
	gateway := u % len(s.gateways)
	message := &paymenttypes.MsgExecuteOrders{Gateway: s.gateways[gateway].String(), Orders: make([]paymenttypes.SignedPaymentOrder, s.perUnit)}
	accounts := s.schedule.accounts
	for i := range message.Orders {
		p := s.schedule.at(u*s.perUnit + i)
		order := paymenttypes.PaymentOrder{
			Payer: accounts.address(p.payer), Payee: accounts.address(p.payee), Amount: p.amount,
			ExpiresAt: s.expires, Nonce: uint64(p.round) + 1, KeyId: orderKeyID,
		}
		message.Orders[i] = paymenttypes.SignedPaymentOrder{
			Order: order, Signature: ed25519.Sign(accounts.orderKey(p.payer), order.SignBytes(s.chainID, registrytypes.YenDenom)),
		}
	}
	sequence := uint64(u / len(s.gateways))
	gas := uint64(gasPerBundle + gasPerOrder*len(message.Orders))
	return signTransaction(s.chainID, message, s.gateways[gateway].PrivKey(), s.gatewayNumbers[gateway], sequence, gas)
}

// signTransaction returns a transaction of one message, signed directly.
func signTransaction(chainID string, message sdk.Msg, key *secp256k1.PrivKey, number, sequence, gas uint64) ([]byte, error) {
	packed, err := codectypes.NewAnyWithValue(message)
	if err != nil {
		return nil, err
	}
	public, err := codectypes.NewAnyWithValue(key.PubKey())
	if err != nil {
		return nil, err
	}
	body, err := (&tx.TxBody{Messages: []*codectypes.Any{packed}}).Marshal()
	if err != nil {
		return nil, err
	}
	auth, err := (&tx.AuthInfo{
		SignerInfos: []*tx.SignerInfo{{
			PublicKey: public, Sequence: sequence,
			ModeInfo: &tx.ModeInfo{Sum: &tx.ModeInfo_Single_{Single: &tx.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT}}},
		}},
		Fee: &tx.Fee{GasLimit: gas},
	}).Marshal()
	if err != nil {
		return nil, err
	}
	document, err := (&tx.SignDoc{BodyBytes: body, AuthInfoBytes: auth, ChainId: chainID, AccountNumber: number}).Marshal()
	if err != nil {
		return nil, err
	}
	signature, err := key.Sign(document)
	if err != nil {
		return nil, err
	}
	return (&tx.TxRaw{BodyBytes: body, AuthInfoBytes: auth, Signatures: [][]byte{signature}}).Marshal()
}

// units are signed transactions on disk.
type units struct {
	file    *os.File
	perUnit int
	// ends are where the transactions end in the file.
	ends []int64
	// byHash finds a transaction by its hash.
	byHash map[[sha256.Size]byte]int32
}

// signUnits signs transactions on every core and writes them in their order; more than a few never wait in memory.
func signUnits(ctx context.Context, path string, s *signer, count int, progress func(done int)) (*units, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600) // #nosec G304 -- a file of this measurement
	if err != nil {
		return nil, err
	}
	u := &units{file: file, perUnit: s.perUnit, ends: make([]int64, 0, count), byHash: make(map[[sha256.Size]byte]int32, count)}
	const batch = 64
	workers := runtime.GOMAXPROCS(0)
	signed := make([][]byte, batch*workers)
	for from := 0; from < count; from += len(signed) {
		part := signed[:min(len(signed), count-from)]
		group, ctx := errgroup.WithContext(ctx)
		for worker := range workers {
			group.Go(func() (err error) {
				for i := worker; i < len(part) && err == nil; i += workers {
					if err = ctx.Err(); err == nil {
						part[i], err = s.unit(from + i)
					}
				}
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		for i, raw := range part {
			if _, err := file.Write(raw); err != nil {
				return nil, errors.Join(err, file.Close())
			}
			u.ends = append(u.ends, u.size()+int64(len(raw)))
			u.byHash[sha256.Sum256(raw)] = int32(from + i)
		}
		progress(len(u.ends) * s.perUnit)
	}
	return u, nil
}

func (u *units) count() int { return len(u.ends) }

func (u *units) size() int64 {
	if len(u.ends) == 0 {
		return 0
	}
	return u.ends[len(u.ends)-1]
}

// read returns a transaction.
func (u *units) read(i int) ([]byte, error) {
	begin := int64(0)
	if i > 0 {
		begin = u.ends[i-1]
	}
	raw := make([]byte, u.ends[i]-begin)
	if _, err := u.file.ReadAt(raw, begin); err != nil {
		return nil, fmt.Errorf("read transaction %d: %w", i, err)
	}
	return raw, nil
}
