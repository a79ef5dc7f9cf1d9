package bench

import (
	"errors"
	"fmt"
	"path/filepath"

	cmtdb "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"
	sm "github.com/cometbft/cometbft/state"

	sdk "github.com/cosmos/cosmos-sdk/types"

	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// Outcomes count what became of payments.
type Outcomes struct {
	// Submitted payments, and those that are in blocks.
	Submitted int `json:"submitted"`
	Committed int `json:"committed"`
	// Paid are those that were carried out; Refused the others, by codespace and code.
	Paid    int            `json:"paid"`
	Refused map[string]int `json:"refused"`
	// NotAccepted never came into a mempool, by the node's codespace and code.
	NotAccepted map[string]int `json:"not_accepted"`
	// Gas that payments used, in all.
	Gas int64 `json:"gas"`
	// EventBytes is the size of the events of the payments' transactions.
	EventBytes int64 `json:"event_bytes"`
}

// count reads from a stopped node what became of every payment of a load.
func (o *Outcomes) count(home string, blocks []Block, load *load) (err error) {
	db, err := cmtdb.NewGoLevelDB("state", filepath.Join(home, dataFolder))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	store := sm.NewStore(db, sm.StoreOptions{})
	for _, block := range blocks {
		if block.Transactions == 0 {
			continue
		}
		results, err := store.LoadFinalizeBlockResponse(block.Height)
		if err != nil {
			return fmt.Errorf("results of block %d: %w", block.Height, err)
		}
		// Nobody but the load sends transactions.
		if len(results.TxResults) != len(block.units) {
			return fmt.Errorf("expected %d results of block %d, got %d", len(block.units), block.Height, len(results.TxResults))
		}
		for _, result := range results.TxResults {
			if err := o.add(result, load); err != nil {
				return fmt.Errorf("results of block %d: %w", block.Height, err)
			}
		}
	}
	return nil
}

func (o *Outcomes) add(result *abci.ExecTxResult, load *load) error {
	o.Gas += result.GasUsed
	for i := range result.Events {
		o.EventBytes += int64(result.Events[i].Size())
	}
	if result.Code != 0 {
		o.refuse(result.Codespace, result.Code, load.units.perUnit)
		return nil
	}
	if load.options.Kind != KindOrders {
		o.Paid++
		return nil
	}
	var data sdk.TxMsgData
	if err := data.Unmarshal(result.Data); err != nil {
		return err
	}
	var response paymenttypes.MsgExecuteOrdersResponse
	if len(data.MsgResponses) != 1 {
		return fmt.Errorf("expected one answer of a bundle, got %d", len(data.MsgResponses))
	}
	if err := response.Unmarshal(data.MsgResponses[0].Value); err != nil {
		return err
	}
	for _, order := range response.Results {
		switch {
		case order.Code != 0:
			o.refuse(order.Codespace, order.Code, 1)
		case order.HoldId != 0:
			return fmt.Errorf("expected orders that are paid at once, got one that waits as hold %d", order.HoldId)
		default:
			o.Paid++
		}
	}
	return nil
}

func (o *Outcomes) refuse(codespace string, code uint32, payments int) {
	if o.Refused == nil {
		o.Refused = map[string]int{}
	}
	o.Refused[fmt.Sprintf("%s %d", codespace, code)] += payments
}
