package verify

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/grpc"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const pageLimit = 1_000

// holdings are what the customers of each bank have in one zone, summed from balances and holds one by one.
type holdings struct {
	supply    math.Int
	held      math.Int // balance of the hold module
	balances  map[string]math.Int
	holds     map[string]math.Int
	strangers []Balance
	// banks of all registered accounts, and owners who have yen, in the order of their addresses.
	banks  map[string]string
	owners []string
}

// readHoldings reads a zone at the height of the context. known are addresses that may have yen beside accounts and
// the hold module.
func readHoldings(ctx context.Context, conn grpc.ClientConnInterface, zone, denom string, known []string) (holdings, error) {
	result := holdings{held: math.ZeroInt(), balances: map[string]math.Int{}, holds: map[string]math.Int{}}
	supply, err := banktypes.NewQueryClient(conn).SupplyOf(ctx, &banktypes.QuerySupplyOfRequest{Denom: denom})
	if err != nil {
		return holdings{}, fmt.Errorf("supply of %s: %w", zone, err)
	}
	result.supply = supply.Amount.Amount
	banks, err := accountBanks(ctx, conn, zone)
	if err != nil {
		return holdings{}, err
	}
	result.banks = banks
	holdModule := authtypes.NewModuleAddress(holdtypes.ModuleName).String()
	err = eachOwner(ctx, conn, denom, func(owner string, amount math.Int) {
		switch bank, registered := banks[owner]; {
		case registered:
			add(result.balances, bank, amount)
			result.owners = append(result.owners, owner)
		case owner == holdModule:
			result.held = result.held.Add(amount)
		case slices.Contains(known, owner):
		default:
			result.strangers = append(result.strangers, Balance{Zone: zone, Address: owner, Amount: amount})
		}
	})
	if err != nil {
		return holdings{}, fmt.Errorf("owners of yen in %s: %w", zone, err)
	}
	if err := readHolds(ctx, conn, denom, func(owner string, amount math.Int) {
		add(result.holds, banks[owner], amount)
		result.owners = append(result.owners, owner)
	}); err != nil {
		return holdings{}, fmt.Errorf("holds of %s: %w", zone, err)
	}
	return result, nil
}

// misplaced are owners here whose bank is another there.
func (h holdings) misplaced(there holdings) []Misplaced {
	var found []Misplaced
	for _, owner := range h.owners {
		if h.banks[owner] != there.banks[owner] {
			found = append(found, Misplaced{Address: owner, Here: h.banks[owner], There: there.banks[owner]})
		}
	}
	return found
}

// accountBanks maps each registered address to its bank.
func accountBanks(ctx context.Context, conn grpc.ClientConnInterface, zone string) (map[string]string, error) {
	client := registrytypes.NewQueryClient(conn)
	banks := map[string]string{}
	err := eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Accounts(ctx, &registrytypes.QueryAccountsRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, account := range answer.Accounts {
			banks[account.Address] = account.Bank
		}
		return answer.Pagination, nil
	})
	if err != nil {
		return nil, fmt.Errorf("accounts of %s: %w", zone, err)
	}
	return banks, nil
}

func eachOwner(ctx context.Context, conn grpc.ClientConnInterface, denom string, visit func(string, math.Int)) error {
	client := banktypes.NewQueryClient(conn)
	return eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		// By query, not by path: voucher denoms have a slash.
		answer, err := client.DenomOwnersByQuery(ctx, &banktypes.QueryDenomOwnersByQueryRequest{Denom: denom, Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, owner := range answer.DenomOwners {
			visit(owner.Address, owner.Balance.Amount)
		}
		return answer.Pagination, nil
	})
}

func readHolds(ctx context.Context, conn grpc.ClientConnInterface, denom string, visit func(owner string, amount math.Int)) error {
	client := holdtypes.NewQueryClient(conn)
	return eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Holds(ctx, &holdtypes.QueryHoldsRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, hold := range answer.Holds {
			if hold.Amount.Denom == denom {
				visit(hold.Owner, hold.Amount.Amount)
			}
		}
		return answer.Pagination, nil
	})
}

// eachPage asks for page after page.
func eachPage(ask func(*query.PageRequest) (*query.PageResponse, error)) error {
	request := &query.PageRequest{Limit: pageLimit}
	for {
		answer, err := ask(request)
		if err != nil {
			return err
		}
		if answer == nil || len(answer.NextKey) == 0 {
			return nil
		}
		request = &query.PageRequest{Key: answer.NextKey, Limit: pageLimit}
	}
}

func add(sums map[string]math.Int, key string, amount math.Int) {
	sums[key] = of(sums, key).Add(amount)
}

// of returns a sum, zero where nothing was added.
func of(sums map[string]math.Int, key string) math.Int {
	if sum, ok := sums[key]; ok {
		return sum
	}
	return math.ZeroInt()
}
