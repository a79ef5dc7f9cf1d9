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

// prepare makes a transaction of a length ready to be shared, and returns how many bytes of memory it takes at most; or says that it
// may not be shared. The SDK's transaction fills in its signers and the second form of its messages when it is first asked for them, without
// a lock.
func prepare(tx sdk.Tx, length int) (memory int, shared bool) {
	// FinalizeBlock decodes outside of what recovers from panics, and the SDK's transactions panic over some that would be refused later:
	// those without a fee. Whoever runs such a transaction finds that again.
	defer func() {
		if recover() != nil {
			memory, shared = 0, false
		}
	}()
	one, ok := tx.(transaction)
	if !ok || !plain(one) {
		return 0, false
	}
	parts, ok := count(one.GetProtoTx().Body.Messages)
	if !ok {
		return 0, false
	}
	// None of either would be filled in again each time.
	signers, err := one.GetSigners()
	if err != nil || len(signers) == 0 {
		return 0, false
	}
	messages, err := one.GetMsgsV2()
	return memoryPerByte*length + memoryPerPart*parts, err == nil && len(messages) > 0
}

// What a decoded transaction takes at most: for each byte, which is there several times, and for each message, order and coin, even one that
// is empty. TestMemoryIsBounded compares them with what transactions take.
const (
	memoryPerByte = 8
	memoryPerPart = 2 << 10
)

// plain says whether a transaction has one signature by a secp256k1 key, and nothing else that could be long: no fee, as zones have it. Other
// keys are no plain values; those of secp256r1 remember their address when they are first asked for it.
func plain(tx transaction) bool {
	whole := tx.GetProtoTx()
	body, auth := whole.Body, whole.AuthInfo
	if len(whole.Signatures) != 1 || len(auth.SignerInfos) != 1 || auth.SignerInfos[0].ModeInfo.GetSingle() == nil || len(auth.Fee.Amount) > 0 ||
		auth.Tip != nil || len(body.ExtensionOptions) > 0 || len(body.NonCriticalExtensionOptions) > 0 {
		return false
	}
	keys, err := tx.GetPubKeys()
	if err != nil {
		return false
	}
	_, ok := keys[0].(*secp256k1.PubKey)
	return ok || keys[0] == nil
}

// count returns how many messages, orders and coins there are, and whether all messages are only read.
func count(messages []*codectypes.Any) (parts int, onlyRead bool) {
	for _, message := range messages {
		if !readOnly[message.TypeUrl] {
			return 0, false
		}
		parts++
		switch content := message.GetCachedValue().(type) {
		case *banktypes.MsgSend:
			parts += len(content.Amount)
		case *paymenttypes.MsgExecuteOrders:
			parts += len(content.Orders)
		}
	}
	return parts, true
}
