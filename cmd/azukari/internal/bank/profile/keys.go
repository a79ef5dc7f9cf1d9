package profile

import (
	"fmt"
	"io"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
)

// keyringName keeps the tool's keys apart from those of other programs in a backend that all share.
const keyringName = "azukari"

// Keys are the keys that a profile names.
type Keys struct {
	ring      keyring.Keyring
	operators Operators
}

// OpenKeys opens the profile's keyring. A file keyring asks for its passphrase on input.
func (p Profile) OpenKeys(cdc codec.Codec, input io.Reader) (*Keys, error) {
	ring, err := keyring.New(keyringName, p.Keyring.Backend, p.Keyring.Dir, input, cdc)
	if err != nil {
		return nil, fmt.Errorf("open keyring %s: %w", p.Keyring.Dir, err)
	}
	return &Keys{ring: ring, operators: p.Operators}, nil
}

// Maker returns the key of the bank's maker.
func (k *Keys) Maker() (Key, error) { return k.role("maker", k.operators.Maker) }

// Checker returns the key of the bank's checker.
func (k *Keys) Checker() (Key, error) { return k.role("checker", k.operators.Checker) }

func (k *Keys) role(role, name string) (Key, error) {
	if name == "" {
		return Key{}, fmt.Errorf("operators.%s: expected the name of a key, got none: add it to the profile", role)
	}
	return k.Named(name)
}

// Named returns the key with a name.
func (k *Keys) Named(name string) (Key, error) {
	record, err := k.ring.Key(name)
	if err != nil {
		return Key{}, fmt.Errorf("expected key %q in the keyring, got none: add it with 'fzd keys add %s --recover' or name another", name, name)
	}
	public, err := record.GetPubKey()
	if err != nil {
		return Key{}, fmt.Errorf("key %q: %w", name, err)
	}
	return Key{ring: k.ring, name: name, public: public}, nil
}

// Import adds a secp256k1 key, 32 bytes in hex, under a name.
func (k *Keys) Import(name, privateHex string) error {
	if err := k.ring.ImportPrivKeyHex(name, privateHex, string(hd.Secp256k1Type)); err != nil {
		return fmt.Errorf("import key %q: %w", name, err)
	}
	return nil
}

// Key signs with one key of a keyring.
type Key struct {
	ring   keyring.Keyring
	name   string
	public cryptotypes.PubKey
}

// Name of the key in the keyring.
func (k Key) Name() string { return k.name }

// Address of the key.
func (k Key) Address() sdk.AccAddress { return sdk.AccAddress(k.public.Address()) }

// PubKey of the key.
func (k Key) PubKey() cryptotypes.PubKey { return k.public }

// SignBytes signs the bytes of a transaction.
func (k Key) SignBytes(bytes []byte) ([]byte, error) {
	signature, _, err := k.ring.Sign(k.name, bytes, signing.SignMode_SIGN_MODE_DIRECT)
	return signature, err
}
