package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/collections"
	"cosmossdk.io/log"
	"cosmossdk.io/math"
	pruningtypes "cosmossdk.io/store/pruning/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// chunkAccounts is how many accounts are written between two commits: enough to share the upper nodes of the trees, few enough
	// for memory.
	chunkAccounts = 20_000
	// buildLogMiB is how much is written between two snapshots of the state, 600,000 accounts, which memory holds until then: two to three
	// GiB, and what comes while a snapshot is written. buildMemory is from where on Go collects sooner; files that are mapped are beside it.
	buildLogMiB = 256
	buildMemory = 6 << 30
	// issueReference names the one order by which each bank issued the yen of its customers.
	issueReference = "bench"
)

// foundation is the state that every node starts from.
type foundation struct {
	// dir is a node's directory with the state in data/.
	dir string
	// height is that of the state; the first block is the next one.
	height int64
	// hash is the application hash of the state.
	hash []byte
	// total is the yen of all accounts.
	total uint64
	// firstNumber is the account number of the first account in the order of addresses; the others follow.
	firstNumber uint64
	// gateways are account numbers of the banks' gateway operators.
	gateways []uint64
}

// builder writes the state of many accounts without a genesis of them, which would not fit in memory.
type builder struct {
	accounts *population
	keys     *devnet.Keys
	app      *financial.App
	genesis  *genutiltypes.AppGenesis
	// chunk is how many accounts are written between two commits.
	chunk int
	// progress is told how many accounts are written.
	progress func(done int)
}

// build makes the state and changes the genesis so that a chain starts from it: the accounts are written as the modules' genesis
// import writes them, and the laws of money hold over all of them.
func build(
	ctx context.Context, dir, kind string, accounts *population, keys *devnet.Keys, genesis *genutiltypes.AppGenesis, chunk int, progress func(done int),
) (f *foundation, err error) {
	db, err := dbm.NewGoLevelDB("application", filepath.Join(dir, "data"), nil)
	if err != nil {
		return nil, err
	}
	before := debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(before, buildMemory))
	defer func() {
		debug.SetMemoryLimit(before)
		debug.FreeOSMemory() // the nodes need it
	}()
	app := openApp(db, dir, genesis.ChainID, kind, true)
	defer func() { err = errors.Join(err, app.Close()) }()
	b := builder{accounts: accounts, keys: keys, app: app, genesis: genesis, chunk: chunk, progress: progress}
	if err := b.begin(); err != nil {
		return nil, err
	}
	for from := 0; from < accounts.count(); from += chunk {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := b.commit(func(ctx sdk.Context) error { return b.writeChunk(ctx, from) }); err != nil {
			return nil, fmt.Errorf("write accounts from %d on: %w", from, err)
		}
		progress(min(from+chunk, accounts.count()))
	}
	if err := b.commit(b.writeBooks); err != nil {
		return nil, fmt.Errorf("write the books of the banks: %w", err)
	}
	f, err = b.finish(dir)
	if err != nil {
		return nil, err
	}
	// What nodes write for the load must not hide behind what their stores still have to tidy up.
	if store, ok := app.CommitMultiStore().(*commitstore.Store); ok {
		return f, store.RewriteSnapshot()
	}
	return f, db.ForceCompact(nil, nil)
}

// openApp opens the Financial Zone's application below a node's directory, on a kind of store.
func openApp(db dbm.DB, home, chainID, kind string, latest bool) *financial.App {
	options := simtestutil.AppOptionsMap{flags.FlagHome: home, nodeconfig.KeyStateStore: kind, nodeconfig.KeyStateLog: buildLogMiB}
	return financial.New(log.NewNopLogger(), db, nil, latest, options,
		baseapp.SetChainID(chainID), baseapp.SetPruning(pruningtypes.NewPruningOptions(pruningtypes.PruningEverything)))
}

// begin makes the first block of the genesis without accounts.
func (b *builder) begin() error {
	err := amend(b.app, b.genesis, paymenttypes.ModuleName, func(state *paymenttypes.GenesisState) {
		state.Params.BundleOrdersMax = paymenttypes.BundleOrdersMax
		state.Params.GatewayOrdersPerBlock = paymenttypes.GatewayOrdersMax
	})
	if err != nil {
		return err
	}
	params := b.genesis.Consensus.Params.ToProto()
	_, err = b.app.InitChain(&abci.RequestInitChain{
		ChainId: b.genesis.ChainID, Time: b.genesis.GenesisTime, ConsensusParams: &params, AppStateBytes: b.genesis.AppState, InitialHeight: 1,
	})
	if err != nil {
		return err
	}
	if _, err := b.app.FinalizeBlock(&abci.RequestFinalizeBlock{Height: 1, Time: b.genesis.GenesisTime}); err != nil {
		return err
	}
	_, err = b.app.Commit()
	return err
}

// header is that of the block that a version of the state would belong to.
func (b *builder) header() cmtproto.Header {
	return cmtproto.Header{ChainID: b.genesis.ChainID, Height: b.app.CommitMultiStore().LastCommitID().Version + 1, Time: b.genesis.GenesisTime}
}

// commit makes one more version of the state with what write writes.
func (b *builder) commit(write func(ctx sdk.Context) error) error {
	store := b.app.CommitMultiStore()
	cache := store.CacheMultiStore()
	ctx := sdk.NewContext(cache, b.header(), false, log.NewNopLogger())
	if err := write(ctx); err != nil {
		return err
	}
	cache.Write()
	// The order in which baseapp finalizes and commits.
	store.WorkingHash()
	store.Commit()
	return nil
}

// writeChunk writes accounts in the order of their addresses.
func (b *builder) writeChunk(ctx sdk.Context, from int) error {
	params, err := b.app.Registry.GetParams(ctx)
	if err != nil {
		return err
	}
	chunk := b.accounts.sorted[from:min(from+b.chunk, b.accounts.count())]
	state := registrytypes.GenesisState{Params: params, Accounts: make([]registrytypes.Account, len(chunk))}
	err = inParallel(ctx, len(chunk), func(at int) error {
		state.Accounts[at] = b.accounts.account(int(chunk[at]))
		return state.Accounts[at].Validate()
	})
	if err != nil {
		return err
	}
	if err := b.app.Registry.InitGenesis(ctx, state); err != nil {
		return err
	}
	supply := b.app.Bank.GetSupply(ctx, registrytypes.YenDenom).Amount
	for _, i := range chunk {
		amount := math.NewIntFromUint64(b.accounts.units(int(i)))
		if err := b.app.Bank.Balances.Set(ctx, collections.Join(b.accounts.address(int(i)), registrytypes.YenDenom), amount); err != nil {
			return err
		}
		supply = supply.Add(amount)
	}
	return b.app.Bank.Supply.Set(ctx, registrytypes.YenDenom, supply)
}

// writeBooks writes that each bank issued the yen of its customers by one order, to one of them, who then paid the others.
func (b *builder) writeBooks(ctx sdk.Context) error {
	return b.app.Deposit.InitGenesis(ctx, b.books())
}

func (b *builder) books() deposittypes.GenesisState {
	at := b.genesis.GenesisTime
	_, totals := b.accounts.totals()
	var state deposittypes.GenesisState
	for i, bank := range b.accounts.banks {
		total := math.NewIntFromUint64(totals[i])
		book := deposittypes.NewBook(bank)
		book.Date = deposittypes.DateOf(at)
		book.Issue(total)
		state.Books = append(state.Books, book)
		amount := sdk.NewCoin(registrytypes.YenDenom, total)
		state.Orders = append(state.Orders, deposittypes.Order{
			Bank: bank, Reference: issueReference, Kind: deposittypes.OrderKindIssue, Account: b.accounts.address(i).String(), Amount: amount,
			Status:      deposittypes.OrderStatusApproved,
			RequestedBy: b.keys.Operator(bank, membershiptypes.RoleMaker).String(), RequestedAt: at, BusinessDate: deposittypes.DateOf(at),
			DecidedBy: b.keys.Operator(bank, membershiptypes.RoleChecker).String(), DecidedAt: &at, DecidedDate: deposittypes.DateOf(at),
			ApprovedAmount: &amount,
		})
	}
	return state
}

// finish checks the laws of money, and makes the genesis one of a chain that starts behind this state.
func (b *builder) finish(dir string) (*foundation, error) {
	store := b.app.CommitMultiStore()
	ctx := sdk.NewContext(store.CacheMultiStore(), b.header(), false, log.NewNopLogger())
	laws, err := b.app.Audit.Check(ctx)
	if err != nil {
		return nil, err
	}
	if err := laws.Err(); err != nil {
		return nil, err
	}
	if b.genesis.Consensus.Validators, err = b.app.Membership.GenesisValidators(ctx); err != nil {
		return nil, err
	}
	last := store.LastCommitID()
	total, _ := b.accounts.totals()
	f := &foundation{dir: dir, height: last.Version, hash: last.Hash, total: total}
	if f.firstNumber, err = b.accountNumber(ctx, b.accounts.address(int(b.accounts.sorted[0]))); err != nil {
		return nil, err
	}
	for _, bank := range b.accounts.banks {
		number, err := b.accountNumber(ctx, b.keys.Operator(bank, membershiptypes.RoleGateway).Address())
		if err != nil {
			return nil, err
		}
		f.gateways = append(f.gateways, number)
	}
	b.genesis.InitialHeight, b.genesis.AppHash, b.genesis.AppState = f.height+1, f.hash, []byte("{}")
	return f, nil
}

func (b *builder) accountNumber(ctx context.Context, address sdk.AccAddress) (uint64, error) {
	account := b.app.Account.GetAccount(ctx, address)
	if account == nil {
		return 0, fmt.Errorf("expected an account of %s in the state, got none", address)
	}
	return account.GetAccountNumber(), nil
}

// amend changes one module's part of a genesis.
func amend[T any, P interface {
	*T
	proto.Message
}](app *financial.App, genesis *genutiltypes.AppGenesis, module string, change func(P)) error {
	var state map[string]json.RawMessage
	if err := json.Unmarshal(genesis.AppState, &state); err != nil {
		return err
	}
	part := P(new(T))
	if err := app.Encoding.Codec.UnmarshalJSON(state[module], part); err != nil {
		return fmt.Errorf("decode genesis of %s: %w", module, err)
	}
	change(part)
	raw, err := app.Encoding.Codec.MarshalJSON(part)
	if err != nil {
		return fmt.Errorf("encode genesis of %s: %w", module, err)
	}
	state[module] = raw
	genesis.AppState, err = json.Marshal(state)
	return err
}
