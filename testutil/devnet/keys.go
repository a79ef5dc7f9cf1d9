package devnet

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"github.com/cosmos/go-bip39"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/address"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Organizations that every devnet has beside banks and businesses.
const (
	SettlementAgentID = "settlement-agent"
	AuditorID         = "auditor"
	RelayerOperatorID = "relayer-operator"
)

// Key signs for one address, which is the same in every zone.
type Key struct {
	// Name says whose it is, as "bank-a/maker" or "holder/aoi".
	Name string
	// Mnemonic is set for operators and the relayer, at the default path of the coin type; empty for holders.
	Mnemonic string

	private *secp256k1.PrivKey
}

// Address of the key.
func (k Key) Address() sdk.AccAddress { return sdk.AccAddress(k.private.PubKey().Address()) }

// PubKey of the key.
func (k Key) PubKey() cryptotypes.PubKey { return k.private.PubKey() }

// SignBytes signs the bytes of a transaction.
func (k Key) SignBytes(bytes []byte) ([]byte, error) { return k.private.Sign(bytes) }

// String returns the bech32 address.
func (k Key) String() string { return k.Address().String() }

// PrivateHex returns the private key, 32 bytes in hex.
func (k Key) PrivateHex() string { return hex.EncodeToString(k.private.Key) }

// PrivKey returns the private key.
func (k Key) PrivKey() *secp256k1.PrivKey { return k.private }

// Keys derives every account key of a network from its seed. Safe for concurrent use.
type Keys struct {
	seed  string
	mu    sync.Mutex
	named map[string]Key
}

// NewKeys returns the keys of all networks with the seed.
func NewKeys(seed string) *Keys {
	address.Configure()
	return &Keys{seed: seed, named: map[string]Key{}}
}

// Operator returns the key with which an organization acts in a role.
func (k *Keys) Operator(organization string, role membershiptypes.Role) Key {
	return k.recoverable(organization + "/" + role.Word())
}

// SecondOperator returns the key of an organization's second operator in a role, who decides what the first one asks. Of a
// devnet's organizations banks have one, for compliance.
func (k *Keys) SecondOperator(organization string, role membershiptypes.Role) Key {
	return k.recoverable(organization + "/" + role.Word() + "-2")
}

// Relayer returns the key of the relayer, one for all zones.
func (k *Keys) Relayer() Key {
	return k.Operator(RelayerOperatorID, membershiptypes.RoleRelayer)
}

// Holder returns the key of a person or business by any name; it is registered nowhere until a bank does so.
func (k *Keys) Holder(name string) Key { return k.plain("holder/" + name) }

// Account returns the key of an account that the manifest registers in genesis, counted from 0.
func (k *Keys) Account(bank string, index int) Key {
	return k.plain(fmt.Sprintf("account/%s/%d", bank, index))
}

// recoverable derives a key by a mnemonic, so that it can be imported by `keys add --recover`. That takes some
// milliseconds, hence the cache.
func (k *Keys) recoverable(name string) Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key, ok := k.named[name]; ok {
		return key
	}
	mnemonic, err := bip39.NewMnemonic(k.entropy(name))
	if err != nil {
		panic(fmt.Errorf("mnemonic of 32 bytes: %w", err)) // 32 bytes are always valid entropy
	}
	path := hd.CreateHDPath(address.CoinType, 0, 0).String()
	bytes, err := hd.Secp256k1.Derive()(mnemonic, "", path)
	if err != nil {
		panic(fmt.Errorf("derive %s: %w", path, err)) // the path is a constant
	}
	key := Key{Name: name, Mnemonic: mnemonic, private: &secp256k1.PrivKey{Key: bytes}}
	k.named[name] = key
	return key
}

// plain derives a key by hash alone: manifests may ask for a million accounts.
func (k *Keys) plain(name string) Key {
	return Key{Name: name, private: secp256k1.GenPrivKeyFromSecret(k.entropy(name))}
}

func (k *Keys) entropy(name string) []byte {
	sum := sha256.Sum256([]byte("azukari devnet key\x00" + k.seed + "\x00" + name))
	return sum[:]
}
