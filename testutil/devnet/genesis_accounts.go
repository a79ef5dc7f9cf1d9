package devnet

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// setAccounts registers the manifest's accounts. Those with a balance got it from an approved issue order, so that
// the laws of money hold from the first block on.
func (b genesisBuilder) setAccounts(state map[string]json.RawMessage) error {
	accounts := b.accounts()
	err := amend(b.cdc, state, registrytypes.ModuleName, func(genesis *registrytypes.GenesisState) {
		genesis.Accounts = append(genesis.Accounts, accounts...)
		for _, bank := range b.manifest.BankIDs() {
			genesis.Banks = append(genesis.Banks, registrytypes.BankState{Bank: bank, Policy: bankPolicy()})
		}
	})
	if err != nil || b.manifest.Accounts.BalanceYen == 0 || len(accounts) == 0 {
		return err
	}
	each := sdk.NewInt64Coin(registrytypes.YenDenom, b.manifest.Accounts.BalanceYen)
	err = amend(b.cdc, state, banktypes.ModuleName, func(genesis *banktypes.GenesisState) {
		for _, account := range accounts {
			genesis.Balances = append(genesis.Balances, banktypes.Balance{
				Address: account.Address, Coins: sdk.NewCoins(each),
			})
		}
		total := each.Amount.MulRaw(int64(len(accounts)))
		genesis.Supply = genesis.Supply.Add(sdk.NewCoin(each.Denom, total))
	})
	if err != nil {
		return err
	}
	return amend(b.cdc, state, deposittypes.ModuleName, func(genesis *deposittypes.GenesisState) {
		for _, bank := range b.manifest.BankIDs() {
			total := each.Amount.MulRaw(int64(b.manifest.Accounts.PerBank))
			book := deposittypes.NewBook(bank)
			book.Date = deposittypes.DateOf(b.time)
			book.Issue(total)
			genesis.Books = append(genesis.Books, book)
			for i := range b.manifest.Accounts.PerBank {
				genesis.Orders = append(genesis.Orders, b.issueOrder(bank, i, each))
			}
		}
		slices.SortFunc(genesis.Orders, func(a, b deposittypes.Order) int {
			return strings.Compare(a.Bank+"\x00"+a.Reference, b.Bank+"\x00"+b.Reference)
		})
	})
}

// bankPolicy has a tier for each kind of customer, so that a bank can open accounts without limits of their own: of the
// order of what Japanese banks let a person and a business move online.
func bankPolicy() registrytypes.BankPolicy {
	limits := func(perPayment, perDay, balance int64) registrytypes.Limits {
		return registrytypes.Limits{PerPayment: math.NewInt(perPayment), PerDay: math.NewInt(perDay), Balance: math.NewInt(balance)}
	}
	return registrytypes.BankPolicy{Tiers: []registrytypes.Tier{
		{Kind: registrytypes.AccountKindIndividual, Limits: limits(1_000_000, 3_000_000, 10_000_000)},
		{Kind: registrytypes.AccountKindBusiness, Limits: limits(100_000_000, 1_000_000_000, 10_000_000_000)},
	}}
}

// accounts lists the manifest's accounts in ascending order of address bytes, as the stores order them.
func (b genesisBuilder) accounts() []registrytypes.Account {
	bound := math.NewInt(maxYen)
	type addressed struct {
		raw     []byte
		account registrytypes.Account
	}
	list := make([]addressed, 0, b.manifest.Financial.Banks*b.manifest.Accounts.PerBank)
	for _, bank := range b.manifest.BankIDs() {
		for i := range b.manifest.Accounts.PerBank {
			key := b.keys.Account(bank, i)
			identity := sha256.Sum256([]byte(key.Name))
			list = append(list, addressed{key.Address(), registrytypes.Account{
				Address: key.String(), Bank: bank, Status: registrytypes.AccountStatusActive,
				Kind: registrytypes.AccountKindIndividual, IdentityHash: identity[:],
				Limits:   registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound},
				Revision: 1, Activated: true,
			}})
		}
	}
	slices.SortFunc(list, func(a, b addressed) int { return bytes.Compare(a.raw, b.raw) })
	accounts := make([]registrytypes.Account, len(list))
	for i, entry := range list {
		accounts[i] = entry.account
	}
	return accounts
}

func (b genesisBuilder) issueOrder(bank string, index int, amount sdk.Coin) deposittypes.Order {
	at := b.time
	return deposittypes.Order{
		Bank: bank, Reference: fmt.Sprintf("genesis/%d", index), Kind: deposittypes.OrderKindIssue,
		Account: b.keys.Account(bank, index).String(), Amount: amount, Status: deposittypes.OrderStatusApproved,
		RequestedBy: b.keys.Operator(bank, membershiptypes.RoleMaker).String(), RequestedAt: at,
		BusinessDate: deposittypes.DateOf(at),
		DecidedBy:    b.keys.Operator(bank, membershiptypes.RoleChecker).String(), DecidedAt: &at,
		DecidedDate: deposittypes.DateOf(at), ApprovedAmount: &amount,
	}
}
