package devnet

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	errorsmod "cosmossdk.io/errors"

	clienttx "github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// gasPerMessage is more than any message of a person costs. Gas has no price here, so an estimate would only be slow.
const gasPerMessage = 1_000_000

// TxError is a transaction that the chain refused. errors.Is finds the module's registered error in it.
type TxError struct {
	// Hash of the transaction, in hex.
	Hash string
	// Height of the block that has the transaction; 0 if it was refused before it came into one.
	Height    int64
	Codespace string
	Code      uint32
	// Log is the chain's own words.
	Log string
}

// executionPrefix is what the SDK puts before the words of a module.
var executionPrefix = regexp.MustCompile(`^failed to execute message; message index: \d+: `)

// Error returns the module's words in one line.
func (e *TxError) Error() string {
	line, _, _ := strings.Cut(executionPrefix.ReplaceAllString(e.Log, ""), "\n")
	return fmt.Sprintf("%s (%s %d)", line, e.Codespace, e.Code)
}

// Unwrap returns the registered error of the codespace and code.
func (e *TxError) Unwrap() error { return errorsmod.ABCIError(e.Codespace, e.Code, "") }

// signer is what the client knows of one key's account on its chain.
type signer struct {
	mu       sync.Mutex
	known    bool
	number   uint64
	sequence uint64
}

// Send signs the messages as one transaction, broadcasts it and waits until a block has it. A refusal is a *TxError.
func (c *Client) Send(ctx context.Context, key Key, msgs ...sdk.Msg) (*sdk.TxResponse, error) {
	hash, err := c.Broadcast(ctx, key, msgs...)
	if err != nil {
		return nil, err
	}
	return c.WaitTx(ctx, hash)
}

// Broadcast signs the messages as one transaction and returns its hash once the node's mempool has it. Calls with
// one key queue up one behind another without waiting for blocks. A refusal is a *TxError.
func (c *Client) Broadcast(ctx context.Context, key Key, msgs ...sdk.Msg) (string, error) {
	account := c.signer(key)
	account.mu.Lock()
	defer account.mu.Unlock()
	for attempt := 0; ; attempt++ {
		if !account.known {
			if err := c.load(ctx, key, account); err != nil {
				return "", err
			}
		}
		hash, err := c.broadcastOnce(ctx, key, account, msgs)
		if err == nil {
			account.sequence++
			return hash, nil
		}
		// Somebody else used the key, or a transaction of ours never came into a block.
		account.known = false
		if attempt > 0 || !errors.Is(err, sdkerrors.ErrWrongSequence) {
			return "", err
		}
	}
}

// WaitTx waits until a block has the transaction. A failed one is a *TxError.
func (c *Client) WaitTx(ctx context.Context, hash string) (*sdk.TxResponse, error) {
	service := txtypes.NewServiceClient(c.conn)
	var response *sdk.TxResponse
	err := poll(ctx, "transaction "+hash, func() (bool, error) {
		answer, err := service.GetTx(ctx, &txtypes.GetTxRequest{Hash: hash})
		if status.Code(err) == codes.NotFound {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		response = answer.TxResponse
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	return response, txError(response)
}

func (c *Client) signer(key Key) *signer {
	c.mu.Lock()
	defer c.mu.Unlock()
	account, ok := c.signers[key.String()]
	if !ok {
		account = &signer{}
		c.signers[key.String()] = account
	}
	return account
}

// load asks the chain for number and sequence. An address that the chain does not know signs with zeros, so that the
// chain and not this client refuses it.
func (c *Client) load(ctx context.Context, key Key, account *signer) error {
	answer, err := authtypes.NewQueryClient(c.conn).AccountInfo(ctx, &authtypes.QueryAccountInfoRequest{Address: key.String()})
	if status.Code(err) == codes.NotFound {
		account.number, account.sequence = 0, 0
		return nil
	}
	if err != nil {
		return fmt.Errorf("account of %s: %w", key.Name, err)
	}
	account.number, account.sequence, account.known = answer.Info.AccountNumber, answer.Info.Sequence, true
	return nil
}

func (c *Client) broadcastOnce(ctx context.Context, key Key, account *signer, msgs []sdk.Msg) (string, error) {
	raw, err := c.sign(ctx, key, account, msgs)
	if err != nil {
		return "", err
	}
	answer, err := txtypes.NewServiceClient(c.conn).BroadcastTx(ctx, &txtypes.BroadcastTxRequest{
		TxBytes: raw, Mode: txtypes.BroadcastMode_BROADCAST_MODE_SYNC,
	})
	if err != nil {
		return "", fmt.Errorf("broadcast: %w", err)
	}
	return answer.TxResponse.TxHash, txError(answer.TxResponse)
}

// sign builds and signs a transaction without fee.
func (c *Client) sign(ctx context.Context, key Key, account *signer, msgs []sdk.Msg) ([]byte, error) {
	config := c.config.TxConfig
	builder := config.NewTxBuilder()
	if err := builder.SetMsgs(msgs...); err != nil {
		return nil, err
	}
	builder.SetGasLimit(gasPerMessage * uint64(len(msgs)))
	private := key.PrivKey()
	// The signature covers the public key, so that has to be there first.
	if err := builder.SetSignatures(signing.SignatureV2{
		PubKey: private.PubKey(), Data: &signing.SingleSignatureData{SignMode: signing.SignMode_SIGN_MODE_DIRECT},
		Sequence: account.sequence,
	}); err != nil {
		return nil, err
	}
	signature, err := clienttx.SignWithPrivKey(ctx, signing.SignMode_SIGN_MODE_DIRECT, authsigning.SignerData{
		Address: key.String(), ChainID: c.chainID, AccountNumber: account.number, Sequence: account.sequence,
		PubKey: private.PubKey(),
	}, builder, private, config, account.sequence)
	if err != nil {
		return nil, fmt.Errorf("sign as %s: %w", key.Name, err)
	}
	if err := builder.SetSignatures(signature); err != nil {
		return nil, err
	}
	return config.TxEncoder()(builder.GetTx())
}

func txError(response *sdk.TxResponse) error {
	if response.Code == 0 {
		return nil
	}
	return &TxError{
		Hash: response.TxHash, Height: response.Height,
		Codespace: response.Codespace, Code: response.Code, Log: response.RawLog,
	}
}

// DecodeResponse reads the answer of a transaction's first message.
func DecodeResponse(response *sdk.TxResponse, answer proto.Message) error {
	raw, err := hex.DecodeString(response.Data)
	if err != nil {
		return fmt.Errorf("decode data of transaction %s: %w", response.TxHash, err)
	}
	var data sdk.TxMsgData
	if err := proto.Unmarshal(raw, &data); err != nil {
		return fmt.Errorf("decode data of transaction %s: %w", response.TxHash, err)
	}
	if len(data.MsgResponses) == 0 {
		return fmt.Errorf("expected an answer in transaction %s, got none", response.TxHash)
	}
	first := data.MsgResponses[0]
	if want := sdk.MsgTypeURL(answer); first.TypeUrl != want {
		return fmt.Errorf("expected %s in transaction %s, got %s", want, response.TxHash, first.TypeUrl)
	}
	return proto.Unmarshal(first.Value, answer)
}
