package receipt

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// Gas of a message and of each of its documents: more than they cost.
const (
	gasOfMessage  = 200_000
	gasOfDocument = 30_000
)

// codecs know what is sent and what is asked.
var codecs = sync.OnceValue(func() encoding.Config {
	config := encoding.Make()
	authtypes.RegisterInterfaces(config.InterfaceRegistry)
	notarytypes.RegisterInterfaces(config.InterfaceRegistry)
	return config
})

type notarizeSettings struct {
	source

	grpc, from, label string
	keyring           profile.Keyring
	timeout           time.Duration
}

// NewNotarizeCommand returns the command `azukari notarize`.
func NewNotarizeCommand() *cobra.Command {
	address.Configure()
	var s notarizeSettings
	cmd := &cobra.Command{
		Use:   "notarize FILE...",
		Short: "Notarize documents, and write a receipt for each",
		Long: "Hash each file on this machine, record the hashes in the zone, wait for the block, and write FILE" + receiptEnding + "\n" +
			"beside each file: the proof that the file existed, byte for byte, when the block was made. The files stay here.\n" +
			"What was notarized before with this key stands as it was, and its receipt is written all the same.",
		Example: "  azukari notarize contract.pdf --from shop --label 'contract 7'",
		Args:    cobra.RangeArgs(1, notarytypes.MaxDocuments),
		RunE:    func(cmd *cobra.Command, args []string) error { return s.run(cmd, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.from, "from", "", "name of the key that signs; required")
	flags.StringVar(&s.keyring.Backend, "keyring-backend", "os", "os, file or test")
	flags.StringVar(&s.keyring.Dir, "keyring-dir", filepath.Join("~", ".bzd"), "folder of the keyring")
	flags.StringVarP(&s.node, "node", "n", "http://127.0.0.1:26657", "RPC URL of a node of the zone")
	flags.StringVar(&s.grpc, "grpc", "127.0.0.1:9090", "host:port of the node's gRPC")
	flags.StringVarP(&s.trust, "trust", "t", "", "pinned header of the reader, which the receipts shall lead from (default: the oldest block of the node)")
	flags.StringVar(&s.label, "label", "", "what you call the documents, 0 to 64 bytes; everybody in the zone can read it, so never personal data")
	flags.DurationVar(&s.timeout, "timeout", time.Minute, "longest wait for the block")
	return cmd
}

func (s notarizeSettings) run(cmd *cobra.Command, files []string) (err error) {
	if s.from == "" {
		return usage("--from: expected the name of a key, got none")
	}
	if err := notarytypes.ValidateLabel(s.label); err != nil {
		return usage("--label: %w", err)
	}
	documents, hashes, err := s.documents(files)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), s.timeout)
	defer cancel()
	signer, err := s.key(cmd)
	if err != nil {
		return err
	}
	node, trust, err := s.connect(ctx)
	if err != nil {
		return err
	}
	client, err := nodeclient.New(nodeclient.Config{
		ChainID: node.ChainID(), Nodes: []nodeclient.Node{{GRPC: s.grpc, RPC: s.node}}, Encoding: codecs(),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	sent, err := client.Send(ctx, signer, nodeclient.Weighted{
		Msg: &notarytypes.MsgNotarize{Notary: signer.Address().String(), Documents: documents},
		Gas: gasOfMessage + gasOfDocument*uint64(len(documents)),
	})
	if err != nil {
		return err
	}
	// The block after has the root of the state with the documents.
	if err := client.WaitHeight(ctx, sent.Height+1); err != nil {
		return err
	}
	maker, err := NewMaker(ctx, node, trust, 0)
	if err != nil {
		return err
	}
	for i, file := range files {
		key, err := NotarizationKey(signer.Address(), hashes[i])
		if err != nil {
			return err
		}
		receipt, err := maker.Make(ctx, notarytypes.StoreKey, key)
		if err != nil {
			return err
		}
		if err := s.write(cmd, receipt, file); err != nil {
			return err
		}
	}
	return nil
}

// documents hashes the files, and makes sure that there is room for the receipts before anything is sent. The same content
// under several names is one document.
func (s notarizeSettings) documents(files []string) (documents []notarytypes.Document, hashes [][]byte, err error) {
	seen := map[string]bool{}
	for _, file := range files {
		if err := requireFree(file + receiptEnding); err != nil {
			return nil, nil, err
		}
		text, err := hashFile(file)
		if err != nil {
			return nil, nil, err
		}
		hash, err := hex.DecodeString(text)
		if err != nil {
			return nil, nil, err
		}
		hashes = append(hashes, hash)
		if seen[text] {
			continue
		}
		seen[text] = true
		documents = append(documents, notarytypes.Document{Hash: text, Label: s.label})
	}
	return documents, hashes, nil
}

func (s notarizeSettings) key(cmd *cobra.Command) (profile.Key, error) {
	dir := s.keyring
	if rest, isHome := cutHome(dir.Dir); isHome {
		home, err := os.UserHomeDir()
		if err != nil {
			return profile.Key{}, fmt.Errorf("--keyring-dir: %w", err)
		}
		dir.Dir = filepath.Join(home, rest)
	}
	keys, err := profile.Profile{Keyring: dir}.OpenKeys(codecs().Codec, cmd.InOrStdin())
	if err != nil {
		return profile.Key{}, err
	}
	return keys.Named(s.from)
}

// cutHome cuts "~/" off a path, which a shell has not done in a default.
func cutHome(path string) (rest string, isHome bool) {
	prefix := "~" + string(filepath.Separator)
	if len(path) < len(prefix) || path[:len(prefix)] != prefix {
		return path, false
	}
	return path[len(prefix):], true
}
