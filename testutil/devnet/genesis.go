package devnet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

const (
	blockMaxBytes  = 20 << 20
	blockMaxGas    = 500_000_000
	validatorPower = 10
)

// consensusKey is a validator's public key and who runs it.
type consensusKey struct {
	organization string
	key          []byte
}

// zoneNodes are the nodes with which a zone starts.
type zoneNodes struct {
	validators []consensusKey
	// admitted are the nodes that may connect, in ascending order of id.
	admitted []membershiptypes.Node
}

// genesisBuilder writes the genesis of the zones of one network.
type genesisBuilder struct {
	manifest Manifest
	keys     *Keys
	cdc      codec.JSONCodec
	time     time.Time
	// validators are the hashes that the other zones pin, by zone id: of the validators with which a zone begins.
	validators map[string][]byte
}

// validatorsHash is what headers say of validators of equal power.
func validatorsHash(keys []consensusKey) []byte {
	validators := make([]*cmttypes.Validator, len(keys))
	for i, key := range keys {
		validators[i] = cmttypes.NewValidator(ed25519.PubKey(key.key), validatorPower)
	}
	return cmttypes.NewValidatorSet(validators).Hash()
}

// newCodec returns a codec for genesis states of every module: none of those that a builder amends packs interfaces.
func newCodec() codec.JSONCodec { return encoding.Make().Codec }

// build returns a zone's genesis: the application's defaults with this network's members, accounts and links. The
// validators are in membership's state only; the application hands them to consensus.
func (b genesisBuilder) build(
	plan zonePlan, defaults map[string]json.RawMessage, nodes zoneNodes,
) (*genutiltypes.AppGenesis, error) {
	state := make(map[string]json.RawMessage, len(defaults))
	for name, raw := range defaults {
		state[name] = raw
	}
	if err := b.setMembership(state, plan, nodes); err != nil {
		return nil, err
	}
	var err error
	if plan.id == FinancialID {
		err = b.setFinancial(state)
	} else {
		err = b.setBusiness(state)
	}
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("encode genesis of %s: %w", plan.id, err)
	}
	return &genutiltypes.AppGenesis{
		AppName: plan.binary, GenesisTime: b.time, ChainID: plan.chainID, InitialHeight: 1, AppState: raw,
		Consensus: &genutiltypes.ConsensusGenesis{Params: b.consensusParams()},
	}, nil
}

// consensusParams keep evidence for at least the unbonding time, however it is counted.
func (b genesisBuilder) consensusParams() *cmttypes.ConsensusParams {
	unbonding := time.Duration(b.manifest.UnbondingTimeSeconds) * time.Second
	params := cmttypes.DefaultConsensusParams()
	params.Block.MaxBytes = blockMaxBytes
	params.Block.MaxGas = blockMaxGas
	params.Evidence.MaxAgeDuration = unbonding
	params.Evidence.MaxAgeNumBlocks = int64(unbonding/b.manifest.BlockTime()) + 1
	return params
}

func (b genesisBuilder) setMembership(
	state map[string]json.RawMessage, plan zonePlan, nodes zoneNodes,
) error {
	return amend(b.cdc, state, membershiptypes.ModuleName, func(genesis *membershiptypes.GenesisState) {
		genesis.Params.UnbondingTime = time.Duration(b.manifest.UnbondingTimeSeconds) * time.Second
		for _, member := range plan.members {
			genesis.Organizations = append(genesis.Organizations, membershiptypes.Organization{
				Id: member.id, Name: member.name, Kind: member.kind, Status: membershiptypes.OrganizationStatusActive,
			})
			add := func(key Key, role membershiptypes.Role) {
				genesis.Operators = append(genesis.Operators, membershiptypes.Operator{
					Address: key.String(), Organization: member.id, Roles: []membershiptypes.Role{role},
				})
			}
			for _, role := range member.roles {
				add(b.keys.Operator(member.id, role), role)
			}
			for _, role := range member.seconds {
				add(b.keys.SecondOperator(member.id, role), role)
			}
		}
		genesis.Nodes = nodes.admitted
		for _, validator := range nodes.validators {
			genesis.Validators = append(genesis.Validators, membershiptypes.Validator{
				Organization: validator.organization, ConsensusKey: validator.key, Power: validatorPower,
			})
		}
		slices.SortFunc(genesis.Organizations, func(a, b membershiptypes.Organization) int {
			return strings.Compare(a.Id, b.Id)
		})
		slices.SortFunc(genesis.Operators, func(a, b membershiptypes.Operator) int {
			return compareAddresses(a.Address, b.Address)
		})
		slices.SortFunc(genesis.Validators, func(a, b membershiptypes.Validator) int {
			return bytes.Compare(a.ConsensusKey, b.ConsensusKey)
		})
	})
}

// setFinancial registers the Business Zones and the manifest's accounts, and sets how banks settle.
func (b genesisBuilder) setFinancial(state map[string]json.RawMessage) error {
	err := amend(b.cdc, state, zonelinktypes.ModuleName, func(genesis *financialtypes.GenesisState) {
		genesis.Params.PacketTimeout = time.Duration(b.manifest.PacketTimeoutSeconds) * time.Second
		// The Financial Zone and each Business Zone get an equal part of what a bank may owe the others.
		parts := int64(len(b.manifest.Zones)) + 1
		genesis.Params.DefaultSlice = math.NewInt(b.manifest.Clearing.NetDebitCapYen / parts)
		for _, zone := range b.manifest.Zones {
			genesis.Zones = append(genesis.Zones, financialtypes.Zone{
				Id: zone.ID, ChainId: zone.chainID(), Status: financialtypes.ZoneStatusRegistered,
				ValidatorsHash: b.validators[zone.ID],
			})
		}
		slices.SortFunc(genesis.Zones, func(a, b financialtypes.Zone) int { return strings.Compare(a.Id, b.Id) })
	})
	if err != nil {
		return err
	}
	if err := b.setClearing(state); err != nil {
		return err
	}
	return b.setAccounts(state)
}

func (b genesisBuilder) setBusiness(state map[string]json.RawMessage) error {
	return amend(b.cdc, state, zonelinktypes.ModuleName, func(genesis *businesstypes.GenesisState) {
		genesis.Params.FinancialChainId = b.manifest.Financial.ChainID
		genesis.Params.FinancialValidatorsHash = b.validators[FinancialID]
		genesis.Params.PacketTimeout = time.Duration(b.manifest.PacketTimeoutSeconds) * time.Second
	})
}

// amend decodes one module's genesis, lets change edit it, and puts it back.
func amend[T any, P interface {
	*T
	proto.Message
}](cdc codec.JSONCodec, state map[string]json.RawMessage, module string, change func(P)) error {
	genesis := P(new(T))
	raw, ok := state[module]
	if !ok {
		return fmt.Errorf("expected a default genesis of module %q, got none", module)
	}
	if err := cdc.UnmarshalJSON(raw, genesis); err != nil {
		return fmt.Errorf("decode default genesis of %s: %w", module, err)
	}
	change(genesis)
	encoded, err := cdc.MarshalJSON(genesis)
	if err != nil {
		return fmt.Errorf("encode genesis of %s: %w", module, err)
	}
	state[module] = encoded
	return nil
}

// compareAddresses orders bech32 addresses by their bytes, as the stores do; their text sorts otherwise.
func compareAddresses(a, b string) int {
	return bytes.Compare(sdk.MustAccAddressFromBech32(a), sdk.MustAccAddressFromBech32(b))
}
