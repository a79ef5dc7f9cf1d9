// Package types has the classes of assets, their units and rules, and what the module needs of others.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module and its account, in which coins are only while they are made or destroyed.
	ModuleName = "asset"
	// StoreKey names the module's store.
	StoreKey = ModuleName
)

// Prefixes of the module's store. The README lists keys and values.
var (
	// ClassesPrefix holds classes by id.
	ClassesPrefix = collections.NewPrefix(0)
	// MetadataPrefix holds metadata by class.
	MetadataPrefix = collections.NewPrefix(1)
	// BooksPrefix holds books by class.
	BooksPrefix = collections.NewPrefix(2)
	// ManagersPrefix holds managers by class and account.
	ManagersPrefix = collections.NewPrefix(3)
	// AllowedPrefix holds the allow lists by class and account.
	AllowedPrefix = collections.NewPrefix(4)
	// FrozenHoldersPrefix holds freezes of holders by class and account.
	FrozenHoldersPrefix = collections.NewPrefix(5)
	// ClassesByIssuerPrefix holds the ids of each issuer's classes.
	ClassesByIssuerPrefix = collections.NewPrefix(6)
	// OutstandingPrefix holds the ids of each issuer's classes that have units.
	OutstandingPrefix = collections.NewPrefix(7)
	// UnitsPrefix holds unique units by class and id.
	UnitsPrefix = collections.NewPrefix(8)
	// UnitsByHolderPrefix holds class and id of each holder's live units.
	UnitsByHolderPrefix = collections.NewPrefix(9)
	// HistoryPrefix holds the history of units by class, id and sequence.
	HistoryPrefix = collections.NewPrefix(10)
	// OperationsPrefix holds operations by signer and reference.
	OperationsPrefix = collections.NewPrefix(11)
	// ExpiriesPrefix holds what ends by itself, by time.
	ExpiriesPrefix = collections.NewPrefix(12)
	// CursorsPrefix holds how far the units of an expired class have been destroyed, by class.
	CursorsPrefix = collections.NewPrefix(13)
)
