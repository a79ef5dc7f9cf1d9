package txcache

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// readOnly are the messages, by type URL, whose handlers only read them: those that come by the thousand. A handler of one of them must
// neither change the message nor put a part of it where it is changed later; a test in app/financial carries all of them out and compares.
var readOnly = map[string]bool{
	sdk.MsgTypeURL(&banktypes.MsgSend{}):             true,
	sdk.MsgTypeURL(&paymenttypes.MsgExecuteOrders{}): true,
	sdk.MsgTypeURL(&paymenttypes.MsgPay{}):           true,
}

// transaction is what the SDK's decoder returns.
type transaction interface {
	sdk.Tx
	GetProtoTx() *txtypes.Tx
	GetSigners() ([][]byte, error)
	GetPubKeys() ([]cryptotypes.PubKey, error)
}

// prepare says whether a transaction may be shared, and makes it ready for that: the SDK's transaction fills in its signers and the
// second form of its messages when it is first asked for them, without a lock.
func prepare(tx sdk.Tx) (shared bool) {
	// FinalizeBlock decodes outside of what recovers from panics, and the SDK panics over some transactions that it would refuse later:
	// one without a fee has no signers that it could return. Whoever runs such a transaction finds that again.
	defer func() {
		if recover() != nil {
			shared = false
		}
	}()
	one, ok := tx.(transaction)
	if !ok || !onlyRead(one.GetProtoTx().Body.Messages) || !plainKeys(one) {
		return false
	}
	// None of either would be filled in again each time.
	signers, err := one.GetSigners()
	if err != nil || len(signers) == 0 {
		return false
	}
	messages, err := one.GetMsgsV2()
	return err == nil && len(messages) > 0
}

// onlyRead says whether all messages of a transaction are of types that are only read.
func onlyRead(messages []*codectypes.Any) bool {
	for _, message := range messages {
		if !readOnly[message.TypeUrl] {
			return false
		}
	}
	return true
}

// plainKeys says whether a transaction has public keys of secp256k1 alone, which are values. Others remember their address when they are
// first asked for it, as secp256r1 does.
func plainKeys(tx transaction) bool {
	keys, err := tx.GetPubKeys()
	if err != nil {
		return false
	}
	for _, key := range keys {
		if _, plain := key.(*secp256k1.PubKey); key != nil && !plain {
			return false
		}
	}
	return true
}
