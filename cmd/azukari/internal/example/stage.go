package example

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/testutil/devnet"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
)

// yenWord is what transcripts call the zone's yen.
const yenWord = "yen"

// Stage is a Business Zone with the people and things of one example.
type Stage struct {
	network *devnet.Network
	zone    *devnet.Zone
	// example keeps the keys of one example's people apart from others'.
	example string
	// yenDenom is what the zone calls its yen.
	yenDenom string
	people   map[string]person
	// names by address.
	names map[string]string
	// documents by name: they never leave this process.
	documents map[string]string
	// pin is the header that receipts are proven from, of the block at which the example began.
	pin *pin
}

// person is an account by its name.
type person struct {
	devnet.Key

	bank string
	kind string
}

// NewStage prepares the network's Business Zone for an example.
func NewStage(ctx context.Context, network *devnet.Network, example string) (*Stage, error) {
	zone := network.Zone(zoneID)
	link, err := businesstypes.NewQueryClient(zone.Client().GRPC()).FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
	if err != nil {
		return nil, fmt.Errorf("link of %s: %w", zoneID, err)
	}
	one, err := newPin(ctx, zone)
	if err != nil {
		return nil, err
	}
	return &Stage{
		network: network, zone: zone, example: example, yenDenom: link.YenDenom, pin: one,
		people: map[string]person{}, names: map[string]string{}, documents: map[string]string{},
	}, nil
}

// Do carries a directive out and returns its answer: what it did, or "refused: " and the words of the module that refused it. An
// error is a mistake in the transcript, or a network that does not answer.
func (s *Stage) Do(ctx context.Context, directive Directive) (string, error) {
	word, err := findWord(directive.Word)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, stepTimeout, fmt.Errorf("expected an end within %s, got none", stepTimeout))
	defer cancel()
	call := &call{Stage: s, ctx: ctx, word: word, args: directive.Args, input: directive.Input}
	answer, err := word.run(call)
	if err == nil {
		err = call.leftover()
	}
	var refused *nodeclient.TxError
	switch {
	case errors.As(err, &refused):
		return "refused: " + s.plain(refused.Error()), nil
	case err != nil:
		return "", fmt.Errorf("%s: %w", directive.Word, err)
	default:
		return answer, nil
	}
}

// send signs messages as somebody, and waits for the block that has them.
func (c *call) send(from person, msgs ...sdk.Msg) (*sdk.TxResponse, error) {
	return c.zone.Client().Send(c.ctx, from.Key, msgs...)
}

// sendFor sends one message and reads its answer.
func (c *call) sendFor(from person, answer proto.Message, msg sdk.Msg) error {
	response, err := c.send(from, msg)
	if err != nil {
		return err
	}
	return nodeclient.DecodeResponse(response, answer)
}

// sendOK sends one message whose answer says nothing.
func (c *call) sendOK(from person, msg sdk.Msg) (string, error) {
	_, err := c.send(from, msg)
	return "ok", err
}

var (
	addressPattern = regexp.MustCompile(`azu1[02-9ac-hj-np-z]{38,58}`)
	idPattern      = regexp.MustCompile(`\b(trade |hold |settlement/)\d+`)
	timePattern    = regexp.MustCompile(`\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?( \+0000 UTC|Z)?`)
)

// plain writes what a module says with names for addresses and denoms, and without the times and numbers that differ from run to
// run.
func (s *Stage) plain(text string) string {
	text = addressPattern.ReplaceAllStringFunc(text, func(address string) string {
		if name, known := s.names[address]; known {
			return name
		}
		return "somebody"
	})
	text = strings.ReplaceAll(text, s.yenDenom, yenWord)
	return timePattern.ReplaceAllString(idPattern.ReplaceAllString(text, "${1}ID"), "TIME")
}

// nameOf returns the name of an address.
func (s *Stage) nameOf(address string) string {
	if name, known := s.names[address]; known {
		return name
	}
	return address
}

// assetPrefix begins the denoms of assets.
const assetPrefix = "asset/"

var amountPattern = regexp.MustCompile(`^(\d+)([a-z][a-z0-9-]*)$`)

// coin reads an amount: 300yen, 12points, or a unique unit as coffee/lot-1.
func (s *Stage) coin(text string) (sdk.Coin, error) {
	if class, unit, is := strings.Cut(text, "/"); is && class != "" && unit != "" {
		return sdk.NewInt64Coin(assetPrefix+text, 1), nil
	}
	parts := amountPattern.FindStringSubmatch(text)
	if parts == nil {
		return sdk.Coin{}, fmt.Errorf("expected an amount as 300yen, 12points or coffee/lot-1, got %q", text)
	}
	amount, ok := math.NewIntFromString(parts[1])
	if !ok {
		return sdk.Coin{}, fmt.Errorf("expected a number, got %q", parts[1])
	}
	denom := assetPrefix + parts[2]
	if parts[2] == yenWord {
		denom = s.yenDenom
	}
	return sdk.NewCoin(denom, amount), nil
}

// words writes an amount for people.
func (s *Stage) words(coin sdk.Coin) string {
	asset, isAsset := strings.CutPrefix(coin.Denom, assetPrefix)
	switch {
	case coin.Denom == s.yenDenom:
		return terminal.Grouped(coin.Amount.String()) + " " + yenWord
	case isAsset && strings.Contains(asset, "/"):
		return asset
	case isAsset:
		return terminal.Grouped(coin.Amount.String()) + " " + asset
	default:
		return coin.String()
	}
}

// list writes several amounts: yen first, then assets in ascending order.
func (s *Stage) list(coins sdk.Coins) string {
	var texts []string
	for _, coin := range coins {
		if coin.Denom != s.yenDenom {
			texts = append(texts, s.words(coin))
		}
	}
	slices.Sort(texts)
	yen := s.words(sdk.NewCoin(s.yenDenom, coins.AmountOf(s.yenDenom)))
	return strings.Join(append([]string{yen}, texts...), ", ")
}

func parseCount(text string) (uint64, error) {
	count, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("expected a number, got %q", text)
	}
	return count, nil
}
