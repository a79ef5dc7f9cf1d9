package statement

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	abci "github.com/cometbft/cometbft/abci/types"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	sdkmath "cosmossdk.io/math"

	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// pageSize is the most that a node returns in one page of a search.
const pageSize = 100

// nodeSettings is what a node needs for statements.
const nodeSettings = `its node needs indexer = "kv" in config.toml, and in app.toml no index-events and pruning that keeps the day`

// Read makes the statement of an account for a day. It asks the node for the blocks of the day, for the transactions and
// blocks with movements of the account, and for its balances before and after; it fails if these do not agree.
func Read(ctx context.Context, client *nodeclient.Client, account string, date businessday.Date) (*Day, error) {
	r := &reader{client: client, account: account}
	day := &Day{Account: account, Date: date, Opening: sdkmath.ZeroInt(), Closing: sdkmath.ZeroInt()}
	if err := r.blocks(ctx, day); err != nil {
		return nil, err
	}
	if day.First == 0 {
		return day, nil
	}
	if err := r.movements(ctx, day); err != nil {
		return nil, err
	}
	var err error
	if day.Closing, err = r.balance(ctx, day.Last); err != nil {
		return nil, err
	}
	if day.Opening, err = r.opening(ctx, day); err != nil {
		return nil, err
	}
	return day, day.Balance()
}

type reader struct {
	client  *nodeclient.Client
	account string
	// initial is the chain's first height, below which there is no state.
	initial int64
}

// blocks finds the first and the last block of the day by their times.
func (r *reader) blocks(ctx context.Context, day *Day) error {
	status, err := r.client.Status(ctx)
	if err != nil {
		return err
	}
	earliest, latest := max(status.SyncInfo.EarliestBlockHeight, 1), status.SyncInfo.LatestBlockHeight
	start, end := day.Date.Start(), day.Date.End()
	day.Complete = !status.SyncInfo.LatestBlockTime.Before(end)
	if status.SyncInfo.LatestBlockTime.Before(start) {
		return nil
	}
	if earliest > 1 && !status.SyncInfo.EarliestBlockTime.Before(start) {
		return fmt.Errorf("expected a node with the blocks of %s, got one from height %d of %s on: ask a node that keeps more blocks",
			day.Date, earliest, businessday.Of(status.SyncInfo.EarliestBlockTime))
	}
	r.initial = earliest
	first, err := r.firstAt(ctx, earliest, latest, func(header *coretypes.ResultHeader) bool { return !header.Header.Time.Before(start) })
	if err != nil {
		return err
	}
	after, err := r.firstAt(ctx, first, latest, func(header *coretypes.ResultHeader) bool { return !header.Header.Time.Before(end) })
	if err != nil {
		return err
	}
	if after > first {
		day.First, day.Last = first, after-1
	}
	return nil
}

// firstAt returns the lowest height from low to high whose header passes, and high + 1 if none does. Block times only grow.
func (r *reader) firstAt(ctx context.Context, low, high int64, passes func(*coretypes.ResultHeader) bool) (int64, error) {
	var failed error
	offset := sort.Search(int(high-low+1), func(i int) bool {
		if failed != nil {
			return true
		}
		header, err := r.client.Header(ctx, low+int64(i))
		if err != nil {
			failed = fmt.Errorf("header of block %d: %w", low+int64(i), err)
			return true
		}
		return passes(header)
	})
	return low + int64(offset), failed
}

// source is a transaction, or one phase of a block, with its place in the day.
type source struct {
	height int64
	// place orders sources of one block: what begins it, its transactions, what ends it.
	place  int64
	hash   string
	events []abci.Event
}

// movements collects the account's movements of the day in the order in which they happened.
func (r *reader) movements(ctx context.Context, day *Day) error {
	sources, err := r.transactions(ctx, day)
	if err != nil {
		return err
	}
	own, err := r.ownBlocks(ctx, day)
	if err != nil {
		return err
	}
	sources = append(sources, own...)
	slices.SortFunc(sources, func(a, b source) int {
		return cmp.Or(cmp.Compare(a.height, b.height), cmp.Compare(a.place, b.place))
	})
	for _, one := range sources {
		movements, err := Extract(r.account, one.events)
		if err != nil {
			return fmt.Errorf("events of block %d: %w", one.height, err)
		}
		if len(movements) == 0 {
			continue
		}
		header, err := r.client.Header(ctx, one.height)
		if err != nil {
			return fmt.Errorf("header of block %d: %w", one.height, err)
		}
		for _, movement := range movements {
			movement.Height, movement.Time, movement.TxHash = one.height, header.Header.Time.UTC(), one.hash
			day.Movements = append(day.Movements, movement)
		}
	}
	return nil
}

// sides are the two ways in which an account takes part in a transfer.
var sides = []string{banktypes.AttributeKeySender, banktypes.AttributeKeyRecipient}

// transactions finds the transactions of the day with transfers of the account.
func (r *reader) transactions(ctx context.Context, day *Day) ([]source, error) {
	var sources []source
	seen := map[string]bool{}
	for _, side := range sides {
		query := fmt.Sprintf("%s.%s='%s' AND tx.height>=%d AND tx.height<=%d",
			banktypes.EventTypeTransfer, side, r.account, day.First, day.Last)
		for page, got := 1, 0; ; page++ {
			found, err := r.client.TxSearch(ctx, query, page, pageSize)
			if err != nil {
				return nil, fmt.Errorf("search transactions (%s): %w", nodeSettings, err)
			}
			for _, tx := range found.Txs {
				if hash := tx.Hash.String(); !seen[hash] {
					seen[hash] = true
					sources = append(sources, source{tx.Height, int64(tx.Index), hash, tx.TxResult.Events})
				}
			}
			if got += len(found.Txs); got >= found.TotalCount || len(found.Txs) == 0 {
				break
			}
		}
	}
	return sources, nil
}

// ownBlocks finds the blocks of the day that moved the account's yen by themselves, such as when a hold expired.
func (r *reader) ownBlocks(ctx context.Context, day *Day) ([]source, error) {
	heights := map[int64]bool{}
	for _, side := range sides {
		query := fmt.Sprintf("%s.%s='%s' AND block.height>=%d AND block.height<=%d",
			banktypes.EventTypeTransfer, side, r.account, day.First, day.Last)
		for page, got := 1, 0; ; page++ {
			found, err := r.client.BlockSearch(ctx, query, page, pageSize)
			if err != nil {
				return nil, fmt.Errorf("search blocks (%s): %w", nodeSettings, err)
			}
			for _, block := range found.Blocks {
				heights[block.Block.Height] = true
			}
			if got += len(found.Blocks); got >= found.TotalCount || len(found.Blocks) == 0 {
				break
			}
		}
	}
	var sources []source
	for height := range heights {
		results, err := r.client.BlockResults(ctx, height)
		if err != nil {
			return nil, fmt.Errorf("results of block %d: %w", height, err)
		}
		var begin, end []abci.Event
		for _, event := range results.FinalizeBlockEvents {
			if mode(event) == "EndBlock" {
				end = append(end, event)
			} else {
				begin = append(begin, event)
			}
		}
		sources = append(sources, source{height, -1, "", begin}, source{height, math.MaxInt64, "", end})
	}
	return sources, nil
}

func mode(event abci.Event) string {
	for _, attribute := range event.Attributes {
		if attribute.Key == attributeMode {
			return attribute.Value
		}
	}
	return ""
}

// opening returns the balance before the day's first block.
func (r *reader) opening(ctx context.Context, day *Day) (sdkmath.Int, error) {
	if day.First > r.initial {
		return r.balance(ctx, day.First-1)
	}
	// Before the chain's first block there is only genesis: what that block left, less what moved in it.
	balance, err := r.balance(ctx, day.First)
	if err != nil {
		return sdkmath.Int{}, err
	}
	for _, movement := range day.Movements {
		if movement.Height == day.First {
			balance = balance.Sub(movement.Amount)
		}
	}
	return balance, nil
}

// balance returns the account's yen at the end of a block.
func (r *reader) balance(ctx context.Context, height int64) (sdkmath.Int, error) {
	answer, err := banktypes.NewQueryClient(r.client.GRPC()).Balance(nodeclient.AtHeight(ctx, height), &banktypes.QueryBalanceRequest{
		Address: r.account, Denom: registrytypes.YenDenom,
	})
	if err != nil {
		return sdkmath.Int{}, fmt.Errorf("balance at block %d (%s): %w", height, nodeSettings, err)
	}
	return answer.Balance.Amount, nil
}
