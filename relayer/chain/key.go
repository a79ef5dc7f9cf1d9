package chain

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/cosmos/go-bip39"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/address"
)

// Key signs for one relayer account.
type Key struct{ private *secp256k1.PrivKey }

const (
	keyMode       = 0o600
	secretBytes   = 32
	entropyBits   = 256
	mnemonicTypes = "12, 15, 18, 21 or 24 words"
)

// LoadKey reads a key file: 64 hex digits (a secp256k1 private key) or a mnemonic (coin type 118, account 0).
func LoadKey(path string) (Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return Key{}, fmt.Errorf("expected a key file at %s, got none; make one with azrelay keys add --out %s", path, path)
		}
		return Key{}, fmt.Errorf("expected a readable key file at %s, got %w", path, err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return Key{}, fmt.Errorf("expected mode 0600 on key file %s, got %#o; run chmod 600 %s", path, mode, path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("expected a readable key file at %s, got %w", path, err)
	}
	key, err := ParseKey(string(raw))
	if err != nil {
		return Key{}, fmt.Errorf("key file %s: %w", path, err)
	}
	return key, nil
}

// ParseKey reads a key from the text of a key file. Errors never repeat the text.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	if strings.ContainsAny(text, " \n\t") {
		return fromMnemonic(strings.Join(strings.Fields(text), " "))
	}
	secret, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || len(secret) != secretBytes {
		return Key{}, fmt.Errorf("expected 64 hex digits or a mnemonic of %s, got %d characters that are neither", mnemonicTypes, len(text))
	}
	return Key{&secp256k1.PrivKey{Key: secret}}, nil
}

func fromMnemonic(words string) (Key, error) {
	if _, err := bip39.MnemonicToByteArray(words); err != nil {
		return Key{}, fmt.Errorf("expected a valid mnemonic of %s, got %d words that are not one; check spelling and order", mnemonicTypes, len(strings.Fields(words)))
	}
	path := hd.CreateHDPath(sdk.CoinType, 0, 0).String()
	secret, err := hd.Secp256k1.Derive()(words, "", path)
	if err != nil {
		return Key{}, fmt.Errorf("derive key from mnemonic: %w", err)
	}
	return Key{&secp256k1.PrivKey{Key: secret}}, nil
}

// NewMnemonic returns a fresh mnemonic of 24 words.
func NewMnemonic() (string, error) {
	entropy, err := bip39.NewEntropy(entropyBits)
	if err != nil {
		return "", err
	}
	return bip39.NewMnemonic(entropy)
}

// WriteKey writes the text of a key file with mode 0600; it refuses to replace a file.
func WriteKey(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, keyMode)
	if err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("expected no file at %s, got one; a key is never overwritten, choose another path", path)
		}
		return err
	}
	if _, err := file.WriteString(text + "\n"); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}

// Address returns the account address, bech32 with the project's prefix.
func (k Key) Address() string {
	return sdk.MustBech32ifyAddressBytes(address.Prefix, k.private.PubKey().Address())
}

// PrivKey returns the private key, for others that sign with a key of such a file.
func (k Key) PrivKey() *secp256k1.PrivKey { return k.private }

// PublicKey returns the compressed secp256k1 public key, 33 bytes.
func (k Key) PublicKey() []byte { return k.private.PubKey().Bytes() }
