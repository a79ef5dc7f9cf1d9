package order

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cometbft/cometbft/crypto/ed25519"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// keyFile is what a key is kept as. The id under which it is registered is the file's name without its ending.
type keyFile struct {
	Type string `json:"type"`
	// PrivateKey in hexadecimal: 64 bytes of Ed25519, seed first; else 32 bytes.
	PrivateKey string `json:"private_key"`
}

// key signs orders.
type key struct {
	registrytypes.OrderKey
	sign func(message []byte) ([]byte, error)
}

// types are the names of types of keys on the command line.
var types = map[string]registrytypes.OrderKeyType{
	"ed25519":   registrytypes.OrderKeyTypeEd25519,
	"secp256r1": registrytypes.OrderKeyTypeSecp256r1,
	"secp256k1": registrytypes.OrderKeyTypeSecp256k1,
}

// newKey makes a key and writes it to a file that does not exist yet, readable by its owner only.
func newKey(path, name string) (key, error) {
	if _, known := types[name]; !known {
		return key{}, fmt.Errorf("--type: expected ed25519, secp256r1 or secp256k1, got %q", name)
	}
	private, err := generate(name)
	if err != nil {
		return key{}, err
	}
	made, err := parse(idOf(path), name, private)
	if err != nil {
		return key{}, err
	}
	raw, err := json.MarshalIndent(keyFile{Type: name, PrivateKey: hex.EncodeToString(private)}, "", "  ")
	if err != nil {
		return key{}, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return key{}, fmt.Errorf("expected a new file, got %s, which exists: choose another name", path)
	}
	if err != nil {
		return key{}, err
	}
	_, err = file.Write(append(raw, '\n'))
	return made, errors.Join(err, file.Close())
}

func generate(name string) ([]byte, error) {
	switch name {
	case "ed25519":
		return ed25519.GenPrivKey(), nil
	case "secp256k1":
		return secp256k1.GenPrivKey().Key, nil
	default:
		private, err := secp256r1.GenPrivKey()
		if err != nil {
			return nil, err
		}
		return private.Bytes(), nil
	}
}

// readKey reads a key that newKey wrote.
func readKey(path string) (key, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return key{}, fmt.Errorf("--key: %w", err)
	}
	var file keyFile
	if err := json.Unmarshal(raw, &file); err != nil {
		return key{}, fmt.Errorf("--key: expected a file of 'azukari order new-key' in %s: %w", path, err)
	}
	private, err := hex.DecodeString(file.PrivateKey)
	if err != nil {
		return key{}, fmt.Errorf("--key: expected private_key in hexadecimal in %s: %w", path, err)
	}
	return parse(idOf(path), file.Type, private)
}

// parse makes a key of its private part.
func parse(id, name string, private []byte) (key, error) {
	made := key{OrderKey: registrytypes.OrderKey{Id: id, Type: types[name]}}
	switch {
	case name == "ed25519" && len(private) == ed25519.PrivateKeySize:
		own := ed25519.PrivKey(private)
		made.PublicKey, made.sign = own.PubKey().Bytes(), own.Sign
	case name == "secp256k1" && len(private) == secp256k1.PrivKeySize:
		own := secp256k1.PrivKey{Key: private}
		made.PublicKey, made.sign = own.PubKey().Bytes(), own.Sign
	case name == "secp256r1" && len(private) <= 32:
		var own secp256r1.PrivKey
		encoded := append([]byte{0x0a, byte(len(private))}, private...) // #nosec G115 -- at most 32; field 1, the SDK's only constructor
		if err := own.Unmarshal(encoded); err != nil {
			return key{}, fmt.Errorf("expected a private key of secp256r1: %w", err)
		}
		made.PublicKey, made.sign = own.PubKey().Bytes(), own.Sign
	default:
		return key{}, fmt.Errorf("expected a private key of ed25519, secp256r1 or secp256k1, got %d bytes of %q", len(private), name)
	}
	return made, made.Validate()
}

func idOf(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}
