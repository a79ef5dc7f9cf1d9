package nodeclient

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

const (
	// gasPerMessage is more than any message of a person costs. Gas has no price here, so an estimate would only be slow.
	gasPerMessage = 1_000_000
	// defaultTimeoutBlocks bounds how long the outcome of a transaction can stay open: some minutes.
	defaultTimeoutBlocks = 120
	// afterwards is how many blocks after a transaction's timeout height a node may need to show that it was included.
	afterwards = 2
)

// Signer signs for one address.
type Signer interface {
	// Address of the signer.
	Address() sdk.AccAddress
	// PubKey of the signer.
	PubKey() cryptotypes.PubKey
	// SignBytes returns the signature of the bytes of a transaction.
	SignBytes(bytes []byte) ([]byte, error)
}

// Weighted is a message that costs more gas than one of a person does, such as a batch.
type Weighted struct {
	sdk.Msg

	Gas uint64
}

// account is what the client knows of one signer's account on its chain.
type account struct {
	mu       sync.Mutex
	known    bool
	number   uint64
	sequence uint64
}

// Sent is a transaction that a node has taken.
type Sent struct {
	// Hash of the transaction, in upper-case hex.
	Hash string
	// TimeoutHeight is the last height at which it can be included.
	TimeoutHeight int64
}

// Send signs the messages as one transaction, broadcasts it and waits until a block has it. A refusal is a *TxError.
// ErrUnreachable: nothing was sent. ErrNotIncluded: sent, and will never be carried out. ErrOutcomeUnknown, or the
// context's error: it may have been or may yet be carried out.
func (c *Client) Send(ctx context.Context, signer Signer, msgs ...sdk.Msg) (*sdk.TxResponse, error) {
	sent, err := c.broadcast(ctx, signer, msgs)
	if err != nil {
		return nil, err
	}
	return c.await(ctx, sent)
}

// Broadcast signs the messages as one transaction and returns its hash once a node's mempool has it. Calls with
// one signer queue up one behind another without waiting for blocks. Errors are those of Send.
func (c *Client) Broadcast(ctx context.Context, signer Signer, msgs ...sdk.Msg) (string, error) {
	sent, err := c.broadcast(ctx, signer, msgs)
	return sent.Hash, err
}

// Offer is Broadcast that also says until when a block can have the transaction. If it returns an error no block can have it,
// except for the context's error.
func (c *Client) Offer(ctx context.Context, signer Signer, msgs ...sdk.Msg) (Sent, error) {
	return c.broadcast(ctx, signer, msgs)
}

// sequenceAttempts and sequencePause, which doubles, bound how long a wrong sequence is corrected: some twelve seconds, since a node on a
// busy machine may be that much behind another one.
const (
	sequenceAttempts = 8
	sequencePause    = 100 * time.Millisecond
)

func (c *Client) broadcast(ctx context.Context, signer Signer, msgs []sdk.Msg) (Sent, error) {
	state := c.account(signer)
	state.mu.Lock()
	defer state.mu.Unlock()
	for attempt := 0; ; attempt++ {
		if !state.known {
			if err := c.load(ctx, signer, state); err != nil {
				return Sent{}, err
			}
		}
		sent, err := c.broadcastOnce(ctx, signer, state, msgs)
		if err == nil {
			state.sequence++
			return sent, nil
		}
		// Somebody else used the key, or a transaction of ours never came into a block; or the node that told the sequence is
		// a block ahead of the one that took the transaction, which a moment mends.
		state.known = false
		if attempt == sequenceAttempts-1 || !errors.Is(err, sdkerrors.ErrWrongSequence) {
			return Sent{}, err
		}
		select {
		case <-ctx.Done():
			return Sent{}, errors.Join(err, ctx.Err())
		case <-time.After(sequencePause << attempt):
		}
	}
}

// broadcastOnce signs once and offers the same bytes to one node after the other: whichever of them takes it, a chain
// includes the same bytes at most once.
func (c *Client) broadcastOnce(ctx context.Context, signer Signer, state *account, msgs []sdk.Msg) (Sent, error) {
	height, err := c.Height(ctx)
	if err != nil {
		return Sent{}, err
	}
	timeout := uint64(height) + c.timeoutBlocks // #nosec G115 -- heights are not negative
	raw, err := c.sign(ctx, signer, state, timeout, msgs)
	if err != nil {
		return Sent{}, err
	}
	sent := Sent{Hash: fmt.Sprintf("%X", sha256.Sum256(raw)), TimeoutHeight: int64(timeout)} // #nosec G115
	var answer *coretypes.ResultBroadcastTx
	// delivered says that a node may have taken the transaction and could not say so. What others then say, such as that
	// the sequence is used, may be because of this very transaction.
	delivered := false
	err = c.each(ctx, noAnswer, func(one *node) (err error) {
		answer, err = one.rpc.BroadcastTxSync(ctx, raw)
		delivered = delivered || noAnswer(err) && !neverSent(err)
		return err
	})
	switch {
	case delivered, isCached(err):
		// The caller hears what a block says about it, or that none has it.
		return sent, nil
	case err == nil:
		return sent, txError(&sdk.TxResponse{
			TxHash: sent.Hash, Codespace: answer.Codespace, Code: answer.Code, RawLog: answer.Log,
		})
	case noAnswer(err):
		return Sent{}, err
	default:
		return Sent{}, fmt.Errorf("broadcast: %w", err)
	}
}

// neverSent says of an error whether the node was not reached at all.
func neverSent(err error) bool {
	var dialing *net.OpError
	return errors.As(err, &dialing) && dialing.Op == "dial"
}

// isCached says of a node's words whether the transaction is in its mempool.
func isCached(err error) bool {
	return err != nil && !noAnswer(err) && strings.Contains(err.Error(), "tx already exists in cache")
}

// WaitTx waits until a block has the transaction. A failed one is a *TxError.
func (c *Client) WaitTx(ctx context.Context, hash string) (*sdk.TxResponse, error) {
	return c.await(ctx, Sent{Hash: hash})
}

// await waits until a block has the transaction, or until no block can have it any more.
func (c *Client) await(ctx context.Context, sent Sent) (*sdk.TxResponse, error) {
	var response *sdk.TxResponse
	err := Poll(ctx, "transaction "+sent.Hash, func() (bool, error) {
		found, err := c.FindTx(ctx, sent.Hash)
		if err != nil || found != nil {
			response = found
			return found != nil, err
		}
		return c.isPast(ctx, sent)
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w; run again", ErrOutcomeUnknown, err)
	}
	if response == nil {
		return nil, fmt.Errorf("%w: expected transaction %s by height %d, got none; run again", ErrNotIncluded, sent.Hash, sent.TimeoutHeight)
	}
	return response, txError(response)
}

// isPast says whether a transaction that was not found just now can never be included: then nothing is lost.
func (c *Client) isPast(ctx context.Context, sent Sent) (bool, error) {
	if sent.TimeoutHeight == 0 {
		return false, nil
	}
	height, err := c.Height(ctx)
	return err == nil && height >= sent.TimeoutHeight+afterwards, err
}

// FindTx returns a transaction that a block has, carried out or failed, and nil if none has it.
func (c *Client) FindTx(ctx context.Context, hash string) (*sdk.TxResponse, error) {
	answer, err := txtypes.NewServiceClient(c.GRPC()).GetTx(ctx, &txtypes.GetTxRequest{Hash: hash})
	if status.Code(err) == codes.NotFound {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, err
	}
	return answer.TxResponse, nil
}

func (c *Client) account(signer Signer) *account {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := string(signer.Address())
	state, ok := c.signers[name]
	if !ok {
		state = &account{}
		c.signers[name] = state
	}
	return state
}

// load asks the chain for number and sequence. An address that the chain does not know signs with zeros, so that the
// chain and not this client refuses it.
func (c *Client) load(ctx context.Context, signer Signer, state *account) error {
	address := signer.Address().String()
	answer, err := authtypes.NewQueryClient(c.GRPC()).AccountInfo(ctx, &authtypes.QueryAccountInfoRequest{Address: address})
	if status.Code(err) == codes.NotFound {
		state.number, state.sequence = 0, 0
		return nil
	}
	if err != nil {
		return fmt.Errorf("account of %s: %w", address, err)
	}
	state.number, state.sequence, state.known = answer.Info.AccountNumber, answer.Info.Sequence, true
	return nil
}

// sign builds and signs a transaction without fee.
func (c *Client) sign(ctx context.Context, signer Signer, state *account, timeout uint64, msgs []sdk.Msg) ([]byte, error) {
	config := c.config.Encoding.TxConfig
	builder := config.NewTxBuilder()
	plain, gas := weigh(msgs)
	if err := builder.SetMsgs(plain...); err != nil {
		return nil, err
	}
	builder.SetGasLimit(gas)
	builder.SetTimeoutHeight(timeout)
	data := &signing.SingleSignatureData{SignMode: signing.SignMode_SIGN_MODE_DIRECT}
	signature := signing.SignatureV2{PubKey: signer.PubKey(), Data: data, Sequence: state.sequence}
	// The signature covers the public key, so that has to be there first.
	if err := builder.SetSignatures(signature); err != nil {
		return nil, err
	}
	bytes, err := authsigning.GetSignBytesAdapter(ctx, config.SignModeHandler(), signing.SignMode_SIGN_MODE_DIRECT, authsigning.SignerData{
		Address: signer.Address().String(), ChainID: c.config.ChainID, AccountNumber: state.number, Sequence: state.sequence,
		PubKey: signer.PubKey(),
	}, builder.GetTx())
	if err != nil {
		return nil, err
	}
	if data.Signature, err = signer.SignBytes(bytes); err != nil {
		return nil, fmt.Errorf("sign as %s: %w", signer.Address(), err)
	}
	if err := builder.SetSignatures(signature); err != nil {
		return nil, err
	}
	return config.TxEncoder()(builder.GetTx())
}

// weigh returns the messages as the chain knows them, and the gas of all.
func weigh(msgs []sdk.Msg) ([]sdk.Msg, uint64) {
	plain, gas := make([]sdk.Msg, len(msgs)), uint64(0)
	for i, msg := range msgs {
		plain[i] = msg
		if weighted, ok := msg.(Weighted); ok {
			plain[i] = weighted.Msg
			gas += weighted.Gas
			continue
		}
		gas += gasPerMessage
	}
	return plain, gas
}
