package chain

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"github.com/cosmos/gogoproto/proto"

	errorsmod "cosmossdk.io/errors"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// QueryError is an application's refusal of a query.
type QueryError struct {
	Path  string
	Code  uint32
	Space string
	Log   string
}

// Error implements error.
func (e *QueryError) Error() string {
	return fmt.Sprintf("query %s: %s (%s code %d)", e.Path, e.Log, e.Space, e.Code)
}

// ErrNotFound says that what a query asked for does not exist.
var ErrNotFound = errors.New("not found")

// Unwrap makes a missing row match ErrNotFound.
func (e *QueryError) Unwrap() error {
	if e.Space == sdkerrors.RootCodespace && e.Code == sdkerrors.ErrKeyNotFound.ABCICode() {
		return ErrNotFound
	}
	return nil
}

type abciJSON struct {
	Response struct {
		Code      uint32 `json:"code"`
		Log       string `json:"log"`
		Codespace string `json:"codespace"`
		Height    int64  `json:"height,string"`
		Value     []byte `json:"value"`
		ProofOps  *struct {
			Ops []struct {
				Data []byte `json:"data"`
			} `json:"ops"`
		} `json:"proofOps"`
	} `json:"response"`
}

func abciParams(path string, data []byte, height int64, prove bool) map[string]any {
	return map[string]any{
		"path":   path,
		"data":   hex.EncodeToString(data),
		"height": strconv.FormatInt(height, 10),
		"prove":  prove,
	}
}

func (r abciJSON) err(path string) error {
	if r.Response.Code == errorsmod.SuccessABCICode {
		return nil
	}
	return &QueryError{path, r.Response.Code, r.Response.Codespace, r.Response.Log}
}

// query calls a gRPC query method through ABCI at a height (0 for the latest). It returns the height of the answer.
func (c *Client) query(ctx context.Context, path string, req, res proto.Message, height int64) (int64, error) {
	data, err := proto.Marshal(req)
	if err != nil {
		return 0, err
	}
	var raw abciJSON
	if err := c.rpc.do(ctx, "abci_query", abciParams(path, data, height, false), &raw); err != nil {
		return 0, fmt.Errorf("zone %s: %w", c.zone.ID, err)
	}
	if err := raw.err(path); err != nil {
		return 0, fmt.Errorf("zone %s: %w", c.zone.ID, err)
	}
	if err := proto.Unmarshal(raw.Response.Value, res); err != nil {
		return 0, fmt.Errorf("zone %s: decode answer of %s: %w", c.zone.ID, path, err)
	}
	return raw.Response.Height, nil
}
