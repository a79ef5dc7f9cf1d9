package nodeclient

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/cosmos/gogoproto/proto"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ErrOutcomeUnknown says that a transaction was sent and that no node said in time what became of it. It may yet be
// included up to its timeout height.
var ErrOutcomeUnknown = errors.New("outcome unknown")

// ErrNotIncluded says that a transaction was sent and can never be included: its timeout height has passed.
var ErrNotIncluded = errors.New("transaction not included")

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
	return DecodeResponses(response, answer)
}

// DecodeResponses reads the answers of a transaction's first messages, in their order.
func DecodeResponses(response *sdk.TxResponse, answers ...proto.Message) error {
	raw, err := hex.DecodeString(response.Data)
	if err != nil {
		return fmt.Errorf("decode data of transaction %s: %w", response.TxHash, err)
	}
	var data sdk.TxMsgData
	if err := proto.Unmarshal(raw, &data); err != nil {
		return fmt.Errorf("decode data of transaction %s: %w", response.TxHash, err)
	}
	if len(data.MsgResponses) < len(answers) {
		return fmt.Errorf("expected %d answers in transaction %s, got %d", len(answers), response.TxHash, len(data.MsgResponses))
	}
	for i, answer := range answers {
		got := data.MsgResponses[i]
		if want := sdk.MsgTypeURL(answer); got.TypeUrl != want {
			return fmt.Errorf("expected %s in transaction %s, got %s", want, response.TxHash, got.TypeUrl)
		}
		if err := proto.Unmarshal(got.Value, answer); err != nil {
			return fmt.Errorf("decode answer of transaction %s: %w", response.TxHash, err)
		}
	}
	return nil
}
