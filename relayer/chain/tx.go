package chain

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
)

// TxError is a transaction that a node refused, or that failed in a block.
type TxError struct {
	Code  uint32
	Space string
	Log   string
}

// Error implements error.
func (e *TxError) Error() string { return fmt.Sprintf("%s code %d: %s", e.Space, e.Code, e.Log) }

var (
	// ErrUncertain says that a node did not answer whether it took a transaction: it may yet be included.
	ErrUncertain = errors.New("broadcast not confirmed")
	// ErrTooLarge says that a node does not take transactions of this size.
	ErrTooLarge = errors.New("transaction too large for the node")
	// ErrMempoolFull says that a node takes no transactions now.
	ErrMempoolFull = errors.New("mempool full")
)

// resigns bounds how often one transaction is signed again because the account's sequence was another.
const resigns = 3

// Send signs messages as one transaction without fee and broadcasts it. signed is called with the transaction's
// name before each broadcast, so that the caller can make a durable note of it. Calls are serialized: transactions
// reach the node in sequence order. Errors: *TxError if the node refused, ErrUncertain, ErrTooLarge, ErrMempoolFull.
func (c *Client) Send(ctx context.Context, msgs []*codectypes.Any, gas uint64, signed func(TxRef) error) (TxRef, error) {
	c.account.Lock()
	defer c.account.Unlock()
	for try := 0; ; try++ {
		if err := c.loadAccount(ctx); err != nil {
			return TxRef{}, err
		}
		raw, err := c.sign(msgs, gas)
		if err != nil {
			return TxRef{}, err
		}
		ref := TxRef{c.account.sequence, fmt.Sprintf("%X", sha256.Sum256(raw))}
		if err := signed(ref); err != nil {
			return TxRef{}, err
		}
		err = c.broadcast(ctx, raw)
		if err == nil {
			c.account.sequence++
			return ref, nil
		}
		expected, mismatch := expectedSequence(err)
		if !mismatch || try == resigns {
			if mismatch || errors.Is(err, ErrUncertain) {
				c.account.known = false
			}
			return ref, err
		}
		c.log.Debug("sequence corrected", "had", c.account.sequence, "node", expected)
		c.account.sequence = expected
	}
}

// ForgetSequence makes the next Send ask the chain for the account's sequence: for when a transaction got lost.
func (c *Client) ForgetSequence() {
	c.account.Lock()
	defer c.account.Unlock()
	c.account.known = false
}

func (c *Client) loadAccount(ctx context.Context) error {
	if c.account.known {
		return nil
	}
	info, err := c.accountInfo(ctx)
	if err != nil {
		return err
	}
	c.account.number, c.account.sequence, c.account.known = info.AccountNumber, info.Sequence, true
	return nil
}

func (c *Client) sign(msgs []*codectypes.Any, gas uint64) ([]byte, error) {
	body, err := (&txtypes.TxBody{Messages: msgs}).Marshal()
	if err != nil {
		return nil, err
	}
	publicKey, err := codectypes.NewAnyWithValue(c.key.private.PubKey())
	if err != nil {
		return nil, err
	}
	auth, err := (&txtypes.AuthInfo{
		SignerInfos: []*txtypes.SignerInfo{{
			PublicKey: publicKey,
			ModeInfo:  &txtypes.ModeInfo{Sum: &txtypes.ModeInfo_Single_{Single: &txtypes.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT}}},
			Sequence:  c.account.sequence,
		}},
		Fee: &txtypes.Fee{GasLimit: gas},
	}).Marshal()
	if err != nil {
		return nil, err
	}
	doc, err := (&txtypes.SignDoc{BodyBytes: body, AuthInfoBytes: auth, ChainId: c.zone.ChainID, AccountNumber: c.account.number}).Marshal()
	if err != nil {
		return nil, err
	}
	signature, err := c.key.private.Sign(doc)
	if err != nil {
		return nil, err
	}
	return (&txtypes.TxRaw{BodyBytes: body, AuthInfoBytes: auth, Signatures: [][]byte{signature}}).Marshal()
}

func (c *Client) broadcast(ctx context.Context, raw []byte) error {
	var res struct {
		Code      uint32 `json:"code"`
		Log       string `json:"log"`
		Codespace string `json:"codespace"`
	}
	err := c.rpc.do(ctx, "broadcast_tx_sync", map[string]any{"tx": raw}, &res)
	var refused *RPCError
	if errors.As(err, &refused) {
		return classifyRefusal(refused)
	}
	if errors.Is(err, ErrUnreachable) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUncertain, err)
	}
	if res.Code != 0 {
		return &TxError{res.Code, res.Codespace, res.Log}
	}
	return nil
}

// classifyRefusal reads a node's own refusals, which come as text only.
func classifyRefusal(err *RPCError) error {
	text := err.Message + " " + err.Data
	switch {
	case strings.Contains(text, "already exists in cache"):
		return nil // these very bytes are in the mempool
	case strings.Contains(text, "Tx too large"), strings.Contains(text, "request body too large"):
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	case strings.Contains(text, "mempool is full"):
		return fmt.Errorf("%w: %w", ErrMempoolFull, err)
	default:
		return fmt.Errorf("%w: %w", ErrUncertain, err)
	}
}

var sequencePattern = regexp.MustCompile(`account sequence mismatch, expected (\d+), got \d+`)

func expectedSequence(err error) (uint64, bool) {
	var refused *TxError
	if !errors.As(err, &refused) || refused.Space != sdkerrors.RootCodespace || refused.Code != sdkerrors.ErrWrongSequence.ABCICode() {
		return 0, false
	}
	m := sequencePattern.FindStringSubmatch(refused.Log)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseUint(m[1], 10, 64)
	return n, err == nil
}
