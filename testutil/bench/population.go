package bench

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	addressLength = 20
	orderKeyID    = "1"
)

// population is the accounts of a zone, all derived from a seed. Account i, counted from 0, holds i+1 yen at the start.
type population struct {
	seed  string
	kind  Kind
	banks []string
	// addresses of the accounts, one after the other.
	addresses []byte
	// sorted lists the accounts in ascending order of address, as the stores order them; rank is its inverse.
	sorted, rank []uint32
}

// newPopulation derives the addresses of all accounts, on every core.
func newPopulation(ctx context.Context, seed string, kind Kind, banks []string, count int) (*population, error) {
	p := &population{
		seed: seed, kind: kind, banks: banks, addresses: make([]byte, count*addressLength), sorted: make([]uint32, count), rank: make([]uint32, count),
	}
	err := inParallel(ctx, count, func(i int) error {
		copy(p.addresses[i*addressLength:], p.derive(i))
		p.sorted[i] = uint32(i)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(p.sorted, func(a, b uint32) int { return bytes.Compare(p.address(int(a)), p.address(int(b))) })
	for at, i := range p.sorted {
		p.rank[i] = uint32(at)
	}
	return p, nil
}

func (p *population) count() int { return len(p.sorted) }

func (p *population) address(i int) sdk.AccAddress {
	return p.addresses[i*addressLength : (i+1)*addressLength : (i+1)*addressLength]
}

func (p *population) bank(i int) int { return i % len(p.banks) }

// units is what an account holds at the start, in yen.
func (*population) units(i int) uint64 { return uint64(i) + 1 }

// total is the yen of all accounts, and totals that of the accounts of each bank.
func (p *population) totals() (total uint64, ofBank []uint64) {
	ofBank = make([]uint64, len(p.banks))
	for i := range p.count() {
		ofBank[p.bank(i)] += p.units(i)
		total += p.units(i)
	}
	return total, ofBank
}

// derive returns the address of an account: that of the key that it signs with.
func (p *population) derive(i int) []byte {
	if p.kind == KindOrders {
		sum := sha256.Sum256(publicOf(p.orderKey(i)))
		return sum[:addressLength]
	}
	return p.accountKey(i).PubKey().Address()
}

// orderKey signs an account's payment orders.
func (p *population) orderKey(i int) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(p.secret("order key", i))
}

// publicOf returns the public part of a key, which is its second half.
func publicOf(key ed25519.PrivateKey) []byte { return key[ed25519.SeedSize:] }

// accountKey signs an account's own transactions.
func (p *population) accountKey(i int) *secp256k1.PrivKey {
	return secp256k1.GenPrivKeyFromSecret(p.secret("account key", i))
}

func (p *population) secret(what string, i int) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("azukari bench "+what+"\x00"+p.seed+"\x00"), uint64(i)))
	return sum[:]
}

// account is what the registry knows of an account.
func (p *population) account(i int) registrytypes.Account {
	bound := registrytypes.MaxLimit
	account := registrytypes.Account{
		Address: p.address(i).String(), Bank: p.banks[p.bank(i)], Status: registrytypes.AccountStatusActive,
		Kind: registrytypes.AccountKindIndividual, IdentityHash: p.secret("identity", i),
		Limits:   registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound},
		Revision: 1, Activated: true,
	}
	if p.kind == KindOrders {
		account.OrderKeys = []registrytypes.OrderKey{{
			Id: orderKeyID, Type: registrytypes.OrderKeyTypeEd25519, PublicKey: publicOf(p.orderKey(i)),
		}}
	}
	return account
}

// inParallel calls work with 0 to count-1, on every core, until one call fails or the context ends.
func inParallel(ctx context.Context, count int, work func(i int) error) error {
	const chunk = 1_000
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < count; from += chunk {
		group.Go(func() error {
			for i := from; i < min(from+chunk, count); i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := work(i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// random is a source of numbers that are the same for the same seed and use.
func random(seed, use string) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256([]byte("azukari bench\x00" + seed + "\x00" + use))))
}
